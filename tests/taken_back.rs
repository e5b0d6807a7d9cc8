//! A decision of the review that was a slip: taken back with one key, said by the journal, the same after a rebuild,
//! and refused when something was built on it.

use tucai::domain::fault::StoreFault;
use tucai::domain::ids::RecordId;
use tucai::domain::record::{RecordState, RetakeReason};
use tucai::store::{Approval, Filter, Store, What};

use crate::support::station::{Station, at, bundle, code, lock, record, session, store_one};

fn state(store: &Store, id: RecordId) -> RecordState {
    store.summary(id).unwrap().state
}

fn reject(store: &mut Store, id: RecordId) {
    store.set_state(id, RecordState::Rejected, Some(String::from("眼睛")), 1, at(20)).unwrap();
}

#[test]
fn a_rejection_is_taken_back_and_a_rebuild_says_the_same() {
    let station = Station::new();
    let mut store = station.open();
    let approved = store_one(&mut store, 1).unwrap().id;
    let shot = store.take_lock(&lock(2), 1, at(2)).unwrap();
    let waiting = store.save(tucai::store::NewRecord { approval: Approval::AwaitReview, ..record(shot, 2) }, at(2));
    let waiting = waiting.unwrap().id;
    for (id, before) in [(approved, RecordState::Approved), (waiting, RecordState::Stored)] {
        reject(&mut store, id);
        assert_eq!(store.take_back(id, 7, at(21)).unwrap(), before);
        assert_eq!(state(&store, id), before);
        let last = store.events_of(id).unwrap().pop().unwrap();
        assert_eq!(last.by, 7, "who did it stands in the journal");
        assert!(matches!(last.what, What::Moved { to, .. } if to == before));
        assert_eq!(store.take_back(id, 7, at(22)).unwrap_err().fault(), StoreFault::DecisionStands, "only once");
    }
    // Rejected once more after all, and that stands.
    reject(&mut store, waiting);
    let list = |store: &Store| {
        store.list(&Filter::default()).unwrap().into_iter().map(|row| (row.id, row.state)).collect::<Vec<_>>()
    };
    let before = list(&store);
    drop(store);
    let store = station.rebuild();
    assert_eq!(list(&store), before);
    assert!(store.verify().unwrap().is_sound());
}

#[test]
fn a_withdrawal_is_taken_back_until_a_bundle_has_the_record() {
    let station = Station::without_copy();
    let mut store = station.open();
    let id = store_one(&mut store, 1).unwrap().id;
    store.withdraw(id, None, 1, at(20)).unwrap();
    assert_eq!(store.take_back(id, 1, at(21)).unwrap(), RecordState::Approved);
    let made = bundle(&store, 1);
    assert_eq!(made.records, [id], "it is sealed as if nothing had been");
    store.mark_sealed(&made, 1, at(50)).unwrap();
    store.withdraw(id, None, 1, at(51)).unwrap();
    assert_eq!(store.take_back(id, 1, at(52)).unwrap_err().fault(), StoreFault::DecisionStands);
    assert_eq!(state(&store, id), RecordState::Withdrawn);
    assert_eq!(store.pending_changes(&session().id).unwrap().len(), 1, "the centre is still told");
}

#[test]
fn nothing_comes_back_once_its_student_was_taken_again() {
    let station = Station::without_copy();
    let mut store = station.open();
    let refused = |store: &mut Store, id| store.take_back(id, 1, at(30)).unwrap_err().fault();
    let first = store_one(&mut store, 1).unwrap().id;
    reject(&mut store, first);
    let shot = store.take_lock(&lock(1), 1, at(22)).unwrap();
    assert_eq!(refused(&mut store, first), StoreFault::DecisionStands, "the student sits there");
    store.save(record(shot, 22), at(23)).unwrap();
    assert_eq!(refused(&mut store, first), StoreFault::DecisionStands, "one code never has two pictures");
    let standing = store.standing_record(code(1).digest()).unwrap().unwrap();
    assert_ne!(standing.id, first);
    // A withdrawn retake: the picture before it stands again.
    let old = store_one(&mut store, 2).unwrap().id;
    let shot = store.take_lock(&lock(2), 1, at(25)).unwrap();
    let mut new = record(shot, 25);
    new.supersedes = Some((old, RetakeReason::Wish));
    let retake = store.save(new, at(26)).unwrap().id;
    store.withdraw(retake, None, 1, at(27)).unwrap();
    assert_eq!(refused(&mut store, retake), StoreFault::DecisionStands);
    assert_eq!(state(&store, old), RecordState::Approved);
}

#[cfg(feature = "window")]
mod window {
    use egui::Key;
    use tucai::domain::record::RecordState;
    use tucai::ui::memory::{Memory, Page};
    use tucai::ui::view::Command;

    use crate::support::program::Program;
    use crate::support::station::{Station, store_one};
    use crate::support::window::{busy_day, is_shown, look, press, record, shows, window_of, with_people};

    #[test]
    fn u_takes_the_last_slip_back_although_the_ring_has_gone_on() {
        let memory = Memory { page: Page::Review, ..Memory::default() };
        let mut shown = window_of(busy_day(), egui::vec2(1366.0, 768.0), memory);
        assert_eq!(press(&mut shown, Key::U), [], "nothing was decided yet");
        press(&mut shown, Key::X);
        assert_eq!(press(&mut shown, Key::Num1), [Command::Reject(record(1), 1)]);
        shown.state_mut().view.review[0].state = RecordState::Rejected;
        shown.run_steps(2);
        shows(&shown, "撤销退回 A-0101 U");
        press(&mut shown, Key::X);
        assert_eq!(press(&mut shown, Key::U), [], "while a reason is asked for no key means anything else");
        press(&mut shown, Key::Escape);
        assert_eq!(press(&mut shown, Key::U), [Command::TakeBack(record(1))]);
        shown.state_mut().view.review[0].state = RecordState::Stored;
        shown.run_steps(2);
        assert_eq!(shown.state().memory.review_at, Some(record(1)), "the ring is on it again");
        assert!(!is_shown(&shown, "撤销退回"));
        assert_eq!(press(&mut shown, Key::U), []);
        press(&mut shown, Key::X);
        press(&mut shown, Key::Num1);
        shown.state_mut().view.review[0].state = RecordState::Rejected;
        // At the end: pictures of people ask for their large ones.
        with_people(&mut shown);
        look(&mut shown, "review-undo");
    }

    #[test]
    fn at_the_desk_x_and_u_leave_the_record_as_it_was() {
        let station = Station::without_copy();
        store_one(&mut station.open(), 1).unwrap();
        let frames = tempfile::tempdir().unwrap();
        let mut program = Program::opened(station.folder(), frames.path());
        program.harness.key_press(Key::F4);
        program.click("已通过 1");
        program.until_shown_part("A-0001 已通过");
        program.harness.key_press(Key::X);
        program.until_shown_part("为什么退回");
        program.harness.key_press(Key::Num2);
        program.until_shown("已退回 1");
        program.until_shown("撤销退回 A-0001 U");
        program.harness.key_press(Key::U);
        program.until_shown("已退回 0");
        program.until_shown_part("A-0001 已通过");
        drop(program);
        let store = station.open();
        assert_eq!(store.list(&tucai::store::Filter::default()).unwrap()[0].state, RecordState::Approved);
    }
}
