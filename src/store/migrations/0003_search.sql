-- Every search key finds its records out of an index alone, newest first: with 100 000 records the rows themselves
-- are read only for the lines that are shown.
DROP INDEX record_shot;
DROP INDEX record_digest;
DROP INDEX record_last_four;
CREATE INDEX record_shot ON record (shot, session, sequence);
CREATE INDEX record_digest ON record (code_digest, session, sequence);
CREATE INDEX record_last_four ON record (last_four, session, sequence) WHERE last_four IS NOT NULL;
