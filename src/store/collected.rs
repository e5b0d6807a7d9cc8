//! Lists of collected codes that stations give each other on a stick, so that nobody is photographed twice by two
//! stations without a network.
//!
//! A list is a text file: one line of JSON (which station, session and journal line, how many codes), then one line
//! per code with its SHA-256 and its shot number; `FILE.minisig` beside it is signed by the station. It holds no code,
//! name or picture. The signature shows that nothing of it was changed on the way and which key made it; who holds
//! that key is on the station's card. A key that is neither the centre's nor of a station whose list somebody vouched
//! for before is a stranger's: its list is refused until somebody who may look after keys has compared it. Of each session of a station the newest list counts, by its journal's line and
//! not by any clock.

use std::fs;
use std::path::{Path, PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::{Deserialize, Serialize};

use super::disk::FileKind;
use super::error::StoreError;
use super::event::{Event, STATION_VOUCHED, What};
use super::keys::station_id;
use super::rows::{self, Count, from_json, to_json};
use super::station::Store;
use super::values::{Filter, Note};
use crate::domain::code::CodeDigest;
use crate::domain::fault::StoreFault;
use crate::domain::ids::{SessionId, ShotNumber, StationLetter};
use crate::domain::operator::Right;
use crate::domain::session::Elsewhere;
use crate::domain::time::WallTime;

/// The newest layout of a list that this version reads.
const FORMAT: u32 = 1;
/// A list of a hundred thousand codes has 8 MB.
const MOST_BYTES: u64 = 32 * 1024 * 1024;
/// Codes in one line of the journal: 1.4 MB of base64 with their shot numbers.
const CODES_A_LINE: usize = 25_000;
/// A code in the journal: its digest, then its shot: the letter, and the number with the most significant byte first.
const ENTRY: usize = 37;

/// A list's first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListHead {
    pub format: u32,
    /// Always `tucai-collected`.
    pub kind: String,
    pub station: String,
    pub letter: StationLetter,
    pub session: SessionId,
    /// The newest line of the station's journal: orders its lists.
    pub line: u64,
    pub made_at: WallTime,
    pub codes: u64,
    /// `RW…`: the key that signed it.
    pub minisign: String,
}

/// A list that was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectedList {
    pub station: String,
    pub letter: String,
    pub session: String,
    pub codes: u64,
    pub made_at: WallTime,
}

impl Store {
    /// Writes the list of a session's standing records to `file`, and its signature beside it.
    pub fn export_collected(&self, session: &SessionId, file: &Path, now: WallTime) -> Result<ListHead, StoreError> {
        let mut records = self.list(&Filter { session: Some(session.clone()), ..Filter::default() })?;
        records.retain(|record| record.state.stands());
        records.sort_by_key(|record| record.sequence);
        let keys = self.public_keys();
        let head = ListHead {
            format: FORMAT,
            kind: KIND.to_owned(),
            station: keys.station,
            letter: self.settings.letter,
            session: session.clone(),
            line: self.head.seq,
            made_at: now,
            codes: records.len() as u64,
            minisign: keys.minisign,
        };
        let mut text = to_json(&head)?;
        text.push('\n');
        for record in records {
            text.push_str(&[record.code_digest.to_hex(), record.shot.to_string()].join(" "));
            text.push('\n');
        }
        let comment = format!("tucai collected codes of station {} session {session}", head.station);
        let signed = self.keys.sign(text.as_bytes(), &comment, "signature of a list of collected codes")?;
        self.disk.write_whole(FileKind::Export, file, text.as_bytes())?;
        self.disk.write_whole(FileKind::Export, &signature_of(file), signed.into_string().as_bytes())?;
        Ok(head)
    }

    /// Takes another station's list in; it replaces the one before of the same session. One that is not newer than
    /// the known one changes nothing. `known` are keys that count besides those that were vouched for: the centre's.
    /// Refused with [`StoreFault::ListStranger`] when the signer is none of them.
    pub fn import_collected(
        &mut self,
        file: &Path,
        known: &[String],
        by: u32,
        now: WallTime,
    ) -> Result<ListHead, StoreError> {
        self.writable()?;
        let (head, entries) = self.read_list(file)?;
        if !known.contains(&head.minisign) && !self.has_vouched(&head.minisign)? {
            let what = format!("nobody vouched for the key of station {}", head.station);
            return Err(StoreError::new(StoreFault::ListStranger, what));
        }
        self.take_list(head, &entries, by, now)
    }

    /// The same of a stranger, on the word of somebody who has compared the station's id; its later lists need none.
    pub fn import_collected_vouched(&mut self, file: &Path, by: u32, now: WallTime) -> Result<ListHead, StoreError> {
        self.writable()?;
        self.permit(by, Right::Keys)?;
        let (head, entries) = self.read_list(file)?;
        if !self.has_vouched(&head.minisign)? {
            let detail = Some(head.minisign.clone());
            let note = Note { name: STATION_VOUCHED.to_owned(), shot: None, second: None, detail };
            self.commit_and_copy(vec![What::Noted { session: None, note }], by, now, |_| Ok(()))?;
        }
        self.take_list(head, &entries, by, now)
    }

    /// Who wrote a list, for the question whether to take it; the signature is checked.
    pub fn head_of_list(&self, file: &Path) -> Result<ListHead, StoreError> {
        Ok(self.read_list(file)?.0)
    }

    fn read_list(&self, file: &Path) -> Result<(ListHead, Vec<u8>), StoreError> {
        let (head, entries) = read(file)?;
        if head.station == self.settings.station {
            return Err(unusable("the list is this station's own"));
        }
        Ok((head, entries))
    }

    fn has_vouched(&self, minisign: &str) -> Result<bool, StoreError> {
        let mut select = self.connection.prepare("SELECT body FROM event WHERE kind = 'noted' AND body LIKE ?1")?;
        let mut found = select.query([format!("%\"{STATION_VOUCHED}\"%")])?;
        while let Some(row) = found.next()? {
            let event: Event = from_json(&row.get::<_, String>(0)?, "event")?;
            if let What::Noted { note, .. } = event.what
                && note.name == STATION_VOUCHED
                && note.detail.as_deref() == Some(minisign)
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn take_list(&mut self, head: ListHead, entries: &[u8], by: u32, now: WallTime) -> Result<ListHead, StoreError> {
        if self.known_line(&head.station, &head.session)?.is_some_and(|known| known >= head.line) {
            return Ok(head);
        }
        // An empty list replaces the one before it, too.
        let parts: Vec<&[u8]> =
            if entries.is_empty() { vec![&[]] } else { entries.chunks(CODES_A_LINE * ENTRY).collect() };
        let whats = parts.into_iter().enumerate().map(|(index, part)| What::CollectedElsewhere {
            station: head.station.clone(),
            letter: head.letter,
            session: head.session.clone(),
            line: head.line,
            made_at: head.made_at,
            continues: index > 0,
            codes: STANDARD.encode(part),
        });
        self.commit_and_copy(whats.collect(), by, now, |_| Ok(()))?;
        Ok(head)
    }

    /// The line of the station's journal at which the list of this session was made that counts here.
    pub(super) fn known_line(&self, station: &str, session: &SessionId) -> Result<Option<u64>, StoreError> {
        let mut select =
            self.connection.prepare_cached("SELECT line FROM collected_list WHERE station = ?1 AND session = ?2")?;
        let found = select.query_row([station, session.as_str()], |row| row.get::<_, Count>(0));
        Ok(found.optional()?.map(|line| line.0))
    }

    /// Another station's record of this code, of the list that came last.
    pub fn collected_elsewhere(&self, digest: CodeDigest) -> Result<Option<Elsewhere>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT shot, made_at FROM collected_elsewhere JOIN collected_list USING (station, session) \
             WHERE code_digest = ?1 ORDER BY collected_list.rowid DESC LIMIT 1",
        )?;
        let found = select.query_row([digest.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let Some((shot, listed)): Option<(String, String)> = found else { return Ok(None) };
        Ok(Some(Elsewhere { shot: rows::parse(&shot, "shot number")?, listed_at: from_json(&listed, "time")? }))
    }

    /// The lists that were taken in, oldest first.
    pub fn collected_lists(&self) -> Result<Vec<CollectedList>, StoreError> {
        let mut select = self
            .connection
            .prepare("SELECT station, letter, session, codes, made_at FROM collected_list ORDER BY rowid")?;
        let mut found = select.query([])?;
        let mut lists = Vec::new();
        while let Some(row) = found.next()? {
            let made_at = from_json(&row.get::<_, String>(4)?, "time")?;
            let codes = row.get::<_, Count>(3)?.0;
            lists.push(CollectedList {
                station: row.get(0)?,
                letter: row.get(1)?,
                session: row.get(2)?,
                codes,
                made_at,
            });
        }
        Ok(lists)
    }
}

const KIND: &str = "tucai-collected";

/// Where the signature of a list lies.
fn signature_of(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".minisig");
    file.with_file_name(name)
}

fn unusable(what: &str) -> StoreError {
    StoreError::new(StoreFault::ListUnusable, what)
}

/// Reads and checks a whole list; nothing of it counts when one line is odd.
fn read(file: &Path) -> Result<(ListHead, Vec<u8>), StoreError> {
    let unreadable =
        |error: std::io::Error| StoreError::caused_by(StoreFault::ListUnusable, "the list cannot be read", error);
    for path in [file, &signature_of(file)] {
        if fs::metadata(path).map_err(unreadable)?.len() > MOST_BYTES {
            return Err(unusable("the file is too large for a list of codes"));
        }
    }
    let bytes = fs::read(file).map_err(unreadable)?;
    let text = std::str::from_utf8(&bytes).ok().ok_or_else(|| unusable("the list is no text"))?;
    let mut lines = text.lines();
    let head: ListHead = serde_json::from_str(lines.next().unwrap_or_default())
        .ok()
        .ok_or_else(|| unusable("this is no list of codes"))?;
    if head.kind != KIND || head.format > FORMAT {
        return Err(unusable("the list is of another kind, or of a newer version"));
    }
    check_signature(&head, &bytes, &fs::read_to_string(signature_of(file)).map_err(unreadable)?)?;
    let mut entries = Vec::with_capacity(bytes.len() / 2);
    for line in lines {
        let (digest, shot) = line.split_once(' ').ok_or_else(|| unusable("a line of the list is odd"))?;
        let digest = CodeDigest::from_hex(digest).ok_or_else(|| unusable("a line holds no digest"))?;
        let shot: ShotNumber = shot.parse().ok().ok_or_else(|| unusable("a line holds no shot number"))?;
        entries.extend_from_slice(digest.as_bytes());
        entries.extend_from_slice(shot.station.to_string().as_bytes());
        entries.extend_from_slice(&shot.number.to_be_bytes());
    }
    if entries.len() as u64 != head.codes * ENTRY as u64 {
        return Err(unusable("the list has another number of codes than it says"));
    }
    Ok((head, entries))
}

fn check_signature(head: &ListHead, bytes: &[u8], signature: &str) -> Result<(), StoreError> {
    let odd = || unusable("the list's signature is not right");
    let key = minisign::PublicKey::from_base64(&head.minisign).ok().ok_or_else(odd)?;
    if station_id(&key) != head.station {
        return Err(unusable("the list names another station than its key"));
    }
    let boxed = minisign::SignatureBox::from_string(signature).ok().ok_or_else(odd)?;
    minisign::verify(&key, &boxed, std::io::Cursor::new(bytes), true, false, false).ok().ok_or_else(odd)
}

/// What a list's event does to the index.
pub(super) fn apply(connection: &Connection, what: &What) -> Result<(), StoreError> {
    let What::CollectedElsewhere { station, letter, session, line, made_at, continues, codes } = what else {
        return Ok(());
    };
    let entries = STANDARD.decode(codes).ok().ok_or_else(|| rows::odd_row("list of codes"))?;
    let before: u64 = if *continues {
        let known = connection.query_row(
            "SELECT codes FROM collected_list WHERE station = ?1 AND session = ?2",
            params![station, session.as_str()],
            |row| row.get::<_, Count>(0),
        );
        known?.0
    } else {
        for table in ["collected_elsewhere", "collected_list"] {
            let delete = format!("DELETE FROM {table} WHERE station = ?1 AND session = ?2");
            connection.execute(&delete, params![station, session.as_str()])?;
        }
        0
    };
    connection.execute(
        "INSERT INTO collected_list (station, session, letter, line, made_at, codes) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
         ON CONFLICT (station, session) DO UPDATE SET codes = excluded.codes",
        params![
            station,
            session.as_str(),
            letter.to_string(),
            Count(*line),
            to_json(made_at)?,
            Count(before + (entries.len() / ENTRY) as u64),
        ],
    )?;
    let mut insert = connection.prepare_cached(
        "INSERT OR IGNORE INTO collected_elsewhere (code_digest, station, session, shot) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for entry in entries.chunks_exact(ENTRY) {
        let (digest, shot) = entry.split_at(32);
        let number = u32::from_be_bytes([shot[1], shot[2], shot[3], shot[4]]);
        let station_letter = StationLetter::new(char::from(shot[0])).ok_or_else(|| rows::odd_row("list of codes"))?;
        let shot = ShotNumber { station: station_letter, number };
        insert.execute(params![digest, station, session.as_str(), shot.to_string()])?;
    }
    Ok(())
}
