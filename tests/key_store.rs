//! The system's own key store, where one is: the Secret Service of a session made for this test alone.

use std::process::Command;

use tucai::device::key_store::{KeyStore as _, SystemKeyStore};

/// Set in the process that runs inside the session.
const INSIDE: &str = "TUCAI_TEST_SECRET_SERVICE";

#[test]
fn the_systems_key_store_keeps_a_passphrase_over_programs_and_forgets_it() {
    match std::env::var(INSIDE).as_deref() {
        Ok("keep") => keep(),
        Ok("forget") => forget(),
        _ => outside(),
    }
}

/// One session with one keyring, in which two programs run one after the other.
fn outside() {
    let home = tempfile::tempdir().unwrap();
    let test = std::env::current_exe().unwrap();
    let script = format!(
        "printf 'a keyring' | gnome-keyring-daemon --unlock --components=secrets >/dev/null && \
         for step in keep forget; do {INSIDE}=$step \"$0\" key_store:: --nocapture || exit 1; done"
    );
    let mut session = Command::new("dbus-run-session");
    session.args(["--", "bash", "-c", &script]).arg(&test);
    // Nobody's own keyring is touched.
    for (name, folder) in [("HOME", "home"), ("XDG_DATA_HOME", "data"), ("XDG_RUNTIME_DIR", "run")] {
        let folder = home.path().join(folder);
        std::fs::create_dir(&folder).unwrap();
        session.env(name, folder);
    }
    let told = session.env_remove("DISPLAY").output().expect("packages dbus-daemon and gnome-keyring are installed");
    let words = [told.stdout, told.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(told.status.success(), "{words}");
    assert!(!words.contains("一个 pass phrase"), "a passphrase is not printed");
    let kept = walk(home.path());
    assert!(!kept.is_empty(), "the keyring is a file of the session's home");
    for (path, bytes) in kept {
        let plain = bytes.windows(11).any(|part| part == b"pass phrase");
        assert!(!plain, "{} holds the passphrase readably", path.display());
    }
}

fn keep() {
    assert_eq!(SystemKeyStore.get("station-a"), Ok(None));
    SystemKeyStore.set("station-a", "first").unwrap();
    SystemKeyStore.set("station-a", "一个 pass phrase").unwrap();
    SystemKeyStore.set("station-b", "another").unwrap();
}

fn forget() {
    let kept = |station: &str| SystemKeyStore.get(station).unwrap().map(|words| words.to_string());
    assert_eq!(kept("station-a").as_deref(), Some("一个 pass phrase"), "another program kept it");
    SystemKeyStore.forget("station-a").unwrap();
    SystemKeyStore.forget("station-a").unwrap();
    assert_eq!((kept("station-a"), kept("station-b").as_deref()), (None, Some("another")));
}

fn walk(folder: &std::path::Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            files.extend(walk(&path));
        } else if path.is_file() {
            files.push((path.clone(), std::fs::read(&path).unwrap()));
        }
    }
    files
}
