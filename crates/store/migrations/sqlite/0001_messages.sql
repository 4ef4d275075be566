-- Conventions
--   * Hashes and addresses are blobs of 32 and 20 bytes.
--   * A uint256 is a blob of 32 bytes, big-endian: SQLite compares blobs byte by byte, so they sort as numbers.
--   * A uint64 is an INTEGER. SQLite's are signed, so values from 2^63 on are refused before they get here.
--   * Times are milliseconds since the epoch, except block timestamps, which are seconds as on the chain.

-- The most recent canonical blocks of each followed chain: enough to find the common ancestor after a reorg.
CREATE TABLE blocks (
    chain_id    INTEGER NOT NULL,
    number      INTEGER NOT NULL,
    hash        BLOB    NOT NULL CHECK (length(hash) = 32),
    parent_hash BLOB    NOT NULL CHECK (length(parent_hash) = 32),
    timestamp   INTEGER NOT NULL,
    PRIMARY KEY (chain_id, number)
) STRICT, WITHOUT ROWID;

-- Every message that was ever seen. A row is never deleted: a reorg takes the initiation away, not the message.
CREATE TABLE messages (
    seq          INTEGER PRIMARY KEY,
    hash         BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
    source       INTEGER NOT NULL,
    destination  BLOB    NOT NULL CHECK (length(destination) = 32),
    nonce        BLOB    NOT NULL CHECK (length(nonce) = 32),
    sender       BLOB    NOT NULL CHECK (length(sender) = 20),
    target       BLOB    NOT NULL CHECK (length(target) = 20),
    message      BLOB    NOT NULL,
    -- Kept by the triggers below, so that the few undelivered messages are found among many delivered ones.
    delivered    INTEGER NOT NULL DEFAULT 0 CHECK (delivered IN (0, 1)),
    -- Why an operator does not want it delivered.
    skip_reason  TEXT,
    -- Failed attempts up to this one no longer count: an operator asked to try again.
    forgiven     INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX messages_undelivered ON messages (destination, seq) WHERE delivered = 0;
CREATE INDEX messages_undelivered_in_order ON messages (seq) WHERE delivered = 0;
CREATE INDEX messages_by_source ON messages (source, seq);
CREATE INDEX messages_by_destination ON messages (destination, seq);
CREATE INDEX messages_by_sender ON messages (sender, seq);

-- Where canonical blocks hold the SentMessage event. A message that was sent again has several.
CREATE TABLE initiations (
    id           INTEGER PRIMARY KEY,
    message      INTEGER NOT NULL REFERENCES messages (seq),
    chain_id     INTEGER NOT NULL,
    block_number INTEGER NOT NULL,
    block_hash   BLOB    NOT NULL CHECK (length(block_hash) = 32),
    timestamp    INTEGER NOT NULL,
    log_index    INTEGER NOT NULL,
    tx_hash      BLOB    NOT NULL CHECK (length(tx_hash) = 32),
    UNIQUE (chain_id, block_number, log_index)
) STRICT;

CREATE INDEX initiations_by_message ON initiations (message, block_number, log_index);
CREATE INDEX initiations_by_tx ON initiations (tx_hash);

-- Where canonical blocks hold the RelayedMessage event. The message itself may be unknown: its source may not be
-- followed, or not be caught up.
CREATE TABLE deliveries (
    id           INTEGER PRIMARY KEY,
    message_hash BLOB    NOT NULL CHECK (length(message_hash) = 32),
    source       BLOB    NOT NULL CHECK (length(source) = 32),
    nonce        BLOB    NOT NULL CHECK (length(nonce) = 32),
    chain_id     INTEGER NOT NULL,
    block_number INTEGER NOT NULL,
    block_hash   BLOB    NOT NULL CHECK (length(block_hash) = 32),
    timestamp    INTEGER NOT NULL,
    log_index    INTEGER NOT NULL,
    tx_hash      BLOB    NOT NULL CHECK (length(tx_hash) = 32),
    UNIQUE (chain_id, block_number, log_index)
) STRICT;

CREATE INDEX deliveries_by_message ON deliveries (message_hash);

CREATE TRIGGER delivery_added AFTER INSERT ON deliveries BEGIN
    UPDATE messages SET delivered = 1 WHERE hash = NEW.message_hash;
END;

CREATE TRIGGER delivery_removed AFTER DELETE ON deliveries BEGIN
    UPDATE messages
    SET delivered = EXISTS (SELECT 1 FROM deliveries WHERE message_hash = OLD.message_hash)
    WHERE hash = OLD.message_hash;
END;

CREATE TRIGGER message_added AFTER INSERT ON messages BEGIN
    UPDATE messages
    SET delivered = EXISTS (SELECT 1 FROM deliveries WHERE message_hash = NEW.hash)
    WHERE seq = NEW.seq;
END;

-- The transactions that we signed to deliver messages. Recorded before they are sent.
CREATE TABLE attempts (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    tx_hash        BLOB    NOT NULL UNIQUE CHECK (length(tx_hash) = 32),
    chain_id       INTEGER NOT NULL,
    signer         BLOB    NOT NULL CHECK (length(signer) = 20),
    nonce          INTEGER NOT NULL,
    raw_tx         BLOB    NOT NULL,
    state          TEXT    NOT NULL
        CHECK (state IN ('signed', 'broadcast', 'included', 'failed', 'replaced', 'abandoned')),
    -- The block that holds it, while the state is 'included' or 'failed' because of a block.
    block_number   INTEGER,
    error          TEXT,
    created_ms     INTEGER NOT NULL,
    CHECK (state <> 'included' OR block_number IS NOT NULL)
) STRICT;

CREATE INDEX attempts_open ON attempts (chain_id, id) WHERE state IN ('signed', 'broadcast');
CREATE INDEX attempts_landed ON attempts (chain_id, block_number) WHERE block_number IS NOT NULL;
CREATE INDEX attempts_by_signer ON attempts (chain_id, signer, nonce);

-- Which messages an attempt carries: many, when they were batched.
CREATE TABLE attempt_messages (
    message INTEGER NOT NULL REFERENCES messages (seq),
    attempt INTEGER NOT NULL REFERENCES attempts (id),
    PRIMARY KEY (message, attempt)
) STRICT, WITHOUT ROWID;

CREATE INDEX attempt_messages_by_attempt ON attempt_messages (attempt);

-- A message with everything that follows from the tables above. Its status is derived here and nowhere else.
CREATE VIEW message_records AS
SELECT
    m.seq, m.hash, m.source, m.destination, m.nonce, m.sender, m.target, m.message, m.delivered, m.skip_reason,
    CASE
        WHEN m.delivered = 1 THEN 'delivered'
        WHEN i.id IS NULL THEN 'orphaned'
        WHEN m.skip_reason IS NOT NULL THEN 'skipped'
        WHEN EXISTS (
            SELECT 1 FROM attempt_messages am JOIN attempts a ON a.id = am.attempt
            WHERE am.message = m.seq AND (
                a.state IN ('signed', 'broadcast')
                -- In a block whose logs we have not read yet.
                OR a.state = 'included' AND a.block_number > coalesce(
                    (SELECT max(b.number) FROM blocks b WHERE b.chain_id = a.chain_id), -1
                )
            )
        ) THEN 'submitted'
        -- Included, its block's logs read, and yet not delivered: it failed within a batch.
        WHEN EXISTS (
            SELECT 1 FROM attempt_messages am JOIN attempts a ON a.id = am.attempt
            WHERE am.message = m.seq AND am.attempt > m.forgiven AND a.state IN ('failed', 'included')
        ) THEN 'failed'
        ELSE 'pending'
    END AS status,
    -- The newest initiation: it expires last.
    i.id AS i_id, i.block_number AS i_block_number, i.block_hash AS i_block_hash, i.timestamp AS i_timestamp,
    i.log_index AS i_log_index, i.tx_hash AS i_tx_hash,
    d.id AS d_id, d.chain_id AS d_chain_id, d.block_number AS d_block_number, d.block_hash AS d_block_hash,
    d.timestamp AS d_timestamp, d.log_index AS d_log_index, d.tx_hash AS d_tx_hash
FROM messages m
LEFT JOIN initiations i ON i.id = (
    SELECT id FROM initiations WHERE message = m.seq ORDER BY block_number DESC, log_index DESC LIMIT 1
)
LEFT JOIN deliveries d ON d.id = (
    SELECT id FROM deliveries WHERE message_hash = m.hash ORDER BY id LIMIT 1
);
