-- Which store this is, so that another one in its place is noticed; copies of it are the same one. One that was worked on before
-- has what any copy of it will have, whenever that is brought up to date: when it was made.
CREATE TABLE store_id (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id  TEXT    NOT NULL
) STRICT;
INSERT INTO store_id (one, id)
SELECT 1, CASE WHEN EXISTS (SELECT 1 FROM blocks) OR EXISTS (SELECT 1 FROM messages) OR EXISTS (SELECT 1 FROM attempts)
    OR EXISTS (SELECT 1 FROM errands)
    THEN 'since ' || installed_on ELSE lower(hex(randomblob(16))) END
FROM _sqlx_migrations WHERE version = 1;
