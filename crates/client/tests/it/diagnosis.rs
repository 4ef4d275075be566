use alloy::{
    primitives::{Address, Bytes, U256, hex},
    sol_types::{Panic, Revert, SolError},
};
use causeway_bindings::{DEVNET_TOKEN, SuperchainERC20};
use causeway_chain::ConnectOptions;
use causeway_client::{
    ChainClient, RevertReason, Shipment,
    bridge::prepare,
    delivery::{RelayError, SentReceipt, prepare_relay},
    diagnosis::{Facts, Obstacle, Standing, Subject, Trial, explain, inspect},
    preflight::{Acceptance, Terms},
};
use causeway_interop::{
    CROSS_L2_INBOX, ETH_LIQUIDITY, L2_TO_L2_CROSS_DOMAIN_MESSENGER as MESSENGER, Member,
    SUPERCHAIN_TOKEN_BRIDGE,
};
use serde_json::json;

use crate::support::{Anvil, Gate, Mining, Mode, PATIENCE, mint, signer};

const TARGET: Address = Address::repeat_byte(0xbd);

/// Two chains, and an account with tokens on the first.
struct Pair {
    a: ChainClient,
    b: ChainClient,
    node_a: Anvil,
    node_b: Anvil,
}

async fn client(node: &Anvil) -> ChainClient {
    let options = ConnectOptions { read_retries: 0, ..ConnectOptions::default() };
    ChainClient::connect(&node.endpoint(), &options).await.unwrap()
}

impl Pair {
    async fn start() -> Self {
        let start = |chain_id| Anvil::start(chain_id, Mining::PerTransaction);
        let (node_a, node_b) = tokio::join!(start(901), start(902));
        let a = client(&node_a).await.with_signer(signer());
        let b = client(&node_b).await;
        mint(&a, &node_a).await;
        // The message is of no later second than the destination's block.
        node_b.mine().await;
        Self { a, b, node_a, node_b }
    }

    async fn send(&self, shipment: &Shipment) -> SentReceipt {
        let prepared = prepare(&self.a, shipment, U256::from(902)).await.unwrap();
        prepared.send(PATIENCE).await.unwrap()
    }

    async fn message(&self) -> SentReceipt {
        self.send(&Shipment::Message { target: TARGET, message: Bytes::from_static(b"x") }).await
    }

    async fn facts(&self, sent: &SentReceipt) -> Facts {
        facts(&self.a, &self.b, sent).await
    }

    /// What stands against the delivery while the target has this code.
    async fn with_target(&self, sent: &SentReceipt, code: &str) -> Vec<Obstacle> {
        self.node_b.set_code(TARGET, code).await;
        explain(&self.facts(sent).await)
    }
}

async fn facts(a: &ChainClient, b: &ChainClient, sent: &SentReceipt) -> Facts {
    let subject = Subject { message: &sent.message, identifier: sent.identifier, tx_hash: sent.tx_hash };
    let terms = Terms {
        acceptance: Acceptance::Accepted,
        expiry_window: 604_800,
        members: [Member::default(), Member::default()],
    };
    inspect(Some(a), b, &subject, terms).await
}

/// Code that reverts with this data.
fn reverts_with(data: &[u8]) -> String {
    // PUSH2 size PUSH1 12 PUSH0 CODECOPY, PUSH2 size PUSH0 REVERT: thirteen bytes, then the data.
    let size = data.len();
    format!("0x61{size:04x}600d5f3961{size:04x}5ffd00{}", hex::encode(data))
}

#[tokio::test(flavor = "multi_thread")]
async fn reverts_are_told_by_their_reasons() {
    let pair = Pair::start().await;
    let sent = pair.message().await;
    let facts = pair.facts(&sent).await;
    assert_eq!(explain(&facts), [], "it would be delivered");
    assert!(facts.is_hollow, "there is nobody to take the calldata");

    let poor = hex::decode(format!(
        "e450d38c{:0>64}{:064x}{:064x}",
        "f39fd6e51aad88f6f4ce6ab8827279cfffb92266", 5, 10
    ));
    for (data, text) in [
        (vec![], "no reason given"),
        (Revert { reason: "paused".to_owned() }.abi_encode(), r#""paused""#),
        (Panic { code: U256::from(0x11) }.abi_encode(), "Panic: arithmetic overflow (0x11)"),
        (SuperchainERC20::InsufficientBalance {}.abi_encode(), "InsufficientBalance()"),
        (poor.unwrap(), "ERC20InsufficientBalance(0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266, 5, 10)"),
        (vec![1, 2, 3, 4], "0x01020304"),
    ] {
        let found = pair.with_target(&sent, &reverts_with(&data)).await;
        let [Obstacle::Reverts { reason }] = &found[..] else { panic!("{text}: {found:?}") };
        assert_eq!((reason.to_string().as_str(), found[0].code()), (text, "reverts"));
    }
    // An endless loop, and an invalid instruction.
    for code in ["0x5b5f56", "0xfe"] {
        let found = pair.with_target(&sent, code).await;
        assert!(found.len() == 1 && found[0].code() == "out-of-gas", "{code}: {found:?}");
        let b = pair.b.clone().with_signer(signer());
        let refused = prepare_relay(&b, &sent.identifier, &sent.payload).await.unwrap_err();
        let by_hand = matches!(refused, RelayError::Reverts { reason: RevertReason::OutOfGas { .. } });
        assert!(by_hand, "{code}: {refused}");
    }
    assert!(pair.node_b.deliveries().await.is_empty(), "something was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_value_needs_at_its_destination_is_named() {
    let pair = Pair::start().await;
    let recipient = Address::repeat_byte(0x33);
    let tokens = Shipment::Erc20 { token: DEVNET_TOKEN, recipient, amount: U256::from(70) };
    let tokens = pair.send(&tokens).await;
    let ether = pair.send(&Shipment::Ether { recipient, amount: U256::from(1_000_000) }).await;
    for sent in [&tokens, &ether] {
        assert_eq!(explain(&pair.facts(sent).await), []);
    }
    pair.node_b.call("anvil_setBalance", json!([ETH_LIQUIDITY, "0xf423f"])).await;
    let need = U256::from(1_000_000);
    let poor = Obstacle::NoLiquidity { have: U256::from(999_999), need };
    let found = explain(&pair.facts(&ether).await);
    assert_eq!(found.first(), Some(&poor), "{found:?}");
    for (sent, name, address) in [
        (&tokens, "token", DEVNET_TOKEN),
        (&tokens, "SuperchainTokenBridge", SUPERCHAIN_TOKEN_BRIDGE),
        (&tokens, "CrossL2Inbox", CROSS_L2_INBOX),
        (&tokens, "L2ToL2CrossDomainMessenger", MESSENGER),
    ] {
        let snapshot = pair.node_b.call("evm_snapshot", json!([])).await;
        pair.node_b.set_code(address, "0x").await;
        let found = explain(&pair.facts(sent).await);
        assert_eq!(found.first(), Some(&Obstacle::NoContract { name, address }), "{found:?}");
        if address == SUPERCHAIN_TOKEN_BRIDGE {
            // A call of nothing succeeds, and would use the message up.
            let b = pair.b.clone().with_signer(signer());
            let refused = prepare_relay(&b, &sent.identifier, &sent.payload).await.unwrap_err();
            assert_eq!(refused, RelayError::NoBridge { chain_id: 902, name, address });
        }
        pair.node_b.call("evm_revert", json!([snapshot])).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_and_reorgs_are_looked_at() {
    let pair = Pair::start().await;
    let (a, b) = (&pair.node_a, &pair.node_b);
    a.call("evm_increaseTime", json!([1_000])).await;
    let sent = pair.message().await;
    let found = explain(&pair.facts(&sent).await);
    assert!(matches!(found[..], [Obstacle::Future { by }] if by >= 900), "{found:?}");
    b.call("evm_increaseTime", json!([2_000])).await;
    b.mine().await;
    assert_eq!(explain(&pair.facts(&sent).await), []);
    b.call("evm_increaseTime", json!([700_000])).await;
    b.mine().await;
    let found = explain(&pair.facts(&sent).await);
    assert!(matches!(found[..], [Obstacle::Expired { age, window: 604_800 }] if age > 700_000), "{found:?}");

    a.reorg(1).await;
    let facts = pair.facts(&sent).await;
    assert_eq!(facts.standing, Standing::Gone);
    assert_eq!(explain(&facts)[0], Obstacle::SourceGone);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_node_does_not_answer_is_no_obstacle_of_the_message() {
    let pair = Pair::start().await;
    let sent = pair.message().await;
    let gate = Gate::before(pair.node_b.port).await;
    let options = ConnectOptions { read_retries: 0, ..ConnectOptions::default() };
    let b = ChainClient::connect(&gate.endpoint(), &options).await.unwrap();
    gate.set(Mode::Down);
    let found = explain(&facts(&pair.a, &b, &sent).await);
    assert!(matches!(found[..], [Obstacle::Unanswered { .. }]), "{found:?}");
    gate.set(Mode::Refuse { method: "eth_call", times: usize::MAX, code: -32005, message: "slow down" });
    let found = explain(&facts(&pair.a, &b, &sent).await);
    assert!(matches!(found[..], [Obstacle::NotTried { .. }]), "{found:?}");
    // A node that knows no state overrides executes it all the same.
    pair.node_b.set_code(TARGET, "0x5f5ffd").await;
    gate.set(Mode::Refuse { method: "eth_call", times: 1, code: -32602, message: "too many arguments" });
    let facts = facts(&pair.a, &b, &sent).await;
    let tried = matches!(facts.trial, Trial::Reverts(RevertReason::Empty) | Trial::Untried(_));
    assert!(tried, "{:?}", facts.trial);
    // The source's silence proves nothing.
    let gate = Gate::before(pair.node_a.port).await;
    let a = ChainClient::connect(&gate.endpoint(), &options).await.unwrap();
    gate.set(Mode::Down);
    pair.node_b.set_code(TARGET, "0x00").await;
    let facts = self::facts(&a, &pair.b, &sent).await;
    assert!(matches!(facts.standing, Standing::Unknown(_)), "{facts:?}");
    assert_eq!(explain(&facts), []);
}
