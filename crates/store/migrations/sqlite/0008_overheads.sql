-- What accounts paid for transactions that carry no message of ours: those that do nothing and take a nonce, and others' with our
-- key, as far as they took a nonce that one of ours was sent with. As long as they stand in a block.
CREATE TABLE overheads (
    id           INTEGER PRIMARY KEY,
    tx_hash      BLOB    NOT NULL UNIQUE CHECK (length(tx_hash) = 32),
    chain_id     INTEGER NOT NULL,
    signer       BLOB    NOT NULL CHECK (length(signer) = 20),
    nonce        INTEGER NOT NULL,
    block_number INTEGER NOT NULL,
    block_hash   BLOB    NOT NULL CHECK (length(block_hash) = 32),
    -- In seconds, as the block says.
    landed_at    INTEGER NOT NULL,
    gas_used     INTEGER NOT NULL,
    fee_gwei     INTEGER NOT NULL,
    fee_rest     INTEGER NOT NULL
) STRICT;

CREATE INDEX overheads_landed ON overheads (chain_id, block_number);
CREATE INDEX overheads_by_time ON overheads (landed_at);

-- All that left the accounts: what messages cost, and what no message did.
CREATE VIEW account_costs AS
SELECT message, attempt, chain_id, signer, landed_at, day, gas, fee_gwei, fee_rest, in_vain FROM message_costs
UNION ALL
SELECT NULL, -id, chain_id, signer, landed_at, date(landed_at, 'unixepoch'), gas_used, fee_gwei, fee_rest, 1 FROM overheads;

DROP VIEW costs_by_day;
CREATE VIEW costs_by_day AS
SELECT
    day, chain_id, count(DISTINCT message) AS messages, count(DISTINCT attempt) AS transactions,
    sum(gas) AS gas, sum(fee_gwei) + sum(fee_rest) / 1000000000 AS fee_gwei, sum(fee_rest) % 1000000000 AS fee_rest,
    sum(gas * in_vain) AS vain_gas, sum(fee_gwei * in_vain) + sum(fee_rest * in_vain) / 1000000000 AS vain_fee_gwei,
    sum(fee_rest * in_vain) % 1000000000 AS vain_fee_rest
FROM account_costs GROUP BY day, chain_id;

CREATE VIEW costs_by_account AS
SELECT
    day, chain_id, signer, count(DISTINCT message) AS messages, count(DISTINCT attempt) AS transactions,
    sum(gas) AS gas, sum(fee_gwei) + sum(fee_rest) / 1000000000 AS fee_gwei, sum(fee_rest) % 1000000000 AS fee_rest,
    sum(gas * in_vain) AS vain_gas, sum(fee_gwei * in_vain) + sum(fee_rest * in_vain) / 1000000000 AS vain_fee_gwei,
    sum(fee_rest * in_vain) % 1000000000 AS vain_fee_rest
FROM account_costs GROUP BY day, chain_id, signer;
