//! Who relays here, as far as this machine tells.

use crate::{chains::KnownChain, context::Context, home, json::Checksummed};
use alloy::primitives::Address;
use causeway_devnet::Network;
use causeway_store::relayer_at;
use serde_json::{Value, json};
use std::{fmt, path::PathBuf};

/// A relayer that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Runner {
    /// The devnet's own, between its chains.
    Devnet {
        /// The account that pays.
        account: Address,
    },
    /// One that holds a database of this user. Which chains it relays, it says itself, if at all.
    Local {
        /// What it says of itself.
        holder: String,
        /// Its database.
        database: PathBuf,
    },
}

impl Runner {
    /// The relayer that is known to work for messages between two chains, or may.
    pub(crate) fn find(
        from: &KnownChain,
        to: &KnownChain,
        network: Option<&Network>,
        context: &Context<'_>,
    ) -> Option<Self> {
        let own = network.and_then(|network| network.relayer).filter(|_| from.on_devnet && to.on_devnet);
        if let Some(account) = own {
            return Some(Self::Devnet { account });
        }
        let configured = context.loaded.config.relayer.database.clone();
        let kept = home::state_files("relayer.sqlite", network).into_iter().filter(|path| path.is_file());
        let mut places = configured.into_iter().chain(kept);
        places.find_map(|database| Some(Self::Local { holder: relayer_at(&database)?, database }))
    }

    pub(crate) fn json(&self) -> Value {
        match self {
            Self::Devnet { account } => json!({ "kind": "devnet", "account": Checksummed(*account) }),
            Self::Local { holder, database } => {
                json!({ "kind": "local", "holder": holder, "database": database.display().to_string() })
            }
        }
    }
}

impl fmt::Display for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Devnet { account } => write!(f, "the devnet's own runs, account {account}"),
            Self::Local { holder, .. } => write!(f, "one runs on this machine: {holder}"),
        }
    }
}
