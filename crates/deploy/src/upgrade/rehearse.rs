//! An upgrade, tried out on a development node, which is as it was afterwards.

use super::{plan::Plan, step::Step};
use crate::IMPLEMENTATION_SLOT;
use alloy::{
    primitives::{Address, B256, Bytes, U256},
    providers::{DynProvider, Provider},
    transports::TransportError,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};

/// How an upgrade is tried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RehearseOptions {
    /// The chain that the node has to serve.
    pub chain_id: u64,
    /// Whether what was done stays on the node.
    pub keep: bool,
}

/// What became of the steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehearsal {
    /// What the node says that it is.
    pub client: String,
    /// One for each step of the plan.
    pub steps: Vec<Rehearsed>,
}

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehearsed {
    /// How it ended.
    pub end: End,
    /// Gas that it used.
    pub gas_used: u64,
}

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It did what it is for.
    Done,
    /// Its deposit failed or did nothing, since what it should create was there already.
    AlreadyThere,
    /// It did not do what it is for.
    Failed {
        /// Why.
        why: String,
    },
}

impl Rehearsal {
    /// Whether every step did what it is for, or had no need to.
    pub fn succeeded(&self) -> bool {
        self.steps.iter().all(|step| !matches!(step.end, End::Failed { .. }))
    }
}

/// Why an upgrade could not be tried out.
#[derive(Debug, thiserror::Error)]
pub enum RehearseError {
    /// The node is none that can be put back.
    #[error("the node is no development node: it says that it is {client}")]
    NotADevelopmentNode {
        /// What it says that it is.
        client: String,
    },
    /// It serves another chain.
    #[error("the node serves chain {served}, not {expected}")]
    WrongChain {
        /// The chain that it serves.
        served: u64,
        /// The chain that it should serve.
        expected: u64,
    },
    /// It knows no deposits.
    #[error("the node takes no deposits: {why}")]
    NoDeposits {
        /// In its words.
        why: String,
    },
    /// Others have transactions waiting there, which putting it back would lose.
    #[error("{count} transactions are waiting on the node")]
    Busy {
        /// How many.
        count: u64,
    },
    /// It was interrupted. The node is as it was.
    #[error("interrupted: the node is as it was before")]
    Stopped,
    /// The node could not be asked.
    #[error("the node does not answer {method}")]
    Node {
        /// What it was asked.
        method: &'static str,
        /// Why it did not answer.
        source: TransportError,
    },
    /// The node could not be put back.
    #[error("the node could not be put back into the state in which it was before")]
    NotPutBack {
        /// Why.
        source: Box<Self>,
    },
}

/// Runs the transactions on a development node (an anvil, or a fork of a live chain in one), each in a block of its own, and
/// looks at what they did. Afterwards the node is as it was, unless that is to stay.
///
/// # Errors
///
/// If the node is no such node, is used by others, or does not answer. That a step fails is none.
pub async fn rehearse(
    provider: &DynProvider,
    plan: &Plan,
    options: RehearseOptions,
    stop: &AtomicBool,
) -> Result<Rehearsal, RehearseError> {
    let node = Node(provider);
    let client = node.client().await?;
    let served: U256 = node.ask("eth_chainId", json!([])).await?;
    if served != U256::from(options.chain_id) {
        let served = served.saturating_to();
        return Err(RehearseError::WrongChain { served, expected: options.chain_id });
    }
    node.is_idle().await?;
    let automine: bool = node.ask("anvil_getAutomine", json!([])).await?;
    let snapshot: Value = node.ask("evm_snapshot", json!([])).await?;
    let steps = node.run(plan, stop).await;
    let back = async {
        if !options.keep || steps.is_err() {
            node.ask::<Value>("evm_revert", json!([snapshot])).await?;
        }
        node.ask::<Value>("evm_setAutomine", json!([automine])).await
    };
    back.await.map_err(|source| RehearseError::NotPutBack { source: Box::new(source) })?;
    Ok(Rehearsal { client, steps: steps? })
}

struct Node<'a>(&'a DynProvider);

impl Node<'_> {
    async fn ask<T: DeserializeOwned + std::fmt::Debug + Send + Sync + Unpin + 'static>(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<T, RehearseError> {
        let answer = self.0.raw_request(method.into(), params).await;
        answer.map_err(|source| RehearseError::Node { method, source })
    }

    /// Its name, if it can be put back.
    async fn client(&self) -> Result<String, RehearseError> {
        let client: String = self.ask("web3_clientVersion", json!([])).await?;
        let is_anvil = client.to_lowercase().starts_with("anvil")
            && self.ask::<Value>("anvil_nodeInfo", json!([])).await.is_ok();
        if is_anvil { Ok(client) } else { Err(RehearseError::NotADevelopmentNode { client }) }
    }

    async fn is_idle(&self) -> Result<(), RehearseError> {
        let status: Value = self.ask("txpool_status", json!([])).await?;
        let count = |field: &str| status[field].as_str().and_then(|text| text.parse::<U256>().ok());
        let waiting = ["pending", "queued"].into_iter().filter_map(count).sum::<U256>();
        if waiting.is_zero() { Ok(()) } else { Err(RehearseError::Busy { count: waiting.saturating_to() }) }
    }

    async fn run(&self, plan: &Plan, stop: &AtomicBool) -> Result<Vec<Rehearsed>, RehearseError> {
        // Anvil tells waiting deposits of one sender apart by a nonce that all of them lack.
        self.ask::<Value>("evm_setAutomine", json!([false])).await?;
        let mut steps = Vec::new();
        for step in &plan.steps {
            if stop.load(Ordering::Relaxed) {
                return Err(RehearseError::Stopped);
            }
            steps.push(self.step(step).await?);
        }
        Ok(steps)
    }

    async fn step(&self, step: &Step) -> Result<Rehearsed, RehearseError> {
        let failed = |why: String, gas_used| Ok(Rehearsed { end: End::Failed { why }, gas_used });
        let there = match step.creates {
            Some(address) => !self.code(address).await?.is_empty(),
            None => false,
        };
        let target = step.deposit.to.to().copied();
        if let Some(target) = target
            && self.code(target).await?.is_empty()
        {
            return failed(format!("there is no code at {target}: the call would do nothing"), 0);
        }
        let before = self.balance(target).await?;
        if !step.deposit.value.is_zero() && before >= step.deposit.value / U256::from(2) {
            return failed("it has been funded before".to_owned(), 0);
        }

        let hash = self.send(step).await?;
        self.ask::<Value>("evm_mine", json!([])).await?;
        let receipt: Value = self.ask("eth_getTransactionReceipt", json!([hash])).await?;
        let gas_used = number(&receipt["gasUsed"]);
        if receipt["status"] != "0x1" {
            return match there {
                true => Ok(Rehearsed { end: End::AlreadyThere, gas_used }),
                false => failed(self.reason(step, gas_used).await, gas_used),
            };
        }
        if let Some(address) = step.creates
            && self.code(address).await?.is_empty()
        {
            let created = receipt["contractAddress"].as_str().unwrap_or("nothing").to_owned();
            return failed(
                format!("{created} was created, not {address}: its sender has sent transactions before"),
                gas_used,
            );
        }
        if let (Some(implementation), Some(proxy)) = (step.upgrades_to, target) {
            let slot: B256 =
                self.ask("eth_getStorageAt", json!([proxy, IMPLEMENTATION_SLOT, "latest"])).await?;
            if Address::from_word(slot) != implementation {
                return failed(format!("{proxy} is no proxy that the sender may upgrade"), gas_used);
            }
        }
        if self.balance(target).await? != before.saturating_add(step.deposit.value) {
            return failed("the ether did not stay where it was sent".to_owned(), gas_used);
        }
        Ok(Rehearsed { end: if there { End::AlreadyThere } else { End::Done }, gas_used })
    }

    async fn send(&self, step: &Step) -> Result<B256, RehearseError> {
        match self.ask("eth_sendRawTransaction", json!([step.raw()])).await {
            Err(RehearseError::Node { source: TransportError::ErrorResp(error), .. }) => {
                Err(RehearseError::NoDeposits { why: error.message.into_owned() })
            }
            sent => sent,
        }
    }

    /// Why a deposit failed, as far as a call of the same tells. What failed changed nothing, so that it can be asked now.
    async fn reason(&self, step: &Step, gas_used: u64) -> String {
        let deposit = &step.deposit;
        let mut call = json!({ "from": deposit.from, "data": deposit.input, "gas": format!("{:#x}", deposit.gas_limit) });
        if let Some(to) = deposit.to.to() {
            call["to"] = json!(to);
        }
        match self.ask::<Bytes>("eth_call", json!([call, "latest"])).await {
            Err(RehearseError::Node { source: TransportError::ErrorResp(error), .. }) => {
                error.message.into_owned()
            }
            _ if gas_used >= deposit.gas_limit => "it ran out of gas".to_owned(),
            _ => "it reverted".to_owned(),
        }
    }

    async fn code(&self, address: Address) -> Result<Bytes, RehearseError> {
        self.ask("eth_getCode", json!([address, "latest"])).await
    }

    async fn balance(&self, address: Option<Address>) -> Result<U256, RehearseError> {
        match address {
            Some(address) => self.ask("eth_getBalance", json!([address, "latest"])).await,
            None => Ok(U256::ZERO),
        }
    }
}

fn number(value: &Value) -> u64 {
    value.as_str().and_then(|text| text.parse::<U256>().ok()).map_or(0, |number| number.saturating_to())
}
