-- Many messages in a transaction, one transaction for a message, and what they cost.
--   * A uint256 of wei that is summed is two INTEGERs: `fee_gwei`, and `fee_rest`, the wei below a gwei.
--     SQLite's sums are exact then, up to nine thousand million ether.

-- The items of a transaction, in its order.
ALTER TABLE attempt_messages ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
-- The gas that the item may use; zero when nobody said.
ALTER TABLE attempt_messages ADD COLUMN gas_limit INTEGER NOT NULL DEFAULT 0;
-- Why it failed, while the transaction that carries it stands in a block.
ALTER TABLE attempt_messages ADD COLUMN error TEXT;
-- Its share of what the transaction cost. Of all items together they are exactly that.
ALTER TABLE attempt_messages ADD COLUMN gas_share INTEGER;
ALTER TABLE attempt_messages ADD COLUMN fee_gwei INTEGER;
ALTER TABLE attempt_messages ADD COLUMN fee_rest INTEGER;

-- What a transaction cost, as its receipt says, while it stands in a block.
ALTER TABLE attempts ADD COLUMN block_hash BLOB CHECK (length(block_hash) = 32);
ALTER TABLE attempts ADD COLUMN landed_at INTEGER;
ALTER TABLE attempts ADD COLUMN gas_used INTEGER;
ALTER TABLE attempts ADD COLUMN gas_price BLOB CHECK (length(gas_price) = 32);
ALTER TABLE attempts ADD COLUMN fee_gwei INTEGER;
ALTER TABLE attempts ADD COLUMN fee_rest INTEGER;
-- Of the fee, what went to L1; and the gas that the chain gave back. Not every chain tells.
ALTER TABLE attempts ADD COLUMN l1_fee BLOB CHECK (length(l1_fee) = 32);
ALTER TABLE attempts ADD COLUMN gas_refund INTEGER;
-- No node knows the receipt any more: it is asked for no longer.
ALTER TABLE attempts ADD COLUMN cost_missing INTEGER NOT NULL DEFAULT 0;

CREATE INDEX attempts_uncosted ON attempts (chain_id, id)
    WHERE block_number IS NOT NULL AND landed_at IS NULL AND cost_missing = 0 AND state IN ('included', 'failed');
CREATE INDEX attempts_by_time ON attempts (chain_id, landed_at) WHERE landed_at IS NOT NULL;

-- Transactions that may deliver a message yet: sent, or about to be, or in a block whose logs were not read, while no
-- block that was read holds another one with the same signer and nonce.
CREATE VIEW carriers AS
SELECT am.message, a.id AS attempt, a.chain_id, a.signer, a.nonce
FROM attempt_messages am JOIN attempts a ON a.id = am.attempt
WHERE (
    a.state IN ('signed', 'broadcast')
    OR a.block_number > coalesce((SELECT max(b.number) FROM blocks b WHERE b.chain_id = a.chain_id), -1)
) AND NOT EXISTS (
    SELECT 1 FROM attempts used
    WHERE used.chain_id = a.chain_id AND used.signer = a.signer AND used.nonce = a.nonce
    -- With the plus, no index on the heights of all attempts that ever landed is walked.
    AND +used.block_number <= coalesce((SELECT max(b.number) FROM blocks b WHERE b.chain_id = a.chain_id), -1)
);

-- One live attempt per message: the signer's nonce that was the last to take it. Versions of one transaction share the
-- nonce. A hold counts for as long as a carrier has this nonce; then the next one takes it over.
CREATE TABLE holds (
    message  INTEGER PRIMARY KEY REFERENCES messages (seq),
    chain_id INTEGER NOT NULL,
    signer   BLOB    NOT NULL CHECK (length(signer) = 20),
    nonce    INTEGER NOT NULL
) STRICT;

-- Who holds a message now. A reorg may bring an older carrier back: it holds nothing while another one does.
CREATE VIEW holders AS
SELECT c.message, c.chain_id, c.signer, c.nonce
FROM holds h JOIN carriers c ON c.message = h.message
WHERE c.attempt = coalesce(
    (
        SELECT max(k.attempt) FROM carriers k
        WHERE k.message = h.message AND k.chain_id = h.chain_id AND k.signer = h.signer AND k.nonce = h.nonce
    ),
    (SELECT max(k.attempt) FROM carriers k WHERE k.message = h.message)
);

INSERT INTO holds (message, chain_id, signer, nonce)
SELECT am.message, a.chain_id, a.signer, a.nonce
FROM attempt_messages am JOIN attempts a ON a.id = am.attempt
WHERE am.attempt = (
    SELECT last.attempt FROM attempt_messages last JOIN attempts l ON l.id = last.attempt
    WHERE last.message = am.message ORDER BY l.state IN ('signed', 'broadcast') DESC, last.attempt DESC LIMIT 1
);

CREATE TRIGGER message_taken BEFORE INSERT ON attempt_messages BEGIN
    SELECT raise(ABORT, 'another transaction holds the message')
    FROM attempts a JOIN holders h ON h.message = NEW.message
    WHERE a.id = NEW.attempt AND NOT (h.chain_id = a.chain_id AND h.signer = a.signer AND h.nonce = a.nonce);
    INSERT INTO holds (message, chain_id, signer, nonce)
    SELECT NEW.message, chain_id, signer, nonce FROM attempts WHERE id = NEW.attempt
    ON CONFLICT (message) DO UPDATE
    SET chain_id = excluded.chain_id, signer = excluded.signer, nonce = excluded.nonce;
END;

-- What a receipt says holds for its block alone.
CREATE TRIGGER attempt_moved AFTER UPDATE OF block_number ON attempts
WHEN OLD.block_number IS NOT NULL AND OLD.block_number IS NOT NEW.block_number BEGIN
    UPDATE attempts
    SET block_hash = NULL, landed_at = NULL, gas_used = NULL, gas_price = NULL, fee_gwei = NULL, fee_rest = NULL,
        l1_fee = NULL, gas_refund = NULL, cost_missing = 0
    WHERE id = NEW.id;
    UPDATE attempt_messages SET error = NULL, gas_share = NULL, fee_gwei = NULL, fee_rest = NULL WHERE attempt = NEW.id;
END;

-- What each message cost in each transaction that carried it. It was paid in vain where the transaction did not deliver
-- the message; nobody is to blame for that where somebody else had delivered it by then (`late`).
CREATE VIEW message_costs AS
SELECT
    m.seq AS message, m.hash, m.source, m.destination, m.sender, m.target,
    a.id AS attempt, a.tx_hash, a.chain_id, a.signer, a.block_number, a.landed_at,
    date(a.landed_at, 'unixepoch') AS day,
    am.gas_share AS gas, am.fee_gwei, am.fee_rest,
    CASE WHEN EXISTS (
        SELECT 1 FROM deliveries d WHERE d.message_hash = m.hash AND d.tx_hash = a.tx_hash
    ) THEN 0 ELSE 1 END AS in_vain,
    CASE WHEN EXISTS (
        SELECT 1 FROM deliveries d
        WHERE d.message_hash = m.hash AND d.tx_hash <> a.tx_hash AND d.block_number <= a.block_number
    ) THEN 1 ELSE 0 END AS late
FROM attempts a
JOIN attempt_messages am ON am.attempt = a.id
JOIN messages m ON m.seq = am.message
WHERE a.landed_at IS NOT NULL AND am.gas_share IS NOT NULL;

-- The ledger, for people. A fee in wei is fee_gwei * 10^9 + fee_rest.
CREATE VIEW costs_by_route AS
SELECT
    source, destination, count(DISTINCT message) AS messages, count(DISTINCT attempt) AS transactions,
    sum(gas) AS gas, sum(fee_gwei) + sum(fee_rest) / 1000000000 AS fee_gwei, sum(fee_rest) % 1000000000 AS fee_rest,
    sum(gas * in_vain) AS vain_gas, sum(fee_gwei * in_vain) + sum(fee_rest * in_vain) / 1000000000 AS vain_fee_gwei,
    sum(fee_rest * in_vain) % 1000000000 AS vain_fee_rest
FROM message_costs GROUP BY source, destination;

CREATE VIEW costs_by_target AS
SELECT
    chain_id, target, count(DISTINCT message) AS messages, count(DISTINCT attempt) AS transactions,
    sum(gas) AS gas, sum(fee_gwei) + sum(fee_rest) / 1000000000 AS fee_gwei, sum(fee_rest) % 1000000000 AS fee_rest,
    sum(gas * in_vain) AS vain_gas, sum(fee_gwei * in_vain) + sum(fee_rest * in_vain) / 1000000000 AS vain_fee_gwei,
    sum(fee_rest * in_vain) % 1000000000 AS vain_fee_rest
FROM message_costs GROUP BY chain_id, target;

CREATE VIEW costs_by_sender AS
SELECT
    source, sender, count(DISTINCT message) AS messages, count(DISTINCT attempt) AS transactions,
    sum(gas) AS gas, sum(fee_gwei) + sum(fee_rest) / 1000000000 AS fee_gwei, sum(fee_rest) % 1000000000 AS fee_rest,
    sum(gas * in_vain) AS vain_gas, sum(fee_gwei * in_vain) + sum(fee_rest * in_vain) / 1000000000 AS vain_fee_gwei,
    sum(fee_rest * in_vain) % 1000000000 AS vain_fee_rest
FROM message_costs GROUP BY source, sender;

CREATE VIEW costs_by_day AS
SELECT
    day, chain_id, count(DISTINCT message) AS messages, count(DISTINCT attempt) AS transactions,
    sum(gas) AS gas, sum(fee_gwei) + sum(fee_rest) / 1000000000 AS fee_gwei, sum(fee_rest) % 1000000000 AS fee_rest,
    sum(gas * in_vain) AS vain_gas, sum(fee_gwei * in_vain) + sum(fee_rest * in_vain) / 1000000000 AS vain_fee_gwei,
    sum(fee_rest * in_vain) % 1000000000 AS vain_fee_rest
FROM message_costs GROUP BY day, chain_id;
