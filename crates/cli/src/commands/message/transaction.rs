//! What became of a transaction that has no message, as far as its chain tells.

use super::SearchArgs;
use crate::{
    chains::Chain,
    context::Context,
    failure::{Failure, Outcome, OutcomeExt},
    interoperable,
    json::{ChainId, Checksummed},
};
use alloy::{
    network::TransactionResponse,
    primitives::{Address, B256, U256},
    providers::Provider,
};
use causeway_client::delivery::sent_messages;
use serde_json::json;

/// When a transaction that nobody has can still come.
const STILL_FREE: &str = "If it was sent, it may be mined as long as its nonce is free: never once `cast nonce ACCOUNT` says more than the nonce that was printed with it";

/// A transaction that one of the chains knows.
struct Known {
    account: Address,
    nonce: Option<u64>,
    fate: Fate,
}

/// What became of it.
enum Fate {
    /// The node has it, and no block does yet.
    Pending,
    /// It is in a block, and reverted there.
    Reverted { block: u64 },
    /// It is in a block, and sent these messages; none if it has nothing to do with messages.
    Succeeded { block: u64, messages: Vec<B256> },
}

/// Shows a transaction in place of the messages that were looked for and not found, which `missing` says.
pub(super) async fn show(
    hash: B256,
    search: &SearchArgs,
    missing: Failure,
    context: &Context<'_>,
) -> Outcome {
    let network = context.network().await?;
    let (book, _) = context.chains_to_look_at(network.as_ref(), &search.rpc_url).await?;
    // No node says which chain it serves, as the search for messages told.
    if book.is_empty() {
        return Err(missing);
    }
    // Those that cannot be asked were warned of, by the search for messages.
    let (chains, _) = book.connect_all().await?;
    for chain in chains {
        match look_up(hash, &chain).await {
            Ok(Some(known)) => {
                print(hash, &chain, &known, context);
                return Ok(());
            }
            Ok(None) => {}
            Err(failure) => context.printer.warn(&format!("not looked at: {}", failure.message())),
        }
    }
    let hint = missing.hint().map_or_else(String::new, |hint| format!("{hint}. "));
    Err(missing.with_hint(format!(
        "{hint}No node that answers has a transaction of this hash: it was dropped, or never came. {STILL_FREE}"
    )))
}

async fn look_up(hash: B256, chain: &Chain) -> Outcome<Option<Known>> {
    let provider = chain.client.provider();
    let asked = || format!("cannot ask {} for the transaction", chain.label());
    let transaction = provider.get_transaction_by_hash(hash).await.what(asked())?;
    let receipt = provider.get_transaction_receipt(hash).await.what(asked())?;
    let Some(receipt) = receipt else {
        return Ok(transaction.map(|transaction| Known {
            account: transaction.from(),
            nonce: Some(nonce(&transaction)),
            fate: Fate::Pending,
        }));
    };
    let block = receipt.block_number.unwrap_or_default();
    let fate = if receipt.status() {
        let sent = sent_messages(provider, &receipt).await?;
        Fate::Succeeded { block, messages: sent.iter().map(|sent| sent.message_hash).collect() }
    } else {
        Fate::Reverted { block }
    };
    Ok(Some(Known { account: receipt.from, nonce: transaction.as_ref().map(nonce), fate }))
}

fn nonce(transaction: &impl alloy::consensus::Transaction) -> u64 {
    transaction.nonce()
}

fn print(hash: B256, chain: &Chain, known: &Known, context: &Context<'_>) {
    let (status, block, messages, note) = match &known.fate {
        Fate::Pending => (
            "pending",
            None,
            [].as_slice(),
            "its node has it, and no block does yet: it may be mined at any time".to_owned(),
        ),
        Fate::Reverted { block } => {
            ("reverted", Some(*block), [].as_slice(), "it sent nothing; only its fee was spent".to_owned())
        }
        Fate::Succeeded { block, messages } if messages.is_empty() => {
            ("no-message", Some(*block), [].as_slice(), "it succeeded, and sent no message".to_owned())
        }
        Fate::Succeeded { block, messages } => {
            let note = format!("--from-block {block} looks for the messages where they are");
            ("sent", Some(*block), messages.as_slice(), note)
        }
    };
    let mut lines =
        vec![("transaction", hash.to_string()), ("status", status.to_owned()), ("on", chain.label())];
    lines.push(("account", known.account.to_string()));
    lines.extend(known.nonce.map(|nonce| ("nonce", nonce.to_string())));
    lines.extend(block.map(|block| ("block", block.to_string())));
    lines.extend(messages.iter().map(|hash| ("message", hash.to_string())));
    lines.push(("note", note));
    let text = lines.iter().map(|(key, value)| format!("{key:<13} {value}")).collect::<Vec<_>>().join("\n");
    let transaction = json!({
        "transactionHash": hash,
        "status": status,
        "chainId": ChainId::from(chain.id()),
        "account": Checksummed(known.account),
        "accountInteroperable": interoperable::text(U256::from(chain.id()), known.account),
        "nonce": known.nonce,
        "blockNumber": block,
        "messageHashes": messages,
    });
    context.printer.report(&text, &json!({ "messages": [], "transaction": transaction }));
}
