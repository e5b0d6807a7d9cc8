//! Codes that this program draws itself: the slip (号条) that a scan desk hands out, and the settings that one station
//! shows the next. No station takes any of them for somebody's 采集码.
//!
//! A slip carries a 拍摄号 and eight bytes of the digest of the code that it was handed out for: enough to tell that slip
//! and code belong together, and nothing of the code itself. It finds somebody who waits at the same station; anywhere
//! else it is a number in a queue, and the code is shown again.

use super::code::{CodeDigest, SubjectCode};
use super::ids::ShotNumber;

/// What every text of ours begins with.
const OURS: &str = "TUCAI-";
/// The first form of a slip: `TUCAI-SLIP:1:A-0137:1F2E3D4C5B6A7988`.
const SLIP: &str = "TUCAI-SLIP:1:";
/// Bytes of the digest on a slip: two of a day's thousand codes share them once in 10^13 days.
const MARK_BYTES: usize = 8;

/// What a scan desk hands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slip {
    pub shot: ShotNumber,
    mark: [u8; MARK_BYTES],
}

impl Slip {
    /// The slip of somebody with this number and code.
    pub fn new(shot: ShotNumber, code: CodeDigest) -> Self {
        let mut mark = [0; MARK_BYTES];
        mark.copy_from_slice(&code.as_bytes()[..MARK_BYTES]);
        Self { shot, mark }
    }

    /// Whether it was handed out for this code.
    pub fn is_of(&self, code: CodeDigest) -> bool {
        code.as_bytes().starts_with(&self.mark)
    }

    /// What its symbol holds: digits, capitals and signs of QR's alphanumeric mode, so that the symbol stays small.
    pub fn text(&self) -> String {
        format!("{SLIP}{}:{}", self.shot, hex::encode_upper(self.mark))
    }

    fn read(text: &str) -> Option<Self> {
        // A scanner gun under Caps Lock turns the letters around.
        let text = text.to_ascii_uppercase();
        let (shot, mark) = text.strip_prefix(SLIP)?.split_once(':')?;
        let mark = hex::decode(mark).ok()?.try_into().ok()?;
        Some(Self { shot: shot.parse().ok()?, mark })
    }
}

/// A code that a program like this one has drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ours {
    Slip(Slip),
    /// Settings, a card of keys, or a form that this version does not know.
    Other,
}

impl Ours {
    /// `None` for whatever may be somebody's code.
    pub fn of(code: &SubjectCode) -> Option<Self> {
        let text = std::str::from_utf8(code.as_bytes()).ok()?;
        if is_card(text) {
            return Some(Self::Other);
        }
        text.get(..OURS.len()).filter(|start| start.eq_ignore_ascii_case(OURS))?;
        Some(Slip::read(text).map_or(Self::Other, Self::Slip))
    }
}

/// Whether it is a station's or a centre's card: JSON with a key of minisign and one of age. Whether the card is a good
/// one is asked where it is taken in.
pub fn is_card(text: &str) -> bool {
    text.trim_start().starts_with('{') && ["\"minisign\"", "\"age\""].iter().all(|key| text.contains(key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::StationLetter;

    fn code(text: &str) -> SubjectCode {
        SubjectCode::new(text.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn a_slip_comes_back_knows_its_code_and_tells_nothing_of_it() {
        let (mine, other) = (code("PLAINTEXT-OF-A-CODE"), code("another"));
        let slip = Slip::new(ShotNumber { station: StationLetter::A, number: 137 }, mine.digest());
        let text = slip.text();
        assert!(text.starts_with("TUCAI-SLIP:1:A-0137:") && !text.contains("PLAINTEXT"), "{text}");
        assert!(text.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase() || "-:".contains(c)), "{text}");
        assert_eq!(Ours::of(&code(&text)), Some(Ours::Slip(slip)));
        assert!(slip.is_of(mine.digest()) && !slip.is_of(other.digest()));
        assert_eq!(Ours::of(&code(&text.to_lowercase())), Some(Ours::Slip(slip)), "a gun under Caps Lock");
    }

    #[test]
    fn what_is_ours_and_not_understood_is_still_nobodys_code() {
        for text in ["TUCAI-SLIP:2:A-0137:00", "TUCAI-SLIP:1:A-0137:1F", "TUCAI-SLIP:1:", "TUCAI-SET:1:x", "TUCAI-"] {
            assert_eq!(Ours::of(&code(text)), Some(Ours::Other), "{text}");
        }
        let card = r#"{"v":1,"centre":"C","minisign":"RWQ","age":"age1"}"#;
        assert_eq!(Ours::of(&code(card)), Some(Ours::Other), "a card of keys is nobody's code");
        for text in [" TUCAI-", "TUCAI", "x", "采集码采集码", "{\"age\":21}", "minisign age"] {
            assert_eq!(Ours::of(&code(text)), None, "{text}");
        }
        assert_eq!(Ours::of(&SubjectCode::new(vec![0xff, 0xfe]).unwrap()), None);
    }
}
