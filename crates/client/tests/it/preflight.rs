use std::future::Future;

use alloy::primitives::{Address, B256, Bytes, U256, address, b256, hex};
use causeway_bindings::{DEVNET_TOKEN, MULTICALL3};
use causeway_chain::ConnectOptions;
use causeway_client::{
    ChainClient, FaultKind, RevertReason, Shipment,
    bridge::check,
    preflight::{Acceptance, PreflightError as Error, Terms, depart, look},
};
use causeway_interop::{
    CROSS_L2_INBOX, ETH_LIQUIDITY, L2_TO_L2_CROSS_DOMAIN_MESSENGER as MESSENGER, Member,
    SUPERCHAIN_ETH_BRIDGE, SUPERCHAIN_TOKEN_BRIDGE,
};
use serde_json::json;

use crate::support::{Anvil, Gate, Mining, Mode, mint, signer};

const TO: Address = address!("0000000000000000000000000000000000000033");

/// The implementation slot of ERC-1967.
const IMPLEMENTATION: B256 = b256!("360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc");

/// Two chains, and an account with tokens on the first.
struct Pair {
    a: ChainClient,
    b: ChainClient,
    node_a: Anvil,
    node_b: Anvil,
    terms: Terms,
}

async fn client(node: &Anvil) -> ChainClient {
    ChainClient::connect(&node.endpoint(), &ConnectOptions::default()).await.unwrap()
}

impl Pair {
    async fn start() -> Self {
        let start = |chain_id| Anvil::start(chain_id, Mining::PerTransaction);
        let (node_a, node_b) = tokio::join!(start(901), start(902));
        let a = client(&node_a).await.with_signer(signer());
        let b = client(&node_b).await;
        mint(&a, &node_a).await;
        let terms = Terms {
            acceptance: Acceptance::Accepted,
            expiry_window: 604_800,
            members: [Member::default(), Member::default()],
        };
        Self { a, b, node_a, node_b, terms }
    }

    async fn look(&self, shipment: &Shipment) -> Result<(), Error> {
        let there = U256::from(self.b.chain_id());
        check(&self.a, shipment, there).await.unwrap();
        look(&self.a, &self.b, shipment, &self.terms).await
    }

    /// What is found while a chain is changed, which is taken back afterwards.
    async fn with<F: Future<Output = ()>>(
        &self,
        node: &Anvil,
        change: impl FnOnce() -> F,
        shipment: &Shipment,
    ) -> Error {
        let snapshot = node.call("evm_snapshot", json!([])).await;
        change().await;
        let found = self.look(shipment).await.expect_err("it was found fit to be sent");
        node.call("evm_revert", json!([snapshot])).await;
        assert_eq!(self.look(shipment).await, Ok(()), "it stays changed");
        found
    }

    async fn without(&self, node: &Anvil, account: Address, shipment: &Shipment) -> Error {
        self.with(node, || node.set_code(account, "0x"), shipment).await
    }

    /// With a proxy that leads to an account without code: it takes every call, and does nothing.
    async fn hollow(&self, node: &Anvil, proxy: Address, shipment: &Shipment) -> Error {
        let nowhere = B256::left_padding_from(&[0xee; 20]);
        let change = async || {
            node.call("anvil_setStorageAt", json!([proxy, IMPLEMENTATION, nowhere])).await;
        };
        self.with(node, change, shipment).await
    }
}

fn tokens() -> Shipment {
    Shipment::Erc20 { token: DEVNET_TOKEN, recipient: TO, amount: U256::from(70) }
}

fn ether() -> Shipment {
    Shipment::Ether { recipient: TO, amount: U256::from(1_000_000) }
}

fn message(target: Address) -> Shipment {
    Shipment::Message { target, message: Bytes::from_static(b"x") }
}

/// Code that answers one word to everything.
fn answers(word: u8) -> String {
    format!("0x60{word:02x}5f5260205ff3")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_arrive_is_found_fit_and_nothing_is_sent() {
    let pair = Pair::start().await;
    for shipment in [tokens(), ether(), message(TO)] {
        assert_eq!(pair.look(&shipment).await, Ok(()));
        // A chain without Multicall3 simulates all the same.
        pair.node_b.set_code(MULTICALL3, "0x").await;
        assert_eq!(pair.look(&shipment).await, Ok(()));
    }
    assert_eq!(pair.node_a.nonce(pair.a.account().unwrap()).await, 0);
    assert!(pair.node_b.deliveries().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_named() {
    let pair = Pair::start().await;
    for (node, account, shipment, name) in [
        (&pair.node_a, MESSENGER, tokens(), "L2ToL2CrossDomainMessenger"),
        (&pair.node_a, SUPERCHAIN_TOKEN_BRIDGE, tokens(), "SuperchainTokenBridge"),
        (&pair.node_a, SUPERCHAIN_ETH_BRIDGE, ether(), "SuperchainETHBridge"),
        (&pair.node_b, MESSENGER, message(TO), "L2ToL2CrossDomainMessenger"),
        (&pair.node_b, CROSS_L2_INBOX, message(TO), "CrossL2Inbox"),
        (&pair.node_b, SUPERCHAIN_TOKEN_BRIDGE, tokens(), "SuperchainTokenBridge"),
        (&pair.node_b, SUPERCHAIN_ETH_BRIDGE, ether(), "SuperchainETHBridge"),
        (&pair.node_b, ETH_LIQUIDITY, ether(), "ETHLiquidity"),
    ] {
        let missing = Error::NoContract { chain_id: node.chain_id, name, address: account };
        assert_eq!(pair.without(node, account, &shipment).await, missing);
    }
    let token = DEVNET_TOKEN;
    let absent = Error::NoToken { chain_id: 902, token };
    assert_eq!(pair.without(&pair.node_b, token, &tokens()).await, absent);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_there_and_does_nothing_is_found_out() {
    let pair = Pair::start().await;
    let (a, b) = (&pair.node_a, &pair.node_b);
    for (proxy, shipment, name) in [
        (SUPERCHAIN_TOKEN_BRIDGE, tokens(), "SuperchainTokenBridge"),
        (SUPERCHAIN_ETH_BRIDGE, ether(), "SuperchainETHBridge"),
    ] {
        let hollow = Error::SourceIneffective { chain_id: 901, name };
        assert_eq!(pair.hollow(a, proxy, &shipment).await, hollow);
        let amount = U256::from(if shipment == tokens() { 70 } else { 1_000_000 });
        let hollow = Error::NotCredited { chain_id: 902, got: U256::ZERO, amount };
        assert_eq!(pair.hollow(b, proxy, &shipment).await, hollow);
    }
    let hollow = Error::NothingRelayed { chain_id: 902 };
    assert_eq!(pair.hollow(b, MESSENGER, &message(TO)).await, hollow);
    let hollow = pair.hollow(a, MESSENGER, &message(TO)).await;
    assert!(matches!(hollow, Error::Unanswered { chain_id: 901, .. }), "{hollow}");
}

/// The simulation puts another code in the inbox's place, and would not see it.
#[tokio::test(flavor = "multi_thread")]
async fn an_inbox_that_is_none_is_found_out() {
    let pair = Pair::start().await;
    let b = &pair.node_b;
    for code in ["0x5f5ffd".to_owned(), "0xfe".to_owned(), "0x00".to_owned(), answers(1)] {
        let broken = pair.with(b, || b.set_code(CROSS_L2_INBOX, &code), &message(TO)).await;
        assert_eq!(broken, Error::NoInbox { chain_id: 902 }, "{code}");
    }
    assert_eq!(pair.hollow(b, CROSS_L2_INBOX, &tokens()).await, Error::NoInbox { chain_id: 902 });
    for code in ["0x5f5ffd", "0xfe"] {
        let broken = pair.with(b, || b.set_code(MESSENGER, code), &message(TO)).await;
        assert!(matches!(broken, Error::DeliveryReverts { chain_id: 902, .. }), "{code} {broken}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_not_taken_at_their_word() {
    let pair = Pair::start().await;
    let (b, token) = (&pair.node_b, DEVNET_TOKEN);
    let found =
        async |code: String| pair.with(b, || async { b.set_code(token, &code).await }, &tokens()).await;
    // An account of a user, delegated to nothing in particular; a contract that says yes, or no, to everything.
    let foreign = Error::NotCrosschain { chain_id: 902, token };
    assert_eq!(found("0x00".to_owned()).await, foreign);
    assert_eq!(found(answers(0)).await, foreign);
    assert_eq!(found(answers(1)).await, foreign);
    // One that says of itself what it should, with other decimals, with a mint that reverts, and with one that does nothing.
    let other = found(superchain(6, "00")).await;
    assert!(matches!(other, Error::Decimals { .. }), "{other}");
    let text = "has 18 decimals on chain 901 and 6 on chain 902";
    assert!(other.to_string().contains(text), "{other}");
    let reverts = Error::DeliveryReverts { chain_id: 902, reason: RevertReason::Empty };
    assert_eq!(found(superchain(18, "5f5ffd")).await, reverts);
    let lazy = Error::NotCredited { chain_id: 902, got: U256::ZERO, amount: U256::from(70) };
    assert_eq!(found(superchain(18, "00")).await, lazy);
}

/// A token that supports ERC-165 and IERC7802, answers `decimals`, runs `mint`, and has no balances.
fn superchain(decimals: u8, mint: &str) -> String {
    // Each case: DUP1 PUSH4 selector EQ PUSH2 target JUMPI.
    let cases = [
        (0x313c_e567_u32, format!("5b60{decimals:02x}5f5260205ff3")),
        (0x18bf_5077, format!("5b{mint}")),
        // supportsInterface: everything but 0xffffffff.
        (0x01ff_c9a7, format!("5b60043560e01c63ffffffff1415{}", "5f5260205ff3")),
        (0x70a0_8231, "5b5f5f5260205ff3".to_owned()),
    ];
    let table = 5 + cases.len() * 11 + 3;
    let (mut jumps, mut bodies) = (String::new(), String::new());
    for (selector, body) in &cases {
        let target = table + bodies.len() / 2;
        jumps.push_str(&format!("8063{selector:08x}1461{target:04x}57"));
        bodies.push_str(body);
    }
    let code = format!("5f3560e01c{jumps}5f5ffd{bodies}");
    assert!(hex::decode(&code).is_ok());
    format!("0x{code}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_reverts_is_found_out() {
    let pair = Pair::start().await;
    let (b, target) = (&pair.node_b, Address::repeat_byte(0xbd));
    let reverts = pair.with(b, || b.set_code(target, "0x5f5ffd"), &message(target)).await;
    assert_eq!(reverts, Error::DeliveryReverts { chain_id: 902, reason: RevertReason::Empty });
    for eats_it_all in ["0xfe", "0x5b5f56"] {
        let found = pair.with(b, || b.set_code(target, eats_it_all), &message(target)).await;
        let Error::DeliveryReverts { reason: RevertReason::OutOfGas { gas: Some(gas) }, .. } = found else {
            panic!("{found}");
        };
        assert!(gas > 20_000_000, "{gas}");
    }
    let empty = || async {
        b.call("anvil_setBalance", json!([ETH_LIQUIDITY, "0xf423f"])).await;
    };
    let (have, need) = (U256::from(999_999), U256::from(1_000_000));
    assert_eq!(pair.with(b, empty, &ether()).await, Error::NoLiquidity { chain_id: 902, have, need });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_destination_would_never_execute() {
    let mut pair = Pair::start().await;
    let fair = pair.terms.clone();
    pair.terms.acceptance = Acceptance::Refused { says: "so says the test".to_owned() };
    assert!(matches!(
        pair.look(&tokens()).await,
        Err(Error::NotAccepted { source_id: 901, destination_id: 902, .. })
    ));
    pair.terms.acceptance = Acceptance::Unknown { why: "nobody was asked".to_owned() };
    assert!(matches!(pair.look(&tokens()).await, Err(Error::NotKnownToBeAccepted { .. })));
    for index in [0, 1] {
        pair.terms = fair.clone();
        pair.terms.members[index].activation = u64::MAX;
        let chain_id = 901 + index as u64;
        assert_eq!(pair.look(&tokens()).await, Err(Error::Inactive { chain_id, activation: u64::MAX }));
    }
    pair.terms = fair;
    pair.node_b.call("evm_increaseTime", json!([700_000])).await;
    pair.node_b.mine().await;
    let expired = pair.look(&message(TO)).await.unwrap_err();
    assert!(matches!(expired, Error::Expired { expiry_window: 604_800, .. }), "{expired}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_fault_does_not_hide_another() {
    let mut pair = Pair::start().await;
    pair.terms.acceptance = Acceptance::Unknown { why: "nobody was asked".to_owned() };
    pair.node_b.set_code(TO, "0x5f5ffd").await;
    let shipment = message(TO);
    let departure = depart(&pair.a, U256::from(902), &shipment).await.unwrap();
    let found = departure.arrive(&pair.b, &pair.terms).await;
    let [Error::NotKnownToBeAccepted { .. }, Error::DeliveryReverts { chain_id: 902, .. }] = &found[..]
    else {
        panic!("{found:?}");
    };
    assert_eq!(found.first().cloned().map_or(Ok(()), Err), pair.look(&shipment).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_does_not_answer_consents_to_nothing() {
    let pair = Pair::start().await;
    let (gate_a, gate_b) = tokio::join!(Gate::before(pair.node_a.port), Gate::before(pair.node_b.port));
    let options = ConnectOptions { read_retries: 0, ..ConnectOptions::default() };
    let connect = async |gate: &Gate| ChainClient::connect(&gate.endpoint(), &options).await.unwrap();
    let (a, b) = (connect(&gate_a).await.with_signer(signer()), connect(&gate_b).await);
    assert_eq!(look(&a, &b, &tokens(), &pair.terms).await, Ok(()));
    for (gate, chain_id) in [(&gate_a, 901), (&gate_b, 902)] {
        gate.set(Mode::Down);
        match look(&a, &b, &tokens(), &pair.terms).await {
            Err(Error::Unanswered { chain_id: of, fault }) => {
                assert_eq!((of, fault.kind), (chain_id, FaultKind::Unavailable));
            }
            other => panic!("{other:?}"),
        }
        for method in ["eth_getCode", "eth_call", "eth_getBlockByNumber"] {
            for code in [-32000, -32603, -32601] {
                gate.set(Mode::Refuse { method, times: usize::MAX, code, message: "not now" });
                let found = look(&a, &b, &tokens(), &pair.terms).await;
                assert!(found.is_err(), "{method} {code}");
            }
        }
        gate.set(Mode::Pass);
    }
}
