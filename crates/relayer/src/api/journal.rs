//! What was told of late, under numbers, so that a listener that was away can go on where it ended.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

/// One event.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its place: one more than that of the event before.
    pub(super) number: u64,
    /// Its name.
    pub(super) name: &'static str,
    /// Everything about it, as JSON.
    pub(super) data: String,
}

/// The last events. However many listen and however slowly, it takes the same memory.
#[derive(Debug)]
pub(super) struct Journal {
    /// Tells the numbers of one run of the program from those of another.
    run: String,
    capacity: usize,
    ring: Mutex<Ring>,
    /// The number of the newest entry.
    newest: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Ring {
    entries: VecDeque<Arc<Entry>>,
    newest: u64,
}

/// What came after a number.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Batch {
    /// So many events are not remembered any more.
    pub(super) missed: u64,
    /// The first of the others.
    pub(super) entries: Vec<Arc<Entry>>,
}

/// Where a listener goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resumed {
    /// After this number.
    After(u64),
    /// After this number, but what came before it is not the run that the listener knows: nobody can say what it missed.
    Anew(u64),
}

impl Journal {
    /// One that remembers so many events.
    pub(super) fn new(run: String, capacity: usize) -> Self {
        Self { run, capacity, ring: Mutex::default(), newest: watch::Sender::new(0) }
    }

    /// Adds an event.
    pub(super) fn push(&self, name: &'static str, data: String) {
        let newest = {
            let mut ring = self.ring();
            ring.newest += 1;
            let entry = Entry { number: ring.newest, name, data };
            if ring.entries.len() >= self.capacity {
                ring.entries.pop_front();
            }
            ring.entries.push_back(Arc::new(entry));
            ring.newest
        };
        self.newest.send_replace(newest);
    }

    /// Leaves out so many numbers, for events that nobody heard here.
    pub(super) fn skip(&self, count: u64) {
        self.ring().newest += count;
    }

    /// At most so many of the events after a number.
    pub(super) fn after(&self, number: u64, most: usize) -> Batch {
        let ring = self.ring();
        let behind = ring.entries.partition_point(|entry| entry.number <= number);
        let entries: Vec<_> = ring.entries.range(behind..).take(most).cloned().collect();
        // Numbers may also be missing between two entries: only what follows at once is taken.
        let first = entries.first().map_or(ring.newest + 1, |entry| entry.number);
        let missed = first.saturating_sub(number + 1);
        let whole =
            entries.iter().zip(first..).take_while(|(entry, expected)| entry.number == *expected).count();
        Batch { missed, entries: entries.into_iter().take(whole).collect() }
    }

    /// Where a listener begins that knows nothing, or the event with this id.
    pub(super) fn resume(&self, last_id: Option<&str>) -> Resumed {
        let newest = self.ring().newest;
        let Some(last_id) = last_id else { return Resumed::After(newest) };
        let number = last_id
            .rsplit_once('-')
            .filter(|(run, _)| *run == self.run)
            .and_then(|(_, number)| number.parse().ok())
            .filter(|number| *number <= newest);
        number.map_or(Resumed::Anew(newest), Resumed::After)
    }

    /// The id of the event with this number.
    pub(super) fn id(&self, number: u64) -> String {
        format!("{}-{number}", self.run)
    }

    /// Tells when there are newer events.
    pub(super) fn watch(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(batch: &Batch) -> Vec<u64> {
        batch.entries.iter().map(|entry| entry.number).collect()
    }

    #[test]
    fn a_listener_goes_on_where_it_ended() {
        let journal = Journal::new("a".to_owned(), 3);
        assert_eq!(journal.resume(None), Resumed::After(0));
        for _ in 0..3 {
            journal.push("seen", String::new());
        }
        assert_eq!(journal.resume(Some("a-1")), Resumed::After(1));
        assert_eq!(numbers(&journal.after(1, 10)), [2, 3]);
        assert_eq!(numbers(&journal.after(1, 1)), [2]);
        assert_eq!(journal.after(3, 10), Batch { missed: 0, entries: Vec::new() });
    }

    #[test]
    fn what_is_forgotten_is_counted() {
        let journal = Journal::new("a".to_owned(), 3);
        for _ in 0..10 {
            journal.push("seen", String::new());
        }
        let batch = journal.after(2, 10);
        assert_eq!((batch.missed, numbers(&batch)), (5, vec![8, 9, 10]));
    }

    #[test]
    fn what_was_never_heard_is_counted_too() {
        let journal = Journal::new("a".to_owned(), 10);
        journal.push("seen", String::new());
        journal.skip(4);
        journal.push("seen", String::new());
        assert_eq!(numbers(&journal.after(0, 10)), [1]);
        let batch = journal.after(1, 10);
        assert_eq!((batch.missed, numbers(&batch)), (4, vec![6]));
        journal.skip(2);
        assert_eq!(journal.after(6, 10), Batch { missed: 2, entries: Vec::new() });
    }

    #[test]
    fn the_ids_of_another_run_are_none_of_ours() {
        let journal = Journal::new("b".to_owned(), 3);
        journal.push("seen", String::new());
        for id in ["a-1", "b-2", "b-x", "", "1"] {
            assert_eq!(journal.resume(Some(id)), Resumed::Anew(1), "{id}");
        }
        assert_eq!(journal.id(1), "b-1");
    }
}
