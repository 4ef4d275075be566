use crate::{Place, Room};
use axum::{body::Body, extract::Request, http::header, response::Response};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{convert::Infallible, future::pending, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Notify,
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::Service;

/// How long a connection may idle between requests, which is also how long these may take to send their heads. As geth has it.
const IDLE: Duration = Duration::from_secs(120);
/// How long a new connection may take to send the head of its first request: whoever holds a place shall want something.
const FIRST: Duration = Duration::from_secs(10);
/// How long to wait when no connection can be accepted, for want of files mostly.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Answers the connections to a port until told to stop, as long as there is room for them: who comes when there is none is told
/// with status 503. The connections run in `tasks`; a request for an upgrade carries the [`Place`] of its connection.
pub async fn serve<S>(
    listener: TcpListener,
    service: S,
    room: Room,
    stop: CancellationToken,
    tasks: TaskTracker,
) where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
{
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        match room.enter() {
            Some(place) => tasks.spawn(connection(stream, service.clone(), place, stop.clone())),
            None => {
                turn_away(&stream);
                continue;
            }
        };
    }
}

async fn connection<S>(stream: TcpStream, service: S, place: Place, stop: CancellationToken)
where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
{
    // Small answers must not wait for the acknowledgement of earlier ones.
    let _ = stream.set_nodelay(true);
    // It is ready at any time.
    let begun = Arc::new(Notify::new());
    let has_begun = Arc::clone(&begun);
    let service = service_fn(move |request: Request<Incoming>| {
        begun.notify_one();
        let mut request = request.map(Body::new);
        if request.headers().contains_key(header::UPGRADE) {
            request.extensions_mut().insert(place.clone());
        }
        service.clone().call(request)
    });
    let http = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut http = std::pin::pin!(http);
    let ended = tokio::select! {
        ended = http.as_mut() => ended,
        () = is_late(&has_begun) => {
            tracing::debug!("a connection asked for nothing");
            return;
        }
        () = stop.cancelled() => {
            http.as_mut().graceful_shutdown();
            http.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Ends when a connection has taken too long to ask for anything, and never if it did ask.
async fn is_late(has_begun: &Notify) {
    if timeout(FIRST, has_begun.notified()).await.is_ok() {
        pending::<()>().await;
    }
}

/// Says in HTTP that there are too many connections. Who does not take it at once goes without.
fn turn_away(stream: &TcpStream) {
    const ANSWER: &[u8] =
        b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nretry-after: 1\r\nconnection: close\r\n\r\n";
    tracing::debug!("there are too many connections");
    let _ = stream.try_write(ANSWER);
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        time::Instant,
    };

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n";

    /// A connection to a service that answers everything with nothing.
    async fn connect() -> TcpStream {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service =
            tower::service_fn(|_: Request| async { Ok::<_, Infallible>(Response::new(Body::empty())) });
        tokio::spawn(serve(listener, service, Room::with(1), CancellationToken::new(), TaskTracker::new()));
        TcpStream::connect(address).await.unwrap()
    }

    async fn answer(stream: &mut TcpStream) -> String {
        let mut answer = vec![0; 1024];
        let length = stream.read(&mut answer).await.unwrap();
        String::from_utf8(answer[..length].to_vec()).unwrap()
    }

    // The clock goes on by itself when all wait.
    #[tokio::test(start_paused = true)]
    async fn who_asks_for_nothing_soon_gives_its_place_back() {
        for sent in [&b""[..], &REQUEST[..10]] {
            let mut stream = connect().await;
            let begun = Instant::now();
            stream.write_all(sent).await.unwrap();
            assert_eq!(answer(&mut stream).await, "");
            assert!(begun.elapsed() < 2 * FIRST, "{:?}", begun.elapsed());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_has_asked_may_idle() {
        let mut stream = connect().await;
        for _ in 0..3 {
            stream.write_all(REQUEST).await.unwrap();
            assert!(answer(&mut stream).await.starts_with("HTTP/1.1 200 OK"));
            sleep(3 * FIRST).await;
        }
    }
}
