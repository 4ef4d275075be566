use alloy::primitives::{Address, B256, Bytes, U256, keccak256};
use std::collections::BTreeMap;

/// A contract as it stands in a genesis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    /// Name of the contract. A proxy has the name of what it stands for.
    pub name: &'static str,
    /// What it is there for.
    pub role: Role,
    /// Address.
    pub address: Address,
    /// Nonce of the account.
    pub nonce: u64,
    /// Balance in wei.
    pub balance: U256,
    /// Runtime bytecode.
    pub code: Bytes,
    /// The slots that are not zero.
    pub storage: BTreeMap<B256, B256>,
}

/// What a contract of a genesis is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The proxy at a predeploy's address.
    Proxy,
    /// The code that a predeploy's proxy delegates to.
    Implementation,
    /// A predeploy that stands at its address itself.
    Unproxied,
    /// What relays many messages in one transaction.
    Batcher,
    /// What sends and receives messages by ERC-7786.
    Gateway,
    /// The open-mint token of devnets.
    Token,
    /// A contract that is no part of the protocol but that users expect.
    Preinstall,
    /// A proxy without implementation, at an address that is kept for a predeploy.
    Unused,
    /// Code in the place of a predeploy that is not there, which refuses every call and every transfer with a reason.
    Absent,
}

/// What a chain answered about the account of a [`Contract`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// Its code.
    pub code: Bytes,
    /// Its values in the slots that [`Contract::storage`] names; one that is left out counts as zero.
    pub storage: BTreeMap<B256, B256>,
}

/// A difference between a chain and the genesis that it should have started from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// There is no code at the address.
    #[error("no code")]
    Missing,
    /// There is other code at the address.
    #[error("code hash {found}, expected {expected}")]
    Code {
        /// Hash of the code in the genesis.
        expected: B256,
        /// Hash of the code on the chain.
        found: B256,
    },
    /// A slot holds another value.
    #[error("slot {slot} holds {found}, expected {expected}")]
    Storage {
        /// The slot.
        slot: B256,
        /// Its value in the genesis.
        expected: B256,
        /// Its value on the chain.
        found: B256,
    },
}

impl Contract {
    pub(crate) fn new(name: &'static str, role: Role, address: Address, code: Bytes) -> Self {
        Self { name, role, address, nonce: 0, balance: U256::ZERO, code, storage: BTreeMap::new() }
    }

    /// Compares a running chain with the genesis: nothing differs if the answer is empty.
    ///
    /// Code and storage count, nonce and balance do not: they change while a chain is used. So may a slot, once an
    /// owner upgrades a proxy or hands it over; whoever asks decides what that means.
    pub fn compare(&self, observed: &Observed) -> Vec<Mismatch> {
        if observed.code.is_empty() {
            return vec![Mismatch::Missing];
        }
        let mut mismatches = Vec::new();
        if observed.code != self.code {
            mismatches
                .push(Mismatch::Code { expected: keccak256(&self.code), found: keccak256(&observed.code) });
        }
        mismatches.extend(self.storage.iter().filter_map(|(&slot, &expected)| {
            let found = observed.storage.get(&slot).copied().unwrap_or_default();
            (found != expected).then_some(Mismatch::Storage { slot, expected, found })
        }));
        mismatches
    }
}
