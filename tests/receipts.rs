//! Receipts on paper: what is typed must fit one bundle, two people vouch for it, the records move once, and a purge
//! may rely on it and says so. In the store, and in the window from 交接 to the second person's PIN.

use serde_json::Value;
use tucai::bundle::receipt::{Receipt, ReceiptLine, ReceiptResult};
use tucai::domain::fault::StoreFault;
use tucai::domain::ids::{ContentHash, RecordId};
use tucai::domain::operator::Role;
use tucai::domain::receipts::{PaperMatch, PaperReceipt, PaperRefusal};
use tucai::domain::record::{Predecessor, RecordState, RetakeReason};
use tucai::store::{BundleRow, Filter, Pin, ReceiptRow, Store};

use crate::support::station::{self, Station, at, lock, record, session, store_one};

/// A bundle of everything that is approved, with this byte all through its hash.
fn seal(store: &mut Store, mark: u8) -> BundleRow {
    let bundle = station::bundle(store, mark);
    store.mark_sealed(&bundle, 0, at(51)).unwrap_or_else(|_| store.mark_sealed(&bundle, 2, at(51)).unwrap());
    bundle
}

fn paper(short: &str, records: &str, retake: &str) -> PaperReceipt {
    PaperReceipt::read(short, records, retake, "采集中心").unwrap()
}

/// A manager 2 and a reviewer 3, and an operator 4.
fn add_people(store: &mut Store) {
    let pin = |text: &str| Pin::new(text.to_owned()).unwrap();
    let manager = store.add_operator("赵管理", Role::Manager, &pin("60493817"), 1, at(1)).unwrap();
    store.add_operator("钱复核", Role::Reviewer, &pin("1357"), manager, at(1)).unwrap();
    store.add_operator("孙拍摄", Role::Operator, &pin("2468"), manager, at(1)).unwrap();
}

/// Three records sealed under 11…, and one under 22….
fn prepared() -> (Station, Vec<RecordId>) {
    let station = Station::new();
    let mut store = station.open();
    let mut ids: Vec<_> = (1..=3).map(|n| store_one(&mut store, n).unwrap().id).collect();
    seal(&mut store, 0x11);
    ids.push(store_one(&mut store, 4).unwrap().id);
    seal(&mut store, 0x22);
    add_people(&mut store);
    store.catch_up_all().unwrap();
    (station, ids)
}

fn states(store: &Store, ids: &[RecordId]) -> Vec<RecordState> {
    ids.iter().map(|id| store.summary(*id).unwrap().state).collect()
}

#[test]
fn a_paper_that_two_people_vouch_for_moves_its_records_once() {
    use RecordState::{Received, Retake, Sealed};
    let (station, ids) = prepared();
    let mut store = station.open();
    let typed = paper("11111111", "3", "A-0002");
    let found =
        PaperMatch { sequence: 1, file_name: "2026-A-X-000001.tucai".to_owned(), received: 2, retake: 1, unchanged: 0 };
    assert_eq!(store.look_at_paper(&typed).unwrap(), Ok(found.clone()));
    assert_eq!(states(&store, &ids), [Sealed; 4], "looking changes nothing");
    let standing = store.bundle_standings().unwrap();
    assert_eq!((standing[1].waiting, standing[1].paper_receipts), (3, 0));

    assert_eq!(store.take_paper(&typed, 2, 3, at(60)).unwrap(), Ok(found));
    assert_eq!(states(&store, &ids), [Received, Retake, Received, Sealed]);
    let standing = store.bundle_standings().unwrap();
    let first = &standing[1];
    assert_eq!((first.waiting, first.received, first.retake), (0, 2, 1));
    assert_eq!((first.signed_receipts, first.paper_receipts), (0, 1));
    let again = store.take_paper(&typed, 2, 3, at(61)).unwrap();
    assert_eq!(again, Err(PaperRefusal::Answered { sequence: 1 }), "a second time it changes nothing");

    // The journal keeps what was typed and who vouches; all of it comes back from it alone.
    let receipts = store.receipts(ContentHash([0x11; 32])).unwrap();
    let [(body, signature)] = &receipts[..] else { panic!("{receipts:?}") };
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!((body["receipt"].as_str(), body["records"].as_u64(), signature.as_str()), (Some("paper"), Some(3), ""));
    let before = (store.bundle_standings().unwrap(), store.list(&Filter::default()).unwrap());
    assert!(store.verify().unwrap().is_sound());
    drop(store);
    let store = station.rebuild();
    assert_eq!(before, (store.bundle_standings().unwrap(), store.list(&Filter::default()).unwrap()));
    assert!(store.verify().unwrap().is_sound());
}

/// The centre's signed answer to the first bundle, this for every record.
fn signed(store: &Store, result: ReceiptResult) -> ReceiptRow {
    let bundle = store.bundle(1).unwrap();
    let line = |id: &RecordId| {
        let (record_id, photo_sha256) = (*id, store.summary(*id).unwrap().photo_sha256);
        ReceiptLine { record_id, photo_sha256, result, reason: None }
    };
    let receipt = Receipt {
        format: 1,
        centre: "采集中心".to_owned(),
        bundle_sha256: bundle.sha256,
        station: store.settings().station.clone(),
        sequence: 1,
        made_at: at(60).to_rfc3339(),
        records: bundle.records.iter().map(line).collect(),
    };
    ReceiptRow {
        bundle_sha256: bundle.sha256,
        centre: "采集中心".to_owned(),
        body: serde_json::to_string(&receipt).unwrap(),
        signature: "signed".to_owned(),
        results: bundle.records.iter().map(|id| (*id, result.state(), None)).collect(),
    }
}

#[test]
fn a_replaced_record_stands_again_with_what_came_for_its_bundle_meanwhile() {
    use RecordState::{Delivered, Received, Resend, Retake, Sealed};
    type Comes = fn(&mut Store);
    fn take(store: &mut Store, result: ReceiptResult) {
        let receipt = signed(store, result);
        store.take_receipt(&receipt, 2, at(60)).unwrap();
    }
    fn read_paper(store: &mut Store) {
        store.take_paper(&paper("11111111", "3", ""), 2, 3, at(59)).unwrap().unwrap();
    }
    let cases: [(Comes, RecordState); 7] = [
        (|_| {}, Sealed),
        (|store| store.mark_delivered(1, "stick", 2, at(60)).unwrap(), Delivered),
        (|store| take(store, ReceiptResult::Accepted), Received),
        (|store| take(store, ReceiptResult::Rejected), Resend),
        (|store| take(store, ReceiptResult::Retake), Retake),
        (read_paper, Received),
        // What is signed counts for more, here too.
        (
            |store| {
                read_paper(store);
                take(store, ReceiptResult::Retake);
            },
            Retake,
        ),
    ];
    for (comes, expected) in cases {
        let (station, ids) = prepared();
        let mut store = station.open();
        let shot = store.take_lock(&lock(1), 2, at(55)).unwrap();
        let supersedes = Some((ids[0], RetakeReason::Wish));
        let new = store.save(tucai::store::NewRecord { supersedes, ..record(shot, 9) }, at(56)).unwrap().id;
        comes(&mut store);
        assert_eq!(states(&store, &ids[..1]), [RecordState::Superseded], "its place is taken");
        let told = store.withdraw(new, None, 2, at(61)).unwrap();
        assert_eq!(told, Some(Predecessor::StandsAgain("A-0001".parse().unwrap())));
        assert_eq!(states(&store, &ids[..1]), [expected]);
        assert_eq!(states(&store, &ids[..1]), states(&store, &ids[1..2]), "as the one beside it");
        assert_eq!(store.approved_unsealed(&session().id).unwrap().len(), 0, "nothing is sealed once more");
        let before = store.list(&Filter::default()).unwrap();
        drop(store);
        let store = station.rebuild();
        let states_of = |list: Vec<tucai::store::RecordSummary>| {
            list.into_iter().map(|record| (record.id, record.state)).collect::<Vec<_>>()
        };
        assert_eq!(states_of(store.list(&Filter::default()).unwrap()), states_of(before));
        store.catch_up_all().unwrap();
        assert!(store.verify().unwrap().is_sound());
    }
}

#[test]
fn what_the_centre_signs_counts_for_more_than_its_paper() {
    use RecordState::{Received, Resend, Retake};
    let (station, ids) = prepared();
    let mut store = station.open();
    // Somebody misread a number: not the second but the third is to be taken again.
    store.take_paper(&paper("11111111", "3", "A-0002"), 2, 3, at(60)).unwrap().unwrap();
    let signed = |body: &str, to: [RecordState; 3]| ReceiptRow {
        bundle_sha256: ContentHash([0x11; 32]),
        centre: "采集中心".to_owned(),
        body: body.to_owned(),
        signature: "signed".to_owned(),
        results: ids.iter().zip(to).map(|(id, to)| (*id, to, None)).collect(),
    };
    store.take_receipt(&signed("first", [Resend, Received, Retake]), 2, at(61)).unwrap();
    assert_eq!(states(&store, &ids[..3]), [Resend, Received, Retake], "it never had the first, and has the second");
    store.take_receipt(&signed("second", [Received, Retake, Received]), 2, at(62)).unwrap();
    assert_eq!(states(&store, &ids[..3]), [Resend, Received, Retake], "a signed one is answered once");
    drop(store);
    assert_eq!(states(&station.rebuild(), &ids[..3]), [Resend, Received, Retake]);
}

#[test]
fn what_does_not_fit_and_who_may_not_moves_nothing() {
    let (station, ids) = prepared();
    let mut store = station.open();
    let refused = |store: &Store, typed: &PaperReceipt| store.look_at_paper(typed).unwrap().unwrap_err();
    assert_eq!(refused(&store, &paper("33333333", "3", "")), PaperRefusal::NoBundle);
    assert_eq!(refused(&store, &paper("1111111122", "3", "")), PaperRefusal::NoBundle, "every digit counts");
    let count = PaperRefusal::OtherCount { typed: 2, sealed: 3 };
    assert_eq!(refused(&store, &paper("11111111", "2", "")), count);
    let other = PaperRefusal::NotWaiting("A-0004".parse().unwrap());
    assert_eq!(refused(&store, &paper("11111111", "3", "A-0004")), other, "it is in the other bundle");

    let typed = paper("11111111", "3", "");
    let mut fault = |by, second| store.take_paper(&typed, by, second, at(60)).unwrap_err().fault();
    assert_eq!(fault(3, 2), StoreFault::NotAllowed, "a reviewer enters none");
    assert_eq!(fault(2, 4), StoreFault::NotAllowed, "an operator is no second person");
    assert_eq!(fault(2, 9), StoreFault::NotAllowed, "nobody");
    assert_eq!(store.take_paper(&typed, 2, 2, at(60)).unwrap(), Err(PaperRefusal::NeedsTwo));
    let wrong = paper("11111111", "4", "");
    assert!(store.take_paper(&wrong, 2, 3, at(60)).unwrap().is_err(), "it is judged again when it is taken");
    assert_eq!(states(&store, &ids), [RecordState::Sealed; 4]);

    // A record that went another way since stays there.
    store.withdraw(ids[0], None, 2, at(62)).unwrap();
    let found = store.take_paper(&typed, 2, 3, at(63)).unwrap().unwrap();
    assert_eq!((found.received, found.unchanged), (2, 1));
    assert_eq!(states(&store, &ids[..2]), [RecordState::Withdrawn, RecordState::Received]);
}

#[test]
fn a_station_where_nobody_has_a_pin_takes_no_paper() {
    let station = Station::without_copy();
    let mut store = station.open();
    let id = store_one(&mut store, 1).unwrap().id;
    seal(&mut store, 0x11);
    let taken = store.take_paper(&paper("11111111", "1", ""), 1, 2, at(60)).unwrap();
    assert_eq!(taken, Err(PaperRefusal::NeedsTwo));
    assert_eq!(store.summary(id).unwrap().state, RecordState::Sealed);
}

#[test]
fn a_purge_relies_on_a_paper_and_its_certificate_says_so() {
    const DAY: i64 = 86_400;
    let (station, ids) = prepared();
    let mut store = station.open();
    store.set_retention(&session().id, Some(30), 2, at(59)).unwrap();
    store.take_paper(&paper("11111111", "3", ""), 2, 3, at(60)).unwrap().unwrap();
    let due = |store: &Store, seconds| store.due_for_purge(None, at(seconds)).unwrap().len();
    assert_eq!((due(&store, 29 * DAY), due(&store, 30 * DAY + 60)), (0, 3), "the days count from the paper");
    store.confirm_clock(2, at(31 * DAY)).unwrap();
    let purge = store.purge(&ids[..3], "retention", 2, at(31 * DAY)).unwrap();
    let certificate: Value = serde_json::from_slice(&std::fs::read(purge.certificate.unwrap()).unwrap()).unwrap();
    let receipts = &certificate["still_held_by"]["bundles"][0]["receipts"];
    assert_eq!((receipts["signed"].as_u64(), receipts["paper"].as_u64()), (Some(0), Some(1)));
    assert_eq!(store.summary(ids[3]).unwrap().state, RecordState::Sealed, "what has no receipt stays");
}

#[cfg(feature = "window")]
mod window {
    use std::sync::Arc;

    use tucai::domain::receipts::BundleStanding;
    use tucai::text::Lang;
    use tucai::text::receipts::ReceiptWord;
    use tucai::ui::memory::{HANDOVER_RECEIPTS, Memory, Page};
    use tucai::ui::receipts::{MayEnter, ReceiptsCommand, ReceiptsView, Typed};
    use tucai::ui::view::{Command, Gate, View};

    use super::*;
    use crate::support::program::Program;
    use crate::support::window::{
        Window, click, every_word_is_drawn, is_shown, look, press, shows, type_into, waiting, window_of,
    };

    fn standing(sequence: u64, waits: usize) -> BundleStanding {
        BundleStanding {
            sequence,
            session: session().id,
            file_name: format!("2026-A-X-{sequence:06}.tucai"),
            made_at: at(0),
            delivered: true,
            records: 40,
            waiting: waits,
            received: 40 - waits,
            retake: 0,
            resend: 0,
            signed_receipts: 0,
            paper_receipts: usize::from(waits == 0),
        }
    }

    fn page(receipts: ReceiptsView, lang: Lang, light_theme: bool) -> Window {
        let memory =
            Memory { page: Page::Handover, handover_step: HANDOVER_RECEIPTS, light_theme, ..Memory::default() };
        let view = View { receipts: Box::new(receipts), lang, ..waiting() };
        let mut shown = window_of(view, [1366.0, 698.0].into(), memory);
        shown.run_steps(2);
        shown
    }

    fn with(may: MayEnter) -> ReceiptsView {
        let bundles = Some(Arc::new(vec![standing(2, 40), standing(1, 0)]));
        ReceiptsView { bundles, may, ..ReceiptsView::default() }
    }

    #[test]
    fn a_paper_is_typed_compared_and_only_then_confirmed() {
        let mut shown = page(with(MayEnter::Yes), Lang::Zh, false);
        shows(&shown, "2026-A-X-000002.tucai 40 条等回执");
        shows(&shown, "2026-A-X-000001.tucai 40 条已收到，纸面回执");
        assert_eq!(click(&mut shown, "核对"), [], "nothing was typed");
        type_into(&mut shown, "纸上的封包校验码", "2222 2222");
        type_into(&mut shown, "收到条数", "40");
        type_into(&mut shown, "采集中心", "采集中心");
        type_into(&mut shown, "要重拍的拍摄号", "A-0003");
        look(&mut shown, "receipts-typed");
        let [short, records, retake, centre] = ["2222 2222", "40", "A-0003", "采集中心"].map(String::from);
        let compare = Command::Receipts(ReceiptsCommand::Compare(Typed { short, records, retake, centre }));
        // What the harness types comes as fast as a scanner gun's line.
        let mut commands = press(&mut shown, egui::Key::Enter);
        commands.retain(|command| !matches!(command, Command::Gun(_)));
        assert_eq!(commands, [compare], "Enter in a field compares");
        let found = PaperMatch {
            sequence: 2,
            file_name: "2026-A-X-000002.tucai".to_owned(),
            received: 39,
            retake: 1,
            unchanged: 0,
        };
        shown.state_mut().view.receipts.found = Some(found);
        shown.run_steps(2);
        shows(&shown, "2026-A-X-000002.tucai：39 条记为已收到，1 条要重拍");
        look(&mut shown, "receipts-found");
        assert!(!is_shown(&shown, "收到条数"), "what is asked about cannot be typed over");
        assert_eq!(click(&mut shown, "两人确认登记…"), [Command::Receipts(ReceiptsCommand::Confirm)]);
        assert_eq!(click(&mut shown, "改一改"), [Command::Receipts(ReceiptsCommand::Change)]);
        shown.state_mut().view.receipts.taken = 1;
        shown.state_mut().view.receipts.found = None;
        shown.run_steps(2);
        assert!(!is_shown(&shown, "2222 2222"), "what was typed is forgotten");
        press(&mut shown, egui::Key::Escape);
        press(&mut shown, egui::Key::Backspace);
        assert_eq!(shown.state().memory.handover_step, 0, "the way begins anew");
    }

    #[test]
    fn who_may_not_sees_why_and_no_fields() {
        let mut shown = page(with(MayEnter::OnlyManager), Lang::Zh, true);
        shows(&shown, "只有管理员可以登记纸面回执");
        look(&mut shown, "receipts-light");
        assert!(!is_shown(&shown, "收到条数"));
        let shown = page(with(MayEnter::NoPeople), Lang::En, false);
        shows(&shown, "A paper takes two PINs");
        assert!(!is_shown(&shown, "Records received"));
        let mut shown = page(ReceiptsView::default(), Lang::Zh, false);
        shows(&shown, "正在看每个封包的回执");
        let asked = press(&mut shown, egui::Key::ArrowDown);
        // In every pass, until there is an answer: the program behind it asks the store once.
        assert!(!asked.is_empty() && asked.iter().all(|c| *c == Command::Receipts(ReceiptsCommand::Look)), "{asked:?}");
        let shown = page(ReceiptsView { bundles: Some(Arc::default()), ..with(MayEnter::Yes) }, Lang::Zh, false);
        shows(&shown, "还没有封过包");
    }

    #[test]
    fn every_word_about_receipts_can_be_drawn() {
        every_word_is_drawn(ReceiptWord::ALL.iter().flat_map(|word| [word.text(Lang::Zh), word.text(Lang::En)]));
    }

    #[test]
    fn the_whole_program_takes_a_paper_on_the_word_of_two() {
        let (station, ids) = prepared();
        let frames = tempfile::tempdir().unwrap();
        let mut program = Program::start(station.folder(), frames.path());
        program.type_into("口令", "correct horse");
        program.click("打开");
        program.until(|gate| *gate == Gate::SignIn);
        program.click("赵管理");
        program.type_into("个人口令", "60493817");
        program.click("登录");
        program.until(|gate| *gate == Gate::Open);
        program.click("交接");
        program.click("回执");
        program.until_shown_part("2026-A-X-000001.tucai 3 条等回执");
        program.type_into("纸上的封包校验码", "11111112");
        program.click("核对");
        program.until_shown_part("收到条数要填一个数");
        program.type_into("收到条数", "3");
        program.type_into("采集中心", "采集中心");
        program.click("核对");
        program.until_shown_part("本站没有这个校验码的封包");
        // The caret stands behind the last digit.
        program.key(egui::Key::Backspace, "纸上的封包校验码");
        program.type_into("纸上的封包校验码", "1");
        program.type_into("要重拍的拍摄号", "A-0002");
        program.click("核对");
        program.until_shown_part("2 条记为已收到，1 条要重拍");
        program.click("两人确认登记…");
        program.until_shown("请第二位同事确认");
        program.type_into("个人口令", "0000");
        program.click("确认");
        program.until_shown_part("个人口令不对");
        program.type_into("个人口令", "1357");
        program.click("确认");
        program.until_shown_part("第 1 号封包的纸面回执登记好了");
        program.until_shown_part("2026-A-X-000001.tucai 2 条已收到，1 条要重拍，纸面回执");
        drop(program);
        let store = station.open();
        use RecordState::{Received, Retake, Sealed};
        assert_eq!(states(&store, &ids), [Received, Retake, Received, Sealed]);
        let events = store.events_of(ids[0]).unwrap();
        assert_eq!(events.last().unwrap().by, 2, "the manager's line");
    }
}
