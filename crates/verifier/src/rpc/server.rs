use super::{
    ServerConfig,
    connection::{Connection, Shared, transport},
    gate::Gates,
    limiter::Limiter,
    methods::methods,
    peers::Peers,
    service::Service,
};
use crate::{Verifier, metrics::Metrics};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use jsonrpsee_server::{ConnectionState, stop_channel};
use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinHandle,
    time::{MissedTickBehavior, interval, sleep},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The longest answer over HTTP, in bytes.
const MAX_RESPONSE: u32 = 10 << 20;
/// How often samples are put into buckets and absent callers are forgotten.
const UPKEEP: Duration = Duration::from_secs(5);
/// How long to wait when no connection can be accepted, for want of file handles mostly.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How much of a request's head is read.
const MAX_HEAD: usize = 64 << 10;

/// The verifier's JSON-RPC server: HTTP and WebSocket, `/health`, `/ready` and `/metrics` on one port.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    shared: Arc<Shared>,
    rpc: jsonrpsee_server::ServerHandle,
    rpc_stop: jsonrpsee_server::StopHandle,
}

/// A server that runs.
#[derive(Debug)]
pub struct ServerHandle {
    address: SocketAddr,
    task: JoinHandle<()>,
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address cannot be listened on: it is in use, not this machine's, or forbidden.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The metrics or the methods contradict each other.
    #[error("the server is put together wrongly: {problem}")]
    Setup {
        /// In words.
        problem: String,
    },
}

impl Server {
    /// Opens the port. Connections wait until [`Server::start`].
    pub async fn bind(verifier: Verifier, config: ServerConfig) -> Result<Self, ServerError> {
        let of_listen = |source| ServerError::Listen { address: config.listen, source };
        let listener = TcpListener::bind(config.listen).await.map_err(of_listen)?;
        Self::on(listener, verifier, config)
    }

    /// Takes a port that was opened before; [`ServerConfig::listen`] plays no part.
    pub fn on(listener: TcpListener, verifier: Verifier, config: ServerConfig) -> Result<Self, ServerError> {
        let config = config.with_limits();
        let of_listen = |source| ServerError::Listen { address: config.listen, source };
        let address = listener.local_addr().map_err(of_listen)?;
        let setup = |problem: String| ServerError::Setup { problem };
        let chain_ids: Vec<_> = verifier.dependency_set().members().map(|(id, _)| id).collect();
        let metrics = Metrics::new(chain_ids, &config.build).map_err(|error| setup(error.to_string()))?;
        let limiter = Limiter::new(config.rate_limit);
        let service = Arc::new(Service { verifier, metrics: Arc::new(metrics), limiter });
        let (rpc_stop, rpc) = stop_channel();
        let shared = Shared {
            methods: methods(service.clone()).map_err(|error| setup(error.to_string()))?,
            gates: Arc::new(Gates::new(service, config.jwt_secret.is_some(), MAX_RESPONSE)),
            transport: transport(&config, MAX_RESPONSE),
            tasks: TaskTracker::new(),
            cut: CancellationToken::new(),
            peers: Arc::new(Peers::new(config.max_connections_per_caller, config.trusted_proxy)),
            permits: Arc::new(Semaphore::new(config.max_connections)),
            config,
        };
        Ok(Self { listener, address, shared: Arc::new(shared), rpc, rpc_stop })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until the token is cancelled. Then nothing is accepted any more, requests in flight are finished, and
    /// WebSockets are closed; what takes longer than [`ServerConfig::grace`] is cut off.
    pub fn start(self, stop: CancellationToken) -> ServerHandle {
        ServerHandle { address: self.address, task: tokio::spawn(self.run(stop)) }
    }

    async fn run(self, stop: CancellationToken) {
        let Self { listener, shared, rpc, rpc_stop, .. } = self;
        let mut upkeep = interval(UPKEEP);
        upkeep.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut number = 0u32;
        loop {
            let accepted = tokio::select! {
                () = stop.cancelled() => break,
                _ = upkeep.tick() => {
                    shared.gates.service.metrics.upkeep();
                    shared.gates.service.limiter.prune();
                    continue;
                }
                accepted = listener.accept() => accepted,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "a connection was not accepted");
                    sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            };
            let room = (shared.permits.clone().try_acquire_owned().ok(), shared.peers.enter(peer.ip()));
            let (Some(permit), Some(place)) = room else {
                turn_away(&stream);
                shared.gates.service.metrics.refused_connection();
                continue;
            };
            number = number.wrapping_add(1);
            let state = ConnectionState::new(rpc_stop.clone(), number, permit);
            let connection = Connection {
                shared: shared.clone(),
                peer: peer.ip(),
                state,
                _place: Arc::new(place),
                stop: stop.clone(),
            };
            let cut = shared.cut.clone();
            shared.tasks.spawn(async move {
                tokio::select! {
                    () = serve(stream, connection) => {}
                    () = cut.cancelled() => {}
                }
            });
        }
        drop(listener);
        // The WebSockets hear of it here, the HTTP connections by the token.
        let _ = rpc.stop();
        shared.tasks.close();
        if tokio::time::timeout(shared.config.grace, shared.tasks.wait()).await.is_err() {
            tracing::warn!("connections that took too long to finish are cut off");
            shared.cut.cancel();
        }
    }
}

impl ServerHandle {
    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits for the end, after the token given to [`Server::start`] was cancelled.
    pub async fn stopped(self) {
        // It fails only if the task panicked or its runtime went away; either way it has ended.
        let _ = self.task.await;
    }
}

async fn serve(stream: TcpStream, connection: Connection) {
    let _ = stream.set_nodelay(true);
    let stop = connection.stop.clone();
    let header_timeout = connection.shared.config.header_timeout;
    let service = service_fn(move |request| {
        let connection = connection.clone();
        async move { Ok::<_, Infallible>(connection.respond(request).await) }
    });
    let http = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(header_timeout)
        .max_buf_size(MAX_HEAD)
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

/// Says in HTTP that there are too many connections, in all or of this caller. Who does not take it at once goes without.
fn turn_away(stream: &TcpStream) {
    const ANSWER: &[u8] =
        b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nretry-after: 1\r\nconnection: close\r\n\r\n";
    let _ = stream.try_write(ANSWER);
}
