//! What happens before the simulated camera: who comes, when, and how they sit. Pure functions of seed and time.

use std::f32::consts::{PI, TAU};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::domain::code::{CodeSymbol, CorrectionLevel, Segment, SegmentMode};
use crate::domain::geometry::Point;
use crate::render::{Person, PhonePose, Pose, Random, symbol_of_bytes};

/// How long each part of one visit takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Script {
    /// Bare backdrop before the phone comes.
    pub empty: Duration,
    /// The phone moves in, is held still, moves out.
    pub code: Duration,
    /// Walking in and sitting down.
    pub enter: Duration,
    /// Sitting, but not quite right.
    pub wrong: Duration,
    /// Sitting well.
    pub right: Duration,
    pub leave: Duration,
}

impl Default for Script {
    fn default() -> Self {
        let millis = Duration::from_millis;
        Self {
            empty: millis(500),
            code: millis(2_000),
            enter: millis(1_000),
            wrong: millis(1_500),
            right: millis(7_500),
            leave: millis(700),
        }
    }
}

/// A part of one visit, with how far it is, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Act {
    Empty,
    Code(f32),
    Enter(f32),
    Wrong(f32),
    Right(f32),
    Leave(f32),
}

/// The parts of a visit, in order.
#[derive(Debug, Clone, Copy)]
enum Part {
    Empty,
    Code,
    Enter,
    Wrong,
    Right,
    Leave,
}

impl Part {
    const fn at(self, share: f32) -> Act {
        match self {
            Self::Empty => Act::Empty,
            Self::Code => Act::Code(share),
            Self::Enter => Act::Enter(share),
            Self::Wrong => Act::Wrong(share),
            Self::Right => Act::Right(share),
            Self::Leave => Act::Leave(share),
        }
    }
}

impl Script {
    const fn length(&self, part: Part) -> Duration {
        match part {
            Part::Empty => self.empty,
            Part::Code => self.code,
            Part::Enter => self.enter,
            Part::Wrong => self.wrong,
            Part::Right => self.right,
            Part::Leave => self.leave,
        }
    }

    /// How long one visit takes.
    pub fn visit(&self) -> Duration {
        self.empty + self.code + self.enter + self.wrong + self.right + self.leave
    }

    /// Who is there (counted from 0), what they do, and the time since their visit began.
    pub fn at(&self, time: Duration) -> (u64, Act, Duration) {
        let visit = self.visit().max(Duration::from_millis(1));
        let index = (time.as_nanos() / visit.as_nanos()) as u64;
        let within = Duration::from_nanos((time.as_nanos() % visit.as_nanos()) as u64);
        let mut rest = within;
        for part in [Part::Empty, Part::Code, Part::Enter, Part::Wrong, Part::Right, Part::Leave] {
            let length = self.length(part);
            if rest < length {
                return (index, part.at(rest.as_secs_f32() / length.as_secs_f32()), within);
            }
            rest = rest.saturating_sub(length);
        }
        (index, Act::Empty, within)
    }

    /// Time since the visit began at which its person gets up.
    pub fn leaves_at(&self) -> Duration {
        self.sits_right_at() + self.right
    }

    /// Time since the visit began at which its person sits well.
    pub fn sits_right_at(&self) -> Duration {
        self.empty + self.code + self.enter + self.wrong
    }
}

/// One number out of a start's seed and a visitor's place in the row.
fn visitor(seed: u64, index: u64) -> u64 {
    Random::fork(seed, index.wrapping_add(0xD3_40)).bits()
}

/// The person who comes as number `index`.
pub fn person_for(seed: u64, index: u64) -> Person {
    Person::presentable(visitor(seed, index))
}

/// The code on the phone of person number `index`: clearly fake, 200 to 400 bytes.
pub fn code_for(seed: u64, index: u64) -> CodeSymbol {
    let mut r = Random::fork(visitor(seed, index), 80);
    let raw: Vec<u8> = (0..150 + r.below(145)).map(|_| (r.bits() >> 56) as u8).collect();
    let text = format!("DEMO-{}", URL_SAFE_NO_PAD.encode(raw));
    let level = if r.chance(0.5) { CorrectionLevel::L } else { CorrectionLevel::M };
    // 399 bytes fit version 40 at any level, so the other arm is never taken; it is no panic either.
    symbol_of_bytes(text.as_bytes(), level).unwrap_or_else(|_| CodeSymbol {
        version: 1,
        level: CorrectionLevel::L,
        segments: vec![Segment { mode: SegmentMode::Byte, bytes: b"DEMO".to_vec() }],
    })
}

/// The four digits that the phone of person number `index` prints beside the code.
pub fn tail_for(seed: u64, index: u64) -> String {
    format!("{:04}", Random::fork(visitor(seed, index), 81).below(10_000))
}

/// Movements of one visitor in a picture of this size.
#[derive(Debug, Clone, Copy)]
pub struct Movements {
    seed: u64,
    width: f32,
    height: f32,
    seat: Point,
    face_width: f32,
    /// -1 comes from the left of the picture, 1 from the right.
    from: f32,
    mistake: Mistake,
}

/// What is wrong at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mistake {
    TooFarLeft,
    HeadTilted,
    TooLow,
}

fn ease(t: f32) -> f32 {
    t * t * (3.0 - 2.0 * t)
}

impl Movements {
    /// Faces are 232 to 238 pixels wide in 720 rows: the finished picture needs no enlargement, and its crop fits.
    pub fn new(seed: u64, index: u64, width: u32, height: u32) -> Self {
        let seed = visitor(seed, index);
        let mut r = Random::fork(seed, 82);
        let (width, height) = (width as f32, height as f32);
        let unit = height / 720.0;
        let mistake = [Mistake::TooFarLeft, Mistake::HeadTilted, Mistake::TooLow][r.below(3)];
        Self {
            seed,
            width,
            height,
            seat: Point::new(width / 2.0 + r.range(-12.0, 12.0) * unit, r.range(253.0, 262.0) * unit),
            face_width: r.range(232.0, 238.0) * unit,
            from: if r.chance(0.5) { -1.0 } else { 1.0 },
            mistake,
        }
    }

    /// Width of the face, pixels.
    pub const fn face_width(&self) -> f32 {
        self.face_width
    }

    /// Width of the phone when held straight, pixels.
    pub fn phone_width(&self) -> f32 {
        self.height * 0.55
    }

    /// How the phone is held, `None` when it is away. `t` runs from 0 to 1 over the act.
    pub fn phone(&self, act: Act) -> Option<PhonePose> {
        let Act::Code(t) = act else { return None };
        let mut r = Random::fork(self.seed, 83);
        let (roll, yaw, pitch) = (r.range(-5.0, 5.0), r.range(-7.0, 7.0), r.range(-6.0, 6.0));
        // In during the first fifth, still, out during the last fifth.
        let away = (1.0 - ease((t / 0.2).min(1.0))).max(ease(((t - 0.8) / 0.2).max(0.0)));
        let rest = Point::new(self.width * (0.5 + r.range(-0.05, 0.05)), self.height * 0.56);
        let tremble = Point::new((t * 31.0).sin() * 1.2, (t * 23.0 + 1.0).sin() * 1.5);
        let center = Point::new(
            rest.x + tremble.x + self.from * away * self.width * 0.25,
            rest.y + tremble.y + away * self.height * 1.15,
        );
        Some(PhonePose {
            roll_deg: roll + away * self.from * 25.0,
            yaw_deg: yaw + (t * 9.0).sin() * 0.8,
            pitch_deg: pitch,
            brightness: 0.95,
            moire: 0.25,
            ..PhonePose::straight(center, self.phone_width())
        })
    }

    /// How the person is posed, `None` when nobody is there. `since` is the time since the visit began.
    pub fn pose(&self, act: Act, since: Duration) -> Option<Pose> {
        let seconds = since.as_secs_f32();
        match act {
            Act::Empty | Act::Code(_) => None,
            Act::Enter(t) => Some(self.walking(1.0 - ease(t), seconds)),
            Act::Wrong(t) => Some(self.mistaken(t, seconds)),
            Act::Right(t) => Some(self.seated(seconds, 1.0 - ease((t / 0.05).min(1.0)))),
            Act::Leave(t) => Some(self.walking(ease(t), seconds)),
        }
    }

    /// Sitting well; `restless` 0 to 1 adds a last bit of settling.
    fn seated(&self, seconds: f32, restless: f32) -> Pose {
        let phase = (self.seed % 1000) as f32 * 0.01;
        let wave = |rate: f32, shift: f32| (seconds * rate + phase + shift).sin();
        let unit = self.height / 720.0;
        let lid = self.lid(seconds);
        Pose {
            eye_center: Point::new(
                self.seat.x + (wave(0.9, 0.0) * 1.6 + wave(2.3, 2.0) * 0.5) * unit,
                self.seat.y + (wave(1.1, 1.0) * 1.0 + wave(0.5, 4.0) * 0.8) * unit + restless * 4.0 * unit,
            ),
            roll_deg: wave(0.6, 3.0) * 0.5,
            yaw_deg: wave(0.7, 5.0) * 0.9,
            pitch_deg: 1.0 + wave(0.8, 6.0) * 0.6,
            lids: [lid, lid],
            gaze: (wave(0.4, 7.0) * 0.05, wave(0.5, 8.0) * 0.04),
            ..Pose::frontal(self.seat, self.face_width)
        }
    }

    fn mistaken(&self, t: f32, seconds: f32) -> Pose {
        let mut pose = self.seated(seconds, 0.0);
        // Corrected in the last fifth.
        let amount = 1.0 - ease(((t - 0.8) / 0.2).max(0.0));
        let unit = self.height / 720.0;
        match self.mistake {
            Mistake::TooFarLeft => pose.eye_center.x -= 190.0 * unit * amount,
            Mistake::HeadTilted => pose.roll_deg += 11.0 * amount,
            Mistake::TooLow => pose.eye_center.y += 170.0 * unit * amount,
        }
        pose.gaze = (0.25 * amount, 0.2 * amount);
        pose
    }

    /// `away` 1 outside the picture, 0 on the seat: walks upright, sits down at the end.
    fn walking(&self, away: f32, seconds: f32) -> Pose {
        let mut pose = self.seated(seconds, 0.0);
        let steps = (seconds * TAU * 1.9).sin().abs() * 7.0 * (away * PI).sin().max(0.0);
        pose.eye_center.x += self.from * away * (self.width * 0.5 + self.face_width * 1.9);
        pose.eye_center.y -= away.sqrt() * self.height * 0.05 + steps;
        pose.yaw_deg -= self.from * 9.0 * (away * 3.0).min(1.0);
        pose.gaze = (-self.from * 0.3 * away.min(0.5), 0.0);
        pose
    }

    /// Lid opening: blinks of 150 ms, one every 2 to 4 seconds.
    fn lid(&self, seconds: f32) -> f32 {
        const BLINK: f32 = 0.150;
        let slot = (seconds / 3.0).floor();
        let mut r = Random::fork(self.seed ^ (slot as u64), 84);
        let begin = slot * 3.0 + r.range(0.3, 2.7);
        let t = (seconds - begin) / BLINK;
        if !(0.0..1.0).contains(&t) {
            return 1.0;
        }
        1.0 - (t * PI).sin().powf(0.6)
    }
}
