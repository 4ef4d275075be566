-- The accounts that sign for a chain, as whoever works for it noted last: what earlier ones signed stands with the attempts.
CREATE TABLE signers (
    chain_id INTEGER NOT NULL,
    account  BLOB   NOT NULL CHECK (length(account) = 20),
    PRIMARY KEY (chain_id, account)
) STRICT;
