//! Does a stored photo survive? The proofs by killing, by damage and by searching for what must not be readable.
//!
//! `cargo bench --bench survival -- PART...` (or `packaging/prove PART`) with the parts
//! - `kill`: the program is ended by SIGKILL at every failpoint of storing and `SURVIVAL_KILLS` times at random
//!   (default 1000, a tenth of them the whole program on the simulated camera, all of them with `SURVIVAL_DRIVES`);
//! - `faults`: full disk at every write, read-only folder, second disk pulled, every 4 KB flipped, database deleted;
//! - `leaks`: data folder, logs and temporary files hold nothing readable;
//! - `records`: how long storing, opening and searching take with `SURVIVAL_RECORDS` records (default 100000).
//!
//! `SURVIVAL_SEED` fixes the random moments; `SURVIVAL_SWEEPS=0` leaves the failpoints out. A process kill is not a power cut: see `packaging/power-proof`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a proof that cannot be made says why")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the tables are what this is for")]
#![allow(unreachable_pub, reason = "one binary: everything here is private to it")]

mod child;
mod evidence;
mod faults;
mod flips;
mod kill;
mod leaks;
mod random;
mod records;
#[path = "../../support/station.rs"]
#[allow(dead_code, reason = "shared with the tests, which use the rest")]
mod station;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut parts: Vec<String> = std::env::args().skip(1).filter(|part| !part.starts_with("--")).collect();
    if parts.first().is_some_and(|part| part == "child") {
        child::run(&parts[1..]);
        return ExitCode::SUCCESS;
    }
    if parts.is_empty() {
        parts = ["kill", "faults", "leaks", "records"].map(str::to_owned).to_vec();
    }
    let mut failures = Vec::new();
    for part in &parts {
        match part.as_str() {
            "kill" => failures.extend(kill::prove()),
            "faults" => {
                failures.extend(faults::prove());
                failures.extend(flips::prove());
            }
            "leaks" => failures.extend(leaks::prove()),
            "records" => failures.extend(records::prove()),
            other => failures.push(format!("there is no part {other}: kill, faults, leaks, records")),
        }
    }
    for failure in &failures {
        println!("FAILED  {failure}");
    }
    println!("{} failures", failures.len());
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A number from the environment.
fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}
