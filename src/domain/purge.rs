//! What a purge would take and leave, and how far one is. Values only; when something is due is the store's to say.

use super::ids::{RecordId, SessionId};
use super::time::WallTime;

/// What would go now and what would stay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PurgePlan {
    /// Sessions with any record, oldest first.
    pub sessions: Vec<SessionPurge>,
    /// Steps of the clock that somebody has to confirm before anything goes: from, to.
    pub clock_steps: Vec<(WallTime, WallTime)>,
    /// A second disk is set up, and its copies cannot be taken away now.
    pub second_missing: bool,
    /// A purge was cut, and has no certificate yet.
    pub cut: bool,
    /// Name of the newest certificate.
    pub newest_certificate: Option<String>,
    /// When it was looked at.
    pub at: Option<WallTime>,
}

impl PurgePlan {
    /// Everything that is due, in the order of its sessions.
    pub fn due(&self) -> Vec<RecordId> {
        self.sessions.iter().flat_map(|session| session.due.iter().copied()).collect()
    }

    /// Nothing stands in the way of what is due.
    pub fn is_ready(&self) -> bool {
        !self.second_missing && self.clock_steps.is_empty() && self.sessions.iter().any(|s| !s.due.is_empty())
    }
}

/// One session's share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionPurge {
    pub session: SessionId,
    pub name: String,
    /// How long a record is kept after its last state; `None`: until somebody says how long.
    pub days: Option<u32>,
    pub due: Vec<RecordId>,
    /// They stay: not handed over, or without a receipt.
    pub not_settled: usize,
    /// They stay: their days are not over, or the session has none.
    pub not_due: usize,
    /// When the first of these is due.
    pub next_due: Option<WallTime>,
    /// Gone already.
    pub purged: usize,
}

/// How far a purge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PurgeStep {
    /// Copies that are to be there before anything goes.
    CatchingUp,
    /// Files of both disks.
    Removing {
        done: usize,
        of: usize,
    },
    /// The database gives the room back, overwritten.
    Compacting,
    Signing,
}
