//! The old station as its copy tells it: settings, the key that opens it, and an index in memory over its capsules and
//! journal. Writes nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, TransactionBehavior};

use super::{Adoption, OldKey};
use crate::domain::fault::StoreFault;
use crate::domain::ids::RecordId;
use crate::store::capsule;
use crate::store::database;
use crate::store::disk::{Disk, Medium, NoFaults};
use crate::store::error::StoreError;
use crate::store::intake::Intake;
use crate::store::journal::{Head, Journal, breaks};
use crate::store::keys::StationKeys;
use crate::store::options::Access;
use crate::store::reconcile::{self, list_capsules};
use crate::store::rows;
use crate::store::settings::Settings;
use crate::store::station::{KEY_FILE, SETTINGS_FILE};

/// The old station as its copy tells it.
pub(super) struct Old {
    pub(super) settings: Settings,
    pub(super) identity: age::x25519::Identity,
    pub(super) index: Connection,
    pub(super) head: Head,
    pub(super) adoption: Adoption,
}

impl Old {
    pub(super) fn read(from: &Path, key: &OldKey<'_>) -> Result<Self, StoreError> {
        let path = from.join(SETTINGS_FILE);
        let text = fs::read_to_string(&path).map_err(|error| StoreError::io("read", &path, error))?;
        let settings = Settings::from_toml(&text)?;
        let identity = match key {
            OldKey::Recovery(identity) => (*identity).clone(),
            OldKey::Passphrase(passphrase) => {
                let path = from.join(KEY_FILE);
                let bytes = fs::read(&path).map_err(|error| StoreError::io("read", &path, error))?;
                StationKeys::unseal(&bytes, passphrase)?.identity().clone()
            }
        };
        let mut adoption =
            Adoption { station: settings.station.clone(), letter: Some(settings.letter), ..Adoption::default() };
        let (index, head) = index_of(from, &identity, &mut adoption)?;
        if adoption.adopted == 0 {
            let what = "nothing in the copy opens with this key";
            return Err(StoreError::new(StoreFault::WrongPassphrase, what));
        }
        adoption.adopted = 0;
        Ok(Self { settings, identity, index, head, adoption })
    }

    /// Record ids in the order in which they were stored.
    pub(super) fn order(&self) -> Result<Vec<RecordId>, StoreError> {
        let mut select = self.index.prepare("SELECT id FROM record ORDER BY sequence")?;
        let ids = select.query_map([], |row| row.get::<_, String>(0))?;
        ids.map(|id| rows::parse(&id?, "record id")).collect()
    }
}

/// An index in memory over a copy, whoever's key opens it; writes nothing.
fn index_of(
    from: &Path,
    identity: &age::x25519::Identity,
    adoption: &mut Adoption,
) -> Result<(Connection, Head), StoreError> {
    let mut connection = database::in_memory()?;
    let all = Journal::new(from).all_lines()?;
    let broken = breaks(&all.lines).into_iter().map(|seq| format!("line {seq}: the chain is broken before it"));
    adoption.problems.extend(broken.chain(all.unreadable).chain(all.torn));
    let disk = Disk::new(Medium::Second, Arc::new(NoFaults));
    let mut intake = Intake::new(from, None, &disk, identity, Access::ReadOnly);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut head = Head::START;
    for (end, line) in all.lines.iter().enumerate() {
        intake.line(&transaction, line, "old", end as u64)?;
        head = Head { seq: line.seq, hash: line.hash };
    }
    transaction.commit()?;
    adoption.problems.extend(intake.lost_lists());
    adoption.adopted = intake.taken.len();
    adoption.missing.extend(intake.missing);
    adoption.problems.extend(intake.problems);
    adoption.lost_locks = intake.lost_locks.into_iter().map(|(_, shot)| shot).collect();
    let known = ids_of(&connection)?;
    for (id, date) in list_capsules(from)?.into_iter().filter(|(id, _)| !known.contains(id)) {
        let path = capsule::relative_path(&date, id);
        match reconcile::read_whole_capsule(from, &path, &date, identity) {
            Ok((contents, facts)) => {
                rows::insert_record(&connection, &contents, &facts)?;
                adoption.adopted += 1;
            }
            Err(error) => adoption.problems.push(format!("{path}: {error}")),
        }
    }
    Ok((connection, head))
}

fn ids_of(connection: &Connection) -> Result<BTreeSet<RecordId>, StoreError> {
    let mut select = connection.prepare("SELECT id FROM record")?;
    let ids = select.query_map([], |row| row.get::<_, String>(0))?;
    ids.map(|id| rows::parse(&id?, "record id")).collect()
}
