//! Layouts of the database, one file each, applied in order and remembered in `user_version`.
//!
//! A released file never changes. A database written by a newer version is left untouched.

use rusqlite::{Connection, TransactionBehavior};

use super::error::StoreError;
use crate::domain::fault::StoreFault;

/// All layouts; the first makes an empty database into version 1.
const MIGRATIONS: [&str; 9] = [
    include_str!("migrations/0001_start.sql"),
    include_str!("migrations/0002_purged.sql"),
    include_str!("migrations/0003_search.sql"),
    include_str!("migrations/0004_operators.sql"),
    include_str!("migrations/0005_collected_elsewhere.sql"),
    include_str!("migrations/0006_roster.sql"),
    include_str!("migrations/0007_lock_row.sql"),
    include_str!("migrations/0008_lost_lock.sql"),
    include_str!("migrations/0009_lock_replaces.sql"),
];

/// `application_id` of our databases: "tuca".
pub(super) const APPLICATION_ID: i32 = 0x7475_6361;

/// The layout that this version writes.
pub(super) const CURRENT: u32 = MIGRATIONS.len() as u32;

/// Schools' lists are kept since this layout.
pub(super) const LISTS: u32 = 6;
/// The row of a locked subject is kept since this one.
pub(super) const LOCK_ROWS: u32 = 7;
/// The record that it replaces is kept since this one.
pub(super) const LOCK_REPLACES: u32 = 9;

/// The layout of an open database; 0 for an empty one.
pub(super) fn version(connection: &Connection) -> Result<u32, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Brings a database to [`CURRENT`], each step in its own transaction.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    run(connection, &MIGRATIONS)
}

/// Refuses what a newer version wrote.
pub(super) fn refuse_newer(connection: &Connection) -> Result<(), StoreError> {
    let found = version(connection)?;
    if found > CURRENT {
        let what = format!("the database has layout {found}; this version knows up to {CURRENT}");
        return Err(StoreError::new(StoreFault::NewerVersion, what));
    }
    Ok(())
}

fn run(connection: &mut Connection, migrations: &[&str]) -> Result<(), StoreError> {
    let found = version(connection)? as usize;
    for (index, sql) in migrations.iter().enumerate().skip(found) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", index as u32 + 1)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::ContentHash;

    #[test]
    fn released_layouts_never_change() {
        let frozen = [
            "e1205458887d3fabc166abaaeebe1478a440dd168157636b8d015f127466166f",
            "8b2f48d613b30d36042730764559b33edf4672a750812e90d85b85718ddba27f",
            "64ef94c85976d8641f6cd12725008c103770453111ee51635de76cde2b8772fb",
            "3ef5d6f17d23e6a498d0b8e6f54c07caebdc4f8ae7154bedbef41437975af7ca",
            "f6ec6a4848015632ff192b5f03c1d67fbaeb4b5cc1345d99ec744cf0b85bbfad",
            "0fc438842189911f45468bd55f7c46b8387848db1dde7d565f2f8480a5ccfb63",
            "e5f1664fc4adcac54d48861ccd649217b35e197dd51598e04c7639cab82f8fe9",
            "cd4846c60dd7264b8fea31a425f18c304fc0071086d62eeb31112ce4983f55a5",
            "36e13a53c584098c952ad1ade27c7a0ed757f30fcb0f67d4ef3e709205bd7e0e",
        ];
        let present: Vec<String> = MIGRATIONS.iter().map(|sql| ContentHash::of(sql.as_bytes()).to_string()).collect();
        assert_eq!(present, frozen);
    }

    #[test]
    fn a_failing_step_leaves_the_layout_before_it() {
        let mut connection = Connection::open_in_memory().unwrap();
        let steps = ["CREATE TABLE a (x) STRICT;", "CREATE TABLE a (x INTEGER) STRICT;"];
        assert!(run(&mut connection, &[MIGRATIONS[0], steps[0]]).is_err());
        assert_eq!(version(&connection).unwrap(), 1);
        let tables: u32 =
            connection.query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'a'", [], |row| row.get(0)).unwrap();
        assert_eq!(tables, 0);
        migrate(&mut connection).unwrap();
        assert_eq!(version(&connection).unwrap(), CURRENT);
    }

    #[test]
    fn a_newer_database_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        connection.pragma_update(None, "user_version", CURRENT + 1).unwrap();
        assert_eq!(refuse_newer(&connection).unwrap_err().fault(), StoreFault::NewerVersion);
    }
}
