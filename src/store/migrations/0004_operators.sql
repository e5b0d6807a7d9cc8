-- Operators with a role, and how many PINs in a row were wrong. The table of the first layout was never written to.
DROP TABLE operator;
CREATE TABLE operator (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    active INTEGER NOT NULL,
    pin TEXT NOT NULL,
    wrong INTEGER NOT NULL
) STRICT;
