//! The remedy for each way in which a chain is not ready.

use crate::{
    chains::KnownChain,
    failure::{ErrorCode, Failure},
    interoperable,
    json::{ChainId, Checksummed, decimal},
};
use alloy::primitives::{Bytes, U256};
use causeway_deploy::{
    create2::{Factory, PROXY_SIGNER, PROXY_TRANSACTION, SignError, Unready},
    journal::JournalError,
};
use serde_json::json;

/// Nothing was sent there, and why.
pub(super) fn unready(error: Unready, chain: &KnownChain) -> Failure {
    let label = chain.label();
    let mut details = json!({ "chainId": ChainId::from(chain.id) });
    let (code, hint) = match &error {
        Unready::Node(_) => (ErrorCode::ChainUnreachable, format!("is the node of {label} healthy? try again")),
        Unready::Salt(_) => {
            (ErrorCode::InvalidArgument, "choose another --salt, or use --factory proxy".to_owned())
        }
        Unready::NoFactory { factory: Factory::Proxy } => {
            details["transaction"] = json!(Bytes::from_static(&PROXY_TRANSACTION));
            let hint = format!(
                "pay 0.01 ETH to {PROXY_SIGNER} on {label} and publish that account's signed transaction (docs/deploy.md, or details.transaction with --json)"
            );
            (ErrorCode::NoFactory, hint)
        }
        Unready::NoFactory { .. } => {
            (ErrorCode::NoFactory, "use --factory proxy, which most chains have".to_owned())
        }
        Unready::OtherFactory { .. } => {
            (ErrorCode::NoFactory, "use another --factory: this one cannot be trusted to give the address".to_owned())
        }
        Unready::NoLibrary { .. } => {
            (ErrorCode::UnlinkedLibraries, format!("deploy the library on {label} first, to the same address"))
        }
        Unready::Taken { .. } => (ErrorCode::AddressTaken, "choose another address with --salt".to_owned()),
        Unready::Reverts { .. } => (
            ErrorCode::CreationReverts,
            "are the constructor's arguments right? msg.sender is the factory there, and no value is sent".to_owned(),
        ),
        Unready::TooLarge { .. } => {
            (ErrorCode::CodeTooLarge, "turn the optimizer on, or split the contract".to_owned())
        }
        Unready::NoCode => (ErrorCode::CreationReverts, "is that the contract that is meant?".to_owned()),
        Unready::FactoryHolds { .. } => (
            ErrorCode::FactoryBecomesOwner,
            "give the owner to the constructor as an argument in place of msg.sender or tx.origin; --allow-factory-owner deploys it as it is"
                .to_owned(),
        ),
        Unready::Unfunded { account, have, need } => {
            details["account"] = json!(Checksummed(*account));
            details["accountInteroperable"] = interoperable::text(U256::from(chain.id), *account).into();
            details["have"] = decimal(*have);
            details["need"] = decimal(*need);
            (ErrorCode::InsufficientBalance, format!("{account} needs ETH on {label} for gas"))
        }
        Unready::Waiting { .. } => (
            ErrorCode::NonceGap,
            "wait until they are mined, or replace them at a higher fee; then run this again".to_owned(),
        ),
        Unready::Gap { next, .. } => (
            ErrorCode::NonceGap,
            format!("send or cancel what has nonce {next} first: ours would set free what waits behind it"),
        ),
        Unready::PastGap { next, .. } => (
            ErrorCode::NonceGap,
            format!("send or cancel what has nonce {next} and those after it first, then run this again; if the chain began anew from the same first block, name a new folder with --journal"),
        ),
    };
    Failure::failed(error).with_code(code).with_hint(hint).with_details(details)
}

pub(super) fn journal(error: JournalError) -> Failure {
    let (code, hint) = match &error {
        JournalError::InUse { .. } => {
            (ErrorCode::StorageInUse, "wait until it has ended, or use another account".to_owned())
        }
        JournalError::Io { .. } => (
            ErrorCode::StorageUnusable,
            "without it nothing is sent: is the disk full? name a folder that can be written with --journal"
                .to_owned(),
        ),
        JournalError::Damaged { path, .. } => (
            ErrorCode::StorageUnusable,
            format!(
                "it may tell of transactions that are on their way: look at the account first, then move {} away",
                path.display()
            ),
        ),
        JournalError::Newer { .. } => {
            (ErrorCode::StorageUnusable, "use the version of causeway that wrote it".to_owned())
        }
    };
    Failure::from(error).with_code(code).with_hint(hint)
}

pub(super) fn signing(error: SignError) -> Failure {
    Failure::from(error).with_code(ErrorCode::InvalidKey).with_hint("nothing was sent")
}
