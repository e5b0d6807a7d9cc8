//! Ends the process by SIGKILL at every failpoint of storing and at random moments; what was printed must be kept.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tucai::store::FAILPOINT_VARIABLE;

use crate::evidence::{Evidence, Found, rebuilt_is_equal};
use crate::random::Random;
use crate::setting;
use crate::station::Station;

/// Kills on one folder before the next one is made.
const KILLS_PER_FOLDER: u64 = 8;

/// Sums over the kills of one kind.
#[derive(Debug, Default)]
struct Sum {
    kills: u64,
    /// The process ended by itself first.
    missed: u64,
    green: usize,
    restored: usize,
    replayed: usize,
    set_aside: usize,
    beyond: usize,
    locks_back: usize,
    parked_back: usize,
    rebuilt: u64,
    failures: Vec<String>,
}

impl Sum {
    fn add(&mut self, name: &str, found: Found) {
        self.restored += found.restored;
        self.replayed += found.replayed;
        self.set_aside += found.set_aside;
        self.beyond += found.beyond;
        self.locks_back += found.lock_back;
        self.parked_back += found.parked_back;
        self.failures.extend(found.failures.into_iter().map(|failure| format!("{name}: {failure}")));
    }

    fn rebuild(&mut self, name: &str, folder: &Path) {
        self.rebuilt += 1;
        if let Err(failure) = rebuilt_is_equal(folder) {
            self.failures.push(format!("{name}: {failure}"));
        }
    }

    fn print(&self, name: &str, took: Duration) {
        let Self { kills, missed, green, restored, replayed, set_aside, beyond, locks_back, parked_back, .. } = self;
        println!(
            "| {name} | {kills} ({missed}) | {green} | {} | {locks_back} / {parked_back} | {beyond} | {restored} / \
             {replayed} / {set_aside} | {} | {:.0} s |",
            self.failures.len(),
            self.rebuilt,
            took.as_secs_f64(),
        );
    }
}

/// One process on one folder.
struct Run<'a> {
    command: Command,
    out: PathBuf,
    log: PathBuf,
    kill_after: Option<Duration>,
    evidence: &'a mut Evidence,
}

impl Run<'_> {
    /// Lets it go until it ends or is killed, and takes in what it printed.
    fn go(mut self) -> (ExitStatus, String) {
        self.command.stdin(Stdio::null());
        self.command.stdout(File::create(&self.out).unwrap()).stderr(File::create(&self.log).unwrap());
        let mut child = self.command.spawn().unwrap();
        if let Some(delay) = self.kill_after {
            std::thread::sleep(delay);
            child.kill().unwrap();
        }
        let status = child.wait().unwrap();
        let out = fs::read_to_string(&self.out).unwrap();
        let log = String::from_utf8_lossy(&fs::read(&self.log).unwrap()).into_owned();
        self.evidence.hear(&out);
        self.evidence.hear_log(&log, &out);
        (status, log)
    }
}

/// The whole program or the store alone, on one folder.
#[derive(Clone, Copy, PartialEq)]
enum Who {
    /// `tucai drive` on the simulated camera, this many subjects.
    Drive(u32),
    /// The store with made-up subjects, this many.
    Store(u64),
}

struct Desk {
    base: tempfile::TempDir,
    folder: PathBuf,
    _station: Option<Station>,
    evidence: Evidence,
}

impl Desk {
    /// A station with a second disk.
    fn new() -> Self {
        let station = Station::new();
        let folder = station.folder().to_owned();
        Self { base: tempfile::tempdir().unwrap(), folder, _station: Some(station), evidence: Evidence::default() }
    }

    /// A folder that is to become a station.
    fn empty() -> Self {
        let base = tempfile::tempdir().unwrap();
        let folder = base.path().join("station");
        Self { base, folder, _station: None, evidence: Evidence::default() }
    }

    fn run(&mut self, who: Who, seed: u64, failpoint: Option<&str>, kill_after: Option<Duration>) -> (bool, String) {
        let passphrase = self.base.path().join("passphrase");
        fs::write(&passphrase, "correct horse\n").unwrap();
        let mut command = match who {
            Who::Drive(subjects) => {
                let mut command = Command::new(env!("CARGO_BIN_EXE_tucai"));
                command.args(["drive", "--json", "--camera", "sim:demo", "--seed", &seed.to_string()]);
                command.args(["--subjects", &subjects.to_string(), "--data"]).arg(&self.folder);
                command.arg("--passphrase-file").arg(&passphrase);
                command.env("TUCAI_LOG", "trace");
                command
            }
            Who::Store(count) => {
                let mut command = Command::new(std::env::current_exe().unwrap());
                command.arg("child").arg(&self.folder).args([seed.to_string(), count.to_string()]);
                command.env("RUST_LOG", "tucai::store::failpoint=trace");
                command
            }
        };
        match failpoint {
            Some(name) => command.env(FAILPOINT_VARIABLE, name),
            None => command.env_remove(FAILPOINT_VARIABLE),
        };
        let (out, log) = (self.base.path().join("out"), self.base.path().join("log"));
        let held = self.evidence.locked.as_ref().map(|(shot, _)| shot.clone());
        let run = Run { command, out, log, kill_after, evidence: &mut self.evidence };
        let (status, log) = run.go();
        if matches!(who, Who::Drive(_))
            && held.is_some()
            && self.evidence.locked.as_ref().map(|(shot, _)| shot) == held.as_ref()
        {
            // It releases a lock that it finds, and does not say so.
            self.evidence.begun = Some(("release".to_owned(), held));
        }
        (status.success(), log)
    }
}

pub fn prove() -> Vec<String> {
    let kills = setting("SURVIVAL_KILLS", 1000);
    let drives = setting("SURVIVAL_DRIVES", kills / 10);
    let seed = setting("SURVIVAL_SEED", 1);
    println!(
        "| kind | kills (ended first) | green lines checked | failures | locks / parked back | kept without light \
              | restored / replayed / set aside | rebuilt and compared | took |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    let mut failures = Vec::new();
    if setting("SURVIVAL_SWEEPS", 1) > 0 {
        failures.extend(sweeps());
    }
    failures.extend(random("storing alone, random", Who::Store(60), kills.saturating_sub(drives), seed, 900));
    failures.extend(random("drive, random", Who::Drive(3), drives, seed + 1, 9_000));
    failures
}

/// Every failpoint of each kind of run.
fn sweeps() -> Vec<String> {
    let mut failures = Vec::new();
    failures.extend(sweep("making a station, every failpoint", Who::Drive(0), Desk::empty));
    failures.extend(sweep("storing alone, every failpoint", Who::Store(8), Desk::new));
    failures.extend(sweep("drive, one subject, every failpoint", Who::Drive(1), Desk::new));
    failures
}

/// Every moment that one run passes, each on a folder of its own.
fn sweep(name: &str, who: Who, desk: impl Fn() -> Desk) -> Vec<String> {
    let began = Instant::now();
    let mut traced = desk();
    let (ended, log) = traced.run(who, 1, Some("trace"), None);
    let mut sum = Sum::default();
    if !ended {
        return vec![format!("{name}: the traced run failed: {log}")];
    }
    let mut passed: BTreeMap<String, u32> = BTreeMap::new();
    for line in log.lines().filter(|line| line.contains("tucai::store::failpoint")) {
        let moment = line.rsplit(' ').next().unwrap().to_owned();
        *passed.entry(moment).or_default() += 1;
    }
    for (moment, count) in &passed {
        for nth in 1..=*count {
            let failpoint = format!("{moment}#{nth}");
            let mut desk = desk();
            let (ended, _) = desk.run(who, 1, Some(&failpoint), None);
            sum.kills += 1;
            sum.missed += u64::from(ended);
            settle(&mut desk, who, &failpoint, &mut sum);
        }
    }
    sum.print(name, began.elapsed());
    sum.failures
}

/// The next start after a kill; where there was no station yet, making it goes on.
fn settle(desk: &mut Desk, who: Who, name: &str, sum: &mut Sum) {
    if who == Who::Drive(0) {
        let (ended, log) = desk.run(who, 1, None, None);
        if !ended {
            sum.failures.push(format!("{name}: the next start failed: {log}"));
            return;
        }
    }
    sum.green += desk.evidence.stored.len();
    let second = who != Who::Drive(0);
    let found = desk.evidence.examine(&desk.folder, second);
    sum.add(name, found);
    sum.rebuild(name, &desk.folder);
}

/// Kills at random moments within `within_ms` of the start.
fn random(name: &str, who: Who, kills: u64, seed: u64, within_ms: u64) -> Vec<String> {
    let began = Instant::now();
    let mut moments = Random(seed);
    let mut sum = Sum::default();
    let mut desk = Desk::new();
    for n in 0..kills {
        if n > 0 && n % KILLS_PER_FOLDER == 0 {
            sum.rebuild(&format!("seed {seed}, before kill {n}"), &desk.folder);
            desk = Desk::new();
        }
        let delay = Duration::from_micros(moments.below(within_ms * 1000));
        let (ended, log) = desk.run(who, seed * 10_000 + n, None, Some(delay));
        sum.kills += 1;
        sum.missed += u64::from(ended);
        sum.green += desk.evidence.stored.len();
        let at = format!("seed {seed}, kill {n} after {delay:?}");
        if log.contains("panicked") || log.contains("tucai: ") {
            sum.failures.push(format!("{at}: {log}"));
        }
        let found = desk.evidence.examine(&desk.folder, true);
        sum.add(&at, found);
    }
    sum.print(name, began.elapsed());
    sum.failures
}
