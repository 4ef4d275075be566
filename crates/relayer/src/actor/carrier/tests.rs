use alloy::{network::TransactionBuilder, providers::Provider};
use causeway_deploy::test_utils::{Anvil, USER};

use super::*;
use crate::actor::{
    receipt::{Bounds, Receipt, Said},
    test_util::{COUNTER, EXPLAINER, chains, message},
};

const BLOCK_GAS: u64 = 30_000_000;

async fn items(a: &Anvil, b: &Anvil, targets: &[alloy::primitives::Address]) -> Vec<Item> {
    let mut items = Vec::new();
    for target in targets {
        items.push(Item { message: message(a, b, *target, items.len() as u8).await, gas: 150_000 });
    }
    items
}

/// Sends what carries the items.
async fn send(b: &Anvil, items: &[Item]) -> Receipt {
    let request = carry(items, BLOCK_GAS).unwrap().with_from(USER);
    let tx_hash = *b.provider.send_transaction(request).await.unwrap().tx_hash();
    b.mine().await;
    Said::of(&b.provider, tx_hash).await.unwrap().unwrap().within(Bounds::WIDEST).unwrap()
}

#[tokio::test]
async fn a_batch_delivers_what_it_can_and_names_the_rest() {
    let (a, b) = chains().await;
    let items = items(&a, &b, &[COUNTER.0, EXPLAINER.0, COUNTER.0]).await;
    let receipt = send(&b, &items).await;
    assert!(receipt.succeeded());
    let failed = (items[1].message.hash, "execution reverted: \"no\"".to_owned());
    assert_eq!(receipt.failures(), [failed]);
    let delivered: Vec<_> = b.deliveries().await.iter().map(|(relayed, _)| relayed.message_hash).collect();
    assert_eq!(delivered, [items[0].message.hash, items[2].message.hash]);
}

#[tokio::test]
async fn one_message_goes_to_the_messenger_and_many_are_cheaper() {
    let (a, b) = chains().await;
    let items = items(&a, &b, &[COUNTER.0; 12]).await;
    let first = send(&b, &items[..1]).await;
    let alone = send(&b, &items[1..2]).await;
    let together = send(&b, &items[2..]).await;
    assert!(first.succeeded() && alone.succeeded() && together.failures().is_empty());
    assert_eq!(b.deliveries().await.len(), 12);
    let (alone, each) = (alone.gas_used(), together.gas_used() / 10);
    println!("gas of a message: {alone} alone, {each} among ten");
    assert!(each * 100 < alone * 80);
}

#[tokio::test]
async fn no_limit_is_above_what_a_block_or_a_transaction_can_have() {
    let (a, b) = chains().await;
    let mut items = items(&a, &b, &[COUNTER.0; 2]).await;
    let limit = |items: &[Item], block_gas| carry(items, block_gas).unwrap().gas.unwrap();
    assert!(limit(&items, BLOCK_GAS) < 500_000);
    items.iter_mut().for_each(|item| item.gas = 20_000_000);
    assert_eq!(limit(&items, BLOCK_GAS), 1 << 24);
    assert_eq!(limit(&items[..1], BLOCK_GAS), 1 << 24);
    assert_eq!(limit(&items, 10_000_000), 10_000_000);
    assert!(carry(&[], BLOCK_GAS).is_err());
}
