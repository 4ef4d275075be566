use crate::{DevnetConfig, DevnetError, Port, config::FIRST_L2_CHAIN_ID};
use std::{io, net::SocketAddr};
use tokio::net::TcpListener;

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
