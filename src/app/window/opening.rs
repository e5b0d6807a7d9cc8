//! Opening or making a station on a thread of its own: the passphrase takes a second by design, a store its checks.

use std::path::{Path, PathBuf};
use std::sync::mpsc::SyncSender;

use super::people::Staff;
use super::remember::{self, Remember};
use super::start::{Plan, is_station};
use super::{Reply, Window};
use crate::cli::station::{ProfileUnusable, session_of};
use crate::device::key_store::{KeyStore, NoKeyStore};
use crate::device::os::monotonic_now;
use crate::domain::fault::StoreFault;
use crate::domain::ids::StationLetter;
use crate::domain::session::{AutomaticShot, ConfirmRule, Settings};
use crate::domain::set_up::ConfirmBy;
use crate::domain::time::Monotonic;
use crate::store::{self, CreateOptions, DayTold, OpenOptions, OpeningNews, Passphrase, Store, StoreError};
use crate::text::Lang;
use crate::ui::view::Gate;
use crate::worker::camera::WakeFn;
use crate::worker::clock::wall_now;
use crate::worker::store::{Keeper, SessionContext};

/// A station that is open, and its session.
pub(super) struct Opened {
    pub(super) keeper: Keeper,
    pub(super) context: SessionContext,
    pub(super) station: store::Settings,
    pub(super) folder: PathBuf,
    /// Everybody who works here; empty: nobody has to sign in.
    pub(super) operators: Vec<store::Operator>,
    /// What of the tethered camera was kept.
    pub(super) tether: crate::domain::tether::Kept,
    /// The heading that the session has come to.
    pub(super) heading: Option<String>,
    /// How the session's day went so far.
    pub(super) day: DayTold,
    /// Whether the passphrase is remembered, when that was asked for.
    pub(super) remembered: Option<Result<(), NoKeyStore>>,
    /// What opening found lost, and what it mended.
    pub(super) news: OpeningNews,
    /// The station had none before: its questions were never asked.
    pub(super) is_first_session: bool,
}

/// What is to be opened.
pub(super) enum Way {
    Throwaway,
    Create {
        folder: PathBuf,
        passphrase: Passphrase,
        letter: StationLetter,
        /// Where a recovery key goes, when one is wanted.
        recovery: Option<PathBuf>,
    },
    Open(PathBuf, Passphrase),
    /// Sets a damaged index aside and makes it anew from the records.
    Rebuild(PathBuf, Passphrase),
}

impl Way {
    /// What can be opened without asking anybody.
    pub(super) fn of(plan: &Plan) -> Option<Self> {
        match (&plan.folder, &plan.passphrase) {
            (None, _) => Some(Self::Throwaway),
            (Some(folder), Some(passphrase)) if is_station(folder) => {
                Some(Self::Open(folder.clone(), passphrase.clone()))
            }
            (Some(folder), Some(passphrase)) => {
                let (folder, passphrase) = (folder.clone(), passphrase.clone());
                Some(Self::Create { folder, passphrase, letter: StationLetter::A, recovery: None })
            }
            (Some(_), None) => None,
        }
    }
}

/// The gate before a plan: what is asked, if anything.
pub(super) fn gate_of(plan: &Plan) -> Gate {
    plan.folder.as_deref().and_then(super::adopt::unfinished_gate).unwrap_or_else(|| gate_without_adoption(plan))
}

/// The same when nobody wants to go on with taking a copy over.
pub(super) fn gate_without_adoption(plan: &Plan) -> Gate {
    match (&plan.folder, &plan.passphrase) {
        (None, _) => Gate::Opening,
        (Some(_), Some(_)) => Gate::Unlocking,
        (Some(folder), None) if is_station(folder) => Gate::Locked { folder: folder.clone(), fault: None },
        (Some(folder), None) => Gate::FirstStart { folder: folder.clone(), fault: None },
    }
}

/// Why a station did not open.
pub(super) struct OpeningFailed {
    fault: StoreFault,
    folder: PathBuf,
    made: bool,
    /// It was to be mended already.
    rebuilding: bool,
}

impl OpeningFailed {
    /// Asks again where another answer helps.
    pub(super) fn gate(self) -> Gate {
        let Self { fault, folder, made, rebuilding } = self;
        match fault {
            StoreFault::DatabaseDamaged if !rebuilding => Gate::Damaged { folder, fault: None },
            StoreFault::WrongPassphrase | StoreFault::PassphraseWait if rebuilding => {
                Gate::Damaged { folder, fault: Some(fault) }
            }
            StoreFault::WrongPassphrase | StoreFault::PassphraseWait => Gate::Locked { folder, fault: Some(fault) },
            // The station itself is made by then.
            StoreFault::ProfileUnusable => Gate::Unusable { folder, fault },
            _ if made && fault != StoreFault::FolderInUse => Gate::FirstStart { folder, fault: Some(fault) },
            _ => Gate::Unusable { folder, fault },
        }
    }
}

/// Opens on a thread; the answer is [`Reply::Opened`] or [`Reply::OpeningFailed`].
pub(super) fn spawn(way: Option<Way>, remember: Remember, answer: SyncSender<Reply>, wake: WakeFn) {
    let Some(way) = way else { return };
    let opening = std::thread::Builder::new().name(String::from("open-station")).spawn(move || {
        let reply = match open(way, remember.as_deref()) {
            Ok(opened) => Reply::Opened(Box::new(opened)),
            Err(failed) => Reply::OpeningFailed(failed),
        };
        // nobody listens any more when the window has closed
        answer.send(reply).ok();
        wake();
    });
    if let Err(error) = opening {
        log::error!("no thread opens the station: {error}");
    }
}

fn open(way: Way, remember: Option<&dyn KeyStore>) -> Result<Opened, OpeningFailed> {
    let now = wall_now();
    let rebuilding = matches!(way, Way::Rebuild(..));
    let typed = match &way {
        Way::Create { passphrase, .. } | Way::Open(_, passphrase) if remember.is_some() => Some(passphrase.clone()),
        _ => None,
    };
    let (folder, made, store) = match way {
        Way::Throwaway => (PathBuf::new(), true, Store::create_throwaway(now)),
        Way::Create { folder, passphrase, letter, recovery } => {
            let store = create(&folder, &passphrase, letter, recovery.as_deref());
            (folder, true, store)
        }
        Way::Open(folder, passphrase) => {
            let store = Store::open(&folder, &passphrase, &OpenOptions::default(), now);
            (folder, false, store)
        }
        Way::Rebuild(folder, passphrase) => {
            let store = Store::rebuild(&folder, &passphrase, &OpenOptions::default(), now);
            (folder, false, store)
        }
    };
    let failed = |fault| OpeningFailed { fault, folder: folder.clone(), made, rebuilding };
    let store = store.map_err(|error| {
        log::error!("{error:#}");
        failed(error.fault())
    })?;
    let station = store.settings().station.clone();
    let opened = ready(store).map_err(failed)?;
    // Only a passphrase that has opened the station is worth remembering.
    let remembered = remember.zip(typed).map(|(keys, typed)| remember::keep(keys, &station, &typed));
    Ok(Opened { remembered, ..opened })
}

/// Makes a station; the recovery key first, so that none is without the one that was asked for.
fn create(
    folder: &Path,
    passphrase: &Passphrase,
    letter: StationLetter,
    recovery: Option<&Path>,
) -> Result<Store, StoreError> {
    std::fs::create_dir_all(folder).map_err(|error| {
        StoreError::caused_by(StoreFault::FolderNotWritable, "the data folder cannot be made", error)
    })?;
    let recovery = recovery.map(|place| super::recovery::keep(place, folder)).transpose();
    let recovery = recovery.map_err(|fault| StoreError::new(fault, "the recovery key was not kept"))?;
    let options = CreateOptions { letter, recovery, ..CreateOptions::default() };
    Store::create(folder, passphrase, &options, wall_now())
}

/// The open store with its session, people, and what was kept for the desk.
pub(super) fn ready(mut store: Store) -> Result<Opened, StoreFault> {
    let folder = store.folder().to_owned();
    let station = store.settings().clone();
    let news = store.opening_news();
    news.messages(Lang::En).iter().for_each(|message| log::warn!("{}; {}", message.what, message.advice));
    let other = |error: anyhow::Error| {
        log::error!("{error:#}");
        if error.is::<ProfileUnusable>() { StoreFault::ProfileUnusable } else { StoreFault::Other }
    };
    let is_first_session = store.current_session().map_err(|error| other(error.into()))?.is_none();
    let context = session_of(&mut store).map_err(other)?;
    let operators = store.operators().map_err(|error| other(error.into()))?;
    let tether = store.kept_tether().map_err(|error| error.fault())?;
    let heading = store.heading_to_go_on_with(&context.session.id).map_err(|error| error.fault())?;
    let day = store.day_told(&context.session.id, wall_now()).map_err(|error| error.fault())?;
    let keeper = Keeper::new(store, context.clone()).map_err(|error| other(error.into()))?;
    let remembered = None;
    Ok(Opened { keeper, context, station, folder, operators, tether, heading, day, remembered, news, is_first_session })
}

impl Window {
    /// How long the folder's next passphrase has to wait, wherever the wrong ones were typed.
    pub(super) fn look_at_wait(&mut self) {
        self.no_passphrase_until = match &self.gate {
            Gate::Locked { folder, .. } | Gate::Damaged { folder, .. } => {
                let wait = store::passphrase_wait(folder, wall_now());
                (!wait.is_zero()).then(|| monotonic_now() + wait)
            }
            _ => None,
        };
    }

    /// The seconds of it that are left. The field is back as soon as there is none.
    pub(super) fn passphrase_wait(&self, now: Monotonic) -> Option<u32> {
        let left = self.no_passphrase_until?.saturating_sub(now);
        (!left.is_zero()).then(|| left.as_millis().div_ceil(1000) as u32)
    }
}

/// The session's rules as this window wants them.
pub(super) fn settings_of(context: &SessionContext, automatic_shot: AutomaticShot, staff: &Staff) -> Settings {
    Settings {
        operator: staff.number(),
        desk: context.session.desk,
        overrides: context.profile.profile.overrides,
        doubt: staff.doubt(),
        automatic_shot,
        ask: context.profile.profile.ticks(),
        shot_limit: context.session.shot_limit,
        confirm: match context.session.confirm {
            ConfirmBy::Operator => ConfirmRule::Operator,
            ConfirmBy::StudentOrOperator => ConfirmRule::StudentOrOperator,
            ConfirmBy::Student => ConfirmRule::Student,
        },
        ..Settings::default()
    }
}
