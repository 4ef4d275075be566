-- Where the file was copied to, once it was: what is written here afterwards, the copy would not have.
CREATE TABLE moved (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    -- An address without credentials.
    place TEXT    NOT NULL
) STRICT;
