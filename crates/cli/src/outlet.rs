//! The two streams of the process, and what becomes of that which cannot be written to them.
//!
//! Nothing here fails or panics: a reader that went away, a full disk or a reader that has stopped reading are no reason to
//! end what is being done. A command writes at once and waits for its reader, as all tools do. A service must not wait: its
//! lines go through a queue to a thread that waits in its place, and those for which there is no room are counted.
//!
//! No secret passes, whoever wrote it into a line: see [`Hidden`].

use crate::hidden::Hidden;
use indicatif::MultiProgress;
use std::{
    fmt,
    io::{self, Write},
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, Sender, SyncSender, TrySendError, channel, sync_channel},
    },
    thread,
    time::Duration,
};

/// Lines that may wait for a slow reader.
const QUEUE: usize = 8_192;
/// How long the end of the process waits for a reader that does not read.
const PATIENCE: Duration = Duration::from_secs(1);

/// Which stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    /// Results.
    Stdout,
    /// Everything else.
    Stderr,
}

/// A way out of the process; clones share it.
#[derive(Clone)]
pub(crate) struct Outlet {
    shared: Arc<Shared>,
}

struct Shared {
    stream: Stream,
    hidden: Hidden,
    /// The lines at the foot of the terminal that move: they make way for those that stay.
    progress: MultiProgress,
    queue: OnceLock<Queue>,
    /// The first fault other than that nobody reads.
    fault: Mutex<Option<String>>,
}

struct Queue {
    sender: SyncSender<Item>,
    missed: Arc<AtomicU64>,
}

enum Item {
    Text(Vec<u8>),
    /// Everything before it has been written.
    Done(Sender<()>),
}

impl Outlet {
    /// What is `hidden` is removed from everything that goes out, and `progress` is taken away while it does.
    pub(crate) fn new(stream: Stream, hidden: Hidden, progress: MultiProgress) -> Self {
        let (queue, fault) = (OnceLock::new(), Mutex::default());
        Self { shared: Arc::new(Shared { stream, hidden, progress, queue, fault }) }
    }

    /// From now on nobody waits for the reader. `missed` words how many lines were left away, once there is room again.
    pub(crate) fn stop_waiting(&self, missed: impl Fn(u64) -> String + Send + 'static) {
        let (sender, receiver) = sync_channel(QUEUE);
        let (count, outlet) = (Arc::new(AtomicU64::new(0)), self.clone());
        let counted = Arc::clone(&count);
        let started = thread::Builder::new()
            .name("output".to_owned())
            .spawn(move || outlet.drain(&receiver, &counted, missed));
        // Without a thread it stays as it is for commands.
        if started.is_ok() {
            let _ = self.shared.queue.set(Queue { sender, missed: count });
        }
    }

    /// Writes a line.
    pub(crate) fn line(&self, text: &str) {
        let mut bytes = Vec::with_capacity(text.len() + 1);
        bytes.extend_from_slice(text.as_bytes());
        bytes.push(b'\n');
        self.write(bytes);
    }

    fn write(&self, bytes: Vec<u8>) {
        let Some(queue) = self.shared.queue.get() else { return self.write_now(&bytes) };
        if let Err(TrySendError::Full(_)) = queue.sender.try_send(Item::Text(bytes)) {
            queue.missed.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn write_now(&self, bytes: &[u8]) {
        let (text, hidden) = (String::from_utf8_lossy(bytes), &self.shared.hidden);
        let written = self.shared.progress.suspend(|| match self.shared.stream {
            Stream::Stdout => write_all(anstream::stdout().lock(), hidden.scrub_data(&text).as_bytes()),
            Stream::Stderr => write_all(anstream::stderr().lock(), hidden.scrub(&text).as_bytes()),
        });
        match written {
            // A reader that has seen enough (`causeway ... | head -1`) is no fault.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                let mut fault = self.shared.fault.lock().unwrap_or_else(PoisonError::into_inner);
                fault.get_or_insert_with(|| error.to_string());
            }
            _ => {}
        }
    }

    fn drain(&self, items: &Receiver<Item>, missed: &AtomicU64, words: impl Fn(u64) -> String) {
        while let Ok(item) = items.recv() {
            match item {
                Item::Text(bytes) => self.write_now(&bytes),
                Item::Done(done) => drop(done.send(())),
            }
            match missed.swap(0, Ordering::Relaxed) {
                0 => {}
                count => self.write_now(format!("{}\n", words(count)).as_bytes()),
            }
        }
    }

    /// Waits until everything is written, or it is clear that nobody reads. Returns why something was lost.
    pub(crate) fn finish(&self) -> Option<String> {
        if let Some(queue) = self.shared.queue.get() {
            let (done, all_written) = channel();
            if queue.sender.try_send(Item::Done(done)).is_ok() {
                let _ = all_written.recv_timeout(PATIENCE);
            }
        }
        self.shared.fault.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl fmt::Debug for Outlet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Outlet").field(&self.shared.stream).finish()
    }
}

/// For those who write whole lines at a time, as logs do. It takes everything.
impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Self::write(self, bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write_all(mut stream: impl Write, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes).and_then(|()| stream.flush())
}
