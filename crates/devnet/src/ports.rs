use crate::{DevnetConfig, DevnetError, config::FIRST_L2_CHAIN_ID};
use std::{fmt, io, net::SocketAddr};
use tokio::net::TcpListener;

/// What a port of a devnet is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    /// The L1 chain.
    L1,
    /// An L2 chain.
    L2 {
        /// Its id.
        chain_id: u64,
    },
    /// The admin API.
    Admin,
    /// The verifier.
    Verifier,
}

impl Port {
    /// The command-line flag that changes the port.
    pub const fn flag(self) -> &'static str {
        match self {
            Self::L1 => "--l1-port",
            Self::L2 { .. } => "--l2-starting-port",
            Self::Admin => "--admin-port",
            Self::Verifier => "--verifier-port",
        }
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::L1 => f.write_str("the L1 chain"),
            Self::L2 { chain_id } => write!(f, "chain {chain_id}"),
            Self::Admin => f.write_str("the admin API"),
            Self::Verifier => f.write_str("the verifier"),
        }
    }
}

/// The ports that users see, all taken before anything starts.
#[derive(Debug)]
pub(crate) struct Ports {
    pub(crate) admin: TcpListener,
    pub(crate) l1: TcpListener,
    pub(crate) l2: Vec<TcpListener>,
    pub(crate) verifier: Option<TcpListener>,
}

impl Ports {
    pub(crate) async fn bind(config: &DevnetConfig) -> Result<Self, DevnetError> {
        let (starting_port, l2_count) = (config.l2_starting_port, config.l2_count);
        if starting_port != 0 && starting_port.checked_add(l2_count - 1).is_none() {
            return Err(DevnetError::PortsExhausted { starting_port, l2_count });
        }
        let bind = async |port, number| bind(port, SocketAddr::new(config.host, number)).await;
        let admin = bind(Port::Admin, config.admin_port).await?;
        let l1 = bind(Port::L1, config.l1_port).await?;
        let mut l2 = Vec::with_capacity(l2_count.into());
        for index in 0..l2_count {
            let chain_id = FIRST_L2_CHAIN_ID + u64::from(index);
            let number = if starting_port == 0 { 0 } else { starting_port + index };
            l2.push(bind(Port::L2 { chain_id }, number).await?);
        }
        let verifier = match config.verifier_port {
            Some(number) => Some(bind(Port::Verifier, number).await?),
            None => None,
        };
        Ok(Self { admin, l1, l2, verifier })
    }
}

async fn bind(port: Port, address: SocketAddr) -> Result<TcpListener, DevnetError> {
    TcpListener::bind(address).await.map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => DevnetError::PortInUse { address, port },
        _ => DevnetError::Bind { address, port, source },
    })
}
