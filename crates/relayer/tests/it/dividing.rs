//! Three relayers on one database, and three chains.

mod distance;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
    time::Duration,
};

use alloy::{primitives::B256, signers::local::PrivateKeySigner};
use causeway_relayer::{RelayChain, RelayerConfig, RelayerEvent, RelayerHandle};
use causeway_store::{Role, Store, test_utils::PostgresServer};
use serde_json::json;
use sqlx::{Connection, PgConnection};
use tokio::time::timeout;

use crate::support::{
    Anvil, Gate, Listener, Mining, Mode, Net, PATIENCE, relayer_signer, send, set_counter, signers, start,
};

static SERVER: LazyLock<PostgresServer> = LazyLock::new(PostgresServer::start);
/// Nobody takes over from one that works.
const LONG: Duration = Duration::from_secs(3_600);
/// Others take over soon. On a slow machine they may do so too early, which has to cost nothing.
const SHORT: Duration = Duration::from_secs(2);

/// Three chains, and a database.
struct World {
    chains: [Anvil; 3],
    url: String,
    accounts: Vec<PrivateKeySigner>,
    lease: Duration,
    probation: Duration,
}

impl World {
    async fn new(lease: Duration) -> Self {
        let chain = |id| Anvil::start(id, Mining::WhenTold);
        let (a, b, c) = tokio::join!(chain(901), chain(902), chain(903));
        let chains = [a, b, c];
        for chain in &chains {
            set_counter(chain).await;
        }
        let (url, accounts) = (SERVER.new_url().await, vec![relayer_signer()]);
        Self { chains, url, accounts, lease, probation: Duration::ZERO }
    }

    /// With so many accounts, that can pay everywhere.
    async fn with_accounts(self, count: usize) -> Self {
        let accounts: Vec<_> = (0..count).map(|_| PrivateKeySigner::random()).collect();
        for (chain, account) in
            self.chains.iter().flat_map(|chain| accounts.iter().map(move |of| (chain, of)))
        {
            chain.call("anvil_setBalance", json!([account.address(), "0xde0b6b3a7640000"])).await;
        }
        Self { accounts, ..self }
    }

    async fn store(&self) -> Store {
        Store::connect(&self.url).await.unwrap()
    }

    async fn replica(&self, name: &str) -> (RelayerHandle, Listener) {
        self.replica_of(name, self.chains.iter().map(relay_chain).collect()).await
    }

    async fn replica_of(&self, name: &str, chains: Vec<RelayChain>) -> (RelayerHandle, Listener) {
        let mut config = RelayerConfig::of(chains, signers(&self.accounts), self.store().await);
        config.poll_interval = Duration::from_millis(20);
        (config.holder, config.lease) = (name.to_owned(), self.lease);
        config.probation = self.probation;
        start(config)
    }

    /// Has so many messages sent in every direction. Returns those to each chain.
    async fn send(&self, count: u16) -> BTreeMap<u64, BTreeSet<B256>> {
        let mut sent: BTreeMap<u64, BTreeSet<B256>> = BTreeMap::new();
        for from in &self.chains {
            for to in self.chains.iter().filter(|to| to.chain_id != from.chain_id) {
                let receipts = send(from, to.chain_id, Net::COUNTER, count).await;
                let hashes = receipts.into_iter().map(|receipt| receipt.message_hash);
                sent.entry(to.chain_id).or_default().extend(hashes);
            }
        }
        sent
    }

    /// Has all chains make blocks until each has so many deliveries, then asserts that each message was delivered once, by
    /// transactions each of which delivered some.
    async fn delivered_once(&self, count: usize) {
        let full = async {
            for chain in &self.chains {
                while chain.deliveries().await.len() < count {
                    chain.mine().await;
                }
            }
        };
        timeout(PATIENCE, full).await.unwrap_or_else(|_| panic!("not everything is delivered"));
        for chain in &self.chains {
            let deliveries = chain.deliveries().await;
            let messages: BTreeSet<_> = deliveries.iter().map(|(relayed, _)| relayed.message_hash).collect();
            let carriers: BTreeSet<_> = deliveries.iter().map(|(_, tx_hash)| tx_hash).collect();
            assert_eq!((messages.len(), deliveries.len()), (count, count));
            assert_eq!(chain.storage(Net::COUNTER).await.to::<u64>(), count as u64);
            // The relayer's accounts may have sent nothing else.
            let mut paid = 0;
            for account in &self.accounts {
                paid += chain.nonce(account.address()).await;
            }
            assert_eq!(paid, carriers.len() as u64);
        }
    }

    /// Whether this one says that it cannot work for the chain.
    async fn is_away(&self, name: &str, chain: u64) -> bool {
        let leases = self.store().await.leases().await.unwrap();
        let of_it = leases.iter().filter(|lease| lease.holder == name && lease.chain_id == chain);
        of_it.into_iter().any(|lease| matches!(lease.role, Role::Away(_)) && !lease.expires_in.is_zero())
    }

    /// Who works for what.
    async fn work(&self) -> BTreeMap<String, BTreeSet<u64>> {
        let mut work: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
        for lease in self.store().await.leases().await.unwrap() {
            if lease.role == Role::Index && !lease.expires_in.is_zero() {
                work.entry(lease.holder).or_default().insert(lease.chain_id);
            }
        }
        work
    }
}

fn relay_chain(node: &Anvil) -> RelayChain {
    RelayChain::new(node.chain_id, node.chain_id.to_string(), node.endpoint())
}

async fn taken(events: &mut Listener, chain: u64) {
    events
        .until(|event| {
            matches!(event, RelayerEvent::ChainTaken { chain_id } if *chain_id == chain).then_some(())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_works_for_one_chain_and_all_is_delivered() {
    let world = World::new(LONG).await;
    let (first, mut events_of_first) = world.replica("first").await;
    for chain in [901, 902, 903] {
        taken(&mut events_of_first, chain).await;
    }
    // What is in the middle of somewhere when others come goes with its chain.
    let sent = world.send(3).await;
    for hash in &sent[&903] {
        events_of_first.submitted(*hash).await;
    }
    let (second, mut events_of_second) = world.replica("second").await;
    taken(&mut events_of_second, 903).await;
    let (third, mut events_of_third) = world.replica("third").await;
    taken(&mut events_of_third, 902).await;
    let expected = [("first", 901), ("second", 903), ("third", 902)];
    assert_eq!(world.work().await, expected.map(|(name, chain)| (name.to_owned(), [chain].into())).into());

    let later = world.send(3).await;
    for (events, chain) in
        [(&mut events_of_first, 901), (&mut events_of_second, 903), (&mut events_of_third, 902)]
    {
        for hash in &later[&chain] {
            events.submitted(*hash).await;
        }
    }
    world.delivered_once(12).await;
    for relayer in [first, second, third] {
        relayer.shutdown().await.unwrap();
    }
    assert!(world.work().await.is_empty(), "all is given back");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_others_go_on_with_the_chain_of_a_killed_one() {
    let world = World::new(SHORT).await;
    let (first, mut events_of_first) = world.replica("first").await;
    for chain in [901, 902, 903] {
        taken(&mut events_of_first, chain).await;
    }
    let (second, mut events_of_second) = world.replica("second").await;
    taken(&mut events_of_second, 903).await;
    let (third, mut events_of_third) = world.replica("third").await;
    taken(&mut events_of_third, 902).await;

    let sent = world.send(2).await;
    events_of_second.submitted(*sent[&903].first().unwrap()).await;
    second.abort().await;
    // Nobody reads 903 now, and what goes there waits.
    let later = world.send(2).await;
    for hash in &later[&901] {
        // Those from 903 come when somebody reads it.
        events_of_first.submitted(*hash).await;
    }
    world.delivered_once(8).await;
    let work = world.work().await;
    assert_eq!(work.values().map(BTreeSet::len).sum::<usize>(), 3, "{work:?}");
    assert!(!work.contains_key("second"), "{work:?}");
    for relayer in [first, third] {
        relayer.shutdown().await.unwrap();
    }
}

/// Who knows fewer chains would not deliver what the others send: it stands by as long as somebody knows more.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_configured_for_fewer_chains_stands_by() {
    let world = World::new(LONG).await;
    let two = world.chains[..2].iter().map(relay_chain).collect();
    let (second, mut events_of_second) = world.replica_of("second", two).await;
    for chain in [901, 902] {
        taken(&mut events_of_second, chain).await;
    }
    let (first, mut events_of_first) = world.replica("first").await;
    for chain in [903, 902, 901] {
        taken(&mut events_of_first, chain).await;
    }
    world.send(1).await;
    world.delivered_once(2).await;
    assert_eq!(world.work().await, [("first".to_owned(), [901, 902, 903].into())].into());
    first.shutdown().await.unwrap();
    for chain in [901, 902] {
        taken(&mut events_of_second, chain).await;
    }
    second.shutdown().await.unwrap();
}

/// Two relayers, of which the second one has taken the third chain through this gate, and left it to the first one, which delivers.
async fn beside_a_bad_node(world: &World, mode: Mode) -> (Gate, [RelayerHandle; 2], Listener) {
    let (first, mut events_of_first) = world.replica("first").await;
    for chain in [901, 902, 903] {
        taken(&mut events_of_first, chain).await;
    }
    let gate = Gate::before(world.chains[2].port).await;
    gate.set(mode);
    let mut chains: Vec<_> = world.chains.iter().map(relay_chain).collect();
    chains[2] = RelayChain::new(903, "903", gate.endpoint());
    let (second, mut events_of_second) = world.replica_of("second", chains).await;
    taken(&mut events_of_second, 903).await;
    taken(&mut events_of_first, 903).await;
    world.send(1).await;
    world.delivered_once(2).await;
    (gate, [first, second], events_of_second)
}

/// Who cannot reach a chain's node leaves it to one that can, until the node answers again.
#[tokio::test(flavor = "multi_thread")]
async fn a_chain_goes_to_who_can_reach_its_node() {
    let world = World::new(SHORT).await;
    let (gate, [first, second], mut events_of_second) = beside_a_bad_node(&world, Mode::Down).await;
    gate.set(Mode::Pass);
    taken(&mut events_of_second, 903).await;
    for relayer in [first, second] {
        relayer.shutdown().await.unwrap();
    }
}

/// A node that greets and says nothing of blocks is none by which a chain can be followed: it would be taken and left again and
/// again.
#[tokio::test(flavor = "multi_thread")]
async fn a_chain_whose_node_only_greets_stays_with_another() {
    const BLOCK: &str = "eth_getBlockByNumber";
    let world = World::new(SHORT).await;
    let mode = Mode::Refuse { method: BLOCK, times: usize::MAX, code: -32603, message: "no state" };
    let (gate, [first, second], mut events_of_second) = beside_a_bad_node(&world, mode).await;
    // It is asked for blocks, and it is known that it has none.
    let asked = gate.requests(BLOCK, 0).await.len();
    gate.requests(BLOCK, asked + 8).await;
    let is_taken = |event: &RelayerEvent| matches!(event, RelayerEvent::ChainTaken { chain_id: 903 });
    assert_eq!(events_of_second.heard(is_taken), 0);
    assert!(world.is_away("second", 903).await);
    gate.set(Mode::Pass);
    let there = async { while world.is_away("second", 903).await {} };
    timeout(PATIENCE, there).await.expect("it does not come back");
    for relayer in [first, second] {
        relayer.shutdown().await.unwrap();
    }
}

/// What nobody takes for whom it would be is taken by who is there.
#[tokio::test(flavor = "multi_thread")]
async fn one_that_takes_nothing_holds_nobody_up() {
    let world = World::new(SHORT).await;
    let mut database = PgConnection::connect(&world.url).await.unwrap();
    drop(world.store().await);
    let ghost = "INSERT INTO leases (chain_id, role, holder, epoch, expires_ms)
        SELECT id, 'member 0', 'a ghost', 1, 9000000000000 FROM unnest(array[901, 902, 903]) AS id";
    sqlx::raw_sql(ghost).execute(&mut database).await.unwrap();
    let (first, mut events) = world.replica("first").await;
    for chain in [901, 902, 903] {
        taken(&mut events, chain).await;
    }
    first.shutdown().await.unwrap();
    database.close().await.unwrap();
}
