-- Who works on what: with a signer on a chain, or on taking the chain's blocks in (role 'index'; a signer is written
-- 0x…). The epoch counts the holders, so that one who was late learns that it is not its turn any more. Rows stay.
CREATE TABLE leases (
    chain_id   INTEGER NOT NULL,
    role       TEXT    NOT NULL,
    holder     TEXT    NOT NULL,
    epoch      INTEGER NOT NULL,
    -- In milliseconds since the epoch, by the clock of the database.
    expires_ms INTEGER NOT NULL,
    PRIMARY KEY (chain_id, role)
) STRICT, WITHOUT ROWID;
