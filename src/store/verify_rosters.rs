//! Reading the files of schools' lists again: there, whole, saying what the database says, and the same on the second
//! disk. What one disk still has right is brought back by `Store::restore_rosters`, or written anew from the database.

use std::fs;
use std::path::Path;

use super::error::StoreError;
use super::migrations;
use super::reconcile::files_in;
use super::report::{Problem, ProblemKind};
use super::roster_file;
use super::station::Store;
use crate::domain::fault::StoreFault;
use crate::domain::ids::ContentHash;

impl Store {
    /// What is wrong with the lists of both disks.
    pub(super) fn roster_problems(&self, second: Option<&Path>) -> Result<Vec<Problem>, StoreError> {
        let mut problems = Vec::new();
        if migrations::version(&self.connection)? < migrations::LISTS {
            // Read where nothing is written: there are none yet.
            return Ok(problems);
        }
        let wanted = self.list_files()?;
        let mut add =
            |kind, name: &str| problems.push(Problem { kind, name: name.trim_end_matches(".age").to_owned() });
        for (session, sha256) in &wanted {
            let name = &roster_file::file_name(session, *sha256);
            match fs::read(roster_file::folder(&self.folder).join(name)) {
                Err(_) => add(ProblemKind::RosterMissing, name),
                Ok(bytes) if ContentHash::of(&bytes) != *sha256 => add(ProblemKind::RosterDamaged, name),
                Ok(bytes) => match roster_file::open(&bytes, session, self.keys.identity()) {
                    // A newer version finds it again.
                    Err(error) if error.fault() == StoreFault::NewerVersion => {}
                    Err(_) => add(ProblemKind::RosterDamaged, name),
                    Ok(rows) if rows != self.roster(session)?.rows() => add(ProblemKind::RosterRowsDiffer, name),
                    Ok(_) => {}
                },
            }
            let copied =
                |root: &Path| fs::read(roster_file::folder(root).join(name)).map(|bytes| ContentHash::of(&bytes));
            match second.map(copied) {
                None => {}
                Some(Ok(found)) if found == *sha256 => {}
                Some(Ok(_)) => add(ProblemKind::SecondRosterDiffers, name),
                Some(Err(_)) => add(ProblemKind::SecondRosterMissing, name),
            }
        }
        for root in std::iter::once(self.folder.as_path()).chain(second) {
            for (name, path) in files_in(&roster_file::folder(root))? {
                // Asked again: beside a running window a list may have been on its way.
                if path.exists() && !self.lists()?.contains_key(&name) {
                    add(ProblemKind::RosterStillThere, &name);
                }
            }
        }
        Ok(problems)
    }

    /// Lists of this disk that are not as they were kept, before they are put right.
    pub(super) fn broken_lists(&self) -> Result<Vec<Problem>, StoreError> {
        let mut problems = self.roster_problems(None)?;
        problems.retain(|problem| matches!(problem.kind, ProblemKind::RosterMissing | ProblemKind::RosterDamaged));
        Ok(problems)
    }
}
