//! The way of one student, step by step, for tests: a session with a clock and a store that always agrees.

use std::sync::Arc;
use std::time::Duration;

use tucai::domain::code::{CodeSource, SubjectCode};
use tucai::domain::face::FaceMeasurements;
use tucai::domain::finding::{CheckId, Finding, Level, Reason, Severity};
use tucai::domain::geometry::{Point, Rect};
use tucai::domain::ids::{RecordId, ShotNumber, StationLetter};
use tucai::domain::session::{
    CodeRead, CodeStep, Command, Effect, Event, JudgedShot, LiveReport, PictureBytes, Press, RejectedEvent, SecondCopy,
    Session, Settings, State, StudentSays, Subject,
};
use tucai::domain::time::{Monotonic, WallTime};

pub(crate) fn ms(n: u64) -> Monotonic {
    Duration::from_millis(n)
}

pub(crate) fn jpeg(byte: u8) -> PictureBytes {
    PictureBytes { bytes: Arc::from([byte; 4].as_slice()), media_type: "image/jpeg" }
}

/// A code read by the camera, with its witness.
pub(crate) fn subject(name: &str) -> Subject {
    let code = SubjectCode::new(name.as_bytes().to_vec()).unwrap();
    Subject { code, source: CodeSource::Camera, symbol: None, witness: Some(jpeg(9)) }
}

pub(crate) fn shot_number(number: u32) -> ShotNumber {
    ShotNumber { station: StationLetter::A, number }
}

pub(crate) fn record(number: u8) -> RecordId {
    RecordId::from_parts(1, [number; 10])
}

pub(crate) fn finding(id: CheckId, severity: Severity, level: Level) -> Finding {
    let reason = if level == Level::Pass { Reason::Ok } else { Reason::TooHigh };
    Finding { id, level, severity, measured: None, unit: None, min: None, max: None, reason }
}

fn face() -> FaceMeasurements {
    FaceMeasurements {
        face_box: Rect::new(150.0, 150.0, 180.0, 220.0),
        score: 0.9,
        eyes: [Point::new(200.0, 228.0), Point::new(280.0, 228.0)],
        roll_deg: 0.0,
        yaw_deg: 0.0,
        pitch_deg: 0.0,
        head_top_y: Some(60.0),
        cut_at_top: false,
        hairline_y: Some(100.0),
        chin: Point::new(240.0, 400.0),
        cheeks_x: [130.0, 350.0],
        lid_ratio: [0.3, 0.3],
        lip_gap: 0.0,
    }
}

/// A judged shot whose one blocking check besides the count has this level.
pub(crate) fn judged(level: Level) -> JudgedShot {
    let count = finding(CheckId::FaceCount, Severity::Block, Level::Pass);
    JudgedShot {
        photo: Some(jpeg(1)),
        original: jpeg(2),
        findings: vec![count, finding(CheckId::EyesOpen, Severity::Block, level)],
        exposure: None,
        face: Some(face()),
        captured_at: WallTime { unix_millis: 1, offset_minutes: 480 },
        camera: String::from("test"),
        simulated: true,
        frame: 2,
        frames: 5,
    }
}

/// What the live checks say: `Pass` is green.
pub(crate) fn live(faces: usize, level: Level) -> LiveReport {
    let count = if faces == 1 { Level::Pass } else { Level::Fail };
    let count = finding(CheckId::FaceCount, Severity::Block, count);
    LiveReport { faces, findings: vec![count, finding(CheckId::EyesOpen, Severity::Block, level)] }
}

/// A session, its clock, and everything it asked for.
#[derive(Debug, Clone)]
pub(crate) struct Way {
    pub(crate) session: Session,
    pub(crate) now: Monotonic,
    pub(crate) effects: Vec<Effect>,
    next_shot: u32,
}

impl Way {
    pub(crate) fn new() -> Self {
        Self::with(Settings::default())
    }

    pub(crate) fn with(settings: Settings) -> Self {
        Self { session: Session::new(settings), now: ms(1_000_000), effects: Vec::new(), next_shot: 1 }
    }

    pub(crate) fn state(&self) -> &'static str {
        self.session.state().name()
    }

    /// Applies an event that must be taken; what it asks for is kept in `effects` and returned.
    pub(crate) fn take(&mut self, event: Event) -> Vec<Effect> {
        let effects = self.session.apply(event, self.now).unwrap();
        self.effects.extend(effects.iter().cloned());
        effects
    }

    /// Applies an event that must be refused and must change nothing.
    pub(crate) fn refused(&mut self, event: Event) -> RejectedEvent {
        let before = self.session.clone();
        let rejected = self.session.apply(event, self.now).unwrap_err();
        assert_eq!(before, self.session, "a refused event changes nothing");
        rejected
    }

    pub(crate) fn does(&mut self, command: Command) -> Vec<Effect> {
        self.take(Event::Operator(command, Press::First))
    }

    pub(crate) fn may_not(&mut self, command: Command) -> RejectedEvent {
        self.refused(Event::Operator(command, Press::First))
    }

    pub(crate) fn student(&mut self, says: StudentSays) -> Vec<Effect> {
        self.take(Event::Student(says, Press::First))
    }

    /// Time goes by in steps of 50 ms with nothing else happening.
    pub(crate) fn wait(mut self, millis: u64) -> Self {
        let end = self.now + ms(millis);
        while self.now < end {
            self.now = (self.now + ms(50)).min(end);
            self.take(Event::Tick);
        }
        self
    }

    /// Time goes by while the live checks, ten a second, say the same.
    pub(crate) fn watch(mut self, millis: u64, report: &LiveReport) -> Self {
        let end = self.now + ms(millis);
        while self.now < end {
            self.now += ms(100);
            self.take(Event::Live(report.clone()));
            self.take(Event::Tick);
        }
        self
    }

    /// A code is read and looked up; nobody has it yet.
    pub(crate) fn scan(mut self, name: &str) -> Self {
        let digest = subject(name).digest();
        self.take(Event::Code(subject(name)));
        if let State::CodeRead(CodeRead { step: CodeStep::LookingUp, .. }) = self.session.state() {
            self.take(Event::LookedUp { digest, earlier: None });
        }
        self.lock_opens(name)
    }

    /// The store answers that the lock is durable.
    pub(crate) fn lock_opens(mut self, name: &str) -> Self {
        let shot = shot_number(self.next_shot);
        self.next_shot += 1;
        self.take(Event::LockOpened { digest: subject(name).digest(), shot });
        self
    }

    /// One face, not in place yet.
    pub(crate) fn sit(self) -> Self {
        self.watch(100, &live(1, Level::Fail))
    }

    /// A picture by key, up to the verdict.
    pub(crate) fn shoot(mut self, level: Level) -> Self {
        self.does(Command::Shoot);
        self.now += ms(600);
        let attempt = self.attempt();
        self.take(Event::BurstTaken { attempt });
        self.judge(judged(level))
    }

    pub(crate) fn judge(mut self, shot: JudgedShot) -> Self {
        let attempt = self.attempt();
        self.take(Event::Judged { attempt, shot: Box::new(shot) });
        self.now += ms(700);
        self
    }

    /// Number of the burst that is under way.
    pub(crate) fn attempt(&self) -> u32 {
        match self.session.state() {
            State::Shot(shooting) => shooting.attempt,
            other => panic!("no shot while {}", other.name()),
        }
    }

    pub(crate) fn stored(mut self, copy: SecondCopy) -> Self {
        let shot = self.session.state().lock().unwrap().shot;
        self.take(Event::RecordStored { record: record(shot.number as u8), shot, copy });
        self
    }
}
