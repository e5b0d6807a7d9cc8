//! The durable record: capsules, journal, database, keys.
