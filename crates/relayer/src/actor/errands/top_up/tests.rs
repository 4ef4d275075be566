use alloy::primitives::B256;
use causeway_store::ErrandVersion;

use super::*;
use crate::{
    actor::test_util::{chains, node},
    errand::TopUpLimits,
};

/// Others have given something meanwhile. The sum is told, and told again when it is another one.
#[tokio::test]
async fn what_the_store_says_of_the_cap_is_told_with_the_sum() {
    let (_a, b) = chains().await;
    let (node, _gate) = node(&b).await;
    let mut events = node.shared.subscribe();
    let signer = node.signers.values().next().unwrap().clone();
    let (account, cap) = (signer.address(), U256::from(100));
    let limits = TopUpLimits { below: U256::from(1), to: U256::from(50), max_per_day: cap };
    let settings = TopUp { signer, limits };
    let fees = node.fees.at(0, &node.provider).await.unwrap();
    let price = Price { gas: 21_000, fees, cost: U256::ZERO };
    let mut held = None;
    let mut told = async |spent: u64| {
        let record = NewErrand {
            chain_id: b.chain_id,
            account: Address::repeat_byte(spent as u8),
            nonce: 0,
            kind: ErrandKind::TopUp,
            subject: B256::ZERO,
            amount: U256::from(spent),
            version: ErrandVersion { tx_hash: B256::repeat_byte(spent as u8), raw_tx: Bytes::new() },
        };
        assert_eq!(node.store.record_errand(&record, U256::MAX).await.unwrap(), Noted::Yes);
        let mut sums = Vec::new();
        for _ in 0..3 {
            let call = Call { to: account, value: U256::from(50), input: Bytes::new() };
            node.give(&settings, Transfer { nonce: 0, call, price }, &mut held).await.unwrap();
            if let Ok(event) = events.try_recv() {
                sums.push(event);
            }
        }
        sums
    };
    let capped = |spent: u64| {
        let (chain_id, spent) = (b.chain_id, U256::from(spent));
        [RelayerEvent::TopUpCapped { chain_id, signer: account, spent, cap }]
    };
    assert_eq!(told(60).await, capped(60));
    assert_eq!(told(7).await, capped(67));
}
