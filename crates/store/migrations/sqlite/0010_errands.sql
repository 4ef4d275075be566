-- Transactions that deliver nothing, of accounts that are no signers: written down before they are sent, each with what it is
-- for, and what it counts against the cap of its day.
CREATE TABLE errands (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    chain_id     INTEGER NOT NULL,
    account      BLOB    NOT NULL CHECK (length(account) = 20),
    nonce        INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    -- What it is for: an account with zeros before it, or the hash of a message.
    subject      BLOB    NOT NULL CHECK (length(subject) = 32),
    amount       BLOB    NOT NULL CHECK (length(amount) = 32),
    state        TEXT    NOT NULL CHECK (state IN ('open', 'landed', 'reverted', 'replaced')),
    -- The block that ended it.
    block_number INTEGER,
    -- In milliseconds since the epoch, by the clock of the database.
    created_ms   INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX errands_by_nonce ON errands (chain_id, account, nonce);
CREATE INDEX errands_open ON errands (chain_id) WHERE state = 'open';
CREATE INDEX errands_by_block ON errands (chain_id, block_number) WHERE block_number IS NOT NULL;
CREATE INDEX errands_by_time ON errands (chain_id, kind, created_ms);
CREATE INDEX errands_by_subject ON errands (chain_id, kind, subject);

-- The transactions that were signed for them, each with higher fees than the one before: a block takes one of them.
CREATE TABLE errand_versions (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    errand  INTEGER NOT NULL REFERENCES errands (id),
    tx_hash BLOB    NOT NULL UNIQUE CHECK (length(tx_hash) = 32),
    raw_tx  BLOB    NOT NULL
) STRICT;

CREATE INDEX errand_versions_by_errand ON errand_versions (errand, id);
