//! What can go wrong around the core, one closed list per device or store. Values only: the words for people stand
//! in `text::fault`, the causes with their system errors in the layer that met them.

/// Why a camera gives no pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CameraFault {
    /// No camera is there, or the named one is not.
    NotFound,
    /// It was there and is gone.
    Unplugged,
    /// Another program holds it.
    Busy,
    /// This user may not open it.
    NoPermission,
    /// It offers no size and format that can be used.
    WrongFormat,
    /// It is open and sends nothing.
    Stalled,
    /// Its pictures cannot be decoded.
    Undecodable,
    /// This build has no camera support.
    NotBuilt,
    /// Anything else the system said.
    Other,
}

/// Why a scanner gun on a serial port gives nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SerialFault {
    /// The port is not there.
    NotFound,
    /// It was there and is gone.
    Unplugged,
    /// Another program holds it, or this user may not open it.
    NotAllowed,
    /// This build has no serial support.
    NotBuilt,
    Other,
}

/// Why something could not be kept, or found again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StoreFault {
    FolderMissing,
    FolderNotWritable,
    /// Another process holds the data folder.
    FolderInUse,
    /// The folder holds no station.
    NoStation,
    WrongPassphrase,
    /// Too many wrong ones in a row: the next try has to wait.
    PassphraseWait,
    /// The recovery key that was asked for could not be written: no station was made.
    RecoveryKeyNotKept,
    /// The key file cannot be read as one.
    KeyDamaged,
    /// The settings file is missing, or cannot be read as one.
    SettingsDamaged,
    /// The database is damaged; it was set aside intact.
    DatabaseDamaged,
    CapsuleDamaged,
    DiskFull,
    /// A write or sync failed; the disk is not trusted any more.
    DiskFailing,
    /// The disk cannot hold a database: a network drive or a shared folder without mapped memory or locks.
    DiskUnsuitable,
    /// Written by a newer version of this program.
    NewerVersion,
    SecondCopyMissing,
    SecondCopyBehind,
    SecondCopyFull,
    SecondCopyFailing,
    /// A disk is in the second one's place, and this station's folder is not on it.
    SecondCopyForeign,
    /// A photo standard that an operator edited is refused, or the session's is not there.
    ProfileUnusable,
    /// The clock went a step that may be a fault; nothing is purged by it.
    ClockDoubtful,
    /// Pictures wait for their bundle longer than the session allows.
    BacklogUnsealed,
    /// A record is not due to be purged.
    NotDue,
    /// A record is due only since its session keeps its records shorter: that takes a second person.
    SecondNeeded,
    /// A purge ended in the middle: what had gone is gone, what was not begun is whole.
    PurgeCut,
    /// A list, in a session that the school does not run itself.
    RosterNotAllowed,
    /// The folder was taking another station's copy over, and is not through.
    AdoptionCut,
    /// Another station has taken this one's records over.
    StationClosed,
    WrongPin,
    /// Too many wrong PINs: the next try has to wait.
    PinWait,
    /// No such operator, or one who was disabled.
    OperatorDisabled,
    /// The operator's role does not allow it.
    NotAllowed,
    /// A list of collected codes that a station signed which nobody here knows.
    ListStranger,
    /// A list of collected codes is damaged, this station's own, or none.
    ListUnusable,
    /// A station with operators keeps a manager.
    LastManager,
    /// A decision of the review that cannot be taken back any more.
    DecisionStands,
    Other,
}

/// Why the second copy is not there yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Behind {
    /// It did not land within a second.
    Slow,
    /// The folder is not there (unplugged).
    Missing,
    Full,
    /// Writing or syncing failed: nothing is written to this disk until it was pulled.
    Failing,
    /// Another disk is in its place, on which this station has no folder yet.
    Foreign,
}

impl Behind {
    /// The same as a fault, for whoever needs the copy.
    pub const fn fault(self) -> StoreFault {
        match self {
            Self::Slow => StoreFault::SecondCopyBehind,
            Self::Missing => StoreFault::SecondCopyMissing,
            Self::Full => StoreFault::SecondCopyFull,
            Self::Failing => StoreFault::SecondCopyFailing,
            Self::Foreign => StoreFault::SecondCopyForeign,
        }
    }
}

/// Why a bundle or receipt was not made or not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BundleFault {
    /// No record is approved and unsealed.
    NothingToSeal,
    NoRecipient,
    TargetMissing,
    TargetFull,
    TargetExists,
    /// What was read back differs from what was written.
    ReadBackDiffers,
    /// Not a bundle, or bytes outside payload and signature differ from the one right form.
    NotCanonical,
    BadSignature,
    UnknownSender,
    /// The key does not open the payload.
    WrongKey,
    BadBag,
    BadRecords,
    NewerFormat,
    TooLarge,
    /// The station's number or chain of bundles stands for other contents already.
    Conflict,
    BadReceipt,
    Other,
}

/// Why a picture file gives no picture, or a picture no standard picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PictureFault {
    Empty,
    FileTooLarge,
    /// No JPEG, PNG or WebP.
    UnknownFormat,
    /// HEIC, HEIF or AVIF: what many phones keep.
    Heic,
    Pdf,
    /// The file cannot be opened: gone, or not allowed.
    NotOpened,
    TooManyPixels,
    /// GIF, APNG or WebP that moves.
    Animated,
    Damaged,
    /// A rare kind of its format.
    Unsupported,
    NoFace,
    SeveralFaces,
    /// It would have to be enlarged.
    TooSmall,
    /// No quality makes the file small enough.
    FileStaysTooLarge,
    /// Even the best quality makes too small a file: there is nearly nothing in the picture.
    FileStaysTooSmall,
    /// The scaler or the encoder refused.
    NotMade,
    /// The profile does not allow another backdrop.
    ReplacementForbidden,
    BackdropNotPlain,
    BackdropNotShown,
    /// Nobody stands out from the backdrop.
    NobodyStandsOut,
    /// The picture of the empty backdrop has another size.
    EmptyBackdropSize,
    /// The picture of the empty backdrop shows something else.
    EmptyBackdropOther,
}

impl PictureFault {
    pub const ALL: [Self; 22] = [
        Self::Empty,
        Self::FileTooLarge,
        Self::UnknownFormat,
        Self::Heic,
        Self::Pdf,
        Self::NotOpened,
        Self::TooManyPixels,
        Self::Animated,
        Self::Damaged,
        Self::Unsupported,
        Self::NoFace,
        Self::SeveralFaces,
        Self::TooSmall,
        Self::FileStaysTooLarge,
        Self::FileStaysTooSmall,
        Self::NotMade,
        Self::ReplacementForbidden,
        Self::BackdropNotPlain,
        Self::BackdropNotShown,
        Self::NobodyStandsOut,
        Self::EmptyBackdropSize,
        Self::EmptyBackdropOther,
    ];
}
