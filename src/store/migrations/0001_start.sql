-- The first layout. Frozen once released: later changes are later files.
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

-- Next free number: 'record', 'bundle', 'shot:SESSION'.
CREATE TABLE allocator (name TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT;

CREATE TABLE profile (
    sha256 BLOB PRIMARY KEY,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT;

CREATE TABLE operator (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    manager INTEGER NOT NULL,
    active INTEGER NOT NULL,
    pin TEXT NOT NULL
) STRICT;

CREATE TABLE session (id TEXT PRIMARY KEY, settings TEXT NOT NULL) STRICT;

CREATE TABLE session_group (
    session TEXT NOT NULL REFERENCES session (id),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    heads INTEGER,
    PRIMARY KEY (session, name)
) STRICT;

CREATE TABLE open_lock (
    session TEXT NOT NULL REFERENCES session (id),
    shot TEXT NOT NULL,
    heading TEXT,
    code BLOB NOT NULL,
    code_digest BLOB NOT NULL,
    source TEXT NOT NULL,
    symbol TEXT,
    witness BLOB,
    parked INTEGER NOT NULL,
    taken_at TEXT NOT NULL,
    PRIMARY KEY (session, shot)
) STRICT;
-- One subject at a time.
CREATE UNIQUE INDEX open_lock_active ON open_lock (parked) WHERE parked = 0;

CREATE TABLE record (
    id TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL UNIQUE,
    session TEXT NOT NULL,
    heading TEXT,
    shot TEXT NOT NULL,
    state TEXT NOT NULL,
    code_digest BLOB NOT NULL,
    last_four TEXT,
    roster_key TEXT,
    photo_sha256 BLOB NOT NULL,
    captured_ms INTEGER NOT NULL,
    captured_offset INTEGER NOT NULL,
    simulated INTEGER NOT NULL,
    supersedes TEXT,
    bundle INTEGER,
    capsule_date TEXT NOT NULL,
    capsule_sha256 BLOB NOT NULL,
    capsule_bytes INTEGER NOT NULL,
    second_copy INTEGER NOT NULL
) STRICT;
CREATE INDEX record_session ON record (session, sequence);
CREATE INDEX record_state ON record (session, state);
CREATE INDEX record_shot ON record (shot);
CREATE INDEX record_digest ON record (code_digest);
CREATE INDEX record_last_four ON record (last_four) WHERE last_four IS NOT NULL;
CREATE INDEX record_copy ON record (second_copy) WHERE second_copy = 0;

-- Apart from the record, so that lists and the start read neither texts nor pictures.
CREATE TABLE record_body (record_id TEXT PRIMARY KEY REFERENCES record (id), body TEXT NOT NULL) STRICT;
CREATE TABLE photo (record_id TEXT PRIMARY KEY REFERENCES record (id), jpeg BLOB NOT NULL) STRICT;

-- The journal's rows. `line` is the stored line itself, so that a lost tail of a file can be written again.
CREATE TABLE event (
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    line TEXT NOT NULL,
    hash BLOB NOT NULL,
    file TEXT NOT NULL,
    end_offset INTEGER NOT NULL
) STRICT;
CREATE INDEX event_file ON event (file, end_offset);

CREATE TABLE event_record (
    record_id TEXT NOT NULL,
    seq INTEGER NOT NULL REFERENCES event (seq),
    PRIMARY KEY (record_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE journal_file (name TEXT PRIMARY KEY, length INTEGER NOT NULL) STRICT;

CREATE TABLE bundle (
    sequence INTEGER PRIMARY KEY,
    session TEXT NOT NULL,
    sha256 BLOB NOT NULL UNIQUE,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE bundle_record (
    bundle INTEGER NOT NULL REFERENCES bundle (sequence),
    record_id TEXT NOT NULL,
    PRIMARY KEY (bundle, record_id)
) STRICT, WITHOUT ROWID;

-- What happened to records after they were sealed; `bundle` is empty until it travels.
CREATE TABLE change (
    event INTEGER PRIMARY KEY REFERENCES event (seq),
    record_id TEXT NOT NULL,
    body TEXT NOT NULL,
    bundle INTEGER
) STRICT;
CREATE INDEX change_open ON change (bundle);

CREATE TABLE receipt (
    event INTEGER PRIMARY KEY REFERENCES event (seq),
    bundle_sha256 BLOB NOT NULL,
    centre TEXT NOT NULL,
    body TEXT NOT NULL,
    signature TEXT NOT NULL
) STRICT;
