use alloy::{primitives::B256, providers::Provider};
use causeway_interop::ExecutingMessage;
use serde::Serialize;

use crate::{ChainView, status::pool::carries};

/// What it says of messages that it does nothing more with.
const LEFT: [&str; 3] = ["skipped", "given-up", "not-followed"];

/// What a relayer's API says of a message, where one was asked: of those that are not delivered, expired or reorged by the chains.
///
/// The chains come first. `delivered`, `expired` and `reorged` are theirs alone, whatever it says. Its `in-flight` makes a message
/// [`InFlight`](crate::State::InFlight) by the transaction that carries it (of the newest nonce of which no version is in a block, the
/// newest version that a node took, else the newest that was signed), unless the destination's node has the transaction in a block
/// already, or sees that it does not carry the message, or a verifier refuses the message, or its delivery, tried at the destination,
/// reverts. Its `failed` is told beside what that trial says by now: the state is that of the trial.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RelayerWord {
    /// Its word: `pending`, `in-flight`, `delivered`, `failed`, `expired` or `reorged`; `None` if its answer was of no use.
    pub state: Option<&'static str>,
    /// The transaction that it names: on its way, delivering, or failed.
    #[serde(rename = "transactionHash")]
    pub tx_hash: Option<B256>,
    /// Why the delivery failed, or why the message is still pending, as it says, on one line,
    /// shortened; `None` if it does not say.
    pub reason: Option<String>,
    /// What it does next with the message, by the name that its API has for it: `queued`, `tried-again`, `skipped`, … See
    /// [`is_left`](Self::is_left).
    pub next: Option<String>,
    /// Why the status does not rest on its word, where the two differ.
    pub note: Option<String>,
}

impl RelayerWord {
    /// The transaction that it says is on its way.
    pub fn carrier(&self) -> Option<B256> {
        self.tx_hash.filter(|_| self.state == Some("in-flight"))
    }

    /// Whether it says that it delivers the message no more, unless somebody does something about it: an operator took it out, it
    /// was given up, or the relayer does not relay between these chains.
    pub fn is_left(&self) -> bool {
        self.next.as_deref().is_some_and(|next| LEFT.contains(&next))
    }

    /// The same, of no use where the destination's node has the transaction that it says is on its way in a block already, or has it
    /// waiting and sees that it does not carry the message.
    #[must_use]
    pub async fn held_to(self, destination: &ChainView, message: &ExecutingMessage) -> Self {
        let Some(tx_hash) = self.carrier() else { return self };
        let (receipt, carries) = tokio::join!(
            destination.provider().get_transaction_receipt(tx_hash),
            carries(destination, tx_hash, message)
        );
        let why = match (receipt, carries) {
            (Ok(Some(_)), _) => "is in a block already",
            (_, Some(false)) => "does not carry the message",
            _ => return self,
        };
        let note = format!("the transaction that the relayer says is in flight {why}");
        Self { state: None, next: None, note: Some(note), ..self }
    }

    /// Says where it differs from what the chains say.
    pub(crate) fn beside(mut self, state: &'static str) -> Self {
        if let Some(said) = self.state
            && said != state
            && (said, state) != ("pending", "ready")
        {
            self.note.get_or_insert_with(|| format!("the relayer says {said}; by the chains it is {state}"));
        }
        self
    }
}
