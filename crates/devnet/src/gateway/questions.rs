use std::{sync::Arc, time::Duration};
use tokio::{sync::Semaphore, time::timeout};

/// How many questions of one client the node may have at a time.
const AT_ONCE: usize = 64;
/// How long a question waits for earlier ones, some of which may wait for a block.
const PATIENCE: Duration = Duration::from_secs(5);

/// The questions on a socket that the node has not answered yet.
///
/// The node works on all that it has been asked, and keeps the answers until they are taken: a client that asks for
/// thousands of blocks and reads none would cost it its memory, and everybody else its time.
#[derive(Clone, Debug)]
pub(super) struct Questions(Arc<Semaphore>);

impl Default for Questions {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Questions {
    /// Waits until another question may be asked. Not for ever: an answer may never come.
    pub(super) async fn ask(&self) {
        if let Ok(Ok(permit)) = timeout(PATIENCE, self.0.acquire()).await {
            permit.forget();
        }
    }

    /// An answer came, and has been put where there was room for it.
    pub(super) fn answered(&self) {
        if self.0.available_permits() < AT_ONCE {
            self.0.add_permits(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::Instant;

    #[tokio::test(start_paused = true)]
    async fn so_many_are_asked_at_once_and_then_one_for_each_answer() {
        let (questions, start) = (Questions::default(), Instant::now());
        questions.answered();
        for _ in 0..AT_ONCE {
            questions.ask().await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        questions.answered();
        questions.ask().await;
        assert_eq!(start.elapsed(), Duration::ZERO);
        questions.ask().await;
        assert_eq!(start.elapsed(), PATIENCE);
    }
}
