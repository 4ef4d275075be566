//! Everything that can be known of a chain before anything is sent there.

use super::{
    Cost, Creation, Factory, Holding, NodeError, Replan, SaltError, fees,
    node::{Simulated, code_at},
    past::{self, Past},
    probe, traps,
};
use crate::journal::{Entry, Journal};
use alloy::{
    eips::BlockId,
    primitives::{Address, B256, Bytes, U256, keccak256},
    providers::{DynProvider, Provider},
    rpc::types::TransactionReceipt,
};
use serde_json::Value;

/// A chain to create a contract on.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its id, which the node was asked for.
    pub chain_id: u64,
    /// Its node.
    pub provider: DynProvider,
}

/// What is to be looked for.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// The contract.
    pub creation: &'a Creation,
    /// Who pays; where nobody does yet, neither funds nor nonces are looked at.
    pub account: Option<Address>,
    /// What earlier runs signed.
    pub journal: Option<&'a Journal>,
}

/// What is to be done on a chain that is ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Where the contract is, or will be.
    pub address: Address,
    /// Hash of the chain's first block.
    pub genesis: B256,
    /// The code that the creation gives on this chain.
    pub code: Bytes,
    /// What to do.
    pub action: Action,
}

/// What is to be done on a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing: the contract is there.
    Present {
        /// The transaction of an earlier run that created it, if one did.
        tx_hash: Option<B256>,
    },
    /// Send the bytes again that an earlier run signed, and see them mined.
    Resend(Box<Entry>),
    /// Sign a transaction with this nonce, and send it.
    Create {
        /// The account's next nonce; none without an account.
        nonce: Option<u64>,
        /// What it may cost; none where the node does not tell without an account.
        cost: Option<Cost>,
        /// Why, if an earlier run sent one.
        replan: Option<Replan>,
    },
}

/// Why nothing can be sent on a chain yet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unready {
    /// The node does not answer.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// The factory gives no address that is the same everywhere.
    #[error(transparent)]
    Salt(#[from] SaltError),
    /// Nothing is where the factory should be.
    #[error("there is no code at the {} {}", factory.name(), factory.address())]
    NoFactory {
        /// The factory.
        factory: Factory,
    },
    /// Something else is where the factory should be.
    #[error("what stands at {} is no {}: its code hash is {found}", factory.address(), factory.name())]
    OtherFactory {
        /// The factory.
        factory: Factory,
        /// Hash of the code that is there.
        found: B256,
    },
    /// A library that the contract calls is not there.
    #[error("the library {name} is not there: there is no code at {address}")]
    NoLibrary {
        /// Its name.
        name: String,
        /// Where it should be.
        address: Address,
    },
    /// Other code is where the contract would be.
    #[error(
        "the address {address} is taken by other code: its hash is {found}, and this creation gives {expected}"
    )]
    Taken {
        /// The address.
        address: Address,
        /// Hash of the code that is there.
        found: B256,
        /// Hash of the code that the creation gives.
        expected: B256,
    },
    /// The creation reverts.
    #[error("the creation reverts: {reason}")]
    Reverts {
        /// Why.
        reason: String,
    },
    /// There is more code than a chain allows.
    #[error("the {what} has {size} bytes, and a chain takes {limit} at most ({eip})")]
    TooLarge {
        /// Which code.
        what: &'static str,
        /// Its size, in bytes.
        size: usize,
        /// What is allowed.
        limit: usize,
        /// The rule.
        eip: &'static str,
    },
    /// The creation would leave nothing behind.
    #[error("the constructor leaves no code behind")]
    NoCode,
    /// What the constructor gives to `msg.sender` goes to the factory, for good; what it gives to `tx.origin`, to whoever is first.
    #[error("the constructor takes who creates it for its owner: {holding}")]
    FactoryHolds {
        /// What it would have.
        holding: Holding,
    },
    /// The account cannot pay.
    #[error("{account} has {have} wei, and the deployment may cost {need}")]
    Unfunded {
        /// The account.
        account: Address,
        /// What it has, in wei.
        have: U256,
        /// What it may take, in wei.
        need: U256,
    },
    /// Transactions of the account wait to be mined.
    #[error("transactions of {account} wait in the node's pool: nonces {latest} to {}", pending - 1)]
    Waiting {
        /// The account.
        account: Address,
        /// Its next nonce in the latest block.
        latest: u64,
        /// Its next nonce with those that wait.
        pending: u64,
    },
    /// Transactions of the account wait for one with an earlier nonce.
    #[error(
        "a nonce gap: the next nonce of {account} is {next}, and transaction {queued} waits in the node's pool"
    )]
    Gap {
        /// The account.
        account: Address,
        /// Its next nonce.
        next: u64,
        /// The lowest nonce that waits.
        queued: u64,
    },
    /// What an earlier run sent waits for transactions that the node does not have.
    #[error(
        "a nonce gap: transaction {tx_hash} of an earlier run has nonce {nonce}, and the next nonce of {account} is {next}"
    )]
    PastGap {
        /// The account.
        account: Address,
        /// The transaction.
        tx_hash: B256,
        /// Its nonce.
        nonce: u64,
        /// The account's next nonce.
        next: u64,
    },
}

/// EIP-170.
const MAX_CODE: usize = 24_576;
/// EIP-3860.
const MAX_INIT_CODE: usize = 49_152;

/// Looks at a chain. Nothing is sent.
pub async fn look(target: &Target, look: Look<'_>) -> Result<Plan, Unready> {
    let (provider, creation) = (&target.provider, look.creation);
    let sender = look.account.unwrap_or_default();
    let address = creation.address(sender)?;
    let genesis = genesis(provider).await?;
    factory_is_there(provider, creation.factory).await?;
    for (name, library) in &creation.libraries {
        if code_at(provider, *library, BlockId::latest()).await?.is_empty() {
            return Err(Unready::NoLibrary { name: name.clone(), address: *library });
        }
    }
    // Code and nonce of one state: where the nonce is used and the code is not there, the transaction failed.
    let block = provider.get_block_number().await.map_err(NodeError::from)?;
    let found = code_at(provider, address, block.into()).await?;
    let known = look.journal.and_then(|journal| journal.find(target.chain_id, genesis, address));

    let simulated = probe::simulate(provider, creation, address, sender, BlockId::latest()).await?;
    if !found.is_empty() {
        let by = created_by(provider, known).await?;
        let code = match recognise(creation, address, &found, simulated) {
            Err(Unready::Taken { .. })
                if was_given(provider, creation, address, &found, by.as_ref()).await =>
            {
                found
            }
            recognised => recognised?,
        };
        let action = Action::Present { tx_hash: by.map(|receipt| receipt.transaction_hash) };
        return Ok(Plan { address, genesis, code, action });
    }
    let code = match simulated {
        Simulated::Answer(code) => code,
        Simulated::Failed(reason) => return Err(too_large(creation).unwrap_or(Unready::Reverts { reason })),
    };
    if code.is_empty() {
        return Err(Unready::NoCode);
    }
    if !creation.may_factory_own
        && let Some(holding) = traps::find(provider, creation, address, sender, &code).await?
    {
        return Err(Unready::FactoryHolds { holding });
    }
    let action = match look.account {
        Some(account) => act(provider, creation, account, block, known).await?,
        None => {
            let input = creation.call();
            let cost = fees::estimate(provider, sender, creation.factory.address(), &input).await.ok();
            Action::Create { nonce: None, cost, replan: None }
        }
    };
    Ok(Plan { address, genesis, code, action })
}

async fn genesis(provider: &DynProvider) -> Result<B256, NodeError> {
    let block = provider.get_block_by_number(0.into()).await?;
    Ok(block.ok_or_else(|| NodeError::new("it does not have the first block"))?.header.hash)
}

/// The receipt of an earlier run's transaction, if it is the one that did it: anybody may create the contract.
async fn created_by(
    provider: &DynProvider,
    known: Option<&Entry>,
) -> Result<Option<TransactionReceipt>, NodeError> {
    let Some(entry) = known else { return Ok(None) };
    let receipt = provider.get_transaction_receipt(entry.tx_hash).await?;
    Ok(receipt.filter(TransactionReceipt::status))
}

/// Whether the code is what the creation gave in the block in which an earlier run carried it out: a constructor may ask for it.
async fn was_given(
    provider: &DynProvider,
    creation: &Creation,
    address: Address,
    found: &[u8],
    by: Option<&TransactionReceipt>,
) -> bool {
    let Some((by, block)) = by.and_then(|by| Some((by, by.block_number?))) else { return false };
    probe::gives(provider, creation, address, by.from, block, found).await
}

/// Never by its address alone.
async fn factory_is_there(provider: &DynProvider, factory: Factory) -> Result<(), Unready> {
    let code = code_at(provider, factory.address(), BlockId::latest()).await?;
    if code.is_empty() {
        return Err(Unready::NoFactory { factory });
    }
    let found = keccak256(&code);
    if found == factory.code_hash() { Ok(()) } else { Err(Unready::OtherFactory { factory, found }) }
}

/// What stands at the address: the contract, or something else. A constructor may be one that succeeds once, so the code of the
/// artifact counts, too.
fn recognise(
    creation: &Creation,
    address: Address,
    found: &Bytes,
    simulated: Simulated,
) -> Result<Bytes, Unready> {
    let expected = match simulated {
        Simulated::Answer(code) if creation.is_same_code(found, &code) => return Ok(code),
        Simulated::Answer(code) => code,
        Simulated::Failed(_) if creation.is_same_code(found, &creation.runtime) => return Ok(found.clone()),
        Simulated::Failed(reason) if creation.runtime.is_empty() => return Err(Unready::Reverts { reason }),
        Simulated::Failed(_) => creation.runtime.clone(),
    };
    Err(Unready::Taken { address, found: keccak256(found), expected: keccak256(expected) })
}

fn too_large(creation: &Creation) -> Option<Unready> {
    let (init, code) = (creation.init_code.len(), creation.runtime.len());
    if code > MAX_CODE {
        return Some(Unready::TooLarge { what: "contract", size: code, limit: MAX_CODE, eip: "EIP-170" });
    }
    let (what, eip) = ("creation bytecode with its arguments", "EIP-3860");
    (init > MAX_INIT_CODE).then_some(Unready::TooLarge { what, size: init, limit: MAX_INIT_CODE, eip })
}

/// What an account has to do for a contract that is not there.
async fn act(
    provider: &DynProvider,
    creation: &Creation,
    account: Address,
    block: u64,
    known: Option<&Entry>,
) -> Result<Action, Unready> {
    let latest = provider.get_transaction_count(account).number(block).await.map_err(NodeError::from)?;
    let pending = provider.get_transaction_count(account).pending().await.map_err(NodeError::from)?;
    // Of nodes that answer by turns, one may be behind.
    let pending = pending.max(latest);
    let replan = match known {
        None => None,
        Some(entry) => match past::of(provider, entry, (latest, pending), block).await? {
            Past::Alive if is_underpriced(provider, entry).await? => {
                let fees = [&entry.max_fee, &entry.priority_fee].map(|fee| fee.parse().unwrap_or_default());
                let cost =
                    fees::estimate(provider, account, creation.factory.address(), &creation.call()).await?;
                let cost = cost.replacing(fees[0], fees[1]);
                affords(provider, account, cost).await?;
                let (nonce, replan) = (Some(entry.nonce), Some(Replan::Underpriced));
                return Ok(Action::Create { nonce, cost: Some(cost), replan });
            }
            Past::Alive => return Ok(Action::Resend(Box::new(entry.clone()))),
            Past::Dead(why) => Some(why),
            Past::Gap => {
                let (tx_hash, nonce) = (entry.tx_hash, entry.nonce);
                return Err(Unready::PastGap { account, tx_hash, nonce, next: pending });
            }
        },
    };
    if pending > latest {
        return Err(Unready::Waiting { account, latest, pending });
    }
    if let Some(queued) = lowest_queued(provider, account).await {
        return Err(Unready::Gap { account, next: pending, queued });
    }
    let cost = fees::estimate(provider, account, creation.factory.address(), &creation.call()).await?;
    affords(provider, account, cost).await?;
    Ok(Action::Create { nonce: Some(pending), cost: Some(cost), replan })
}

async fn affords(provider: &DynProvider, account: Address, cost: Cost) -> Result<(), Unready> {
    let (have, need) = (provider.get_balance(account).await.map_err(NodeError::from)?, cost.at_most());
    if have < need { Err(Unready::Unfunded { account, have, need }) } else { Ok(()) }
}

/// Whether a transaction is in no block, and blocks take none that pays so little.
async fn is_underpriced(provider: &DynProvider, entry: &Entry) -> Result<bool, NodeError> {
    let block = provider.get_block_by_number(Default::default()).await?;
    let base_fee = block.and_then(|block| block.header.base_fee_per_gas).map_or(0, u128::from);
    Ok(entry.is_below(base_fee) && provider.get_transaction_receipt(entry.tx_hash).await?.is_none())
}

/// The lowest nonce of the account's transactions that wait for others, where the node tells of its pool.
async fn lowest_queued(provider: &DynProvider, account: Address) -> Option<u64> {
    let of_account = provider.raw_request::<_, Value>("txpool_contentFrom".into(), [account]).await;
    let queued = match of_account {
        Ok(pool) => pool["queued"].clone(),
        Err(_) => {
            let all = provider.raw_request::<_, Value>("txpool_content".into(), ()).await.ok()?;
            let accounts = all["queued"].as_object()?;
            let own =
                accounts.iter().find(|(name, _)| name.parse::<Address>().is_ok_and(|name| name == account));
            own?.1.clone()
        }
    };
    queued.as_object()?.keys().filter_map(|nonce| nonce.parse().ok()).min()
}
