//! The way of one student, from code to durable record, as one state machine.
//!
//! ```text
//! Waiting -> CodeRead -> Locked -> Framing -> Shot -> Review -> Confirm -> Storing -> Stored -> Waiting
//!                          \          |  \-> Interrupted (code again, or both confirm the witness) -> Locked | Framing
//!                           \-> parked, turned away, released, expired -> Waiting
//! ```
//!
//! No clock, no device, no window: time comes in with every event, and what is to be done goes out as effects. A
//! refused event leaves the session exactly as it was.

mod chair;
mod effect;
mod event;
mod expected;
mod framing;
mod gun;
mod photo;
mod refusal;
mod review;
mod scan_desk;
mod settings;
mod shooting;
mod state;
mod storing;
mod subject;
mod waiting;

pub use chair::Chair;
pub use effect::{Cue, Draft, Effect, FrameChoice, LockEnd, Note, Number, QueueRule};
pub use event::{
    Answer, Collected, Command, Event, Gate, OverrideRequest, Press, SecondCopy, ShotFault, StoreTask, StudentSays,
    TurnedAway,
};
pub use expected::Expected;
pub use photo::PhotoWay;
pub use refusal::{Refusal, RejectedEvent};
pub use scan_desk::{ScanDesk, Ticket};
pub use settings::{AutomaticShot, ConfirmRule, DoubtRule, Settings};
pub use state::{
    Advice, CodeRead, CodeStep, Framing, Hold, Interrupted, Interruption, LastRecord, Lock, Question, Review, Shooting,
    ShotPhase, State, Stored, Storing, Walk,
};
pub use subject::{Burst, Earlier, Elsewhere, JudgedShot, LastFour, LiveReport, PictureBytes, Replaces, Subject};

use super::code::CodeDigest;
use super::fault::CameraFault;
use super::slip::Slip;
use super::time::Monotonic;
use scan_desk::Routed;

/// How often the sound of a lost camera comes back until it is silenced or the camera returns.
const DEVICE_ALARM_EVERY: Monotonic = Monotonic::from_secs(5);

/// What a step leads to: the next state and what is to be done, or why not.
type Step = Result<(State, Vec<Effect>), Refusal>;

/// Whether pictures arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CameraState {
    Here,
    /// Since then; the sound comes again at `alarm_at` unless it was silenced.
    Lost {
        fault: CameraFault,
        since: Monotonic,
        alarm_at: Option<Monotonic>,
    },
}

/// A subject put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    pub lock: Lock,
    pub at: Monotonic,
    /// Numbered at the scan desk and never sat down: 等拍.
    pub queued: bool,
}

/// A code that was just dealt with and may still be in sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Dismissed {
    digest: CodeDigest,
    seen: Monotonic,
}

/// The state machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    state: State,
    settings: Settings,
    parked: Vec<Parked>,
    last: Option<LastRecord>,
    dismissed: Option<Dismissed>,
    gate: Gate,
    camera: CameraState,
    attempts: u32,
    scan_desk: ScanDesk,
    expected: Option<Expected>,
    /// Another station's slip, and when it was last in sight.
    slip: Option<(Slip, Monotonic)>,
}

impl Session {
    pub fn new(settings: Settings) -> Self {
        Self {
            state: State::Waiting,
            settings,
            parked: Vec::new(),
            last: None,
            dismissed: None,
            gate: Gate::Open,
            camera: CameraState::Here,
            attempts: 0,
            scan_desk: ScanDesk::Idle,
            expected: None,
            slip: None,
        }
    }

    pub const fn state(&self) -> &State {
        &self.state
    }

    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Subjects put aside, the oldest first.
    pub fn parked(&self) -> &[Parked] {
        &self.parked
    }

    /// What `UndoLast` would withdraw.
    pub const fn last(&self) -> Option<&LastRecord> {
        self.last.as_ref()
    }

    pub const fn gate(&self) -> Gate {
        self.gate
    }

    pub const fn camera(&self) -> CameraState {
        self.camera
    }

    /// What the main key means here: shoot, accept, or nothing.
    pub const fn main_command(&self) -> Option<Command> {
        match self.state {
            State::Locked(_) | State::Framing(_) | State::Interrupted(_) => Some(Command::Shoot),
            State::Review(_) | State::Confirm(_) => Some(Command::Accept),
            _ => None,
        }
    }

    /// Takes an event, or refuses it and stays as it was. Effects are to be carried out in order.
    pub fn apply(&mut self, event: Event, now: Monotonic) -> Result<Vec<Effect>, RejectedEvent> {
        let (event_name, state_name) = (event.name(), self.state.name());
        let mut next = self.clone();
        match next.step(event, now) {
            Ok(effects) => {
                *self = next;
                Ok(effects)
            }
            Err(reason) => Err(RejectedEvent { event: event_name, state: state_name, reason }),
        }
    }

    fn step(&mut self, event: Event, now: Monotonic) -> Result<Vec<Effect>, Refusal> {
        let mut effects = Vec::new();
        let event = self.as_the_symbol_says(event, &mut effects);
        let event = match event {
            Event::Operator(_, Press::Repeat) => return Err(Refusal::KeyRepeat),
            event => match self.at_scan_desk(event, now)? {
                Routed::Here(more) => {
                    effects.extend(more);
                    return Ok(effects);
                }
                Routed::On(event) => event,
            },
        };
        match &event {
            Event::Student(_, Press::Repeat) => return Err(Refusal::KeyRepeat),
            Event::Configure(settings) => {
                if settings.operator != self.settings.operator
                    && let Some(lock) = self.state.lock_mut()
                {
                    // Nobody was at the desk before: that time does not count against the locked subject.
                    lock.face_seen = now;
                }
                self.settings = (**settings).clone();
                return Ok(effects);
            }
            Event::NewLocks(gate) => {
                self.gate = *gate;
                return Ok(effects);
            }
            Event::ParkedFound { subject, shot, row, replaces } => {
                let lock = Lock::new(subject.clone(), *shot, now, &self.settings);
                let lock = Lock { roster_key: row.clone(), replaces: *replaces, ..lock };
                self.parked.push(Parked { lock, at: now, queued: false });
                return Ok(effects);
            }
            // Ending a lock and writing a note change nothing here; the desk shows the fault.
            Event::StoreFailed { task: StoreTask::EndLock | StoreTask::Note, .. } => return Ok(effects),
            Event::Operator(command @ Command::Expect(_), _) => return self.expect(command),
            Event::Operator(Command::Silence, _) if !self.state.is_at_shot_limit() => return self.silence(),
            Event::CameraLost(fault) => effects.extend(self.camera_lost(*fault, now)),
            Event::CameraReturned => self.camera_returned(now),
            Event::Tick => effects.extend(self.camera_alarm(now)),
            _ => {}
        }
        // A handler that fails leaves `self` half changed: `apply` works on a copy and drops it then.
        let state = std::mem::replace(&mut self.state, State::Waiting);
        let (state, more) = self.handle(state, event, now)?;
        self.state = state;
        effects.extend(more);
        Ok(effects)
    }

    fn handle(&mut self, state: State, event: Event, now: Monotonic) -> Step {
        match state {
            State::Waiting => self.waiting(event, now),
            State::CodeRead(read) => self.code_read(read, event, now),
            State::Locked(lock) => self.locked(lock, event, now),
            State::Framing(framing) => self.framing(framing, event, now),
            State::Interrupted(interrupted) => self.interrupted(interrupted, event, now),
            State::Shot(shooting) => self.shooting(shooting, event, now),
            State::Review(review) => self.review(review, event, now),
            State::Confirm(review) => self.confirm(review, event, now),
            State::Storing(storing) => self.storing(storing, event, now),
            State::Stored(stored) => self.stored(stored, event, now),
            State::Undoing(last) => self.undoing(last, &event, now),
        }
    }

    fn silence(&mut self) -> Result<Vec<Effect>, Refusal> {
        match &mut self.camera {
            CameraState::Lost { alarm_at, .. } => {
                *alarm_at = None;
                Ok(Vec::new())
            }
            CameraState::Here => Err(Refusal::NothingAsked),
        }
    }

    fn camera_lost(&mut self, fault: CameraFault, now: Monotonic) -> Option<Effect> {
        let (since, alarm_at, effect) = match self.camera {
            CameraState::Here => (now, Some(now + DEVICE_ALARM_EVERY), Some(Effect::PlayCue(Cue::DeviceLost))),
            CameraState::Lost { since, alarm_at, .. } => (since, alarm_at, None),
        };
        self.camera = CameraState::Lost { fault, since, alarm_at };
        effect
    }

    /// The time without pictures does not count against the locked subject.
    fn camera_returned(&mut self, now: Monotonic) {
        if self.camera == CameraState::Here {
            return;
        }
        self.camera = CameraState::Here;
        if let Some(lock) = self.state.lock_mut() {
            lock.face_seen = now;
        }
    }

    fn camera_alarm(&mut self, now: Monotonic) -> Option<Effect> {
        match &mut self.camera {
            CameraState::Lost { alarm_at: Some(at), .. } if now >= *at => {
                *at = now + DEVICE_ALARM_EVERY;
                Some(Effect::PlayCue(Cue::DeviceLost))
            }
            _ => None,
        }
    }

    const fn camera_is_lost(&self) -> bool {
        matches!(self.camera, CameraState::Lost { .. })
    }
}
