-- Which block was the newest that had been taken in when a transaction was written down, or the newest that a reorg has left since:
-- only a later one can have it, or have its nonce used.
ALTER TABLE attempts ADD COLUMN recorded_at bigint;
ALTER TABLE errands ADD COLUMN recorded_at bigint;
