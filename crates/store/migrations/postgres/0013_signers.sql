-- The accounts that sign for a chain, as whoever works for it noted last: what earlier ones signed stands with the attempts.
CREATE TABLE signers (
    chain_id BIGINT NOT NULL,
    account  BYTEA  NOT NULL CHECK (octet_length(account) = 20),
    PRIMARY KEY (chain_id, account)
);
