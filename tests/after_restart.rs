//! What a restart must not forget: the heading that the session has come to, a bundle that is on no stick yet.

#![cfg(feature = "window")]

use egui_kittest::kittest::Queryable as _;
use tucai::bundle::station::{SealOptions, seal_session};
use tucai::domain::record::RecordState;
use tucai::domain::set_up::Group;
use tucai::store::SessionSettings;

use crate::support::program::Program;
use crate::support::station::{Station, at, files, session, store_one};

fn classes(names: &[&str]) -> SessionSettings {
    let groups = names.iter().map(|name| Group { name: (*name).to_owned(), heads: None }).collect();
    SessionSettings { groups, ..session() }
}

#[test]
fn a_restart_goes_on_under_the_heading_that_the_session_has_come_to() {
    let station = Station::without_copy();
    let id = session().id;
    {
        let mut store = station.open();
        assert_eq!(store.heading_to_go_on_with(&id).unwrap(), None);
        store_one(&mut store, 1).unwrap();
        let newest = store.heading_to_go_on_with(&id).unwrap();
        assert_eq!(newest, Some(session().groups[0].name.clone()), "that of the newest record");
        store.set_session(&classes(&["一班", "二班", "三班"]), 1, at(1)).unwrap();
    }
    let frames = tempfile::tempdir().unwrap();
    let mut program = Program::opened(station.folder(), frames.path());
    program.until_shown_part("第一天  一班");
    program.harness.key_press(egui::Key::B);
    program.until_shown_part("第一天  二班");
    program.harness.key_press(egui::Key::B);
    program.until_shown_part("第一天  三班");
    drop(program);
    let mut program = Program::opened(station.folder(), frames.path());
    program.until_shown_part("第一天  三班");
    drop(program);
    // It is found by its name: the classes may have been put in another order.
    station.open().set_session(&classes(&["零班", "三班", "一班"]), 1, at(2)).unwrap();
    let mut program = Program::opened(station.folder(), frames.path());
    program.until_shown_part("第一天  三班");
}

#[test]
fn a_sealed_bundle_that_is_on_no_stick_is_written_after_a_restart() {
    let station = Station::without_copy();
    let centre = age::x25519::Identity::generate();
    let id = {
        let mut store = station.open();
        let id = store_one(&mut store, 1).unwrap().id;
        seal_session(&mut store, &session().id, &SealOptions::new(centre.to_public()), at(9)).unwrap();
        id
    };
    let (frames, stick) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut program = Program::opened(station.folder(), frames.path());
    program.click("交接");
    program.until_shown_part("有 1 个封包封好了还没有写到 U 盘");
    program.click("下一步 Enter");
    program.until_shown("写到哪个文件夹");
    // The page's heading has the same words.
    let role = egui::accesskit::Role::TextInput;
    program.harness.get_by_role_and_label(role, "写到哪个文件夹").focus();
    program.harness.run_steps(2);
    program.harness.get_by_role_and_label(role, "写到哪个文件夹").type_text(stick.path().to_str().unwrap());
    program.harness.run_steps(2);
    program.click("下一步 Enter");
    // No centre is known here, and none is needed for what is sealed already.
    program.click("封包");
    program.until_shown_part("校验码 ");
    drop(program);
    let store = station.open();
    assert_eq!(store.summary(id).unwrap().state, RecordState::Delivered);
    assert_eq!((store.bundles_waiting().unwrap(), files(stick.path()).len()), (0, 1));
}
