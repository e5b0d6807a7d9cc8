-- The school's own list of a session: an index over the sealed file `rosters/SESSION.HASH.age`, which holds the same.
CREATE TABLE roster_file (
    session TEXT PRIMARY KEY REFERENCES session (id),
    sha256 BLOB NOT NULL,
    rows INTEGER NOT NULL
) STRICT;

-- `number` is the 学号, as the list writes it; `body` the whole row.
CREATE TABLE roster (
    session TEXT NOT NULL REFERENCES session (id),
    position INTEGER NOT NULL,
    number TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (session, number)
) STRICT;

-- Which headings a school's lists have for what; no person stands in it.
CREATE TABLE roster_columns (school TEXT PRIMARY KEY, chosen TEXT NOT NULL) STRICT;

CREATE INDEX record_roster ON record (session, roster_key, sequence) WHERE roster_key IS NOT NULL;
