-- Who works on what: with a signer on a chain, or on taking the chain's blocks in (role 'index'; a signer is written
-- 0x…). The epoch counts the holders, so that one who was late learns that it is not its turn any more. Rows stay.
CREATE TABLE leases (
    chain_id   bigint NOT NULL,
    role       text   NOT NULL,
    holder     text   NOT NULL,
    epoch      bigint NOT NULL,
    -- In milliseconds since the epoch, by the clock of the database.
    expires_ms bigint NOT NULL,
    PRIMARY KEY (chain_id, role)
);
