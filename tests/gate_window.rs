//! Before the desk: a passphrase that has to wait says how long, counts down, and takes the next one by itself.

#![cfg(feature = "window")]

use egui_kittest::kittest::Queryable as _;
use tucai::domain::fault::StoreFault;
use tucai::store::{CreateOptions, Store};
use tucai::ui::view::{Command, Gate, View};

use crate::support::program::Program;
use crate::support::station::{at, passphrase};
use crate::support::window::{click, is_shown, look, names, shows, window};

#[test]
fn a_passphrase_that_has_to_wait_counts_down_and_the_field_comes_back() {
    let gate = Gate::Locked { folder: "/data/tucai".into(), fault: Some(StoreFault::PassphraseWait) };
    let mut shown = window(View { gate, passphrase_wait: Some(75), ..View::default() });
    shows(&shown, "还要等 1:15");
    assert!(shown.query_by_label("口令").is_none() && shown.query_by_label("打开").is_none(), "nothing to type into");
    look(&mut shown, "gate-wait");
    shown.state_mut().view.passphrase_wait = Some(9);
    shown.run_steps(2);
    shows(&shown, "还要等 0:09");
    shown.state_mut().view.passphrase_wait = None;
    shown.run_steps(3);
    assert!(!is_shown(&shown, "还要等") && !is_shown(&shown, "连着输错"), "{:#?}", names(&shown));
    shown.get_by_label("口令").type_text("something");
    shown.run_steps(2);
    assert!(matches!(click(&mut shown, "打开").as_slice(), [Command::Unlock(_)]));
}

#[test]
fn the_third_wrong_passphrase_shows_its_wait_and_so_does_a_start_after_it() {
    let made = tempfile::tempdir().unwrap();
    let (folder, frames) = (made.path().join("station"), made.path().join("frames"));
    std::fs::create_dir(&frames).unwrap();
    let options = CreateOptions { work_factor: 10, ..CreateOptions::default() };
    drop(Store::create(&folder, &passphrase(), &options, at(0)).unwrap());
    let mut program = Program::start(&folder, &frames);
    for try_ in 1..=3 {
        program.type_into("口令", &format!("wrong {try_}"));
        program.harness.get_by_label("打开").click();
        program.until(|gate| *gate == Gate::Unlocking);
        program.until(|gate| matches!(gate, Gate::Locked { .. }));
    }
    program.until_shown_part("还要等 0:0");
    program.until_shown_part("口令不对");
    drop(program);
    let mut program = Program::start(&folder, &frames);
    program.until_shown_part("还要等 0:0");
    // Nobody has to do anything for it.
    program.until_shown("打开");
}
