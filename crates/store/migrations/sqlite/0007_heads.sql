-- How safe the blocks of a source are, for relayers that do not read it. A file is one relayer's, which needs nobody to tell
-- it: nothing is written here. The table is there so that both engines have the same.
CREATE TABLE source_heads (
    chain_id INTEGER NOT NULL,
    -- A level of safety, by its name.
    level    TEXT    NOT NULL,
    number   INTEGER NOT NULL,
    hash     BLOB    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (chain_id, level)
) STRICT;
