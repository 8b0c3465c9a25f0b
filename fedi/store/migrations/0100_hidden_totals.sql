-- A poll of which nobody is told how many chose what: for one of ours until it is over, for others until their server says it.
ALTER TABLE polls ADD COLUMN hide_totals $bool NOT NULL DEFAULT false;
