//! Reading over time: one reader for the frames of one camera. Each frame is read alone, then together with those
//! before; a code counts once two reads agree or one is sure. Nothing waits here: whoever calls leaves frames out.

use image::GrayImage;

use super::finder::{Finder, Polarity};
use super::fuse::{Alone, Fused, Fusion};
use super::grid::{GreyGrid, SURE_PLACE};
use super::search::{Crowded, Pace};
use super::unread::{Aid, Unread, unread_among, unread_grid};
use super::{Effort, ReadCode, Reader, Reading, RefusedSymbol, read, read_frame};
use crate::domain::code::CodeDigest;
use crate::domain::geometry::Point;
use crate::domain::time::Monotonic;

/// Two reads agree within this time: a hold lasts for about a second.
const AGREE_WITHIN: Monotonic = Monotonic::from_secs(1);
/// Codes that are remembered: more than one picture shows.
const REMEMBERED: usize = 16;
/// A code that is seen for so long without being read is worth an enhanced look.
const STUBBORN: Monotonic = Monotonic::from_millis(60);
/// With nothing to be seen a frame gets an enhanced look this often: it takes longer than reading.
const IDLE_EVERY: Monotonic = Monotonic::from_millis(480);
/// The same for its crowded part, which is small: every third frame of a camera.
const CROWD_EVERY: Monotonic = Monotonic::from_millis(180);
/// A code that was not seen for so long was taken away.
const GONE: Monotonic = Monotonic::from_millis(500);
/// Enhancements for frames, by their turn: all but the one that doubles the picture, which takes longer than a frame,
/// and the one that every frame begins with. The first one helps most often.
const TURNS: [usize; 4] = [0, 2, 0, 1];
/// The same with nothing to be seen: sharpened frames are looked at anyway, at half their size.
const IDLE_TURNS: [usize; 2] = [2, 1];

/// Whether a read counts: two of the same code agree, or one passed its correction with margin.
#[derive(Debug, Clone, Default)]
pub struct CodeWatch {
    seen: Vec<(CodeDigest, Monotonic)>,
}

/// How sure one read is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sureness {
    /// A good part of its correction was not needed: no other symbol comes so near.
    WithMargin,
    /// It passed, just.
    Bare,
}

impl CodeWatch {
    /// Takes in a read of a frame. Reads of one frame are never two: ask once per code and frame.
    pub fn counts(&mut self, code: CodeDigest, sureness: Sureness, at: Monotonic) -> bool {
        self.seen.retain(|(_, seen)| at.saturating_sub(*seen) <= AGREE_WITHIN);
        let agrees = self.seen.iter().any(|(known, _)| *known == code);
        self.seen.retain(|(known, _)| *known != code);
        if self.seen.len() >= REMEMBERED {
            self.seen.remove(0);
        }
        self.seen.push((code, at));
        agrees || sureness == Sureness::WithMargin
    }
}

/// What one frame gives, alone and with those before.
#[derive(Debug, Clone, Default)]
pub struct LiveReading {
    /// Codes that count, largest first.
    pub codes: Vec<ReadCode>,
    pub refused: Vec<RefusedSymbol>,
    /// A code that is seen and was not read; only while none was.
    pub unread: Option<Unread>,
}

/// The reader of one camera's frames.
#[derive(Debug, Clone)]
pub struct LiveReader {
    watch: CodeWatch,
    fusion: Fusion,
    aid: Aid,
    turn: usize,
    /// When the last enhanced look was.
    closer_at: Monotonic,
    /// When a crowded part was last looked at with nothing to be seen.
    crowd_at: Monotonic,
    /// Frames since the last look for an unread code.
    since_sight: u32,
    /// Since when a code is seen and not read, and when last.
    sighted: Option<(Monotonic, Monotonic)>,
    latest: Monotonic,
}

impl Default for LiveReader {
    fn default() -> Self {
        Self::new()
    }
}

impl LiveReader {
    pub const fn new() -> Self {
        let watch = CodeWatch { seen: Vec::new() };
        let (closer_at, crowd_at, latest) = (Monotonic::ZERO, Monotonic::ZERO, Monotonic::ZERO);
        let fusion = Fusion::new();
        Self { watch, fusion, aid: Aid::None, turn: 0, closer_at, crowd_at, since_sight: 0, sighted: None, latest }
    }

    /// Reads the next frame. A time before that of the last frame is another camera: what was seen is forgotten.
    pub fn look(&mut self, luma: &GrayImage, at: Monotonic) -> LiveReading {
        if at < self.latest {
            *self = Self::new();
        }
        self.latest = at;
        self.sighted = self.sighted.filter(|(_, last)| at.saturating_sub(*last) <= GONE);
        let idle = self.sighted.is_none() && self.fusion.is_empty();
        let pace =
            if idle { Pace::Idle { sharpened: self.since_sight == 0, crowd: self.crowd_due(at) } } else { Pace::Whole };
        let mut reading = read_frame(luma, pace);
        if reading.is_empty() {
            self.look_closer(luma, &mut reading, at);
        }
        let (grids, finders) = (std::mem::take(&mut reading.unread), std::mem::take(&mut reading.finders));
        let likeliest = grids.iter().max_by(|a, b| a.agreement().total_cmp(&b.agreement()));
        let grid = likeliest.map(|grid| {
            let agreement = grid.agreement();
            Located { corners: grid.corners, size: grid.size, agreement }
        });
        if !reading.refused.is_empty() || reading.codes.iter().any(|code| code.correction.has_margin()) {
            // What was read for sure needs no evidence from before; another code may come next.
            self.fusion.clear();
        } else {
            // Of the frame as a whole: a symbol that was read may lie among the grids that were not, too.
            let alone = if reading.codes.is_empty() { Alone::Unread } else { Alone::Read };
            let read = reading.codes.iter().filter_map(|code| grid_of(luma, code));
            let grids = grids.into_iter().chain(read).collect();
            if let Some(fused) = self.fusion.take(luma, grids, alone, at) {
                self.join(fused, &mut reading.codes);
            }
        }
        let Reading { codes, refused, .. } = reading;
        if !codes.is_empty() || !refused.is_empty() {
            let codes = self.counted(codes, at);
            // A read that does not count yet is a code in sight: its second read must not wait.
            let waits = codes.is_empty() && refused.is_empty();
            self.sighted = waits.then(|| (self.sighted.map_or(at, |(since, _)| since), at));
            return LiveReading { codes, refused, unread: None };
        }
        LiveReading { unread: self.sight(luma, grid, &finders, at), ..LiveReading::default() }
    }

    /// With nothing to be seen a crowded part of the picture is most often no code.
    fn crowd_due(&mut self, at: Monotonic) -> Crowded {
        if at < self.crowd_at + CROWD_EVERY {
            return Crowded::Left;
        }
        self.crowd_at = at;
        Crowded::Asked
    }

    /// One enhancement, another with each frame, where a code is seen.
    fn look_closer(&mut self, luma: &GrayImage, reading: &mut Reading, at: Monotonic) {
        let traces = reading.has_traces() || !self.fusion.is_empty();
        let due = match self.sighted {
            Some((since, _)) => at >= since + STUBBORN,
            None if traces => at >= self.closer_at + STUBBORN,
            None => at >= self.closer_at + IDLE_EVERY,
        };
        if !due {
            return;
        }
        self.closer_at = at;
        let turns: &[usize] = if traces || self.sighted.is_some() { &TURNS } else { &IDLE_TURNS };
        let closer = read(luma, Effort::Enhanced { turn: turns[self.turn % turns.len()] });
        self.turn = self.turn.wrapping_add(1);
        reading.codes.extend(closer.codes);
        reading.refused.extend(closer.refused);
        reading.unread.extend(closer.unread);
    }

    /// Adds what several frames together say to what this one says.
    fn join(&mut self, fused: Fused, codes: &mut Vec<ReadCode>) {
        let Fused { decoded, mut corners, alone } = fused;
        let has_margin = decoded.correction.has_margin();
        if !has_margin && alone == Alone::Read {
            return;
        }
        // The next read must stand on frames of its own: to be a second one, and to be of what is held up then.
        self.fusion.clear();
        if let Some(known) = codes.iter_mut().find(|known| known.code == decoded.code) {
            if has_margin {
                known.correction = decoded.correction;
            }
            return;
        }
        if decoded.mirrored {
            corners.swap(1, 3);
        }
        codes.push(ReadCode {
            code: decoded.code,
            symbol: decoded.symbol,
            corners,
            reader: Reader::Tucai,
            mirrored: decoded.mirrored,
            correction: decoded.correction,
        });
    }

    fn counted(&mut self, codes: Vec<ReadCode>, at: Monotonic) -> Vec<ReadCode> {
        let mut asked: Vec<(CodeDigest, bool)> = Vec::new();
        let mut counted = Vec::new();
        for code in codes {
            let digest = code.code.digest();
            let sureness = if code.correction.has_margin() { Sureness::WithMargin } else { Sureness::Bare };
            let known = asked.iter().find(|(known, _)| *known == digest).map(|(_, counts)| *counts);
            let counts = known.unwrap_or_else(|| {
                let counts = self.watch.counts(digest, sureness, at);
                asked.push((digest, counts));
                counts
            });
            if counts {
                counted.push(code);
            }
        }
        counted
    }

    /// Measures what is seen and not read. While nothing is seen every second frame is left out.
    fn sight(&mut self, luma: &GrayImage, grid: Option<Located>, finders: &[Finder], at: Monotonic) -> Option<Unread> {
        let of_grid = grid.filter(|grid| grid.agreement >= SURE_PLACE);
        let seen = of_grid.and_then(|grid| unread_grid(luma, grid.corners, grid.size)).or_else(|| {
            self.since_sight = (self.since_sight + 1) % 2;
            if self.sighted.is_none() && self.since_sight != 0 {
                return None;
            }
            let seen = unread_among(luma, self.aid, finders);
            if seen.is_none() {
                self.aid = self.aid.next();
            }
            seen
        });
        if seen.is_some() {
            self.sighted = Some((self.sighted.map_or(at, |(since, _)| since), at));
        }
        seen
    }
}

/// The grey modules of a code that was read.
fn grid_of(luma: &GrayImage, code: &ReadCode) -> Option<GreyGrid> {
    let mut corners = code.corners;
    if code.mirrored {
        corners.swap(1, 3);
    }
    let grid = |polarity| GreyGrid::from_corners(luma, corners, code.symbol.version, polarity);
    grid(Polarity::DarkOnLight)
        .and_then(|dark| if dark.agreement() < 0.0 { grid(Polarity::LightOnDark) } else { Some(dark) })
}

/// Where a reader found a symbol that it could not decode.
#[derive(Debug, Clone, Copy)]
struct Located {
    corners: [Point; 4],
    size: usize,
    agreement: f32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::code::SubjectCode;

    fn digest(text: &str) -> CodeDigest {
        SubjectCode::new(text.as_bytes().to_vec()).unwrap().digest()
    }

    fn ms(n: u64) -> Monotonic {
        Monotonic::from_millis(n)
    }

    #[test]
    fn one_sure_read_counts_and_a_bare_one_waits_for_a_second() {
        let mut watch = CodeWatch::default();
        assert!(watch.counts(digest("a"), Sureness::WithMargin, ms(0)));
        assert!(!watch.counts(digest("b"), Sureness::Bare, ms(10)));
        assert!(!watch.counts(digest("c"), Sureness::Bare, ms(70)), "another code is no agreement");
        assert!(watch.counts(digest("b"), Sureness::Bare, ms(140)));
        assert!(watch.counts(digest("a"), Sureness::Bare, ms(200)), "it was read before");
    }

    #[test]
    fn reads_far_apart_do_not_agree() {
        let mut watch = CodeWatch::default();
        assert!(!watch.counts(digest("a"), Sureness::Bare, ms(0)));
        assert!(!watch.counts(digest("a"), Sureness::Bare, ms(1_100)));
        assert!(watch.counts(digest("a"), Sureness::Bare, ms(2_000)));
    }

    #[test]
    fn it_remembers_only_a_few() {
        let mut watch = CodeWatch::default();
        for n in 0..100 {
            watch.counts(digest(&n.to_string()), Sureness::Bare, ms(1));
        }
        assert!(watch.seen.len() <= REMEMBERED);
    }
}
