//! Sending a transaction that was prepared: whatever happens from here on, its hash and nonce are printed.

use crate::{
    chains::Chain,
    context::Context,
    exit::Exit,
    failure::{ErrorCode, Failure, Outcome},
    interoperable,
    interrupt::Interrupt,
    json::{ChainId, Checksummed},
};
use alloy::primitives::{B256, U256};
use causeway_client::{
    bridge::{Prepared, SendError},
    delivery::{LandError, SentReceipt, SignedTransaction, WaitError},
};
use serde_json::{Value, json};
use std::time::Duration;

/// What is known of a transaction before anybody has it, for programs.
pub(crate) fn describe(transaction: &SignedTransaction) -> Value {
    json!({
        "transactionHash": transaction.tx_hash(),
        "nonce": transaction.nonce(),
        "account": Checksummed(transaction.account()),
        "accountInteroperable": interoperable::text(U256::from(transaction.chain_id()), transaction.account()),
        "chainId": ChainId::from(transaction.chain_id()),
    })
}

/// Says what is about to be sent, while there is still time to write it down.
pub(crate) fn announce(context: &Context<'_>, what: &str, transaction: &SignedTransaction) {
    context.printer.note(&format!(
        "sending {what}: transaction {}, nonce {} of {}",
        transaction.tx_hash(),
        transaction.nonce(),
        transaction.account()
    ));
}

/// Sends `what` and waits for its message to be in a block of `from`.
pub(crate) async fn send(
    context: &Context<'_>,
    interrupt: &mut Interrupt,
    prepared: &Prepared,
    from: &Chain,
    what: &str,
    patience: Duration,
) -> Outcome<SentReceipt> {
    let transaction = prepared.transaction();
    announce(context, &format!("{what} from {}", from.label()), transaction);
    let spinner = context.printer.spinner(format!("sending {what} from {}", from.label()));
    let sent = tokio::select! {
        sent = prepared.send(patience) => sent.map_err(|error| explain(error, transaction, from)),
        () = interrupt.caught() => Err(fate_unknown(INTERRUPTED, transaction, from)),
    };
    drop(spinner);
    sent.map_err(|failure| match failure.exit() {
        Exit::NotDelivered => failure.context(format!("{what} may have left {}", from.label())),
        _ => failure.context(format!("cannot send {what}")),
    })
}

fn explain(error: SendError, transaction: &SignedTransaction, from: &Chain) -> Failure {
    let hint = match &error {
        SendError::Land(LandError::Refused(_)) => {
            "nothing left the account: it is safe to try again".to_owned()
        }
        SendError::Reverted { .. } => format!("only the fee was spent, on {}", from.label()),
        SendError::Land(unseen) => return fate_unknown(&not_seen(unseen), transaction, from),
        SendError::NoMessage { .. } | SendError::Unread { .. } => {
            return fate_unknown(&error.to_string(), transaction, from).with_code(ErrorCode::SentNotRead);
        }
    };
    Failure::from(error).with_hint(hint).with_details(json!({ "sent": describe(transaction) }))
}

/// What a signal leaves unknown.
pub(crate) const INTERRUPTED: &str = "interrupted, and it may be mined at any time";

/// What the end of the wait for a block leaves unknown.
pub(crate) fn not_seen(error: &LandError) -> String {
    let LandError::Unseen { reason, doubt, .. } = error else { return error.to_string() };
    let doubt = doubt
        .as_ref()
        .map_or_else(String::new, |fault| format!(", and the node did not say that it has it ({fault})"));
    let seen = match reason {
        WaitError::Timeout { after } => format!("not seen in a block within {} s", after.as_secs_f64()),
        _ => format!("not seen in a block: {reason}"),
    };
    format!("{seen}{doubt}; it may be mined at any time")
}

/// A transaction was sent, or may have been, and what it was sent for was not seen.
pub(crate) fn fate_unknown(why: &str, transaction: &SignedTransaction, on: &Chain) -> Failure {
    let (hash, nonce, account) = (transaction.tx_hash(), transaction.nonce(), transaction.account());
    Failure::failed(format!("transaction {hash} (nonce {nonce} of {account}): {why}"))
        .with_code(ErrorCode::SentNotIncluded)
        .with_hint(follow(hash, on))
        .with_details(json!({ "status": "unknown", "sent": describe(transaction) }))
}

/// How to find out, in place of doing it again.
pub(crate) fn follow(hash: B256, on: &Chain) -> String {
    // A URL may be a credential: it is not repeated.
    let at =
        if on.known.name.is_empty() { format!(" --rpc-url <URL of {}>", on.id()) } else { String::new() };
    format!("look before you send again: `causeway message status {hash}{at}` tells what became of it")
}
