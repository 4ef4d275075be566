use causeway_chain::Endpoint;
use futures::{SinkExt, StreamExt};
use serde_json::Value;
use std::sync::Arc;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_tungstenite::{accept_async, tungstenite::Message};

type Handler = dyn Fn(&Value) -> Value + Send + Sync;

/// A node that only speaks WebSocket, with whatever a closure makes of each request. Ends with this value.
pub(crate) struct Socket {
    port: u16,
    task: JoinHandle<()>,
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Socket {
    /// The handler is given the request, and returns an object with `result` or `error`.
    pub(crate) async fn start(handler: impl Fn(&Value) -> Value + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let handler: Arc<Handler> = Arc::new(handler);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&handler)));
            }
        });
        Self { port, task }
    }

    /// Where it listens: `login` is a user, with or without a password, and an `@`.
    pub(crate) fn endpoint(&self, login: &str) -> Endpoint {
        format!("ws://{login}127.0.0.1:{}", self.port).parse().unwrap()
    }
}

async fn serve(stream: TcpStream, handler: Arc<Handler>) -> Option<()> {
    let mut socket = accept_async(stream).await.ok()?;
    loop {
        let Message::Text(text) = socket.next().await?.ok()? else { continue };
        let request: Value = serde_json::from_str(&text).unwrap();
        let mut answer = handler(&request);
        (answer["jsonrpc"], answer["id"]) = ("2.0".into(), request["id"].clone());
        socket.send(Message::Text(answer.to_string().into())).await.ok()?;
    }
}
