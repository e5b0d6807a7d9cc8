//! The scan desk: codes are read ahead of the camera, each gets its 拍摄号 at once, and its person waits (等拍) until the
//! camera desk is shown the same code or the slip.
//!
//! It runs beside the way of one student and never touches it: nobody is locked here. On one machine the person waits in
//! this session; a machine that only scans hands out numbers, and the other machine ties a number to a code only when it
//! has seen both the slip and the code.

use super::effect::{Cue, Effect, LockEnd, Note, QueueRule};
use super::event::{Collected, Command, Event, Gate, StoreTask, TurnedAway};
use super::refusal::Refusal;
use super::state::{Lock, State};
use super::subject::Subject;
use super::{Parked, Session};
use crate::domain::code::{CodeDigest, CodeSource};
use crate::domain::ids::ShotNumber;
use crate::domain::set_up::DeskKind;
use crate::domain::slip::{Ours, Slip};
use crate::domain::time::Monotonic;

/// A slip that was shown is remembered for so long until its code is.
const SLIP_STAYS: Monotonic = Monotonic::from_mins(1);

/// How far the scan desk is with the code that it saw last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ScanDesk {
    #[default]
    Idle,
    /// It is looked up and numbered.
    Asking(Box<Subject>),
    /// It has a picture already; no number unless somebody says so.
    Collected {
        subject: Box<Subject>,
        found: Collected,
        seen: Monotonic,
    },
    Given(Ticket),
}

/// A number that was handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    pub shot: ShotNumber,
    pub digest: CodeDigest,
    pub since: Monotonic,
    /// When its code was last in sight.
    seen: Monotonic,
    /// The code had this number already.
    pub again: bool,
}

impl Ticket {
    /// What is printed for it.
    pub fn slip(&self) -> Slip {
        Slip::new(self.shot, self.digest)
    }
}

/// Where an event goes on.
pub(super) enum Routed {
    /// The scan desk has dealt with it.
    Here(Vec<Effect>),
    /// It is for the way of one student.
    On(Event),
}

type Taken = Result<Vec<Effect>, Refusal>;

impl Session {
    /// What the scan desk shows.
    pub const fn scan_desk(&self) -> &ScanDesk {
        &self.scan_desk
    }

    /// Those who wait for the camera with a number, in the order in which they came.
    pub fn waiting_line(&self) -> impl Iterator<Item = &Parked> {
        self.parked.iter().filter(|parked| parked.queued)
    }

    /// A slip that was shown and whose code is still to come.
    pub fn slip_shown_alone(&self, now: Monotonic) -> Option<ShotNumber> {
        let (slip, at) = self.slip?;
        (self.state.lock().is_none() && now.saturating_sub(at) <= SLIP_STAYS).then_some(slip.shot)
    }

    /// Takes what is the scan desk's out of the stream of events, and translates slips.
    pub(super) fn at_scan_desk(&mut self, event: Event, now: Monotonic) -> Result<Routed, Refusal> {
        let only_scans = self.settings.desk == DeskKind::ScanOnly;
        Ok(match event {
            Event::Code(subject) => match Ours::of(&subject.code) {
                Some(Ours::Slip(slip)) if only_scans => Routed::Here(self.slip_at_scan_desk(slip, now)?),
                Some(Ours::Slip(slip)) => return self.slip_at_camera(slip, now),
                Some(Ours::Other) => return Err(Refusal::NobodysCode),
                None if only_scans && self.state.lock().is_none_or(|lock| lock.subject.code != subject.code) => {
                    Routed::Here(self.queue(subject, now)?)
                }
                None => Routed::On(Event::Code(subject)),
            },
            Event::CodeAhead(subject) => Routed::Here(match Ours::of(&subject.code) {
                Some(Ours::Slip(slip)) => self.slip_at_scan_desk(slip, now)?,
                Some(Ours::Other) => return Err(Refusal::NobodysCode),
                None => self.queue(subject, now)?,
            }),
            Event::Queued { digest, shot } => Routed::Here(self.queued(digest, shot, now)?),
            Event::QueueCollected { digest, found } => Routed::Here(self.queue_collected(digest, found, now)?),
            Event::StoreFailed { task: StoreTask::Queue, .. } => {
                self.scan_desk = ScanDesk::Idle;
                Routed::Here(Vec::new())
            }
            Event::WaitingFound { subject, shot } => {
                self.put_in_line(subject, shot, now);
                Routed::Here(Vec::new())
            }
            Event::Operator(Command::QueueAnyway, _) => Routed::Here(self.queue_anyway()?),
            Event::Operator(Command::NoNumber, _) => Routed::Here(self.no_number(now)?),
            Event::Operator(Command::LetGo(shot), _) => Routed::Here(self.let_go(shot)?),
            Event::Operator(Command::Recall(_), _) if only_scans => return Err(Refusal::OnlyScans),
            event => Routed::On(event),
        })
    }

    fn put_in_line(&mut self, subject: Subject, shot: ShotNumber, now: Monotonic) {
        let held = self.parked.iter().map(|parked| &parked.lock).chain(self.state.lock());
        if held.into_iter().any(|lock| lock.shot == shot && lock.subject.code == subject.code) {
            return;
        }
        let lock = Lock::new(subject, shot, now, &self.settings);
        self.parked.push(Parked { lock, at: now, queued: true });
    }

    /// A code ahead of the camera: a number, unless it has one or has a picture.
    fn queue(&mut self, subject: Subject, now: Monotonic) -> Taken {
        if let Gate::Closed(fault) = self.gate {
            return Err(Refusal::LocksStopped(fault));
        }
        self.is_answered()?;
        let digest = subject.digest();
        if self.is_held_up_still(&subject, now) || self.is_at_camera(digest) {
            return Ok(Vec::new());
        }
        if matches!(self.scan_desk, ScanDesk::Asking(_)) {
            return Err(Refusal::Busy);
        }
        if let Some(known) = self.parked.iter().find(|parked| parked.lock.subject.code == subject.code) {
            let shot = known.lock.shot;
            return Ok(self.give(shot, digest, true, now));
        }
        // Whoever was called has a picture, and is to come all the same.
        let rule = if self.called(&subject).is_some() { QueueRule::AllTheSame } else { QueueRule::OnlyNew };
        self.scan_desk = ScanDesk::Asking(Box::new(subject.clone()));
        Ok(vec![Effect::Queue { subject: Box::new(subject), rule }])
    }

    /// The same phone is still before the lens. A gun is pulled on purpose and always counts.
    fn is_held_up_still(&mut self, subject: &Subject, now: Monotonic) -> bool {
        let (digest, until) = (subject.digest(), self.settings.code_out_of_sight);
        let last = match &mut self.scan_desk {
            ScanDesk::Asking(asked) => return asked.code == subject.code,
            ScanDesk::Given(ticket) if ticket.digest == digest => &mut ticket.seen,
            ScanDesk::Collected { subject: asked, seen, .. } if asked.code == subject.code => seen,
            _ => return self.is_still_in_sight(subject, now),
        };
        let still = now.saturating_sub(*last) <= until;
        *last = now;
        still && subject.source == CodeSource::Camera
    }

    /// Its person is being photographed.
    fn is_at_camera(&self, digest: CodeDigest) -> bool {
        let read = match &self.state {
            State::CodeRead(read) => Some(read.subject.digest()),
            State::Undoing(last) => Some(last.subject.digest()),
            state => state.lock().map(|lock| lock.subject.digest()),
        };
        read == Some(digest)
    }

    fn give(&mut self, shot: ShotNumber, digest: CodeDigest, again: bool, now: Monotonic) -> Vec<Effect> {
        self.scan_desk = ScanDesk::Given(Ticket { shot, digest, since: now, seen: now, again });
        vec![Effect::PlayCue(Cue::CodeRead)]
    }

    /// The number is durable: only now is it shown.
    fn queued(&mut self, digest: CodeDigest, shot: ShotNumber, now: Monotonic) -> Taken {
        match std::mem::take(&mut self.scan_desk) {
            ScanDesk::Asking(subject) if subject.digest() == digest => {
                self.put_in_line(*subject, shot, now);
                Ok(self.give(shot, digest, false, now))
            }
            _ => Err(Refusal::TooLate),
        }
    }

    fn queue_collected(&mut self, digest: CodeDigest, found: Collected, now: Monotonic) -> Taken {
        match std::mem::take(&mut self.scan_desk) {
            ScanDesk::Asking(subject) if subject.digest() == digest => {
                self.scan_desk = ScanDesk::Collected { subject, found, seen: now };
                Ok(vec![Effect::PlayCue(Cue::AlreadyCollected)])
            }
            _ => Err(Refusal::TooLate),
        }
    }

    /// Somebody with a picture goes to the camera desk all the same: there it is asked why.
    fn queue_anyway(&mut self) -> Taken {
        match std::mem::take(&mut self.scan_desk) {
            ScanDesk::Collected { subject, .. } => {
                self.scan_desk = ScanDesk::Asking(subject.clone());
                Ok(vec![Effect::Queue { subject, rule: QueueRule::AllTheSame }])
            }
            _ => Err(Refusal::NothingAsked),
        }
    }

    fn no_number(&mut self, now: Monotonic) -> Taken {
        match std::mem::take(&mut self.scan_desk) {
            ScanDesk::Collected { subject, .. } => {
                self.dismiss(subject.digest(), now);
                Ok(vec![Effect::Note(Note::TurnedAway { reason: TurnedAway::AlreadyCollected })])
            }
            _ => Err(Refusal::NothingAsked),
        }
    }

    /// Somebody who waits, or was put aside, is not coming any more.
    fn let_go(&mut self, shot: ShotNumber) -> Taken {
        if matches!(self.state, State::CodeRead(_)) {
            return Err(Refusal::Busy);
        }
        let at = self.parked.iter().position(|parked| parked.lock.shot == shot).ok_or(Refusal::NotParked)?;
        self.parked.remove(at);
        if matches!(&self.scan_desk, ScanDesk::Given(ticket) if ticket.shot == shot) {
            self.scan_desk = ScanDesk::Idle;
        }
        Ok(vec![Effect::EndLock { shot, end: LockEnd::Released }])
    }

    fn waits_with(&self, slip: Slip) -> Option<&Parked> {
        self.parked.iter().find(|parked| parked.lock.shot == slip.shot && slip.is_of(parked.lock.subject.digest()))
    }

    /// A slip before the scan desk's lens: its number is shown once more.
    fn slip_at_scan_desk(&mut self, slip: Slip, now: Monotonic) -> Taken {
        match &mut self.scan_desk {
            ScanDesk::Asking(_) => return Err(Refusal::Busy),
            ScanDesk::Given(ticket) if ticket.slip() == slip => {
                let still = now.saturating_sub(ticket.seen) <= self.settings.code_out_of_sight;
                ticket.seen = now;
                if still {
                    return Ok(Vec::new());
                }
            }
            _ => {}
        }
        let digest = self.waits_with(slip).ok_or(Refusal::NotParked)?.lock.subject.digest();
        Ok(self.give(slip.shot, digest, true, now))
    }

    /// A slip before the camera: it stands for the code of somebody who waits here, and for nothing else.
    fn slip_at_camera(&mut self, slip: Slip, now: Monotonic) -> Result<Routed, Refusal> {
        if let Some(parked) = self.waits_with(slip) {
            let subject = Subject { source: CodeSource::Camera, ..parked.lock.subject.clone() };
            return Ok(Routed::On(Event::Code(subject)));
        }
        if self.is_dealt_with(slip) {
            self.slip = None;
            return Ok(Routed::Here(Vec::new()));
        }
        let in_sight = self.settings.code_out_of_sight;
        let last = self.slip.replace((slip, now));
        let fresh = last.is_none_or(|(known, at)| known != slip || now.saturating_sub(at) > in_sight);
        let is_interrupted = matches!(self.state, State::Interrupted(_));
        // While a picture is stored nothing of its lock changes any more.
        if self.state.lock().is_none() || matches!(self.state, State::Storing(_)) {
            let cue = if fresh { vec![Effect::PlayCue(Cue::CodeRead)] } else { Vec::new() };
            return Ok(Routed::Here(cue));
        }
        let Some(lock) = self.state.lock_mut() else { return Ok(Routed::Here(Vec::new())) };
        if !slip.is_of(lock.subject.digest()) {
            return Err(Refusal::SlipOfAnother);
        }
        if is_interrupted {
            return Err(Refusal::SlipIsNoCode);
        }
        let noted = note_number(lock, slip);
        // It has met its code, and is nobody else's any more.
        self.slip = None;
        Ok(Routed::Here(noted))
    }

    /// The slip of somebody whose way is over, or nearly so, and who still holds it before the lens.
    fn is_dealt_with(&self, slip: Slip) -> bool {
        let over = match &self.state {
            State::Storing(storing) => Some(storing.review.lock.subject.digest()),
            state if state.lock().is_some() => None,
            _ => self.dismissed.map(|dismissed| dismissed.digest),
        };
        over.is_some_and(|digest| slip.is_of(digest))
    }

    /// A lock opens after a slip was shown: do they belong together?
    pub(super) fn slip_meets(&mut self, lock: &mut Lock, now: Monotonic) -> Vec<Effect> {
        let shown = self.slip.take().filter(|(_, at)| now.saturating_sub(*at) <= SLIP_STAYS);
        let Some((slip, _)) = shown else { return Vec::new() };
        if slip.is_of(lock.subject.digest()) {
            return note_number(lock, slip);
        }
        let note = Note::SlipDiffers { shot: lock.shot, slip: slip.shot };
        vec![Effect::Note(note), Effect::PlayCue(Cue::Attention)]
    }
}

/// The number in another station's queue, once.
fn note_number(lock: &mut Lock, slip: Slip) -> Vec<Effect> {
    if slip.shot == lock.shot || lock.queue_number == Some(slip.shot) {
        return Vec::new();
    }
    lock.queue_number = Some(slip.shot);
    vec![Effect::Note(Note::SlipMatched { shot: lock.shot, slip: slip.shot })]
}
