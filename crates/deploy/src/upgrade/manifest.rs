use alloy::{
    dyn_abi::DynSolValue,
    json_abi::Function,
    primitives::{Address, B256, U256},
};
use std::fmt;

/// What the transactions of an upgrade are, step by step, as a file says it.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// What `{label}` in an intent stands for.
    pub label: String,
    /// A gas limit in percent of what was measured.
    pub margin: u64,
    /// The steps in their order.
    pub steps: Vec<StepSpec>,
}

/// One transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct StepSpec {
    /// The line of its intent in the file.
    pub line: usize,
    /// What it is for, with `{label}`, and `{n}` for its number among those that have one, from zero.
    pub intent: String,
    /// Sender.
    pub from: Address,
    /// What it does.
    pub action: Action,
    /// Wei that the sender gets before.
    pub mint: u128,
    /// Wei that it sends.
    pub value: U256,
    /// Its limit.
    pub gas: u64,
    /// Gas that it used when it was run.
    pub measured: Option<u64>,
    /// Whether the limit is fixed elsewhere, and not made of what was measured.
    pub fixed: bool,
    /// Whether it only comes where several chains are in the dependency set.
    pub several_chains: bool,
    /// Whether it comes but once in the life of a chain.
    pub first_time: bool,
}

/// What a transaction does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Creates a contract.
    Deploy {
        /// Its name.
        contract: String,
        /// How it is created.
        through: Through,
        /// Addresses in its code for which those of contracts stand that were created before.
        link: Vec<(Address, String)>,
    },
    /// Calls a contract.
    Call {
        /// The contract.
        to: Target,
        /// Its function.
        function: Function,
        /// The arguments.
        args: Vec<Argument>,
    },
}

/// How a contract is created, which decides its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Through {
    /// By the transaction itself: sender and nonce make the address.
    Create,
    /// By the deterministic deployment proxy, which fails where the address is taken.
    DeploymentProxy {
        /// The salt.
        salt: B256,
    },
    /// By the ConditionalDeployer predeploy, which does nothing where the address is taken. The addresses are the same.
    ConditionalDeployer {
        /// The salt.
        salt: B256,
    },
}

/// A contract that is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Its address.
    pub address: Address,
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// A value.
    Value(DynSolValue),
    /// The address at which a step before has created a contract.
    Implementation(String),
}

/// What is wrong with a manifest, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestError {
    /// The line, from 1.
    pub line: usize,
    /// The key, if it is one that is wrong.
    pub key: Option<&'static str>,
    /// What is wrong.
    pub cause: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key {
            Some(key) => write!(f, "line {}, `{key}`: {}", self.line, self.cause),
            None => write!(f, "line {}: {}", self.line, self.cause),
        }
    }
}

impl std::error::Error for ManifestError {}
