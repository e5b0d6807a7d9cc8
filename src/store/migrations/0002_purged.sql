-- Purged records and the events that purged them are looked up at every start.
CREATE INDEX record_purged ON record (id) WHERE state = 'purged';
CREATE INDEX event_purged ON event (seq) WHERE kind = 'purged';
-- Lists of one heading, newest first; the last four within a session.
CREATE INDEX record_heading ON record (session, heading, sequence);
CREATE INDEX record_state_sequence ON record (session, state, sequence);
