//! What opening a station found, as people are told it: whoever opens first takes the report with it, be it the window
//! or a command.

use super::event::What;
use super::report::OpenReport;
use super::station::Store;
use crate::domain::ids::RecordId;
use crate::text::opening::{self as words, Mended, OtherDisk};
use crate::text::{self, Lang, Message};

/// What there is to tell, apart from the store that found it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpeningNews {
    /// Shot numbers of records whose capsule is on no disk that is there.
    missing: Vec<String>,
    other_disk: OtherDisk,
    damaged_capsules: usize,
    journal_problems: usize,
    lost_locks: Vec<String>,
    found_locks: Vec<String>,
    finished_purges: usize,
    mended: Mended,
}

impl OpeningNews {
    /// One sentence for each kind, what is lost first.
    pub fn messages(&self, lang: Lang) -> Vec<Message> {
        let missing = (!self.missing.is_empty()).then(|| words::missing(&self.missing, self.other_disk, lang));
        let lost = (!self.lost_locks.is_empty())
            .then(|| Message::new(text::adopt::lost_locks(&self.lost_locks, lang), String::new()));
        let (capsules, journal) = (self.damaged_capsules, self.journal_problems);
        let damaged = (capsules + journal > 0).then(|| words::damaged(capsules, journal, lang));
        let found = (!self.found_locks.is_empty()).then(|| words::found_again(&self.found_locks, lang));
        let purged = (self.finished_purges > 0).then(|| text::purge::finished(self.finished_purges, lang));
        let mended = words::mended(self.mended, lang);
        [missing, lost, damaged, found, purged, mended].into_iter().flatten().collect()
    }
}

impl Store {
    /// What opening found that somebody has to hear.
    pub fn opening_news(&self) -> OpeningNews {
        let report = self.report();
        let mut news = OpeningNews {
            lost_locks: report.lost_locks.iter().map(ToString::to_string).collect(),
            found_locks: report.found_locks.iter().map(ToString::to_string).collect(),
            finished_purges: report.finished_purges,
            mended: mended(report),
            ..OpeningNews::default()
        };
        if report.needs_repair() {
            let away = self.second_root().is_some_and(|root| !root.is_dir());
            news.other_disk = if away { OtherDisk::Away } else { OtherDisk::Gone };
            news.missing = report.missing_capsules.iter().map(|id| self.number_of(*id)).collect();
            news.damaged_capsules = report.damaged_capsules.len();
            news.journal_problems = report.journal_problems.len();
        }
        news
    }

    /// The shot number of a record, of one without a row too: its first line in the journal has it.
    fn number_of(&self, id: RecordId) -> String {
        let row = self.summary(id).ok().map(|record| record.shot);
        let line = || {
            let events = self.events_of(id).unwrap_or_default();
            events.into_iter().find_map(|event| match event.what {
                What::Stored { shot, .. } => Some(shot),
                _ => None,
            })
        };
        row.or_else(line).map_or_else(|| id.to_string(), |shot| shot.to_string())
    }
}

fn mended(report: &OpenReport) -> Mended {
    Mended {
        restored: report.restored.len(),
        replayed: report.replayed_events,
        recovered: report.recovered_from_second.len(),
        rewritten: report.rewritten_lines,
        lists: report.mended_lists.len(),
        set_aside: report.set_aside.len(),
    }
}
