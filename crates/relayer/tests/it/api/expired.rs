//! Of what expired is told whether it is sent again by itself.

use std::sync::Arc;

use alloy::primitives::{Address, B256, Bytes, U256};
use causeway_interop::SafetyLevel;
use causeway_relayer::{
    RelayerEvent,
    api::{Control, ControlFault, StoreControl},
};
use causeway_store::{ErrandKind, ErrandState, ErrandVersion, NewErrand, Noted, Store};
use futures::future::BoxFuture;

use super::world::{SIGNER, World, config, message_hash};

/// A relayer that sends everything again.
struct Resends(StoreControl);

impl Control for Resends {
    fn retry(&self, message: B256) -> BoxFuture<'_, Result<(), ControlFault>> {
        self.0.retry(message)
    }

    fn skip(&self, message: B256, reason: String) -> BoxFuture<'_, Result<(), ControlFault>> {
        self.0.skip(message, reason)
    }

    fn relay(&self, source: u64, tx_hash: B256) -> BoxFuture<'_, Result<Vec<B256>, ControlFault>> {
        self.0.relay(source, tx_hash)
    }

    fn accounts(&self) -> Vec<Address> {
        self.0.accounts()
    }

    fn safety(&self, source: u64, destination: u64) -> (SafetyLevel, Option<u64>) {
        self.0.safety(source, destination)
    }

    fn resends(&self, _source: u64, _destination: u64) -> bool {
        true
    }
}

async fn next(world: &World) -> (String, Option<String>) {
    let next = &world.json(&format!("/v1/messages/{}", message_hash(0))).await["next"];
    assert_eq!(next["code"], "expired");
    (next["text"].as_str().unwrap().to_owned(), next["reason"].as_str().map(str::to_owned))
}

#[tokio::test]
async fn what_expired_is_said_to_be_sent_again_where_it_is() {
    let world = World::start().await;
    world.fill(1, 604_801).await;
    assert!(next(&world).await.0.ends_with("does not send it again by itself"));
    world.end().await;

    let store = Store::in_memory().await.unwrap();
    let control = Arc::new(Resends(StoreControl::new(store.clone(), vec![SIGNER])));
    let world = World::controlled(store, config(), control).await;
    world.fill(1, 604_801).await;
    assert!(next(&world).await.0.contains("when its turn comes"));
    world.tell(RelayerEvent::ResendCapped { chain_id: 901, gas: 7, cap: 8 }).await;
    let (text, reason) = next(&world).await;
    assert!(reason.is_some_and(|reason| reason.contains("7 gas of 8") && text.ends_with(&reason)), "{text}");

    let version = ErrandVersion { tx_hash: B256::repeat_byte(9), raw_tx: Bytes::new() };
    let (account, kind, amount) = (Address::repeat_byte(9), ErrandKind::Resend, U256::from(1));
    let new = NewErrand { chain_id: 901, account, nonce: 0, kind, subject: message_hash(0), amount, version };
    assert_eq!(world.store.record_errand(&new, amount).await.unwrap(), Noted::Yes);
    assert!(next(&world).await.0.contains("is being sent again"));
    let open = world.store.open_errands(901).await.unwrap().remove(0);
    let block = *world.store.window(901).await.unwrap().last().unwrap();
    let ended = world.store.end_errand(&open, ErrandState::Landed, (block.number, block.hash)).await;
    assert!(ended.unwrap());
    assert!(next(&world).await.0.contains("was sent again less than an expiry window ago"));
    world.end().await;
}
