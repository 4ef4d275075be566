use alloy::{consensus::Transaction as _, eips::BlockNumberOrTag, providers::Provider};
use causeway_store::{ErrandKind, NewErrand, Noted};

use super::*;
use crate::actor::test_util::{chains, node};

/// Nobody has said what gas may cost: no price is paid that has nothing to do with what it costs.
#[tokio::test]
async fn what_never_lands_is_not_outbid_for_ever() {
    let (_a, b) = chains().await;
    let (node, _gate) = node(&b).await;
    let signer = node.signers.values().next().unwrap().clone();
    let header = node.provider.get_block_by_number(BlockNumberOrTag::Latest).await.unwrap().unwrap().header;
    let (number, hash, timestamp) = (header.number, header.hash, header.timestamp);
    let tip = BlockRef { number, hash, parent_hash: header.parent_hash, timestamp };
    let account = signer.address();
    let call = Call { to: account, value: U256::ZERO, input: Bytes::new() };
    let fees = node.fees.at(0, &node.provider).await.unwrap();
    let price = Price { gas: 21_000, fees, cost: U256::ZERO };
    let version = node.sign_call(&signer, 0, call, price).await.unwrap();
    let (chain_id, kind, subject, amount) = (b.chain_id, ErrandKind::TopUp, account.into_word(), U256::ZERO);
    let new = NewErrand { chain_id, account, nonce: 0, kind, subject, amount, version };
    assert_eq!(node.store.record_errand(&new, U256::MAX).await.unwrap(), Noted::Yes);
    let offered = |version: &ErrandVersion| {
        TxEnvelope::decode_2718(&mut &version.raw_tx[..]).unwrap().max_fee_per_gas()
    };
    let (mut bids, mut is_outbid) = (Vec::new(), true);
    while is_outbid {
        assert!(bids.len() < 60, "there is no end");
        let errand = node.store.open_errands(b.chain_id).await.unwrap().remove(0);
        let newest = errand.versions.last().unwrap();
        bids.push(offered(newest));
        let newest = SignedTx { hash: newest.tx_hash, raw: newest.raw_tx.clone() };
        is_outbid = node.outbid(&errand, &newest, &signer, tip).await.unwrap().is_some();
    }
    let (first, last) = (bids[0], bids[bids.len() - 1]);
    assert!(last <= 10 * first && last > 8 * first, "{bids:?}");
}
