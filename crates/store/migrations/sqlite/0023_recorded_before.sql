-- What was written down before it was noted at which block, or before any was taken in: nothing is known of that block, so that any
-- block may have it, however old. Without a number none could that is not remembered any more, and it stayed open for ever.
UPDATE attempts SET recorded_at = 0 WHERE recorded_at IS NULL;
UPDATE errands SET recorded_at = 0 WHERE recorded_at IS NULL;
