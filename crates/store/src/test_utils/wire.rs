//! Stands between a process and a server.

use super::PostgresServer;
use std::{
    net::Ipv4Addr,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream, UnixStream},
    sync::{mpsc, watch},
    task::JoinHandle,
    time::{Instant, sleep_until},
};

/// A way to a server by TCP. Cut, it takes everything and hands nothing on, as a network does that lost a part of itself;
/// once it is mended, what waited in it arrives. It can be a long way.
#[derive(Debug)]
pub struct Wire {
    port: u16,
    state: watch::Sender<State>,
    turns: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

#[derive(Clone, Copy, Debug)]
struct State {
    is_whole: bool,
    /// How long it takes from one end to the other.
    length: Duration,
}

impl Wire {
    /// A way that is whole. It ends with this value.
    pub async fn to(server: &PostgresServer) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (state, of_each) = watch::channel(State { is_whole: true, length: Duration::ZERO });
        let socket = server.socket();
        let turns = Arc::new(AtomicUsize::new(0));
        let counter = turns.clone();
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(connect(client, socket.clone(), of_each.clone(), counter.clone()));
            }
        });
        Self { port, state, turns, task }
    }

    /// The URL of the server's database this way, of which this schema is to be used.
    pub fn url(&self, schema: &str) -> String {
        let port = self.port;
        format!(
            "postgres://causeway@127.0.0.1:{port}/postgres?sslmode=disable&options=-csearch_path%3D{schema}"
        )
    }

    /// How often somebody has waited for the server: how often it answered after it was asked something. Over a long way, that is
    /// what takes time.
    pub fn turns(&self) -> usize {
        self.turns.load(Ordering::SeqCst)
    }

    /// From now on nothing arrives.
    pub fn cut(&self) {
        self.state.send_modify(|state| state.is_whole = false);
    }

    /// From now on everything arrives so much later: an answer twice as much after the question.
    pub fn lengthen(&self, length: Duration) {
        self.state.send_modify(|state| state.length = length);
    }

    /// From now on everything arrives, also what was sent meanwhile.
    pub fn mend(&self) {
        self.state.send_modify(|state| state.is_whole = true);
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn connect(
    client: TcpStream,
    socket: PathBuf,
    mut state: watch::Receiver<State>,
    turns: Arc<AtomicUsize>,
) {
    if state.wait_for(|state| state.is_whole).await.is_err() {
        return;
    }
    // The server may be away: then the client's connection ends.
    let Ok(server) = UnixStream::connect(socket).await else { return };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let is_asked = AtomicBool::new(false);
    let asking = || is_asked.store(true, Ordering::SeqCst);
    let answering = || {
        if is_asked.swap(false, Ordering::SeqCst) {
            turns.fetch_add(1, Ordering::SeqCst);
        }
    };
    tokio::join!(
        carry(from_client, to_server, state.clone(), asking),
        carry(from_server, to_client, state, answering)
    );
}

async fn carry(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut state: watch::Receiver<State>,
    note: impl Fn(),
) {
    let (on_its_way, mut arriving) = mpsc::unbounded_channel();
    let lengths = state.clone();
    let take = async move {
        let mut buffer = vec![0; 16 << 10];
        while let Ok(length @ 1..) = from.read(&mut buffer).await {
            note();
            let at = Instant::now() + lengths.borrow().length;
            if on_its_way.send((at, buffer[..length].to_vec())).is_err() {
                return;
            }
        }
    };
    let hand_on = async {
        while let Some((at, bytes)) = arriving.recv().await {
            sleep_until(at).await;
            let is_over = state.wait_for(|state| state.is_whole).await.is_err();
            if is_over || to.write_all(&bytes).await.is_err() {
                return;
            }
        }
        // The end arrives no sooner than what was said before it.
        if state.wait_for(|state| state.is_whole).await.is_ok() {
            drop(to.shutdown().await);
        }
    };
    // Whoever does not hear any more is told no more, and hears no end.
    tokio::pin!(take, hand_on);
    tokio::select! {
        () = &mut hand_on => {}
        () = &mut take => hand_on.await,
    }
}
