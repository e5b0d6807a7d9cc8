-- Which row of the school's list the locked subject is bound to: its 学号, as the list writes it.
ALTER TABLE open_lock ADD COLUMN roster_key TEXT;
