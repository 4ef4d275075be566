use crate::{NetworkFileError, NodeEnd, NodeError, Port};
use causeway_interop::DependencySetError;
use std::{io, net::SocketAddr, path::PathBuf};

/// Why a devnet did not start. Nothing of it runs then.
#[derive(Debug, thiserror::Error)]
pub enum DevnetError {
    /// Another program listens on a port.
    #[error("port {} of {port} is in use", address.port())]
    PortInUse {
        /// The address.
        address: SocketAddr,
        /// What the port is for; its [`Port::flag`] changes it.
        port: Port,
    },
    /// A port cannot be listened on.
    #[error("cannot listen on {address} for {port}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the port is for; its [`Port::flag`] changes it.
        port: Port,
        /// What the system said.
        source: io::Error,
    },
    /// There are not enough port numbers.
    #[error("{l2_count} chains do not fit above port {starting_port}")]
    PortsExhausted {
        /// The first port.
        starting_port: u16,
        /// How many are needed.
        l2_count: u16,
    },
    /// A devnet needs an L2 chain.
    #[error("a devnet needs at least one L2 chain")]
    NoChains,
    /// The dependency set makes no sense.
    #[error("the dependency set is wrong")]
    DependencySet {
        /// What is wrong.
        source: DependencySetError,
    },
    /// A file or directory cannot be used.
    #[error("cannot {what} {}", path.display())]
    File {
        /// What was tried.
        what: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another devnet uses the state directory.
    #[error("another devnet uses the state directory {}", path.display())]
    StateInUse {
        /// The directory.
        path: PathBuf,
    },
    /// The state of a chain is gone, while those of others are there.
    #[error("the state of chain {chain_id} is gone: there is no {}", path.display())]
    StateMissing {
        /// The chain.
        chain_id: u64,
        /// Where it was.
        path: PathBuf,
    },
    /// A file in the state directory cannot be gone on from.
    #[error("{} is damaged: {reason}", path.display())]
    StateDamaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A state is of another chain than its name says.
    #[error("{} is the state of chain {found}, not of chain {expected}", path.display())]
    StateOfOtherChain {
        /// The file.
        path: PathBuf,
        /// The chain of that name.
        expected: u64,
        /// The chain that its transactions were signed for.
        found: u64,
    },
    /// A chain's state could not be kept at the end. All chains go on from the states before.
    #[error("the state of chain {chain_id} is not kept: {} is not there or not whole ({reason})", path.display())]
    StateNotKept {
        /// The chain.
        chain_id: u64,
        /// The file that its node should have written.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A node had no orderly end, so the states are not kept. All chains go on from those before.
    #[error("the states are not kept: the node of chain {chain_id} did not end in order ({how})")]
    NodeNotStopped {
        /// The chain.
        chain_id: u64,
        /// How its node ended.
        how: NodeEnd,
    },
    /// A node did not start.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// The nodes are of a version that a devnet cannot run on.
    #[error("{client} is too old for a devnet")]
    NodeTooOld {
        /// What it says that it is.
        client: String,
    },
    /// A node started but does not answer.
    #[error("chain {chain_id} does not answer: {reason}")]
    NotReady {
        /// The chain.
        chain_id: u64,
        /// What it does instead.
        reason: String,
    },
    /// A node listens but answers nothing.
    #[error(
        "the node of chain {chain_id} (process {pid}) listens but answered nothing for {seconds} seconds: it hangs"
    )]
    Hangs {
        /// The chain.
        chain_id: u64,
        /// The node's process.
        pid: u32,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The devnet's own relayer did not start.
    #[error("the relayer does not start: {reason}")]
    Relayer {
        /// Why.
        reason: String,
    },
    /// The devnet's own verifier did not start.
    #[error("the verifier does not start: {reason}")]
    Verifier {
        /// Why.
        reason: String,
    },
    /// The client for the nodes could not be made.
    #[error("cannot make an HTTP client")]
    Client {
        /// What went wrong.
        source: reqwest::Error,
    },
    /// The network file could not be written.
    #[error(transparent)]
    NetworkFile(#[from] NetworkFileError),
}

/// A node ended on its own; the devnet stops for it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the node of chain {chain_id} ({name}) ended: {how}")]
pub struct NodeExited {
    /// The chain.
    pub chain_id: u64,
    /// Its name.
    pub name: String,
    /// How its node ended.
    pub how: NodeEnd,
    /// What it printed last.
    pub output: String,
}
