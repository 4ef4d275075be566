-- When an errand ended, in milliseconds since the epoch, by the clock of the database: it counts against the cap of the day from then.
ALTER TABLE errands ADD COLUMN ended_ms INTEGER;
