//! The contracts put onto a running node that can set code.

mod change;
mod dialect;
mod plan;

pub use change::{Change, Outcome, Step, Write};
pub use dialect::Dialect;
pub use plan::{Accounts, Plan};

use crate::{
    ADMIN_SLOT, Contract, IMPLEMENTATION_SLOT, Role,
    account::{self, Query},
    batch::{self, Call},
    preinstalls,
};
use alloy::{
    eips::BlockNumberOrTag,
    primitives::{Address, Bytes},
    providers::DynProvider,
    rpc::json_rpc::RpcError,
    sol_types::{SolCall, SolError},
    transports::TransportError,
};
use causeway_bindings::{L2ToL2CrossDomainMessenger, predeploys};
use serde_json::json;

/// Why contracts could not be put onto a node. Whatever was written by then, the same work goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// The node cannot be asked.
    #[error("the node cannot be asked")]
    Unreachable(#[source] TransportError),
    /// The node has no method to set code, or whatever stands before it does not let the method through.
    #[error("the node cannot set code: {}", answers(.refusals))]
    CannotSetCode {
        /// What it answered to each method, in the order of [`Dialect::ALL`].
        refusals: Vec<String>,
    },
    /// What an account holds cannot be read.
    #[error("cannot read {contract}: {reason}")]
    Unread {
        /// Name of the contract.
        contract: &'static str,
        /// Why.
        reason: String,
    },
    /// The node refused to write, or went away meanwhile.
    #[error("the node did not write all of it")]
    Unwritten(#[source] TransportError),
    /// The contracts are there, and the chain cannot run them.
    #[error("the contracts are there, but do not run: {reason}")]
    DoNotRun {
        /// What the messenger's call came to.
        reason: String,
    },
    /// The node said that it wrote, and holds something else.
    #[error("the node took the writes, but does not hold {} as written", .contracts.join(", "))]
    NotHeld {
        /// Names of the contracts.
        contracts: Vec<&'static str>,
    },
}

fn answers(refusals: &[String]) -> String {
    let pairs = Dialect::ALL.iter().zip(refusals);
    pairs
        .map(|(dialect, refusal)| format!("{}: {refusal}", dialect.set_code()))
        .collect::<Vec<_>>()
        .join("; ")
}

/// How a node writes state. Nothing is written.
///
/// # Errors
///
/// If the node cannot be asked, or knows no way.
pub async fn dialect(provider: &DynProvider) -> Result<Dialect, InstallError> {
    let probed = Dialect::probe(provider).await.map_err(InstallError::Unreachable)?;
    probed.map_err(|refusals| InstallError::CannotSetCode { refusals })
}

/// What would have to be written: see [`Plan::new`]. The state is read in one request, and in another where proxies lead
/// elsewhere.
///
/// # Errors
///
/// If any of it cannot be read: an account that is not known is never taken for an empty one.
pub async fn plan(
    provider: &DynProvider,
    contracts: &[Contract],
    replace: bool,
) -> Result<Plan, InstallError> {
    let mut names: Vec<_> = contracts.iter().map(|contract| contract.name).collect();
    let mut queries: Vec<_> = contracts.iter().map(query).collect();
    for preinstall in preinstalls() {
        if let Some(address) = preinstall.deployer {
            names.push(preinstall.name);
            queries.push(Query { address, slots: Vec::new() });
        }
    }
    let mut accounts = Accounts::new();
    read(provider, &queries, &names, &mut accounts).await?;
    let (names, queries): (Vec<_>, Vec<_>) = led_to(contracts, &accounts).unzip();
    if !queries.is_empty() {
        read(provider, &queries, &names, &mut accounts).await?;
    }
    Ok(Plan::new(contracts, &accounts, replace))
}

async fn read(
    provider: &DynProvider,
    queries: &[Query],
    names: &[&'static str],
    accounts: &mut Accounts,
) -> Result<(), InstallError> {
    let read = account::read(provider, queries, BlockNumberOrTag::Latest).await;
    for ((query, state), contract) in queries.iter().zip(read.map_err(InstallError::Unreachable)?).zip(names)
    {
        let state = state.map_err(|reason| InstallError::Unread { contract, reason })?;
        accounts.insert(query.address, state);
    }
    Ok(())
}

/// What proxies lead to at places that were not looked at.
fn led_to<'a>(
    contracts: &'a [Contract],
    accounts: &'a Accounts,
) -> impl Iterator<Item = (&'static str, Query)> + 'a {
    contracts.iter().filter(|contract| contract.role == Role::Proxy).filter_map(|proxy| {
        let implementation = accounts.get(&proxy.address)?.slot(IMPLEMENTATION_SLOT);
        let address = Address::from_word(implementation);
        let is_new = !implementation.is_zero() && !accounts.contains_key(&address);
        is_new.then(|| (proxy.name, Query { address, slots: Vec::new() }))
    })
}

fn query(contract: &Contract) -> Query {
    let mut slots: Vec<_> = contract.storage.keys().copied().collect();
    if contract.role == Role::Proxy {
        slots.extend([IMPLEMENTATION_SLOT, ADMIN_SLOT]);
        slots.sort_unstable();
        slots.dedup();
    }
    Query { address: contract.address, slots }
}

/// Writes what a plan says, in one request, and reads it back in another; what the node lost of it is written again, as long
/// as that helps. Then makes sure that the contracts run.
///
/// # Errors
///
/// If something was not written, or is not there afterwards. The plan of what is there then goes on from there.
pub async fn apply(
    provider: &DynProvider,
    dialect: Dialect,
    contracts: &[Contract],
    planned: &Plan,
    replace: bool,
) -> Result<(), InstallError> {
    let mut planned = planned.clone();
    loop {
        let calls = calls(&planned, dialect);
        let answers = batch::ask(provider, &calls).await.map_err(InstallError::Unwritten)?;
        answers.into_iter().collect::<Result<Vec<_>, _>>().map_err(InstallError::Unwritten)?;
        let left = plan(provider, contracts, replace).await?;
        match self::calls(&left, dialect).len() {
            0 => return prove(provider).await,
            count if count < calls.len() => planned = left,
            _ => {
                let missing = left.steps.iter().filter(|step| !step.writes.is_empty());
                return Err(InstallError::NotHeld { contracts: missing.map(|step| step.name).collect() });
            }
        }
    }
}

fn calls(plan: &Plan, dialect: Dialect) -> Vec<Call> {
    plan.writes().into_iter().filter_map(|write| dialect.call(write)).collect()
}

/// Makes sure that contracts which are there run: the messenger reads transient storage, through its proxy, before it says that
/// no message is being relayed. A chain before Cancun cannot.
///
/// # Errors
///
/// If they do not run, or the node cannot be asked.
pub async fn prove(provider: &DynProvider) -> Result<(), InstallError> {
    let [_, messenger, ..] = predeploys();
    let data = Bytes::from(L2ToL2CrossDomainMessenger::crossDomainMessageSenderCall {}.abi_encode());
    let asked = json!([{ "to": messenger.address, "data": data }, BlockNumberOrTag::Latest]);
    let mut answers =
        batch::ask(provider, &[Call::new("eth_call", asked)]).await.map_err(InstallError::Unreachable)?;
    let reason = match answers.pop() {
        Some(Err(RpcError::ErrorResp(error))) => match error.as_revert_data() {
            Some(data) if data.starts_with(&L2ToL2CrossDomainMessenger::NotEntered::SELECTOR) => {
                return Ok(());
            }
            _ => format!("{} ({})", error.message, error.code),
        },
        Some(Err(error)) => return Err(InstallError::Unreachable(error)),
        Some(Ok(_)) | None => "the messenger answers as if it relayed".to_owned(),
    };
    Err(InstallError::DoNotRun { reason })
}
