//! What a purge would take and what would stay, session by session. Reads only.

use super::error::StoreError;
use super::purge::certificates;
use super::retention::DAY_MS;
use super::station::Store;
use super::values::Filter;
use crate::domain::ids::SessionId;
use crate::domain::purge::{PurgePlan, SessionPurge};
use crate::domain::record::RecordState;
use crate::domain::record_states;
use crate::domain::time::WallTime;

impl Store {
    /// What would go now, what would stay and why.
    pub fn purge_plan(&self, now: WallTime) -> Result<PurgePlan, StoreError> {
        let mut sessions = Vec::new();
        for settings in self.sessions()? {
            let session = self.session_purge(settings.id, settings.name, settings.retention_days, now)?;
            if session.purged + session.not_settled + session.not_due + session.due.len() > 0 {
                sessions.push(session);
            }
        }
        let second_missing = self.second.as_ref().is_some_and(|second| !second.root().is_dir());
        let newest = certificates(&self.folder)?.pop();
        Ok(PurgePlan {
            sessions,
            clock_steps: self.clock_steps(now)?.into_iter().map(|step| (step.from, step.to)).collect(),
            second_missing,
            cut: self.has_cut_purge()?,
            newest_certificate: newest.and_then(|path| Some(path.file_stem()?.to_string_lossy().into_owned())),
            at: Some(now),
        })
    }

    fn session_purge(
        &self,
        session: SessionId,
        name: String,
        days: Option<u32>,
        now: WallTime,
    ) -> Result<SessionPurge, StoreError> {
        let (mut not_settled, mut settled, mut purged) = (0, 0, 0);
        for count in self.heading_counts(&session)? {
            let of = match count.state {
                RecordState::Purged => &mut purged,
                state if record_states::allowed(state, RecordState::Purged) => &mut settled,
                _ => &mut not_settled,
            };
            *of += count.records as usize;
        }
        let (mut due, mut next_due) = (Vec::new(), None::<WallTime>);
        if let Some(days) = days.filter(|_| settled > 0) {
            let filter =
                Filter { session: Some(session.clone()), states: super::retention::ends(), ..Filter::default() };
            let mut records = self.list(&filter)?;
            records.sort_by_key(|record| record.sequence);
            for record in records {
                let since = self.in_its_state_since(&record)?;
                let at = WallTime { unix_millis: since.unix_millis + i64::from(days) * DAY_MS, ..since };
                if at.unix_millis <= now.unix_millis {
                    due.push(record.id);
                } else if next_due.is_none_or(|next| at.unix_millis < next.unix_millis) {
                    next_due = Some(at);
                }
            }
        }
        let not_due = settled - due.len().min(settled);
        Ok(SessionPurge { session, name, days, due, not_settled, not_due, next_due, purged })
    }
}
