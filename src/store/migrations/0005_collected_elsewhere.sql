-- Lists of codes that other stations have collected; of each session of a station the newest list.
CREATE TABLE collected_list (
    station TEXT NOT NULL,
    session TEXT NOT NULL,
    letter TEXT NOT NULL,
    line INTEGER NOT NULL,
    made_at TEXT NOT NULL,
    codes INTEGER NOT NULL,
    PRIMARY KEY (station, session)
) STRICT;
CREATE TABLE collected_elsewhere (
    code_digest BLOB NOT NULL,
    station TEXT NOT NULL,
    session TEXT NOT NULL,
    shot TEXT NOT NULL,
    PRIMARY KEY (code_digest, station, session)
) STRICT, WITHOUT ROWID;
