use super::{
    caller::Caller,
    connection::Connection,
    http::text,
    socket::{self, Socket},
};
use http::{Request, StatusCode};
use hyper::body::Incoming;
use jsonrpsee_server::{HttpBody, HttpResponse};

impl Connection {
    /// JSON-RPC in the messages of a WebSocket.
    pub(super) fn upgrade(self, mut request: Request<Incoming>, caller: Caller) -> HttpResponse {
        let config = socket::config(self.shared.config.max_body_bytes);
        match hyper_tungstenite::upgrade(&mut request, Some(config)) {
            Ok((answer, socket)) => {
                let shared = self.shared.clone();
                shared.tasks.clone().spawn(async move {
                    tokio::select! {
                        () = Socket::serve(socket, self, caller) => {}
                        () = shared.cut.cancelled() => {}
                    }
                });
                answer.map(HttpBody::new)
            }
            Err(error) => text(StatusCode::BAD_REQUEST, format!("{error}\n")),
        }
    }
}
