-- Locks that the journal speaks of and whose file was on no disk that was there: the second one may still have it.
CREATE TABLE lost_lock (
    session TEXT NOT NULL,
    shot TEXT NOT NULL,
    queued INTEGER NOT NULL CHECK (queued IN (0, 1)),
    PRIMARY KEY (session, shot)
) STRICT;
