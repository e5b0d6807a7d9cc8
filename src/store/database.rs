//! `station.db`: SQLCipher with the raw key, opened so that a commit means durable. An index that can be rebuilt.
//!
//! Every setting that durability rests on is read back after it was set, because SQLite answers an unknown or
//! refused pragma with silence.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};
use zeroize::Zeroizing;

use super::disk::Disk;
use super::error::StoreError;
use super::keys::StationKeys;
use super::migrations;
use crate::domain::fault::StoreFault;

/// File name below the data folder.
pub(super) const FILE: &str = "station.db";
/// Before 3.51.3 two connections that write and checkpoint at the same instant could corrupt the log.
const OLDEST_SQLITE: i32 = 3_051_003;
/// Set when the database is made: SQLCipher cannot find it out from the file.
const PAGE_BYTES: i64 = 4096;
/// A database up to this size is read whole at start: a quarter of a second.
const CHECKED_BYTES: u64 = 64 * 1024 * 1024;

/// Whether the connection may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Write,
    Read,
}

pub(super) fn path(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// Makes an empty database with the newest layout; the file must not be there.
pub(super) fn create(folder: &Path, keys: &StationKeys) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = connect(&path(folder), flags, keys)?;
    // Must be set before the first table is made.
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    configure(&connection)?;
    migrations::migrate(&mut connection)?;
    Ok(connection)
}

/// Opens the database. One that cannot be read is [`StoreFault::DatabaseDamaged`], since the key came out of a
/// sealed file that proved to be whole.
pub(super) fn open(folder: &Path, keys: &StationKeys, mode: Mode) -> Result<Connection, StoreError> {
    let access = match mode {
        Mode::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Mode::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let mut connection = connect(&path(folder), access | OpenFlags::SQLITE_OPEN_NO_MUTEX, keys)?;
    let count = |connection: &Connection| {
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, u32>(0))
    };
    let readable = match count(&connection) {
        Err(error) if mode == Mode::Read && error.sqlite_error_code() == Some(ErrorCode::CannotOpen) => {
            connection = connect_immutable(folder, keys)?;
            count(&connection)
        }
        answer => answer,
    };
    if readable? == 0 {
        return Err(StoreError::new(StoreFault::DatabaseDamaged, "the database is empty"));
    }
    migrations::refuse_newer(&connection)?;
    match mode {
        Mode::Write => {
            configure(&connection)?;
            check_small(&self::path(folder), &connection)?;
            migrations::migrate(&mut connection)?;
        }
        Mode::Read => connection.pragma_update(None, "query_only", true)?,
    }
    Ok(connection)
}

/// Opens a database in a folder where nothing can be written. SQLite keeps a file beside a database with a log; it
/// does without when it may take the file for unchanging, which it is when the log is empty.
fn connect_immutable(folder: &Path, keys: &StationKeys) -> Result<Connection, StoreError> {
    let path = path(folder);
    let log = std::fs::metadata(folder.join(format!("{FILE}-wal")));
    if log.is_ok_and(|log| log.len() > 0) {
        let what = "the database has a log that cannot be read where nothing can be written";
        return Err(StoreError::new(StoreFault::FolderNotWritable, what));
    }
    let text = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    connect(Path::new(&format!("file:{text}?immutable=1")), flags, keys)
}

/// An index that lives as long as the process: for reading beside a damaged database.
pub(super) fn in_memory() -> Result<Connection, StoreError> {
    let mut connection = Connection::open_in_memory()?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    migrations::migrate(&mut connection)?;
    Ok(connection)
}

/// Gives back what was deleted (it is overwritten with zeros already), and empties the log.
pub(super) fn compact(connection: &Connection) -> Result<(), StoreError> {
    {
        let mut vacuum = connection.prepare("PRAGMA incremental_vacuum")?;
        let mut rows = vacuum.query([])?;
        while rows.next()?.is_some() {}
    }
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

/// Copies an open database by SQLite's own backup interface: consistent while it is being written. The copy has the
/// same key; it must not be there yet.
pub(super) fn copy(connection: &Connection, keys: &StationKeys, to: &Path) -> Result<(), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut target = connect(to, flags, keys)?;
    rusqlite::backup::Backup::new(connection, &mut target)?.run_to_completion(1024, Duration::ZERO, None)?;
    // The copy stands alone: without a log beside it.
    target.pragma_update_and_check(None, "journal_mode", "DELETE", |row| row.get::<_, String>(0))?;
    Ok(())
}

/// Reads every page of a small database and compares its authentication code; a large one is left to `verify`.
/// Whatever the log holds is folded in before, since a page may be whole only there.
fn check_small(path: &Path, connection: &Connection) -> Result<(), StoreError> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    let bytes = std::fs::metadata(path).map_err(|error| StoreError::io("read", path, error))?.len();
    if bytes > CHECKED_BYTES {
        return Ok(());
    }
    let mut select = connection.prepare("PRAGMA cipher_integrity_check")?;
    if select.query([])?.next()?.is_some() {
        return Err(StoreError::new(StoreFault::DatabaseDamaged, "a page of the database is damaged"));
    }
    Ok(())
}

fn connect(path: &Path, flags: OpenFlags, keys: &StationKeys) -> Result<Connection, StoreError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        let what = format!("SQLite {} is too old: 3.51.3 or later is needed", rusqlite::version());
        return Err(StoreError::new(StoreFault::Other, what));
    }
    silence_cipher_log()?;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    let key = Zeroizing::new(format!("PRAGMA key = \"x'{}'\";", &*Zeroizing::new(hex::encode(keys.database_key()))));
    connection.execute_batch(&key)?;
    connection.execute_batch(&format!("PRAGMA cipher_page_size = {PAGE_BYTES};"))?;
    confirm_text(&connection, "cipher_page_size", &PAGE_BYTES.to_string())?;
    Ok(connection)
}

/// SQLCipher writes its own log to stderr, where only words for people belong.
fn silence_cipher_log() -> Result<(), StoreError> {
    let connection = Connection::open_in_memory()?;
    connection.query_row("PRAGMA cipher_log = off", [], |_| Ok(()))?;
    connection.query_row("PRAGMA cipher_log_level = NONE", [], |_| Ok(()))?;
    Ok(())
}

fn configure(connection: &Connection) -> Result<(), StoreError> {
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.query_row("PRAGMA secure_delete = ON", [], |_| Ok(()))?;
    connection.query_row("PRAGMA mmap_size = 0", [], |_| Ok(())).or_else(no_row_is_fine)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    confirm_text(connection, "journal_mode", "wal")?;
    confirm_text(connection, "page_size", &PAGE_BYTES.to_string())?;
    for (name, wanted) in [
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("auto_vacuum", 2),
        ("mmap_size", 0),
        ("temp_store", 2),
    ] {
        let found =
            connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).or_else(|error| match error {
                // A build without memory mapping answers nothing, which is what is wanted.
                rusqlite::Error::QueryReturnedNoRows if name == "mmap_size" => Ok(0),
                error => Err(error),
            })?;
        if found != wanted {
            return Err(refused(name, &found.to_string()));
        }
    }
    Ok(())
}

fn no_row_is_fine(error: rusqlite::Error) -> Result<(), rusqlite::Error> {
    if error == rusqlite::Error::QueryReturnedNoRows { Ok(()) } else { Err(error) }
}

fn confirm_text(connection: &Connection, name: &str, wanted: &str) -> Result<(), StoreError> {
    let found: String = connection.pragma_query_value(None, name, |row| row.get(0))?;
    if found == wanted { Ok(()) } else { Err(refused(name, &found)) }
}

fn refused(name: &str, found: &str) -> StoreError {
    StoreError::new(StoreFault::Other, format!("the database did not take the setting {name}: it says {found}"))
}

/// Moves a database that cannot be read out of the way, whole, with its log; says where it lies now.
pub(super) fn set_aside(folder: &Path, disk: &Disk, label: &str) -> Result<PathBuf, StoreError> {
    let numbered = (0_u32..1000).map(|n| folder.join("set-aside").join(format!("database-{label}-{n}")));
    let target = numbered.into_iter().find(|candidate| !candidate.exists());
    let target = target.ok_or_else(|| StoreError::new(StoreFault::Other, "too many databases were set aside"))?;
    for suffix in ["-wal", "-shm", ""] {
        let from = folder.join(format!("{FILE}{suffix}"));
        if from.exists() {
            disk.set_aside(&from, &target)?;
        }
    }
    Ok(target)
}
