//! Ending this process at one named step of storing, for the proof by killing.
//!
//! `TUCAI_FAILPOINT=first.capsule.rename.before#2` ends the process by SIGKILL just before the second rename of a
//! capsule on the first disk; `after` is the moment behind the step. `TUCAI_FAILPOINT=trace` ends nothing and tells
//! each step at the log's trace level. Whoever may set this variable may end the process anyway.

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::disk::{Faults, FileKind, Medium, NoFaults, Outcome, Point, Step};

/// The variable that names a failpoint.
pub const FAILPOINT_VARIABLE: &str = "TUCAI_FAILPOINT";

/// Before or behind a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    Before,
    After,
}

/// One moment of storing: `MEDIUM.FILE.STEP.SIDE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Moment {
    pub point: Point,
    pub side: Side,
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let medium = match self.point.medium {
            Medium::First => "first",
            Medium::Second => "second",
        };
        let side = match self.side {
            Side::Before => "before",
            Side::After => "after",
        };
        write!(f, "{medium}.{}.{}.{side}", file(self.point.kind), step(self.point.step))
    }
}

const fn file(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Key => "key",
        FileKind::Settings => "settings",
        FileKind::Capsule => "capsule",
        FileKind::Journal => "journal",
        FileKind::Database => "database",
        FileKind::Export => "export",
        FileKind::Lock => "lock",
        FileKind::Roster => "roster",
        FileKind::SetAside => "set-aside",
        FileKind::Certificate => "certificate",
    }
}

const fn step(step: Step) -> &'static str {
    match step {
        Step::MakeFolder => "make-folder",
        Step::Write => "write",
        Step::Sync => "sync",
        Step::Rename => "rename",
        Step::SyncFolder => "sync-folder",
        Step::Commit => "commit",
        Step::Remove => "remove",
    }
}

/// What the variable asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wish {
    Trace,
    /// The name of a [`Moment`], and its how manieth time.
    Kill(String, u32),
}

impl FromStr for Wish {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "trace" {
            return Ok(Self::Trace);
        }
        let (name, nth) = text.split_once('#').unwrap_or((text, "1"));
        let whole = name.split('.').count() == 4;
        match nth.parse() {
            Ok(nth) if whole && nth > 0 => Ok(Self::Kill(name.to_owned(), nth)),
            _ => Err(format!("{FAILPOINT_VARIABLE} is MEDIUM.FILE.STEP.before#N, MEDIUM.FILE.STEP.after#N or trace")),
        }
    }
}

/// Does what the variable asks for.
#[derive(Debug)]
struct Failpoint {
    wish: Wish,
    seen: AtomicU32,
}

/// The faults that the variable names; none without it.
pub fn faults_of_environment() -> Result<Arc<dyn Faults>, String> {
    match std::env::var(FAILPOINT_VARIABLE) {
        Ok(text) => Ok(Arc::new(Failpoint { wish: text.parse()?, seen: AtomicU32::new(0) })),
        Err(_) => Ok(Arc::new(NoFaults)),
    }
}

impl Failpoint {
    fn pass(&self, point: Point, side: Side) {
        let moment = Moment { point, side }.to_string();
        match &self.wish {
            Wish::Trace => log::trace!("{moment}"),
            Wish::Kill(name, nth) => {
                if *name == moment && self.seen.fetch_add(1, Ordering::SeqCst) + 1 == *nth {
                    end_this_process();
                }
            }
        }
    }
}

impl Faults for Failpoint {
    fn before(&self, point: Point) -> Outcome {
        self.pass(point, Side::Before);
        Outcome::Go
    }

    fn after(&self, point: Point) {
        self.pass(point, Side::After);
    }
}

/// As `kill -9` from outside does it: nothing is flushed, dropped or told.
fn end_this_process() {
    #[cfg(unix)]
    {
        let asked = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        // The signal ends every thread; where it was refused the other way does.
        if asked.is_ok() {
            std::thread::park();
        }
    }
    std::process::abort();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failpoint_is_named_by_disk_file_step_and_side() {
        let point = Point { medium: Medium::Second, kind: FileKind::Capsule, step: Step::SyncFolder };
        let moment = Moment { point, side: Side::After }.to_string();
        assert_eq!(moment, "second.capsule.sync-folder.after");
        assert_eq!(format!("{moment}#3").parse(), Ok(Wish::Kill(moment.clone(), 3)));
        assert_eq!(moment.parse(), Ok(Wish::Kill(moment, 1)));
        assert_eq!("trace".parse(), Ok(Wish::Trace));
        for wrong in ["", "first", "first.capsule.rename.before#0", "first.capsule.rename.before#x"] {
            assert!(wrong.parse::<Wish>().is_err(), "{wrong}");
        }
    }
}
