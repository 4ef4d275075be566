-- How safe the blocks of a source are, as far as whoever reads it has said: the newest block of each level. Always a block of
-- the chain as it stands in `blocks`, or one below those. Relayers that do not read that chain themselves learn of it here.
CREATE TABLE source_heads (
    chain_id bigint NOT NULL,
    -- A level of safety, by its name.
    level    text   NOT NULL,
    number   bigint NOT NULL,
    hash     bytea  NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (chain_id, level)
);
