use crate::{
    Room,
    answer::Answer,
    seat::{Seat, Seats},
};
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::SockRef;
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
/// How long a connection may leave what it is answered where it is.
const DEAF: Duration = Duration::from_secs(30);
/// How much of that the system keeps, in bytes; it takes twice as much.
const UNREAD: usize = 128 << 10;
/// What is answered however many there are: whether the service is well must not depend on who else asks.
const VITAL: [&str; 3] = ["/health", "/ready", "/metrics"];
/// How many places there are for that, when all others are taken.
const SPARE: usize = 8;
/// How long to wait when no connection can be accepted, for want of files mostly.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Answers the connections to a port until told to stop, as long as there is room for them. Who comes when there is none gets the
/// place of who asks for nothing, else one of a few at which only `/health`, `/ready` and `/metrics` are answered, else it is told
/// with status 503. Who does not take what it is answered is cut off. The connections run in `tasks`; a request for an upgrade
/// carries the place of its connection.
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
    let (seats, spare) = (Seats::of(room), Seats::of(Room::with(SPARE)));
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
        let (seat, is_spare) = match seats.take().await {
            Some(seat) => (Some(seat), false),
            None => (spare.take().await, true),
        };
        let Some(seat) = seat else {
            turn_away(&stream);
            continue;
        };
        tasks.spawn(connection(stream, Guest { service: service.clone(), seat, is_spare }, stop.clone()));
    }
}

/// Who is answered on a connection.
struct Guest<S> {
    service: S,
    seat: Arc<Seat>,
    /// It has one of the few places for what has to be answered always.
    is_spare: bool,
}

impl<S> Guest<S>
where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone,
{
    async fn answer(&self, request: Request<Incoming>) -> Result<Response, Infallible> {
        let work = self.seat.work();
        if self.is_spare && !VITAL.contains(&request.uri().path()) {
            return Ok(full());
        }
        let mut request = request.map(Body::new);
        if request.headers().contains_key(header::UPGRADE) {
            request.extensions_mut().insert(self.seat.place().clone());
        }
        let answer = self.service.clone().call(request).await?;
        Ok(answer.map(|body| Body::new(Answer::of(body, work))))
    }
}

async fn connection<S>(stream: TcpStream, guest: Guest<S>, stop: CancellationToken)
where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
{
    // Small answers must not wait for the acknowledgement of earlier ones.
    let _ = stream.set_nodelay(true);
    // The system would keep megabytes for who reads nothing.
    let _ = SockRef::from(&stream).set_send_buffer_size(UNREAD);
    let seat = Arc::clone(&guest.seat);
    let begun = Arc::new(Notify::new());
    let (guest, has_begun) = (Arc::new(guest), Arc::clone(&begun));
    let service = service_fn(move |request: Request<Incoming>| {
        begun.notify_one();
        let guest = Arc::clone(&guest);
        async move { guest.answer(request).await }
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
        () = seat.left() => return,
        () = is_deaf(&seat) => {
            tracing::debug!("a connection does not take what it is answered");
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

/// Ends when a connection has not taken for too long what it was given.
async fn is_deaf(seat: &Seat) {
    while seat.waits() < DEAF {
        sleep(DEAF / 4).await;
    }
}

/// Ends when a connection has taken too long to ask for anything, and never if it did ask.
async fn is_late(has_begun: &Notify) {
    if timeout(FIRST, has_begun.notified()).await.is_ok() {
        pending::<()>().await;
    }
}

/// That there are too many, to who has asked for something.
fn full() -> Response {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    answer
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
    use axum::body::Bytes;
    use futures::stream;
    use std::net::SocketAddr;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        time::Instant,
    };

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n";

    const CHUNK: Bytes = Bytes::from_static(&[b'.'; 1 << 16]);

    /// A service with one place. It answers everything with nothing, but for `/endless`.
    async fn start() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = tower::service_fn(|request: Request| async move {
            let body = match request.uri().path() {
                "/endless" => Body::from_stream(stream::repeat(Ok::<_, Infallible>(CHUNK))),
                _ => Body::empty(),
            };
            Ok::<_, Infallible>(Response::new(body))
        });
        tokio::spawn(serve(listener, service, Room::with(1), CancellationToken::new(), TaskTracker::new()));
        address
    }

    async fn connect() -> TcpStream {
        TcpStream::connect(start().await).await.unwrap()
    }

    /// The first words of the answer to a request on a connection of its own.
    async fn ask(address: SocketAddr, path: &str) -> (TcpStream, String) {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let answer = answer(&mut stream).await;
        (stream, answer)
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

    #[tokio::test]
    async fn who_asks_for_nothing_leaves_its_place_to_who_comes() {
        let address = start().await;
        let mut silent = TcpStream::connect(address).await.unwrap();
        let (mut asked, said) = ask(address, "/").await;
        assert!(said.starts_with("HTTP/1.1 200 OK"), "{said}");
        assert_eq!(answer(&mut silent).await, "");
        // So does who was answered.
        let (_other, said) = ask(address, "/").await;
        assert!(said.starts_with("HTTP/1.1 200 OK"), "{said}");
        assert_eq!(answer(&mut asked).await, "");
    }

    #[tokio::test]
    async fn what_is_vital_is_answered_however_many_there_are() {
        let address = start().await;
        let (_busy, said) = ask(address, "/endless").await;
        assert!(said.starts_with("HTTP/1.1 200 OK"), "{said}");
        let (_refused, said) = ask(address, "/").await;
        assert!(said.starts_with("HTTP/1.1 503 Service Unavailable"), "{said}");
        // More of them than there are places: who was answered leaves.
        let mut kept = Vec::new();
        for path in VITAL.into_iter().cycle().take(3 * SPARE) {
            let (stream, said) = ask(address, path).await;
            assert!(said.starts_with("HTTP/1.1 200 OK"), "{path}: {said}");
            kept.push(stream);
        }
    }

    // The clock goes on by itself when all wait.
    #[tokio::test(start_paused = true)]
    async fn who_takes_nothing_is_cut_off() {
        let address = start().await;
        let (_deaf, said) = ask(address, "/endless").await;
        assert!(said.starts_with("HTTP/1.1 200 OK"), "{said}");
        let (_refused, said) = ask(address, "/").await;
        assert!(said.starts_with("HTTP/1.1 503 Service Unavailable"), "{said}");
        sleep(2 * DEAF).await;
        let (_other, said) = ask(address, "/").await;
        assert!(said.starts_with("HTTP/1.1 200 OK"), "{said}");
    }
}
