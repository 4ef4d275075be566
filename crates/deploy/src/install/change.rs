use crate::{Contract, Identity, Role};
use alloy::primitives::{Address, B256, Bytes, U256};

/// What becomes of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Name of the contract, or of the one that the account creates on public chains.
    pub name: &'static str,
    /// What it is there for.
    pub role: Role,
    /// Address.
    pub address: Address,
    /// What becomes of it.
    pub outcome: Outcome,
    /// What is written for that.
    pub writes: Vec<Write>,
}

/// What becomes of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is there as it should be.
    Kept,
    /// It was not there.
    Installed,
    /// Its code stays, what belongs to it does not.
    Changed {
        /// What was and what is.
        changes: Vec<Change>,
    },
    /// Other code stood there, and is gone.
    Replaced {
        /// What stood there.
        was: Identity,
        /// What else was and what is.
        changes: Vec<Change>,
    },
    /// Other code stands there and stays: interop works with it.
    Left {
        /// What stands there.
        was: Identity,
    },
    /// Nobody needs ours: the proxy before it was left, and has its own, or the chain has other predeploys of the OP Stack.
    Unused,
    /// Other code stands there, and interop does not work with it.
    Blocked {
        /// What stands there.
        was: Identity,
    },
}

/// What was and what is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The value of a slot.
    Slot {
        /// The slot.
        slot: B256,
        /// Before.
        was: B256,
        /// After.
        now: B256,
    },
    /// The balance in wei. It is only ever raised.
    Balance {
        /// Before.
        was: U256,
        /// After.
        now: U256,
    },
    /// The nonce. It is only ever raised.
    Nonce {
        /// Before.
        was: u64,
        /// After.
        now: u64,
    },
}

/// One thing to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// The code of an account.
    Code(Address, Bytes),
    /// The value of a slot.
    Slot(Address, B256, B256),
    /// The balance in wei.
    Balance(Address, U256),
    /// The nonce.
    Nonce(Address, u64),
}

impl Write {
    /// Code comes before what refers to it.
    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Code(..) => 0,
            Self::Balance(..) => 1,
            Self::Nonce(..) => 2,
            Self::Slot(..) => 3,
        }
    }
}

impl Step {
    pub(super) const fn new(contract: &Contract, outcome: Outcome) -> Self {
        let Contract { name, role, address, .. } = *contract;
        Self { name, role, address, outcome, writes: Vec::new() }
    }

    /// What was and what is, apart from code.
    pub fn changes(&self) -> Vec<Change> {
        match &self.outcome {
            Outcome::Changed { changes } | Outcome::Replaced { changes, .. } => changes.clone(),
            _ => Vec::new(),
        }
    }
}
