//! The settings code (设置码): a session's answers as the text of one QR symbol, which one station shows on its screen and
//! the next one's camera reads in 准备场次.
//!
//! It carries what a settings file carries: [`SetUp`], and so neither keys nor the station's letter, no operator, no
//! name list, no folder, and not what this one desk does. It is not signed: nothing in it is secret or gives anybody a
//! right, whoever takes it sees every answer on the pages before the session starts, and a signature would first need
//! the key of the other station, which is the errand that the code saves. A forged one can do no more than typing can.

use serde::{Deserialize, Serialize};

use super::code::SubjectCode;
use super::set_up::{ConfirmBy, Group, Level, RunBy, SetUp};

/// What the text begins with; the number is that of the form.
const HEAD: &str = "TUCAI-SET:1:";
const FAMILY: &str = "TUCAI-SET:";
/// The largest QR version that is shown: 97 modules of a side. On 105 mm of a screen, 40 cm before 720 lines of an
/// ordinary webcam, a module is 2.7 pixels wide.
pub const LARGEST_VERSION: u8 = 20;
/// Bytes that it holds at level L (ISO/IEC 18004, table 7).
pub const MOST_BYTES: usize = 858;

/// Why there is no code, or nothing to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SetUpCodeError {
    #[error("the answers have {bytes} bytes, more than the {MOST_BYTES} that can be read from a screen")]
    TooLong { bytes: usize },
    #[error("this is no settings code")]
    NotSettings,
    #[error("the settings code is of another version of this program")]
    OtherVersion,
    #[error("the settings code is damaged")]
    Damaged,
}

/// Short names: every byte makes the modules smaller.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    n: String,
    p: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    r: Option<RunBy>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    c: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    k: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    l: Option<Level>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    b: Vec<String>,
    #[serde(default, skip_serializing_if = "is_no")]
    v: bool,
    #[serde(default)]
    o: ConfirmBy,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    d: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    s: Option<u32>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    f: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    g: Vec<(String, Option<u32>)>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
const fn is_no(value: &bool) -> bool {
    !*value
}

/// The text of the symbol.
pub fn text_of(set_up: &SetUp) -> Result<String, SetUpCodeError> {
    let wire = Wire {
        n: set_up.name.trim().to_owned(),
        p: set_up.profile_id.clone(),
        r: set_up.run_by,
        c: set_up.school_code.trim().to_owned(),
        k: set_up.batch_key.trim().to_owned(),
        l: set_up.level,
        b: set_up.backdrops.clone(),
        v: set_up.review,
        o: set_up.confirm,
        d: set_up.retention_days,
        s: set_up.seal_within_days,
        f: set_up.fee.trim().to_owned(),
        g: set_up.groups.iter().map(|group| (group.name.clone(), group.heads)).collect(),
    };
    let body = serde_json::to_string(&wire).map_err(|_never| SetUpCodeError::Damaged)?;
    let text = format!("{HEAD}{body}");
    if text.len() > MOST_BYTES { Err(SetUpCodeError::TooLong { bytes: text.len() }) } else { Ok(text) }
}

/// The answers of a code that was seen. Control characters are refused: no page could have typed them.
pub fn read(code: &SubjectCode) -> Result<SetUp, SetUpCodeError> {
    let text = std::str::from_utf8(code.as_bytes()).map_err(|_binary| SetUpCodeError::NotSettings)?;
    if !text.starts_with(FAMILY) {
        return Err(SetUpCodeError::NotSettings);
    }
    let body = text.strip_prefix(HEAD).ok_or(SetUpCodeError::OtherVersion)?;
    if text.len() > MOST_BYTES || text.chars().any(char::is_control) {
        return Err(SetUpCodeError::Damaged);
    }
    let wire: Wire = serde_json::from_str(body).map_err(|_damaged| SetUpCodeError::Damaged)?;
    let set_up = SetUp {
        name: wire.n,
        run_by: wire.r,
        school_code: wire.c,
        batch_key: wire.k,
        level: wire.l,
        backdrops: wire.b,
        review: wire.v,
        confirm: wire.o,
        retention_days: wire.d,
        seal_within_days: wire.s,
        fee: wire.f,
        groups: wire.g.into_iter().map(|(name, heads)| Group { name, heads }).collect(),
        ..SetUp::new(wire.p)
    };
    // An escaped control character is one, too.
    let texts = [&set_up.name, &set_up.school_code, &set_up.batch_key, &set_up.profile_id, &set_up.fee];
    let names = set_up.groups.iter().map(|group| &group.name);
    let has_control = |text: &String| text.chars().any(char::is_control);
    let odd = texts.into_iter().chain(&set_up.backdrops).chain(names).any(has_control);
    if odd { Err(SetUpCodeError::Damaged) } else { Ok(set_up) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::set_up::{DeskKind, groups_of};
    use crate::domain::slip::Ours;

    fn code(text: &str) -> SubjectCode {
        SubjectCode::new(text.as_bytes().to_vec()).unwrap()
    }

    fn full() -> SetUp {
        SetUp {
            name: String::from("2026 春季 东校区 \"一\""),
            run_by: Some(RunBy::School),
            school_code: String::from("10595"),
            batch_key: String::from("73911"),
            level: Some(Level::Undergraduate),
            backdrops: vec![String::from("blue")],
            review: true,
            confirm: ConfirmBy::Student,
            retention_days: Some(90),
            seal_within_days: Some(3),
            fee: String::from("免费"),
            groups: groups_of("会计2201 60\n法学2202 45\n旁听\n").unwrap(),
            desk: DeskKind::One,
            ..SetUp::new(String::from("degree-2017"))
        }
    }

    #[test]
    fn every_answer_comes_back_and_it_is_nobodys_code() {
        let text = text_of(&full()).unwrap();
        assert_eq!(read(&code(&text)), Ok(full()));
        assert_eq!(Ours::of(&code(&text)), Some(Ours::Other), "nobody is locked with it");
        let bare = SetUp::new(String::from("degree-2017"));
        assert_eq!(read(&code(&text_of(&bare).unwrap())), Ok(bare));
    }

    #[test]
    fn what_one_desk_does_stays_there() {
        let scans = SetUp { desk: DeskKind::ScanOnly, ..full() };
        assert_eq!(text_of(&scans), text_of(&full()));
        assert_eq!(read(&code(&text_of(&scans).unwrap())).unwrap().desk, DeskKind::One);
    }

    #[test]
    fn more_than_a_screen_can_show_is_refused_on_both_sides() {
        let groups = (0..60).map(|n| Group { name: format!("计算机科学与技术{n}"), heads: Some(50) }).collect();
        let long = SetUp { groups, ..full() };
        assert!(matches!(text_of(&long), Err(SetUpCodeError::TooLong { bytes }) if bytes > MOST_BYTES));
        let padded = format!("{}{}", text_of(&full()).unwrap(), " ".repeat(MOST_BYTES));
        assert_eq!(read(&code(&padded)), Err(SetUpCodeError::Damaged));
    }

    #[test]
    fn keys_letters_and_other_forms_are_not_taken() {
        let text = text_of(&full()).unwrap();
        let with = |more: &str| code(&text.replace("{\"n\"", &format!("{{{more},\"n\"")));
        for more in ["\"station_key\":\"x\"", "\"letter\":\"C\"", "\"operators\":[]"] {
            assert_eq!(read(&with(more)), Err(SetUpCodeError::Damaged), "{more}");
        }
        assert_eq!(read(&code("TUCAI-SET:2:{}")), Err(SetUpCodeError::OtherVersion));
        assert_eq!(read(&code("TUCAI-SET:1:{\"n\":")), Err(SetUpCodeError::Damaged));
        assert_eq!(read(&code(&text.replace("免费", "\\u0007"))), Err(SetUpCodeError::Damaged));
        assert_eq!(read(&code("somebody's")), Err(SetUpCodeError::NotSettings));
        assert_eq!(read(&SubjectCode::new(vec![0xff]).unwrap()), Err(SetUpCodeError::NotSettings));
    }
}
