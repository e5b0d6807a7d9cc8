//! What painting pushes: the operator's commands and answers, as plain values.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use super::people::PeopleCommand;
use super::student::Said;
use crate::domain::finding::CheckId;
use crate::domain::ids::{RecordId, SessionId, ShotNumber, StationLetter};
use crate::domain::record::{OverrideReason, RetakeReason};
use crate::domain::set_up::{BackdropReason, LensEdge, SetUp};
use crate::domain::turn::Turn;
use crate::text::Lang;

/// One answer to a [`Question`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Yes,
    No,
    Retake(RetakeReason),
    Override(OverrideReason),
    TurnAway(TurnAway),
    /// One of the codes of a picture, counted from 0.
    Code(usize),
}

/// Why somebody was not photographed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TurnAway {
    NoCode,
    Unreadable,
    AlreadyCollected,
    NotAllowed,
}

impl TurnAway {
    /// In the order of the digit keys 1 to 4.
    pub const ALL: [Self; 4] = [Self::NoCode, Self::Unreadable, Self::AlreadyCollected, Self::NotAllowed];
}

/// A question in the right column; each answer has its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// This code was collected already.
    AlreadyCollected {
        shot: ShotNumber,
        at: String,
    },
    /// Another station has collected it, as its list of this time says.
    CollectedElsewhere {
        shot: ShotNumber,
        at: String,
    },
    /// The scan desk was shown the code of somebody with a picture.
    GiveNumber {
        shot: ShotNumber,
    },
    /// Another code was seen while one is locked.
    OtherCode {
        locked: ShotNumber,
        digest: String,
    },
    /// Releasing throws a picture away.
    ReleaseWithPicture,
    /// The last record is to be withdrawn.
    UndoLast {
        shot: ShotNumber,
    },
    /// The shot limit is reached.
    ShotLimit {
        shots: u32,
    },
    /// Why the picture is accepted all the same.
    OverrideReason {
        checks: Vec<CheckId>,
    },
    /// Why the person was not photographed.
    TurnAwayReason,
    /// A picture file shows several codes: what is said of each.
    WhichCode {
        codes: Vec<String>,
    },
    /// Whether the one who is locked is the one whose picture was refused.
    IsRetakeOf {
        locked: ShotNumber,
        record: RecordId,
        shot: ShotNumber,
    },
    /// Somebody else's record has this row of the list, or no row has this 学号; what is shown is masked.
    RosterTaken {
        person: String,
        shot: ShotNumber,
    },
    RosterUnknown {
        number: String,
    },
}

/// Text that must not be printed.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(zeroize::Zeroizing<String>);

impl Secret {
    pub fn new(text: String) -> Self {
        Self(zeroize::Zeroizing::new(text))
    }

    /// The text itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// What a folder of the system's dialog is picked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FolderFor {
    Handover,
    SecondCopy,
    RecoveryKey,
}

/// What the operator, or a scanner gun, did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    // the way of one student
    Shoot,
    /// With the names of what is attested.
    Accept(Vec<String>),
    Retake,
    Release,
    AskOverride,
    AskTurnAway,
    PickFrame(usize),
    /// Ticks one thing to ask, or takes the tick back.
    Attest(String),
    /// Ticks everything that is still to be asked.
    AttestAll,
    /// Stops the sound of a lost camera.
    Silence,
    Park,
    UndoLast,
    /// Somebody who waits or was put aside is not coming any more.
    LetGo(ShotNumber),
    /// The slip of the number that was given last.
    PrintSlip,
    Answer(Answer),
    /// By the student's own keys.
    StudentSays(Said),
    /// After an interruption: the witness was compared and is the same person.
    ConfirmWitness,
    /// A line that came at a gun's speed.
    Gun(Secret),
    ToggleAutoShoot,
    /// Seconds before a complete picture is accepted by itself; 0: never.
    SetAutoAccept(u32),
    ToggleMute,
    // the gate
    CreateStation {
        passphrase: Secret,
        letter: StationLetter,
        /// Where a recovery key is to be written.
        recovery: Option<PathBuf>,
    },
    Unlock(Secret),
    /// Sets the damaged index aside and makes it anew.
    Rebuild(Secret),
    OpenDemonstration,
    /// Another station's copy is taken over.
    Adopt(super::adopt::AdoptCommand),
    LookForCamera,
    ChooseCamera(usize),
    /// A second camera that only reads codes; `None`: one camera does both.
    ChooseScanCamera(Option<usize>),
    // lists
    Recall(ShotNumber),
    /// The person of this record is to come again; `None`: nobody is awaited any more.
    CallBack(Option<RecordId>),
    /// The school's own list.
    Roster(super::roster::RosterCommand),
    /// Its photo is to be shown at its own size.
    ShowLarge(RecordId),
    Approve(RecordId),
    /// With the digit of the reason.
    Reject(RecordId, u8),
    /// Withdrawn, with the digit of the reason.
    Withdraw(RecordId, u8),
    /// A rejection or withdrawal was a slip.
    TakeBack(RecordId),
    // handing over
    PickFolder(FolderFor),
    Seal {
        target: PathBuf,
        recipient: Option<String>,
    },
    /// The centre's card, whom bundles are sealed for.
    Centre(super::centre::CentreCommand),
    // preparing a session
    /// Another session, or the open one while it is empty.
    StartSession(Box<SetUp>),
    /// The open session goes on with other answers.
    ChangeSession(Box<SetUp>),
    OpenSession(SessionId),
    TestBackdrop,
    /// The session is held although the backdrop fails.
    OverruleBackdrop(BackdropReason),
    TestSound,
    /// Writes and reads the data folder, and this folder for the second copy.
    TestDisks(Option<PathBuf>),
    /// The disk in the second one's place becomes this station's own.
    UseThisDisk,
    ImportSetUp,
    ExportSetUp(Box<SetUp>),
    /// The poster for the queue, with what these answers say.
    WritePoster(Box<SetUp>),
    /// The next heading of the session.
    NextGroup,
    // settings
    SetFacesStudent(Switch),
    SetReducedMotion(Switch),
    /// The display that the student's screen fills, counted from 1; 0: none.
    SetStudentDisplay(u32),
    SetLensEdge(LensEdge),
    /// How the portrait camera is mounted.
    TurnCamera(Turn),
    /// All keys that were taught, by name of action and key.
    TeachKeys(BTreeMap<String, String>),
    SetZoom(u32),
    SetLanguage(Lang),
    /// Signing in, the lock, operators.
    People(PeopleCommand),
    /// What is due, and the certificate.
    Purge(super::purge::PurgeCommand),
    /// How bundles were answered, and papers.
    Receipts(super::receipts::ReceiptsCommand),
    /// The list of collected codes, to this file.
    ExportCollected(PathBuf),
    /// Another station's list, from this file.
    ImportCollected(PathBuf),
    /// The stranger's list that was asked about is taken in, and its station known from now on.
    TrustList,
    RefuseList,
    /// The passphrase is not to be remembered on this computer any more.
    ForgetPassphrase,
    RestartWorker,
    /// The other ways in: files, serial guns.
    Ways(super::ways::view::WaysCommand),
    Quit,
}

/// On or off, where a bare `bool` would not say which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    On,
    Off,
}

impl From<bool> for Switch {
    fn from(on: bool) -> Self {
        if on { Self::On } else { Self::Off }
    }
}
