//! Who goes first, when more waits than there is room for.

use std::num::NonZeroU32;

use alloy::primitives::Address;
use causeway_relayer::engine::Weight;

use crate::support::{Net, send_each, start};

/// So many of each wait when the relayer starts.
const WAITING: usize = 240;
/// So many deliveries are looked at: while both have some left.
const LOOKED_AT: usize = 160;
/// Messages that are guarded or on their way when the turns of others come.
const SLACK: usize = 40;

/// Three turns go to the application, one to the rest, though all of the rest are older; and in the end nobody is left out.
#[tokio::test(flavor = "multi_thread")]
async fn an_application_with_a_weight_has_its_share_of_a_narrow_chain() {
    let net = Net::direct().await;
    // Nobody has code there: whatever it is called with, it takes it.
    let application = Address::repeat_byte(0xa9);
    send_each(&net.a, 902, &[Net::COUNTER; WAITING]).await;
    let its: Vec<_> = send_each(&net.a, 902, &[application; WAITING]).await;
    let mut config = net.config().await;
    config.routes.weights = vec![Weight {
        source: None,
        destination: None,
        sender: None,
        target: Some(application),
        turns: NonZeroU32::new(3).unwrap(),
    }];
    config.policy.limits.messages = 10;
    (config.policy.max_in_flight, config.policy.guard_group, config.policy.max_guarded) = (1, 10, 20);
    let (relayer, mut events) = start(config);
    events.caught_up(902).await;
    net.mine_until(LOOKED_AT).await;
    let deliveries = net.b.deliveries().await;
    let first = deliveries.iter().take(LOOKED_AT).map(|(relayed, _)| relayed.message_hash);
    let got = first.filter(|hash| its.iter().any(|sent| sent.message_hash == *hash)).count();
    let due = LOOKED_AT * 3 / 4;
    assert!(got.abs_diff(due) <= SLACK, "{got} of {LOOKED_AT}, {due} are due");
    net.mine_until(2 * WAITING).await;
    relayer.shutdown().await.unwrap();
}
