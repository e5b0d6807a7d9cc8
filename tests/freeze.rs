//! When new locks are stopped, through the desk: pictures that wait too long for their bundle, copies that are missing.

use tucai::domain::code::SubjectCode;
use tucai::domain::fault::StoreFault;
use tucai::domain::ids::{ContentHash, SessionId};
use tucai::domain::session::{Gate, Refusal, State};
use tucai::domain::set_up::Group;
use tucai::store::{BundleRow, NewLock, Note, SessionSettings, Store};

use crate::support::desk::Rig;
use crate::support::station::{Station, at, jpeg, lock, record, session, store_one};

const DAY: i64 = 24 * 60 * 60;

fn strict(within: u32) -> SessionSettings {
    SessionSettings { seal_within_days: Some(within), ..session() }
}

/// The station works on this day, counted from its first.
fn work(store: &mut Store, day: i64) {
    let note = Note { name: "test".to_owned(), shot: None, second: None, detail: None };
    store.note(note, 1, at(day * DAY)).unwrap();
}

fn seal(store: &mut Store, session: &SessionSettings) {
    let records = store.approved_unsealed(&session.id).unwrap().iter().map(|stored| stored.record.id).collect();
    let next = store.next_bundle().unwrap();
    let bundle = BundleRow {
        sequence: next.sequence,
        session: session.id.clone(),
        file_name: format!("TEST-{}.tucai", next.sequence),
        sha256: ContentHash::of(&next.sequence.to_le_bytes()),
        previous_sha256: next.previous_sha256,
        bytes: 1,
        recipient: "age1".to_owned(),
        records,
        made_at: at(0),
        delivered: None,
    };
    store.mark_sealed(&bundle, 1, at(3 * DAY)).unwrap();
}

#[test]
fn days_of_work_count_and_neither_weekends_nor_jumps_of_the_clock() {
    let station = Station::without_copy();
    let mut store = station.open();
    assert_eq!(store.days_to_seal().unwrap(), None, "without the rule nothing is counted");
    store.set_session(&strict(2), 1, at(0)).unwrap();
    assert_eq!(store.days_to_seal().unwrap(), None, "nothing waits");
    store_one(&mut store, 1).unwrap();
    assert_eq!(store.days_to_seal().unwrap(), Some(2));
    work(&mut store, 1);
    work(&mut store, 1);
    assert_eq!(store.days_to_seal().unwrap(), Some(1));
    // A weekend, then a clock in the year 2096.
    work(&mut store, 25_000);
    assert_eq!(store.days_to_seal().unwrap(), Some(0));
    store.check_new_locks().unwrap();
    work(&mut store, 4);
    assert_eq!(store.days_to_seal().unwrap(), Some(-1));
    assert_eq!(store.check_new_locks().unwrap_err().fault(), StoreFault::BacklogUnsealed);
    assert_eq!(store.take_lock(&lock(2), 1, at(5 * DAY)).unwrap_err().fault(), StoreFault::BacklogUnsealed);
    drop(store);
    let mut store = station.rebuild();
    assert_eq!(store.days_to_seal().unwrap(), Some(-1), "the journal tells the same");
    seal(&mut store, &session());
    store.check_new_locks().unwrap();
    assert_eq!(store.days_to_seal().unwrap(), None);
}

#[test]
fn a_record_that_was_taken_back_holds_nothing_up() {
    let station = Station::without_copy();
    let mut store = station.open();
    store.set_session(&strict(0), 1, at(0)).unwrap();
    let first = store_one(&mut store, 1).unwrap().id;
    work(&mut store, 1);
    assert_eq!(store.check_new_locks().unwrap_err().fault(), StoreFault::BacklogUnsealed);
    store.withdraw(first, None, 1, at(DAY)).unwrap();
    store.check_new_locks().unwrap();
}

#[test]
fn another_sessions_pictures_stop_new_locks_by_their_own_rule() {
    let station = Station::without_copy();
    let mut store = station.open();
    store.set_session(&strict(1), 1, at(0)).unwrap();
    store_one(&mut store, 1).unwrap();
    let today = SessionId::try_from(String::from("2026-B")).unwrap();
    let laxer = SessionSettings { id: today.clone(), seal_within_days: None, ..session() };
    store.new_session(&laxer, 1, at(1)).unwrap();
    assert_eq!(store.days_to_seal().unwrap(), Some(1), "the present session has no rule");
    work(&mut store, 1);
    work(&mut store, 2);
    let refused = store.check_new_locks().unwrap_err();
    assert_eq!(refused.fault(), StoreFault::BacklogUnsealed);
    assert!(refused.to_string().contains("2026-A"), "{refused}");
    let held = NewLock { session: today.clone(), ..lock(2) };
    assert_eq!(store.take_lock(&held, 1, at(2 * DAY)).unwrap_err().fault(), StoreFault::BacklogUnsealed);
    // The one that is nearest to its end is named, and only its own sealing helps.
    store.set_session(&SessionSettings { seal_within_days: Some(9), ..laxer }, 1, at(2 * DAY)).unwrap();
    let first = store.seal_first().unwrap().unwrap();
    assert_eq!((first.session, first.name.as_str(), first.days), (session().id, "第一天", -1));
    seal(&mut store, &session());
    store.check_new_locks().unwrap();
    store.take_lock(&held, 1, at(2 * DAY)).unwrap();
}

#[test]
fn the_session_says_how_much_room_it_still_needs() {
    let station = Station::without_copy();
    let mut store = station.open();
    let session = SessionSettings { groups: vec![Group { name: "甲".to_owned(), heads: Some(3) }], ..session() };
    let uncounted = SessionSettings { groups: Vec::new(), ..session.clone() };
    assert_eq!(store.bytes_needed(&uncounted).unwrap(), 0);
    assert_eq!(store.bytes_needed(&session).unwrap(), 3 * 5_000_000);
    let saved = store_one(&mut store, 1).unwrap();
    let capsule = std::fs::metadata(station.folder().join(store.record(saved.id).unwrap().capsule_path)).unwrap().len();
    assert_eq!(store.bytes_needed(&session).unwrap(), 2 * (capsule + capsule / 4));
    for n in 2..=4 {
        store_one(&mut store, n).unwrap();
    }
    assert_eq!(store.bytes_needed(&session).unwrap(), 0, "more came than were counted");
}

#[test]
fn the_desk_stops_new_locks_and_goes_on_once_everything_is_sealed() {
    let mut rig = Rig::new();
    let code = |text: &str| SubjectCode::new(text.as_bytes().to_vec()).unwrap();
    rig.desk.visit_store(Box::new(move |keeper| {
        let store = keeper.store();
        let session = store.current_session().unwrap().unwrap();
        // The desk itself has worked on one day already: the one on which this test runs.
        let strict = SessionSettings { seal_within_days: Some(2), ..session };
        store.set_session(&strict, 1, at(0)).unwrap();
        let held = NewLock { session: strict.id, group: None, ..lock(1) };
        let shot = store.take_lock(&held, 1, at(0)).unwrap();
        let mut new = record(shot, 1);
        (new.photo, new.original) = (jpeg(1, 2_000), jpeg(2, 3_000));
        store.save(new, at(0)).unwrap();
        work(store, 1);
    }));
    rig.desk.tick(rig.now, at(0));
    assert_eq!(rig.desk.session().gate(), Gate::Open, "today they may still be sealed");
    rig.desk.visit_store(Box::new(|keeper| work(keeper.store(), 2)));
    rig.desk.tick(rig.now, at(0));
    assert_eq!(rig.desk.session().gate(), Gate::Closed(StoreFault::BacklogUnsealed));
    let refused = rig.desk.gun(code("NEXT-0001"), rig.now).unwrap_err();
    assert_eq!(refused.reason, Refusal::LocksStopped(StoreFault::BacklogUnsealed));
    rig.desk.visit_store(Box::new(|keeper| {
        let session = keeper.store().current_session().unwrap().unwrap();
        seal(keeper.store(), &session);
    }));
    rig.desk.tick(rig.now, at(0));
    rig.desk.gun(code("NEXT-0001"), rig.now).unwrap();
    rig.desk.tick(rig.now, at(0));
    assert!(matches!(rig.desk.state(), State::Locked(_)), "{}", rig.state());
}

#[cfg(feature = "window")]
#[test]
fn the_header_says_it_before_it_happens() {
    use crate::support::window::{is_shown, shows, waiting, window};
    use tucai::ui::view::{Health, Strip, View};
    let with = |days, short| {
        let health = Health { days_to_seal: days, room_short_gb: short, ..waiting().health };
        window(View { health, ..waiting() })
    };
    shows(&with(Some(1), None), "封包 还有 1 天");
    shows(&with(Some(0), None), "今天要封包");
    shows(&with(Some(-1), None), "超期没封包");
    shows(&with(None, Some(4.2)), "这一场还要 4.2 GB，不够");
    let other = Health { days_to_seal: Some(-1), seal_other: Some("昨天".to_owned()), ..waiting().health };
    let strips = vec![Strip::Store(StoreFault::BacklogUnsealed)];
    let shown = window(View { health: other, strips: strips.clone(), ..waiting() });
    shows(&shown, "场次 昨天 超期没封包");
    shows(&shown, "场次 昨天 有照片超过规定天数还没有封包");
    shows(&window(View { strips, ..waiting() }), "有照片超过规定天数还没有封包");
    let calm = with(Some(3), None);
    assert!(!is_shown(&calm, "封包 还有") && !is_shown(&calm, "不够"));
}
