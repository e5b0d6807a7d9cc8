-- Which record the locked subject's picture is to replace, and why: a restart in the middle of a retake keeps it.
ALTER TABLE open_lock ADD COLUMN replaces TEXT;
