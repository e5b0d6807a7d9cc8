//! Why an event was refused. The words stand in `text::session`.

use crate::domain::fault::StoreFault;
use crate::domain::finding::CheckId;
use crate::domain::set_up::Missing;

/// An event that the state does not take. The state is as before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{event} is refused while {state}: {reason:?}")]
pub struct RejectedEvent {
    pub event: &'static str,
    pub state: &'static str,
    pub reason: Refusal,
}

/// Why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// Nobody is locked.
    NothingLocked,
    /// Somebody is locked.
    AlreadyLocked,
    /// There is no picture to decide on.
    NoPicture,
    /// A picture waits for a decision first.
    PictureOpen,
    /// A picture is being taken, judged or stored.
    Busy,
    /// Too soon after the picture appeared.
    TooSoon,
    /// A held key.
    KeyRepeat,
    /// A question is open.
    QuestionOpen,
    /// No question is open.
    NothingAsked,
    /// A blocking check fails and was not overridden.
    Blocked(CheckId),
    /// Not to be overridden by anybody.
    NotOverridable(CheckId),
    /// The check does not fail.
    NotFailing(CheckId),
    /// Needs a second person's PIN.
    NeedsSecondPerson,
    /// The reason "other" needs words.
    NeedsWords,
    /// Not on the list of things to ask.
    NotAsked,
    /// Something is still to be asked, or warns: the operator accepts.
    OperatorMustAccept,
    /// Only the student may say yes.
    StudentMustConfirm,
    /// The link between code and person is in doubt.
    CodeDoubtful,
    /// The shot limit is reached.
    ShotLimit,
    /// The shot limit is not reached.
    ShotsLeft,
    /// That burst has no such frame.
    NoSuchFrame,
    /// An answer to something that is over.
    TooLate,
    NothingToUndo,
    NotParked,
    /// That reason does not fit here.
    WrongReason,
    /// New locks are stopped.
    LocksStopped(StoreFault),
    NoCamera,
    /// The empty backdrop fails, and nobody has said otherwise.
    BackdropFails,
    /// The session was begun without being asked for this.
    Unanswered(Missing),
    /// A code that this program drew itself, or another form of one: nobody is locked with it.
    NobodysCode,
    /// This station only scans.
    OnlyScans,
    /// The slip belongs to another code than the one that is locked.
    SlipOfAnother,
    /// A slip is no code: it does not show that the same person sits there.
    SlipIsNoCode,
}
