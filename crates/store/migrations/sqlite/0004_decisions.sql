-- What operators decided about messages, in order: a relayer that runs learns of it here. What holds is in the messages.
CREATE TABLE decisions (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    message_hash BLOB    NOT NULL CHECK (length(message_hash) = 32)
) STRICT;

CREATE TRIGGER message_decided AFTER UPDATE OF skip_reason, forgiven ON messages BEGIN
    INSERT INTO decisions (message_hash) VALUES (NEW.hash);
END;
