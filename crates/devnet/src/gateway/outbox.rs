use axum::extract::ws::Message;
use futures::{Sink, SinkExt};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    time::timeout,
};

/// How many bytes may wait for a client. Beside them there are those that the kernel keeps, a few times as many.
const ROOM: usize = 4 << 20;
/// What a message counts besides its text.
const ENVELOPE: usize = 128;
/// How long a client may take to read a message, and a second more for each MiB of it.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long an answer may wait for room: longer than any message of that size may take to be read.
const LONG_PATIENCE: Duration = Duration::from_secs(20);

/// The client does not read, or not as fast as it has things sent to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooSlow;

/// What waits to be read by a client.
///
/// The node keeps all that a socket does not take, without bound. So the gateway takes it at once, keeps this much, and ends
/// the connection of whom that is not enough.
#[derive(Clone, Debug)]
pub(super) struct Outbox {
    queue: mpsc::UnboundedSender<(Message, OwnedSemaphorePermit)>,
    room: Arc<Semaphore>,
}

/// The end of it that is emptied.
#[derive(Debug)]
pub(super) struct Waiting(mpsc::UnboundedReceiver<(Message, OwnedSemaphorePermit)>);

impl Outbox {
    pub(super) fn new() -> (Self, Waiting) {
        let (queue, waiting) = mpsc::unbounded_channel();
        (Self { queue, room: Arc::new(Semaphore::new(ROOM)) }, Waiting(waiting))
    }

    /// Puts in what the client has subscribed to: it comes whether or not there is room.
    pub(super) fn notify(&self, message: Message) -> Result<(), TooSlow> {
        let permit = self.room.clone().try_acquire_many_owned(size(&message)).map_err(|_| TooSlow)?;
        self.put(message, permit)
    }

    /// Puts in an answer, which may wait for earlier ones to be read.
    pub(super) async fn answer(&self, message: Message) -> Result<(), TooSlow> {
        let permit = self.room.clone().acquire_many_owned(size(&message));
        match timeout(LONG_PATIENCE, permit).await {
            Ok(Ok(permit)) => self.put(message, permit),
            _ => Err(TooSlow),
        }
    }

    /// Waits until there is any room: who does not read answers need not ask on.
    pub(super) async fn has_room(&self) {
        let _ = self.room.acquire().await;
    }

    fn put(&self, message: Message, permit: OwnedSemaphorePermit) -> Result<(), TooSlow> {
        // The other end goes last.
        self.queue.send((message, permit)).map_err(|_| TooSlow)
    }
}

impl Waiting {
    /// Sends what waits until the client is gone, or too slow.
    pub(super) async fn send<E>(
        mut self,
        to: &mut (impl Sink<Message, Error = E> + Unpin),
    ) -> Result<(), TooSlow> {
        while let Some((message, permit)) = self.0.recv().await {
            let allowed = PATIENCE + Duration::from_secs((length(&message) >> 20) as u64);
            match timeout(allowed, to.send(message)).await {
                Ok(Ok(())) => drop(permit),
                Ok(Err(_)) => return Ok(()),
                Err(_) => return Err(TooSlow),
            }
        }
        Ok(())
    }
}

fn length(message: &Message) -> usize {
    match message {
        Message::Text(text) => text.len(),
        Message::Binary(bytes) => bytes.len(),
        _ => 0,
    }
}

/// What a message takes of the room: no more than there is.
fn size(message: &Message) -> u32 {
    length(message).saturating_add(ENVELOPE).min(ROOM) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        pin::Pin,
        task::{Context, Poll},
    };

    /// A client that has gone to sleep.
    struct Asleep;

    impl Sink<Message> for Asleep {
        type Error = ();

        fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
            Poll::Pending
        }

        fn start_send(self: Pin<&mut Self>, _: Message) -> Result<(), ()> {
            Ok(())
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
            Poll::Pending
        }

        fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
            Poll::Pending
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_read_is_given_up() {
        let (outbox, waiting) = Outbox::new();
        outbox.notify(Message::text("block")).unwrap();
        assert_eq!(waiting.send(&mut Asleep).await, Err(TooSlow));
    }

    #[tokio::test(start_paused = true)]
    async fn so_much_waits_and_no_more() {
        let (outbox, waiting) = Outbox::new();
        let megabyte = || Message::text("x".repeat(1 << 20));
        for _ in 0..3 {
            outbox.notify(megabyte()).unwrap();
        }
        assert_eq!(outbox.notify(megabyte()), Err(TooSlow));
        assert_eq!(outbox.answer(megabyte()).await, Err(TooSlow));
        // Whoever reads gets all of it, and there is room for one message of any size.
        let reader = tokio::spawn(async move {
            let mut read = futures::sink::drain();
            waiting.send(&mut read).await
        });
        outbox.answer(Message::text("x".repeat(ROOM * 2))).await.unwrap();
        outbox.has_room().await;
        drop(outbox);
        assert_eq!(reader.await.unwrap(), Ok(()));
    }
}
