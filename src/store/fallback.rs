//! Reading a folder whose database is damaged or missing: an index in memory over journal and capsules.

use super::capsule;
use super::error::StoreError;
use super::journal::Line;
use super::reconcile::{list_capsules, read_whole_capsule};
use super::report::OpenReport;
use super::rows;
use super::station::Store;

impl Store {
    /// Fills an index in memory from journal and capsules, for reading beside a damaged database; writes nothing.
    pub(super) fn index_in_memory(&mut self, why: String) -> Result<(), StoreError> {
        let mut fresh = Vec::new();
        for (file, _) in self.journal.files()? {
            let tail = self.journal.tail(&file, 0)?;
            fresh.extend(tail.lines.into_iter().map(|(line, end)| (line, file.clone(), end)));
        }
        fresh.sort_by_key(|(line, _, _): &(Line, String, u64)| line.seq);
        self.take_lines_in(&fresh)?;
        self.report = OpenReport { database_damaged: Some(why), ..OpenReport::default() };
        let known = self.ids("1")?;
        for (id, date) in list_capsules(&self.folder)?.into_iter().filter(|(id, _)| !known.contains(id)) {
            let path = capsule::relative_path(&date, id);
            match read_whole_capsule(&self.folder, &path, &date, self.keys.identity()) {
                Ok((contents, facts)) => rows::insert_record(&self.connection, &contents, &facts)?,
                Err(_) => self.report.damaged_capsules.push(path),
            }
        }
        Ok(())
    }
}
