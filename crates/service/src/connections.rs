use crate::{Place, Room};
use axum::{body::Body, extract::Request, http::header, response::Response};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{convert::Infallible, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    time::sleep,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::Service;

/// How long a connection may idle, which is also how long it may take to send the head of a request. As geth has it.
const IDLE: Duration = Duration::from_secs(120);
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
    let service = service_fn(move |request: Request<Incoming>| {
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
        () = stop.cancelled() => {
            http.as_mut().graceful_shutdown();
            http.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Says in HTTP that there are too many connections. Who does not take it at once goes without.
fn turn_away(stream: &TcpStream) {
    const ANSWER: &[u8] =
        b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nretry-after: 1\r\nconnection: close\r\n\r\n";
    tracing::debug!("there are too many connections");
    let _ = stream.try_write(ANSWER);
}
