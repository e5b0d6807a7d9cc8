//! Remembering the passphrase on this computer: off by default, kept by the key store only, forgotten on demand.

#![cfg(feature = "window")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use egui_kittest::kittest::Queryable as _;
use tucai::device::key_store::{KeyStore, NoKeyStore};
use tucai::ui::view::Gate;
use zeroize::Zeroizing;

use crate::support::program::Program;
use crate::support::station::files;

const PASSPHRASE: &str = "a long passphrase";

/// A key store in memory, or one that is not there.
#[derive(Default)]
struct Fake {
    kept: Mutex<BTreeMap<String, String>>,
    broken: bool,
}

impl Fake {
    fn check(&self) -> Result<(), NoKeyStore> {
        if self.broken { Err(NoKeyStore("there is none".to_owned())) } else { Ok(()) }
    }

    fn count(&self) -> usize {
        self.kept.lock().unwrap().len()
    }
}

impl KeyStore for Fake {
    fn get(&self, station: &str) -> Result<Option<Zeroizing<String>>, NoKeyStore> {
        self.check()?;
        Ok(self.kept.lock().unwrap().get(station).cloned().map(Zeroizing::new))
    }

    fn set(&self, station: &str, passphrase: &str) -> Result<(), NoKeyStore> {
        self.check()?;
        self.kept.lock().unwrap().insert(station.to_owned(), passphrase.to_owned());
        Ok(())
    }

    fn forget(&self, station: &str) -> Result<(), NoKeyStore> {
        self.check()?;
        self.kept.lock().unwrap().remove(station);
        Ok(())
    }
}

/// A station that was made without the switch, and closed.
struct Place {
    made: tempfile::TempDir,
    frames: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { made: tempfile::tempdir().unwrap(), frames: tempfile::tempdir().unwrap() };
        let keys = Arc::new(Fake::default());
        let mut program = place.start(&keys);
        program.make_station();
        program.until(|gate| *gate == Gate::Open);
        assert_eq!(keys.count(), 0, "nothing is remembered unless somebody asks for it");
        place
    }

    fn start(&self, keys: &Arc<Fake>) -> Program {
        let folder = self.made.path().join("station");
        Program::start_with(&folder, self.frames.path(), Arc::clone(keys) as Arc<dyn KeyStore>)
    }
}

fn unlock(program: &mut Program) {
    program.until(|gate| matches!(gate, Gate::Locked { .. }));
    program.type_into("口令", PASSPHRASE);
    program.harness.get_by_label("打开").click();
    program.until(|gate| *gate == Gate::Open);
}

#[test]
fn what_is_remembered_opens_the_station_and_is_in_no_file() {
    let place = Place::new();
    let keys = Arc::new(Fake::default());
    let mut program = place.start(&keys);
    program.until(|gate| matches!(gate, Gate::Locked { .. }));
    program.click("在这台电脑上记住口令");
    unlock(&mut program);
    assert_eq!(keys.count(), 1);
    drop(program);
    for file in files(place.made.path()) {
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(PASSPHRASE.len()).any(|part| part == PASSPHRASE.as_bytes()), "{}", file.display());
    }
    let mut program = place.start(&keys);
    program.until(|gate| *gate == Gate::Open);
    program.click("设置");
    program.click("存储备份 2");
    program.until_shown("记住的口令 这台电脑记着");
    program.click("忘掉");
    program.until_shown("记住的口令 没有记住");
    assert_eq!(keys.count(), 0);
    drop(program);
    let mut program = place.start(&keys);
    unlock(&mut program);
}

#[test]
fn a_computer_without_a_key_store_says_so_and_goes_on() {
    let place = Place::new();
    let none = Arc::new(Fake { broken: true, ..Fake::default() });
    let mut program = place.start(&none);
    program.until(|gate| matches!(gate, Gate::Locked { .. }));
    program.click("在这台电脑上记住口令");
    unlock(&mut program);
    program.until_shown("这台电脑的系统钥匙库不能用，口令没有记住   每次打开时照常输入口令");
    drop(program);
    // Remembered, and the key store is gone at the next start.
    let keys = Arc::new(Fake::default());
    let mut program = place.start(&keys);
    program.until(|gate| matches!(gate, Gate::Locked { .. }));
    program.click("在这台电脑上记住口令");
    unlock(&mut program);
    drop(program);
    let mut program = place.start(&none);
    program.until(|gate| matches!(gate, Gate::Locked { .. }));
    program.until_shown("这台电脑的系统钥匙库不能用，口令没有记住，每次打开时照常输入口令");
    unlock(&mut program);
}

#[test]
fn a_remembered_passphrase_that_is_wrong_by_now_asks_again() {
    let place = Place::new();
    let keys = Arc::new(Fake::default());
    let mut program = place.start(&keys);
    program.until(|gate| matches!(gate, Gate::Locked { .. }));
    program.click("在这台电脑上记住口令");
    unlock(&mut program);
    drop(program);
    keys.kept.lock().unwrap().values_mut().for_each(|words| "an older one".clone_into(words));
    let mut program = place.start(&keys);
    let fault = Some(tucai::domain::fault::StoreFault::WrongPassphrase);
    program.until(|gate| matches!(gate, Gate::Locked { fault: found, .. } if *found == fault));
    unlock(&mut program);
}
