-- What webhooks are to be told, until all of them have been: each piece once, whatever tells of it how often.
CREATE TABLE news (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    kind         TEXT    NOT NULL,
    message_hash BLOB    NOT NULL CHECK (length(message_hash) = 32),
    -- What makes it another piece of the same kind about the same message.
    cause        BLOB    NOT NULL CHECK (length(cause) = 32),
    body         TEXT    NOT NULL,
    created_ms   INTEGER NOT NULL,
    UNIQUE (kind, message_hash, cause)
) STRICT;

CREATE INDEX news_by_age ON news (created_ms);

-- Writers come one after the other: who reads behind an id would miss a smaller one that is written later.
CREATE TABLE news_turns (turn INTEGER NOT NULL) STRICT;
INSERT INTO news_turns (turn) VALUES (0);

-- Up to where each webhook has been told. The name of a webhook is a hash: its URL may be a secret.
CREATE TABLE news_readers (
    id       INTEGER PRIMARY KEY,
    reader   BLOB    NOT NULL UNIQUE CHECK (length(reader) = 32),
    position INTEGER NOT NULL
) STRICT;
