use alloy::{providers::Provider, rpc::types::TransactionReceipt};
use causeway_interop::RelayedMessage;

use crate::delivery::{SentError, SentReceipt, sent_messages};

/// Adds what a transaction did with messages to every receipt of alloy.
pub trait InteropReceipt {
    /// Returns the messages that the transaction sent, in their order, with their identifiers. One that sent none gives none.
    ///
    /// The block is asked for, since a receipt does not tell its timestamp.
    fn sent_messages(
        &self,
        provider: &impl Provider,
    ) -> impl Future<Output = Result<Vec<SentReceipt>, SentError>> + Send;

    /// Returns the messages that the transaction delivered, in their order.
    fn relayed_messages(&self) -> Vec<RelayedMessage>;
}

impl InteropReceipt for TransactionReceipt {
    async fn sent_messages(&self, provider: &impl Provider) -> Result<Vec<SentReceipt>, SentError> {
        sent_messages(provider, self).await
    }

    fn relayed_messages(&self) -> Vec<RelayedMessage> {
        self.logs()
            .iter()
            .filter_map(|log| RelayedMessage::from_log(log.address(), log.topics(), &log.data().data)?.ok())
            .collect()
    }
}
