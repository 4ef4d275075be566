use std::fmt;

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
