//! Several relayers on one database divide the chains, and go on with what another one had.

mod cautious;
mod distance;

use std::{sync::LazyLock, time::Duration};

use alloy::primitives::B256;
use causeway_client::SafetyLevel;
use causeway_relayer::{ControlError, Left, RelayerEvent, RelayerHandle, engine::Prospect};
use causeway_store::{
    MessageRecord, Store,
    test_utils::{PostgresServer, Wire},
};
use sqlx::{Connection, PgConnection};
use tokio::time::{sleep, timeout};

use crate::support::{LeaseLog, Listener, Mode, Net, PATIENCE, Replica, set_counter};

pub(crate) static SERVER: LazyLock<PostgresServer> = LazyLock::new(PostgresServer::start);
const SEND: &str = "eth_sendRawTransaction";
/// Nobody takes over from one that works.
pub(crate) const LONG: Duration = Duration::from_secs(3_600);
/// Others take over soon. On a slow machine they may do so too early, which has to cost nothing.
const SHORT: Duration = Duration::from_secs(2);

async fn active(events: &mut Listener) {
    events.until(|event| matches!(event, RelayerEvent::Active).then_some(())).await;
}

/// Waits until it works for the chain, once more.
async fn taken(events: &mut Listener, chain: u64) {
    events
        .until(|event| {
            matches!(event, RelayerEvent::ChainTaken { chain_id } if *chain_id == chain).then_some(())
        })
        .await;
}

async fn left(events: &mut Listener, chain: u64) {
    events
        .until(|event| {
            matches!(event, RelayerEvent::ChainLeft { chain_id, .. } if *chain_id == chain).then_some(())
        })
        .await;
}

pub(crate) type Running = (RelayerHandle, Listener);

/// Two, of which the first one reads the source, and the second one delivers.
pub(crate) async fn pair(net: &Net, urls: [&str; 2], lease: Duration) -> (Running, Running) {
    divided(two(net, urls, lease)).await
}

/// The same, with blocks of the source that have to be so safe.
async fn cautious_pair(net: &Net, urls: [&str; 2], safety: SafetyLevel) -> (Running, Running) {
    divided(two(net, urls, LONG).map(|replica| replica.cautious(safety))).await
}

const fn two<'a>(net: &'a Net, [first, second]: [&'a str; 2], lease: Duration) -> [Replica<'a>; 2] {
    [Replica::new(net, first, "first", lease), Replica::new(net, second, "second", lease)]
}

/// The second one begins when the first one has everything.
async fn divided([first, second]: [Replica<'_>; 2]) -> (Running, Running) {
    let (first, mut events_of_first) = first.start().await;
    active(&mut events_of_first).await;
    // It is alone.
    taken(&mut events_of_first, 901).await;
    taken(&mut events_of_first, 902).await;
    let (second, mut events_of_second) = second.start().await;
    left(&mut events_of_first, 902).await;
    taken(&mut events_of_second, 902).await;
    ((first, events_of_first), (second, events_of_second))
}

async fn standing_by(events: &mut Listener, expected: &str) {
    events
        .until(|event| {
            matches!(event, RelayerEvent::StandingBy { holder } if holder == expected).then_some(())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_one_takes_over_when_one_ends() {
    let (net, url) = (Net::direct().await, SERVER.new_url().await);
    let ((first, mut events_of_first), (second, mut events_of_second)) = pair(&net, [&url, &url], LONG).await;

    let sent = net.send(3).await;
    events_of_first.seen(sent[2].message_hash).await;
    for sent in &sent {
        events_of_second.submitted(sent.message_hash).await;
    }
    // What is decided at one, the other one finds in the store.
    first.controls().retry(sent[0].message_hash).await.unwrap();
    let hashes = first.controls().relay_tx(901, sent[0].tx_hash).await.unwrap();
    assert_eq!(hashes, [sent[0].message_hash]);
    let error = second.controls().relay_tx(901, sent[0].tx_hash).await.unwrap_err();
    assert!(matches!(&error, ControlError::StandingBy { holder } if holder == "first"), "{error}");

    // Nothing is waited for: the leases would go on for an hour.
    first.shutdown().await.unwrap();
    taken(&mut events_of_second, 901).await;
    let later = net.send(2).await;
    events_of_second.submitted(later[1].message_hash).await;
    net.mine_until(5).await;
    for sent in sent.iter().chain(&later) {
        events_of_second.delivered(sent.message_hash).await;
    }
    net.delivered_once(5).await;
    second.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_one_sends_what_a_killed_one_has_committed() {
    let (net, url) = (Net::gated().await, SERVER.new_url().await);
    let ((first, mut events), (second, _)) = pair(&net, [&url, &url], SHORT).await;
    net.gate_b.set(Mode::HoldRequest(SEND));
    let sent = net.send(1).await.remove(0);
    let before = net.gate_b.requests(SEND, 1).await;
    second.abort().await;
    net.gate_b.set(Mode::Pass);

    taken(&mut events, 902).await;
    let after = net.gate_b.requests(SEND, 2).await;
    assert_eq!(after[..2], [before[0].clone(), before[0].clone()]);
    net.pooled(1).await;
    net.mine_until(1).await;
    events.delivered(sent.message_hash).await;
    net.delivered_once(1).await;
    first.shutdown().await.unwrap();
}

/// Not before its leases have expired, by the clock of the database, and soon after: what is counted is how often who takes over
/// has gone on with its own chain by then, three times a lease. However slow the machine is, it looks as often.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_one_is_replaced_when_its_leases_have_expired() {
    let (net, url) = (Net::direct().await, SERVER.new_url().await);
    drop(Store::connect(&url).await.unwrap());
    let mut log = LeaseLog::of(&url).await;
    let ((first, mut events), (second, _)) = pair(&net, [&url, &url], Duration::from_secs(4)).await;
    second.abort().await;
    taken(&mut events, 902).await;
    let takeover = log.takeover("first", 902, 901).await;
    assert!(takeover.late_ms >= 0 && takeover.renewals <= 2, "{takeover:?}");
    first.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_cut_off_from_the_database_leaves_the_work_to_others() {
    let (net, schema) = (Net::direct().await, SERVER.new_schema().await);
    let wire = Wire::to(&SERVER).await;
    let urls = [wire.url(&schema), SERVER.url(&schema)];
    let ((first, mut events_of_first), (second, mut events_of_second)) =
        pair(&net, [&urls[0], &urls[1]], SHORT).await;
    let sent = net.send(2).await;
    events_of_second.submitted(sent[1].message_hash).await;
    wire.cut();
    // Its blocks and its messages are in the middle of somewhere.
    let later = net.send(2).await;
    taken(&mut events_of_second, 901).await;
    events_of_second.submitted(later[1].message_hash).await;
    left(&mut events_of_first, 901).await;
    // What it has said meanwhile arrives now, and is too late. It gets a share again, with all that is on its way there.
    wire.mend();
    taken(&mut events_of_first, 902).await;
    net.mine_until(4).await;
    for sent in sent.iter().chain(&later) {
        events_of_first.delivered(sent.message_hash).await;
    }
    net.delivered_once(4).await;

    second.shutdown().await.unwrap();
    taken(&mut events_of_first, 901).await;
    let last = net.send(1).await.remove(0);
    events_of_first.submitted(last.message_hash).await;
    net.mine_until(5).await;
    events_of_first.delivered(last.message_hash).await;
    net.delivered_once(5).await;
    first.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_refused_stands_by_and_goes_on_later() {
    let (net, url) = (Net::direct().await, SERVER.new_url().await);
    let (relayer, mut events) = Replica::new(&net, &url, "first", LONG).start().await;
    active(&mut events).await;
    let sent = net.send(2).await;
    events.submitted(sent[1].message_hash).await;

    // Another one has taken over, and it does not know: it is told when it writes.
    let mut database = PgConnection::connect(&url).await.unwrap();
    let taken = "UPDATE leases SET epoch = epoch + 1, holder = 'thief', expires_ms = 9000000000000";
    sqlx::raw_sql(taken).execute(&mut database).await.unwrap();
    let later = net.send(1).await.remove(0);
    standing_by(&mut events, "thief").await;
    assert_eq!(net.paid().await, 0, "nothing was mined");

    sqlx::raw_sql("UPDATE leases SET expires_ms = 0").execute(&mut database).await.unwrap();
    active(&mut events).await;
    events.submitted(later.message_hash).await;
    net.mine_until(3).await;
    for sent in sent.iter().chain([&later]) {
        events.delivered(sent.message_hash).await;
    }
    net.delivered_once(3).await;
    relayer.shutdown().await.unwrap();
    let leases = Store::connect(&url).await.unwrap().leases().await.unwrap();
    let of_work = leases.iter().filter(|lease| lease.role.is_work());
    assert_eq!(of_work.count(), 4, "blocks and one account, on two chains");
    assert!(leases.iter().all(|lease| lease.expires_in.is_zero()), "they are given back: {leases:?}");
    database.close().await.unwrap();
}

/// The server is started anew while it works; nobody else is there.
#[tokio::test(flavor = "multi_thread")]
async fn one_goes_on_when_the_database_is_back() {
    let server = PostgresServer::start_durable();
    let (net, url) = (Net::direct().await, server.new_url().await);
    let (relayer, mut events) = Replica::new(&net, &url, "first", LONG).start().await;
    active(&mut events).await;
    let sent = net.send(2).await;
    events.submitted(sent[1].message_hash).await;
    server.tell("crash");
    let later = net.send(2).await;
    // Nobody is there to be left to.
    for chain in [901, 902] {
        let why = events
            .until(|event| match event {
                RelayerEvent::ChainLeft { chain_id, why } if *chain_id == chain => Some(*why),
                _ => None,
            })
            .await;
        assert_eq!(why, Left::StoreAway, "{chain}");
    }
    events.until(|event| matches!(event, RelayerEvent::StoreUnwell { .. }).then_some(())).await;
    server.tell("start");
    // Its own leases it need not wait for.
    active(&mut events).await;
    events.submitted(later[1].message_hash).await;
    net.mine_until(4).await;
    for sent in sent.iter().chain(&later) {
        events.delivered(sent.message_hash).await;
    }
    net.delivered_once(4).await;
    relayer.shutdown().await.unwrap();
}

/// The one that reads the source sees the reorg, and the other one has the transaction.
#[tokio::test(flavor = "multi_thread")]
async fn a_reorg_of_the_source_reaches_who_delivers() {
    let (net, url) = (Net::gated().await, SERVER.new_url().await);
    let ((first, mut events_of_first), (second, mut events)) = pair(&net, [&url, &url], LONG).await;
    events.caught_up(902).await;
    net.gate_b.set(Mode::Down);
    let lost = net.send(1).await.remove(0);
    events_of_first.seen(lost.message_hash).await;
    // Who delivers has heard of it before it is gone.
    waits_for(&second, &url, lost.message_hash, |_, prospect| prospect != Prospect::Dropped).await;
    net.a.reorg(1).await;
    events_of_first
        .until(|event| {
            matches!(event, RelayerEvent::Orphaned { message_hash, .. } if *message_hash == lost.message_hash)
                .then_some(())
        })
        .await;
    // And hears that it is gone by what the first one recorded; before that it would try it.
    waits_for(&second, &url, lost.message_hash, |_, prospect| prospect == Prospect::Dropped).await;
    net.gate_b.set(Mode::Pass);
    // Another one has its nonce now; it alone is sent.
    let other = net.send_to(alloy::primitives::Address::repeat_byte(7), 1).await.remove(0);
    assert_ne!(other.message_hash, lost.message_hash);
    assert_eq!(events.submitted(other.message_hash).await.1, 0);
    net.b.mine().await;
    events.delivered(other.message_hash).await;
    assert_eq!((net.paid().await, net.effects().await), (1, 0));

    // One that moves while its transaction waits is paid for once, with the bytes that say where it is.
    let before = net.send(1).await.remove(0);
    let (old, nonce) = events.submitted(before.message_hash).await;
    let refuse = Mode::Refuse { method: SEND, times: 1, code: -320600, message: "conflicting data" };
    net.gate_b.set(refuse);
    net.a.reorg(1).await;
    net.a.mine().await;
    let after = net.send(1).await.remove(0);
    assert_eq!(after.message_hash, before.message_hash);
    let (new, again) = events.submitted(after.message_hash).await;
    assert_ne!(old, new);
    assert_eq!((nonce, again), (1, 1), "a block takes one of them");
    net.b.mine().await;
    net.b.mine().await;
    assert_eq!(events.delivered(after.message_hash).await.0, new);
    assert_eq!((net.paid().await, net.effects().await), (2, 1));
    for relayer in [first, second] {
        relayer.shutdown().await.unwrap();
    }
}

/// Waits until the relayer's lane says that the message waits for such a thing, beside what is recorded of it.
async fn waits_for(
    relayer: &RelayerHandle,
    url: &str,
    message: B256,
    what: impl Fn(&MessageRecord, Prospect) -> bool,
) {
    let (store, controls) = (Store::connect(url).await.unwrap(), relayer.controls());
    let waits = async {
        loop {
            if let Some(record) = store.message(message).await.unwrap()
                && let Some(prospect) = controls.prospect(&record).await
                && what(&record, prospect)
            {
                return;
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, waits).await.expect("the lane says something else");
}
