//! On the store's thread: a session is made, changed or opened again, and takes the list that waited for it.

use std::path::PathBuf;

use super::lists::{Fetched, Lists};
use crate::cli::station::context_of;
use crate::domain::fault::StoreFault;
use crate::domain::ids::SessionId;
use crate::domain::roster::Row;
use crate::domain::set_up::SetUp;
use crate::store::{self, ChosenColumns, DayTold, SessionSettings, Store, StoreError};
use crate::worker::clock::wall_now;
use crate::worker::store::{Keeper, SessionContext};

/// Which session the answers are for.
pub(super) enum Which {
    /// Another one, or the open one while it has no record.
    New,
    /// The open one.
    Open,
    Earlier(SessionId),
}

/// Where the second copy goes from now on.
pub(super) enum SecondFolder {
    AsItIs,
    /// `None`: there is none.
    To(Option<PathBuf>),
}

/// A list that was looked over, with the headings that were chosen for it.
pub(super) type Pending = (Vec<Row>, ChosenColumns);

/// What is asked of the store.
pub(super) struct Wanted {
    pub(super) which: Which,
    pub(super) set_up: Option<SetUp>,
    pub(super) second: SecondFolder,
    pub(super) list: Option<Pending>,
    pub(super) by: u32,
}

/// What the store gave back.
pub(super) struct TakenOn {
    pub(super) context: SessionContext,
    pub(super) station: store::Settings,
    /// The heading that the session has come to.
    pub(super) heading: Option<String>,
    /// How its day went so far.
    pub(super) day: DayTold,
    /// Why the session does not have the list that waited for it.
    pub(super) list_fault: Option<StoreFault>,
    /// Its records and its list: from the first moment on a student's card is known as one.
    pub(super) fetched: Box<Fetched>,
}

/// What a session needs to be the open one.
enum Write {
    Nothing,
    Make,
    Change,
    Open,
}

/// On an error nothing about the open session has changed. A list that cannot be stored is none: the session counts.
pub(super) fn take_on(keeper: &mut Keeper, wanted: Wanted) -> Result<TakenOn, StoreFault> {
    let Wanted { which, set_up, second, list, by } = wanted;
    let (context, write) = chosen(keeper, which, set_up.as_ref())?;
    let store = keeper.store();
    if let SecondFolder::To(second) = second
        && second != store.settings().second_copy
    {
        store.change_settings(|settings| settings.second_copy = second).map_err(|error| told(&error))?;
    }
    // Before the session, so that nothing is left to fail between it and the desk.
    let profile = &context.profile.profile;
    store
        .keep_profile(&profile.id, profile.version, &context.profile.text, wall_now())
        .map_err(|error| told(&error))?;
    let session = &context.session;
    match write {
        Write::Nothing => Ok(()),
        Write::Make => store.new_session(session, by, wall_now()),
        Write::Change => store.set_session(session, by, wall_now()),
        Write::Open => store.open_session(&session.id, by, wall_now()).map(|_settings| ()),
    }
    .map_err(|error| told(&error))?;
    let station = store.settings().clone();
    keeper.use_context(context.clone()).map_err(|error| told(&error))?;
    let taken = list.map_or(Ok(()), |(rows, chosen)| {
        keeper.store().set_roster(&context.session.id, &rows, &chosen, by, wall_now()).map_err(|error| told(&error))
    });
    // The session counts whether this can be read or not.
    let heading = keeper.store().heading_to_go_on_with(&context.session.id);
    let heading = heading.map_err(|error| told(&error)).ok().flatten();
    // Figures: without them the session is held all the same.
    let day =
        keeper.store().day_told(&context.session.id, wall_now()).map_err(|error| told(&error)).unwrap_or_default();
    let request = Lists::default().request(context.session.id.clone(), None, wall_now());
    let fetched = Box::new(request.fetch(keeper.store()));
    Ok(TakenOn { context, station, heading, day, list_fault: taken.err(), fetched })
}

/// The session with its standard, read before anything is written: one that is refused could not be opened again.
fn chosen(keeper: &mut Keeper, which: Which, set_up: Option<&SetUp>) -> Result<(SessionContext, Write), StoreFault> {
    let open = keeper.context().session.clone();
    let store = keeper.store();
    // Asked of the store itself: what the window knows may be older.
    let is_empty = store.heading_counts(&open.id).map_err(|error| told(&error))?.is_empty();
    let (session, write) = match (which, set_up) {
        (Which::Earlier(id), _) => {
            (store.session(&id).map_err(|error| told(&error))?.ok_or(StoreFault::Other)?, Write::Open)
        }
        (_, None) => (open, Write::Nothing),
        (Which::New, Some(set_up)) if !is_empty => {
            let id = free_id(store).map_err(|error| told(&error))?;
            (SessionSettings::new(id, String::new(), set_up.profile_id.clone()).with(set_up), Write::Make)
        }
        (_, Some(set_up)) => (open.with(set_up), Write::Change),
    };
    let context = context_of(session, store.folder()).map_err(|error| {
        log::error!("{error:#}");
        StoreFault::ProfileUnusable
    })?;
    Ok((context, write))
}

/// Says it in the log; people are told the fault.
fn told(error: &StoreError) -> StoreFault {
    log::error!("{error:#}");
    error.fault()
}

/// Today's date, with a number behind it from the second session of the day on.
fn free_id(store: &Store) -> Result<SessionId, StoreError> {
    let today = wall_now().local_date();
    let taken = store.sessions()?;
    let names = std::iter::once(today.clone()).chain((2..).map(|count| format!("{today}-{count}")));
    let mut free = names.filter_map(|name| SessionId::try_from(name).ok());
    let id = free.find(|id| taken.iter().all(|session| session.id != *id));
    id.ok_or_else(|| StoreError::new(StoreFault::Other, "no session id is free"))
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;
    use crate::cli::station::session_of;
    use crate::domain::set_up::RunBy;
    use crate::store::{CreateOptions, Faults, FileKind, Outcome, Passphrase, Point};

    /// No room for a list, while there is room for all else.
    #[derive(Debug)]
    struct NoRoom(AtomicBool);

    impl Faults for NoRoom {
        fn before(&self, point: Point) -> Outcome {
            if point.kind == FileKind::Roster && self.0.load(Ordering::SeqCst) {
                return Outcome::Fail(io::Error::from(io::ErrorKind::StorageFull));
            }
            Outcome::Go
        }
    }

    fn keeper(folder: &std::path::Path, faults: &Arc<NoRoom>) -> Keeper {
        let words = Passphrase::new(String::from("correct horse")).unwrap();
        let faults = Arc::clone(faults) as Arc<dyn Faults>;
        let options = CreateOptions { work_factor: 10, faults, ..CreateOptions::default() };
        let mut store = Store::create(folder, &words, &options, wall_now()).unwrap();
        let context = session_of(&mut store).unwrap();
        Keeper::new(store, context).unwrap()
    }

    fn wanted(keeper: &Keeper, which: Which) -> Wanted {
        let set_up = SetUp { run_by: Some(RunBy::School), ..keeper.context().session.set_up() };
        let rows = vec![Row { name: String::from("王小明"), ..Row::walk_up(String::from("20220101"), None) }];
        let list = Some((rows, ChosenColumns::new()));
        Wanted { which, set_up: Some(set_up), second: SecondFolder::AsItIs, list, by: 1 }
    }

    #[test]
    fn a_list_that_does_not_fit_leaves_the_session_that_was_taken_on() {
        let folder = tempfile::tempdir().unwrap();
        let faults = Arc::new(NoRoom(AtomicBool::new(true)));
        let mut keeper = keeper(folder.path(), &faults);
        let first = wanted(&keeper, Which::New);
        let taken = take_on(&mut keeper, first).unwrap();
        assert_eq!(taken.list_fault, Some(StoreFault::DiskFull));
        assert_eq!(keeper.context().session, taken.context.session, "window, keeper and store agree");
        let session = keeper.store().current_session().unwrap().unwrap();
        assert_eq!((&session, session.run_by), (&taken.context.session, Some(RunBy::School)));
        assert!(!keeper.store().has_roster(&session.id).unwrap());
        // The next try has the list still.
        faults.0.store(false, Ordering::SeqCst);
        let again = wanted(&keeper, Which::Open);
        assert_eq!(take_on(&mut keeper, again).unwrap().list_fault, None);
        assert_eq!(keeper.store().roster_rows(&session.id).unwrap(), 1);
    }

    #[test]
    fn a_session_that_is_changed_or_opened_again_goes_on_under_its_heading() {
        let folder = tempfile::tempdir().unwrap();
        let mut keeper = keeper(folder.path(), &Arc::new(NoRoom(AtomicBool::new(false))));
        let id = keeper.context().session.id.clone();
        keeper.store().keep_heading(&id, "五班").unwrap();
        let change = Wanted { list: None, ..wanted(&keeper, Which::Open) };
        assert_eq!(take_on(&mut keeper, change).unwrap().heading.as_deref(), Some("五班"));
        let again = Wanted { set_up: None, list: None, ..wanted(&keeper, Which::Earlier(id)) };
        assert_eq!(take_on(&mut keeper, again).unwrap().heading.as_deref(), Some("五班"));
    }

    #[test]
    fn an_earlier_session_whose_standard_is_gone_is_not_half_opened() {
        let folder = tempfile::tempdir().unwrap();
        let mut keeper = keeper(folder.path(), &Arc::new(NoRoom(AtomicBool::new(false))));
        let open = keeper.context().session.clone();
        let id = SessionId::try_from(String::from("EARLIER")).unwrap();
        let earlier = SessionSettings::new(id.clone(), String::from("n"), String::from("nowhere-1999"));
        keeper.store().set_session(&earlier, 1, wall_now()).unwrap();
        let (set_up, second, list) = (None, SecondFolder::AsItIs, None);
        let asked = Wanted { which: Which::Earlier(id), set_up, second, list, by: 1 };
        let fault = take_on(&mut keeper, asked).err();
        assert_eq!(fault, Some(StoreFault::ProfileUnusable));
        assert_eq!(keeper.store().current_session().unwrap().unwrap().id, open.id);
        assert_eq!(keeper.context().session.id, open.id);
    }
}
