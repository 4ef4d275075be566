//! Batches that are signed beforehand and sent as fast as the node takes them: what a relayer at its best could do.

use alloy::{
    consensus::{SignableTransaction, TxEip1559, TxEnvelope},
    eips::{
        eip2718::Encodable2718,
        eip2930::{AccessList, AccessListItem},
    },
    primitives::{Bytes, TxKind, U256},
    providers::{Provider, RootProvider},
    rpc::types::{Filter, Log},
    signers::{
        SignerSync,
        local::{MnemonicBuilder, PrivateKeySigner, coins_bip39::English},
    },
    sol_types::SolCall,
};
use causeway_bindings::{RELAY_BATCHER, RelayBatcher::relayCompactCall};
use causeway_interop::{
    CROSS_L2_INBOX, Identifier, L2_TO_L2_CROSS_DOMAIN_MESSENGER, SentMessage, encode_access_list,
    relay_batch::{RelayItem, encode_compact, gas_limit},
};
use eyre::ContextCompat;
use futures::{StreamExt, TryStreamExt, stream};

/// The second account of the well-known mnemonic: nobody else uses it here.
const MNEMONIC: &str = "test test test test test test test test test test test junk";
const ACCOUNT: u32 = 1;
/// More than any base fee here.
const MAX_FEE: u128 = 100_000_000_000;
/// What `relayMessage` of a message to an account without code may use.
const GAS: u32 = 80_000;
/// Requests on their way at a time.
const AT_A_TIME: usize = 8;

/// The messages that these blocks of a chain sent, as items of a batch.
pub(super) async fn items(
    source: &RootProvider,
    source_id: u64,
    first_block: u64,
) -> eyre::Result<Vec<RelayItem>> {
    let filter = Filter::new()
        .address(L2_TO_L2_CROSS_DOMAIN_MESSENGER)
        .event_signature(SentMessage::TOPIC)
        .from_block(first_block);
    source.get_logs(&filter).await?.iter().map(|log| item(log, source_id)).collect()
}

fn item(log: &Log, source_id: u64) -> eyre::Result<RelayItem> {
    let sent = SentMessage::decode(log.topics(), &log.data().data)?;
    let identifier = Identifier {
        origin: L2_TO_L2_CROSS_DOMAIN_MESSENGER,
        block_number: log.block_number.wrap_err("a log without a block")?,
        log_index: u32::try_from(log.log_index.wrap_err("a log without an index")?)?,
        timestamp: log.block_timestamp.wrap_err("a log without a timestamp")?,
        chain_id: U256::from(source_id),
    };
    Ok(RelayItem::new(&identifier, &sent, GAS))
}

/// Signs the batches, so many messages each.
pub(super) async fn sign(
    destination: &RootProvider,
    destination_id: u64,
    items: &[RelayItem],
    size: usize,
) -> eyre::Result<Vec<Bytes>> {
    let signer = MnemonicBuilder::<English>::default().phrase(MNEMONIC).index(ACCOUNT)?.build()?;
    let first = destination.get_transaction_count(signer.address()).pending().await?;
    let batches = (first..).zip(items.chunks(size));
    batches.map(|(nonce, items)| sign_one(&signer, destination_id, nonce, items)).collect()
}

fn sign_one(
    signer: &PrivateKeySigner,
    destination_id: u64,
    nonce: u64,
    items: &[RelayItem],
) -> eyre::Result<Bytes> {
    let input = relayCompactCall { _batch: encode_compact(items)?.into() }.abi_encode();
    let identifiers: Vec<_> =
        items.iter().map(|item| (item.identifier(), item.payload_hash(U256::from(destination_id)))).collect();
    let storage_keys = encode_access_list(identifiers.iter().map(|(identifier, hash)| (identifier, *hash)));
    let transaction = TxEip1559 {
        chain_id: destination_id,
        nonce,
        gas_limit: gas_limit(items, &input),
        max_fee_per_gas: MAX_FEE,
        max_priority_fee_per_gas: 1,
        to: TxKind::Call(RELAY_BATCHER),
        value: U256::ZERO,
        access_list: AccessList(vec![AccessListItem { address: CROSS_L2_INBOX, storage_keys }]),
        input: input.into(),
    };
    let signature = signer.sign_hash_sync(&transaction.signature_hash())?;
    Ok(TxEnvelope::from(transaction.into_signed(signature)).encoded_2718().into())
}

/// Hands them all to the node, in order, several at a time.
pub(super) async fn blast(destination: &RootProvider, batches: &[Bytes]) -> eyre::Result<()> {
    stream::iter(batches)
        .map(|raw| async { destination.send_raw_transaction(raw).await.map(drop) })
        .buffered(AT_A_TIME)
        .try_collect::<()>()
        .await?;
    Ok(())
}
