//! A retake that is taken back: the picture before it counts again, in the store, after a rebuild, at the desk, and in
//! what the next bundle says.

use tucai::app::desk::News;
use tucai::domain::code::SubjectCode;
use tucai::domain::ids::RecordId;
use tucai::domain::record::{Predecessor, RecordState, RetakeReason};
use tucai::domain::session::{Command, State};
use tucai::store::{ChangeKind, Filter, Store};

use crate::support::desk::Rig;
use crate::support::station::{Station, at, bundle, code, lock, record, session, store_one};

fn state(store: &Store, id: RecordId) -> RecordState {
    store.summary(id).unwrap().state
}

/// Subject 1 again, in the place of `old`.
fn retake(store: &mut Store, old: RecordId, seconds: i64) -> RecordId {
    let shot = store.take_lock(&lock(1), 1, at(seconds)).unwrap();
    let mut new = record(shot, seconds.cast_unsigned());
    new.supersedes = Some((old, RetakeReason::Wish));
    store.save(new, at(seconds)).unwrap().id
}

fn seal(store: &mut Store, mark: u8) {
    let made = bundle(store, mark);
    store.mark_sealed(&made, 1, at(60)).unwrap();
}

#[test]
fn the_one_before_is_again_what_it_was_and_a_rebuild_says_the_same() {
    let station = Station::new();
    let mut store = station.open();
    let old = store_one(&mut store, 1).unwrap();
    let new = retake(&mut store, old.id, 50);
    assert_eq!(state(&store, old.id), RecordState::Superseded);
    let told = store.withdraw(new, None, 1, at(51)).unwrap();
    assert_eq!(told, Some(Predecessor::StandsAgain(old.shot)));
    assert_eq!((state(&store, old.id), state(&store, new)), (RecordState::Approved, RecordState::Withdrawn));
    // Replaced and taken back once more, and a third one that stays.
    let again = retake(&mut store, old.id, 52);
    assert_eq!(state(&store, old.id), RecordState::Superseded);
    store.withdraw(again, None, 1, at(53)).unwrap();
    assert_eq!(store.standing_record(code(1).digest()).unwrap().unwrap().id, old.id);
    let last = retake(&mut store, old.id, 54);
    assert_eq!((state(&store, old.id), state(&store, last)), (RecordState::Superseded, RecordState::Approved));
    let list = |store: &Store| {
        let list = store.list(&Filter::default()).unwrap().into_iter();
        list.map(|record| (record.id, record.state, record.supersedes)).collect::<Vec<_>>()
    };
    let before = list(&store);
    drop(store);
    assert_eq!(list(&station.open()), before);
    let store = station.rebuild();
    assert_eq!(list(&store), before);
    assert!(store.verify().unwrap().is_sound());
}

#[test]
fn another_retake_keeps_it_replaced() {
    let station = Station::without_copy();
    let mut store = station.open();
    let old = store_one(&mut store, 1).unwrap().id;
    let first = retake(&mut store, old, 50);
    let second = retake(&mut store, old, 51);
    assert_eq!(store.withdraw(second, None, 1, at(52)).unwrap(), None);
    assert_eq!((state(&store, old), state(&store, first)), (RecordState::Superseded, RecordState::Approved));
    let alone = store_one(&mut store, 2).unwrap().id;
    assert_eq!(store.withdraw(alone, None, 1, at(53)).unwrap(), None, "it had replaced nothing");
}

#[test]
fn what_was_sealed_goes_on_unchanged_when_no_bundle_has_told_of_the_retake() {
    let station = Station::without_copy();
    let mut store = station.open();
    let old = store_one(&mut store, 1).unwrap();
    seal(&mut store, 1);
    let new = retake(&mut store, old.id, 61);
    let pending = |store: &Store| store.pending_changes(&session().id).unwrap();
    assert_eq!(pending(&store).len(), 1);
    assert_eq!(store.withdraw(new, None, 1, at(62)).unwrap(), Some(Predecessor::StandsAgain(old.shot)));
    assert_eq!((state(&store, old.id), pending(&store).len()), (RecordState::Sealed, 0), "nobody is to hear of it");
    let last = retake(&mut store, old.id, 63);
    let changes = pending(&store);
    assert_eq!(changes.len(), 1, "told once");
    assert_eq!((changes[0].record, changes[0].kind, changes[0].at), (old.id, ChangeKind::Superseded, at(63)));
    seal(&mut store, 2);
    assert!(pending(&store).is_empty());
    assert_eq!(state(&store, last), RecordState::Sealed);
}

#[test]
fn what_a_bundle_has_told_stays_so_and_is_said() {
    let station = Station::without_copy();
    let mut store = station.open();
    let old = store_one(&mut store, 1).unwrap();
    seal(&mut store, 1);
    let new = retake(&mut store, old.id, 61);
    seal(&mut store, 2);
    assert_eq!(store.withdraw(new, None, 1, at(62)).unwrap(), Some(Predecessor::StaysReplaced(old.shot)));
    assert_eq!((state(&store, old.id), state(&store, new)), (RecordState::Superseded, RecordState::Withdrawn));
    let changes = store.pending_changes(&session().id).unwrap();
    assert_eq!(changes.iter().map(|change| change.record).collect::<Vec<_>>(), [new], "only that it is taken back");
    drop(store);
    assert_eq!(state(&station.rebuild(), old.id), RecordState::Superseded);
}

/// The picture that waits is accepted, and lies in the store.
fn stored(mut rig: Rig) -> Rig {
    for _ in 0..60 {
        if matches!(rig.state(), "review" | "confirm") {
            break;
        }
        rig.step();
    }
    rig.accept().until("stored")
}

#[test]
fn at_the_desk_an_undone_retake_leaves_the_first_picture_standing() {
    let rig = Rig::new().until("locked");
    let subject: SubjectCode = rig.desk.state().lock().unwrap().subject.code.clone();
    let mut rig = stored(rig.until("shot"));
    rig.desk.gun(subject.clone(), rig.now).unwrap();
    rig.step();
    rig.does(Command::RetakeCollected(RetakeReason::Wish));
    rig.step();
    assert_eq!(rig.shot(), "A-0002");
    rig = stored(rig.until("shot"));
    rig.does(Command::UndoLast);
    rig.steps(2);
    let told = |news: &News| match news {
        News::Withdrawn { predecessor, .. } => *predecessor,
        _ => None,
    };
    let first = "A-0001".parse().unwrap();
    assert_eq!(rig.news.iter().find_map(told), Some(Predecessor::StandsAgain(first)), "{:?}", rig.news);
    let lock = rig.desk.state().lock().unwrap();
    assert_eq!(lock.replaces.map(|replaces| replaces.earlier.shot), Some(first), "a new one replaces it again");
    assert!(matches!(rig.desk.state(), State::Locked(_) | State::Framing(_)), "{}", rig.state());
    rig.does(Command::Release);
    rig.step();
    let (store, _folder) = rig.store();
    let standing = store.standing_record(subject.digest()).unwrap().unwrap();
    assert_eq!((standing.shot, standing.state), (first, RecordState::Approved));
    let states: Vec<_> = store.list(&Filter::default()).unwrap().iter().map(|record| record.state).collect();
    assert_eq!(states, [RecordState::Withdrawn, RecordState::Approved]);
}

/// The first person's picture is stored, and the same person is locked again to be photographed once more.
fn in_a_retake() -> (Rig, SubjectCode) {
    let rig = Rig::new().until("locked");
    let subject: SubjectCode = rig.desk.state().lock().unwrap().subject.code.clone();
    let mut rig = stored(rig.until("shot"));
    rig.desk.gun(subject.clone(), rig.now).unwrap();
    rig.step();
    rig.does(Command::RetakeCollected(RetakeReason::Wish));
    rig.step();
    assert_eq!(rig.shot(), "A-0002");
    (rig, subject)
}

/// One picture stands, and it says which one it has taken the place of.
fn one_stands(rig: Rig, subject: &SubjectCode) {
    let (store, _folder) = rig.store();
    let list = store.find_by_digest(subject.digest()).unwrap();
    let states: Vec<_> = list.iter().map(|record| record.state).collect();
    assert_eq!(states, [RecordState::Approved, RecordState::Superseded]);
    assert_eq!(list[0].supersedes, Some(list[1].id));
    assert_eq!(store.record(list[0].id).unwrap().record.retake_reason, Some(RetakeReason::Wish));
}

#[test]
fn at_the_desk_a_restart_in_the_middle_of_a_retake_still_replaces_the_first_picture() {
    let (rig, subject) = in_a_retake();
    let mut rig = rig.restarted();
    rig.step();
    assert_eq!(rig.state(), "interrupted");
    let replaces = rig.desk.state().lock().unwrap().replaces.unwrap();
    assert_eq!((replaces.earlier.shot, replaces.reason), ("A-0001".parse().unwrap(), RetakeReason::Wish));
    rig.desk.gun(subject.clone(), rig.now).unwrap();
    rig.step();
    assert_eq!(rig.shot(), "A-0002");
    one_stands(stored(rig.until("shot")), &subject);
}

#[test]
fn at_the_desk_a_retake_that_was_put_aside_outlasts_a_restart_too() {
    let (mut rig, subject) = in_a_retake();
    rig.does(Command::Park);
    rig.step();
    let mut rig = rig.restarted();
    rig.step();
    rig.does(Command::Recall("A-0002".parse().unwrap()));
    rig.step();
    assert_eq!(rig.shot(), "A-0002");
    one_stands(stored(rig.until("shot")), &subject);
}
