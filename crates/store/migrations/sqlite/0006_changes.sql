-- That something changed about messages of a source, in order. A file is one relayer's, which needs nobody to tell it: nothing
-- is written here. The table is there so that both engines have the same.
CREATE TABLE message_changes (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    source       INTEGER NOT NULL,
    message_hash BLOB    NOT NULL CHECK (length(message_hash) = 32),
    -- In milliseconds since the epoch, by the clock of the database.
    created_ms   INTEGER NOT NULL
) STRICT;

CREATE INDEX message_changes_by_source ON message_changes (source, id);
