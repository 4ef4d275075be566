use super::{leave::Leave, news::Beginning, pause::Pause, session::Session, source::Source};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

impl Source {
    /// Works until it is stopped.
    pub(super) async fn run(mut self, stop: CancellationToken) {
        tokio::select! {
            () = self.follow() => {}
            () = stop.cancelled() => {}
        }
    }

    /// One session after the other; each begins where the index ends.
    async fn follow(&mut self) {
        let mut told = self.held.clone();
        let mut pause = Pause::new();
        let mut wait = None;
        loop {
            let Beginning { generation, why } = told.borrow_and_update().clone();
            let began = Instant::now();
            let session = async {
                let (mut wait, mut from) = (wait, None);
                loop {
                    match Session::new(self, generation, from).run(wait.take(), why.clone()).await {
                        Leave::Again => from = None,
                        Leave::AgainFrom(lowest) => from = Some(lowest),
                        Leave::Idle => std::future::pending().await,
                        Leave::Closed => return,
                    }
                }
            };
            tokio::select! {
                biased;
                changed = told.changed() => if changed.is_err() { return },
                () = session => return,
            }
            // What went well for long has nothing to do with the troubles before.
            if began.elapsed() > 2 * Pause::LONGEST {
                pause = Pause::new();
            }
            wait = Some(pause.next());
        }
    }
}
