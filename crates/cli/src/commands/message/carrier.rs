//! A transaction that declares messages, and did not deliver them: it reverted, or no block has it yet.

use crate::{
    chains::Chain,
    interoperable,
    json::{ChainId, Checksummed},
};
use alloy::{
    consensus::Transaction,
    network::TransactionResponse,
    primitives::{Address, B256, U256},
    providers::Provider,
};
use causeway_client::SurveyedMessage;
use causeway_interop::{CROSS_L2_INBOX, Checksum};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What is known of such a transaction.
#[derive(Debug)]
pub(crate) struct Carrier {
    hash: B256,
    chain: String,
    chain_id: u64,
    account: Address,
    nonce: u64,
    messages: Vec<B256>,
    status: &'static str,
    block: Option<u64>,
}

impl Carrier {
    /// Looks for a transaction on these chains, and for those of `messages` that its access list declares.
    pub(super) async fn find(
        hash: B256,
        chains: &[Chain],
        messages: &[SurveyedMessage],
    ) -> Option<(Self, Vec<SurveyedMessage>)> {
        for chain in chains {
            let provider = chain.client.provider();
            let Ok(Some(transaction)) = provider.get_transaction_by_hash(hash).await else { continue };
            let declared = checksums(&transaction);
            let is_declared = |message: &&SurveyedMessage| {
                let checksum = message.identifier().checksum(message.payload_hash());
                declared.contains(&B256::from(checksum))
            };
            let carried: Vec<_> = messages.iter().filter(is_declared).cloned().collect();
            if carried.is_empty() {
                return None;
            }
            let receipt = provider.get_transaction_receipt(hash).await.ok()?;
            let status = match &receipt {
                None => "pending",
                Some(receipt) if receipt.status() => "succeeded",
                Some(_) => "reverted",
            };
            let block = receipt.and_then(|receipt| receipt.block_number);
            let carrier = Self {
                hash,
                chain: chain.label(),
                chain_id: chain.id(),
                account: TransactionResponse::from(&transaction),
                nonce: transaction.nonce(),
                messages: carried.iter().map(|message| message.message_hash).collect(),
                status,
                block,
            };
            return Some((carrier, carried));
        }
        None
    }

    /// What became of it.
    pub(super) fn words(&self) -> String {
        let Self { hash, chain, .. } = self;
        match (self.status, self.block) {
            ("pending", _) => format!("{hash} on {chain} declares it, and is in no block yet"),
            ("reverted", Some(block)) => {
                format!("{hash} on {chain} should have delivered it, and reverted in block {block}")
            }
            (_, Some(block)) => {
                format!("{hash} on {chain} declares it, and did not deliver it in block {block}")
            }
            (status, None) => format!("{hash} on {chain}: {status}"),
        }
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "transactionHash": self.hash,
            "status": self.status,
            "chainId": ChainId::from(self.chain_id),
            "account": Checksummed(self.account),
            "accountInteroperable": interoperable::text(U256::from(self.chain_id), self.account),
            "nonce": self.nonce,
            "blockNumber": self.block,
            "messageHashes": self.messages,
        })
    }
}

/// The checksums of the messages that a transaction declares.
fn checksums(transaction: &impl Transaction) -> BTreeSet<B256> {
    let items = transaction.access_list().into_iter().flat_map(|list| list.iter());
    let keys = items.filter(|item| item.address == CROSS_L2_INBOX).flat_map(|item| &item.storage_keys);
    keys.copied().filter(|key| key[0] == Checksum::TYPE).collect()
}
