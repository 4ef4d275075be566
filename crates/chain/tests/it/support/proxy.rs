use causeway_chain::Endpoint;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinHandle,
};

/// What the proxy does with what passes through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Everything passes.
    Pass,
    /// WebSockets are refused, as by a node that only answers POST.
    HttpOnly,
    /// WebSockets open, and nothing ever comes out of them; HTTP works.
    MuteWebSocket,
    /// Connections open, and nothing ever comes out of them.
    Stall,
    /// Connections are closed at once.
    Down,
    /// Every request is answered with something that is no JSON-RPC.
    Garbage,
}

#[derive(Clone, Copy, Debug)]
struct State {
    mode: Mode,
    target: u16,
    /// Connections of an older epoch are cut.
    epoch: u64,
}

/// A TCP proxy in front of a node.
pub(crate) struct Proxy {
    port: u16,
    state: watch::Sender<State>,
    counts: Arc<Mutex<HashMap<String, usize>>>,
    task: JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Proxy {
    pub(crate) async fn start(target: u16, mode: Mode) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, state) = watch::channel(State { mode, target, epoch: 0 });
        let counts = Arc::<Mutex<HashMap<String, usize>>>::default();
        let task = tokio::spawn({
            let counts = Arc::clone(&counts);
            async move {
                while let Ok((client, _)) = listener.accept().await {
                    tokio::spawn(serve(client, state.clone(), Arc::clone(&counts)));
                }
            }
        });
        Self { port, state: sender, counts, task }
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        format!("http://127.0.0.1:{}", self.port).parse().unwrap()
    }

    /// Changes what happens from now on, on open connections too.
    pub(crate) fn set(&self, mode: Mode) {
        self.state.send_modify(|state| state.mode = mode);
    }

    /// Cuts all connections; new ones go to another node.
    pub(crate) fn retarget(&self, target: u16) {
        self.state.send_modify(|state| (state.target, state.epoch) = (target, state.epoch + 1));
    }

    /// Cuts all connections.
    pub(crate) fn cut(&self) {
        self.state.send_modify(|state| state.epoch += 1);
    }

    /// How many requests of each method, and `websocket` connections, passed since the last call.
    pub(crate) fn take_counts(&self) -> HashMap<String, usize> {
        std::mem::take(&mut *self.counts.lock().unwrap())
    }
}

async fn serve(
    mut client: TcpStream,
    mut state: watch::Receiver<State>,
    counts: Arc<Mutex<HashMap<String, usize>>>,
) {
    let now = *state.borrow_and_update();
    if now.mode == Mode::Down {
        return;
    }
    client.set_nodelay(true).unwrap();
    // The first piece of a connection is a request's head.
    let mut first = vec![0; 64 * 1024];
    let Ok(length) = client.read(&mut first).await else { return };
    first.truncate(length);
    let is_websocket = String::from_utf8_lossy(&first).to_lowercase().contains("upgrade: websocket");
    if is_websocket && now.mode == Mode::HttpOnly {
        let _ = client.write_all(b"HTTP/1.1 405 Method Not Allowed\r\ncontent-length: 0\r\n\r\n").await;
        return;
    }
    if now.mode == Mode::Garbage {
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 14\r\nconnection: close\r\n\r\n<html>no</html";
        let _ = client.write_all(answer).await;
        return;
    }
    let Ok(mut node) = TcpStream::connect(("127.0.0.1", now.target)).await else { return };
    node.set_nodelay(true).unwrap();
    count(&first, &counts);
    if is_websocket {
        *counts.lock().unwrap().entry("websocket".to_owned()).or_default() += 1;
    }
    if node.write_all(&first).await.is_err() {
        return;
    }
    let ((from_client, to_client), (from_node, to_node)) = (client.into_split(), node.into_split());
    let up = pump(from_client, to_node, |piece| {
        count(piece, &counts);
        true
    });
    let down = pump(from_node, to_client, {
        let state = state.clone();
        move |_| match state.borrow().mode {
            Mode::Stall | Mode::Garbage => false,
            Mode::MuteWebSocket => !is_websocket,
            _ => true,
        }
    });
    let cut = async {
        let is_over = |state: &State| state.epoch != now.epoch || state.mode == Mode::Down;
        let _ = state.wait_for(is_over).await;
    };
    tokio::select! {
        () = up => {}
        () = down => {}
        () = cut => {}
    }
}

/// Copies what `allow` allows, and swallows the rest.
async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, allow: impl Fn(&[u8]) -> bool) {
    let mut piece = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut piece).await {
        if allow(&piece[..length]) && to.write_all(&piece[..length]).await.is_err() {
            return;
        }
    }
}

/// Counts the JSON-RPC methods in a piece of a request.
fn count(piece: &[u8], counts: &Mutex<HashMap<String, usize>>) {
    let text = String::from_utf8_lossy(piece);
    for part in text.split("\"method\":\"").skip(1) {
        let method = part.split('"').next().unwrap_or_default();
        *counts.lock().unwrap().entry(method.to_owned()).or_default() += 1;
    }
}
