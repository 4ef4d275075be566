use std::time::Duration;

use alloy::{
    primitives::{Address, B256, Bytes, U256, hex},
    providers::Provider,
    signers::local::PrivateKeySigner,
    sol_types::SolCall,
};
use causeway_bindings::{
    DEVNET_TOKEN, GAS_PRICE_ORACLE, IGasPriceOracle, L2NativeSuperchainERC20, Surcharge,
};
use causeway_chain::ConnectOptions;
use causeway_client::{
    ChainClient, RevertReason, Shipment,
    bridge::{BridgeError, prepare},
    delivery::{
        RelayError, SentReceipt, WaitError, delivers, find_delivery, is_delivered, prepare_relay, quote,
        sent_by, wait_delivered, wait_receipt,
    },
};
use causeway_interop::SUPERCHAIN_ETH_BRIDGE;

use crate::support::{Anvil, Mining, PATIENCE, USER, signer};

/// Two chains that mine every transaction, and the account that pays on both.
struct Pair {
    a: ChainClient,
    b: ChainClient,
    node_a: Anvil,
    node_b: Anvil,
}

impl Pair {
    async fn start() -> Self {
        let (node_a, node_b) = tokio::join!(
            Anvil::start(901, Mining::PerTransaction),
            Anvil::start(902, Mining::PerTransaction)
        );
        let client = async |node: &Anvil| {
            let client = ChainClient::connect(&node.endpoint(), &ConnectOptions::default()).await.unwrap();
            client.with_signer(signer())
        };
        Self { a: client(&node_a).await, b: client(&node_b).await, node_a, node_b }
    }

    fn account(&self) -> Address {
        self.a.account().unwrap()
    }
}

fn tokens(recipient: Address, amount: u64) -> Shipment {
    Shipment::Erc20 { token: DEVNET_TOKEN, recipient, amount: U256::from(amount) }
}

/// Sends to the other chain what can be sent there.
async fn send(source: &ChainClient, shipment: &Shipment) -> SentReceipt {
    prepare(source, shipment, U256::from(902)).await.unwrap().send(PATIENCE).await.unwrap()
}

async fn token_balance(chain: &ChainClient, account: Address) -> U256 {
    let token = L2NativeSuperchainERC20::new(DEVNET_TOKEN, chain.provider());
    token.balanceOf(account).call().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_move_to_the_other_chain() {
    let pair = Pair::start().await;
    let (account, to, amount) = (pair.account(), Address::repeat_byte(0x33), U256::from(70));
    let mint = L2NativeSuperchainERC20::mintCall { _to: account, _amount: U256::from(100) };
    let minted = pair.node_a.send(DEVNET_TOKEN, mint.abi_encode()).await;
    wait_receipt(&pair.a, minted, PATIENCE).await.unwrap();

    let sent = send(&pair.a, &tokens(to, 70)).await;
    assert_eq!(sent.message.destination, U256::from(902));
    assert_eq!(sent_by(pair.a.provider(), sent.tx_hash).await.unwrap(), std::slice::from_ref(&sent));
    assert_eq!(token_balance(&pair.a, account).await, U256::from(30));
    assert!(!is_delivered(pair.b.provider(), sent.message_hash).await.unwrap());

    let waiting = tokio::spawn({
        let (b, hash) = (pair.b.clone(), sent.message_hash);
        async move { wait_delivered(&b, hash, PATIENCE).await }
    });
    let relay = prepare_relay(&pair.b, &sent.identifier, &sent.payload).await.unwrap();
    assert_eq!(find_delivery(pair.b.provider(), sent.message_hash).await, Ok(None));
    let receipt = relay.land(PATIENCE).await.unwrap();
    assert!(receipt.status() && delivers(&receipt, sent.message_hash));
    assert!(!delivers(&receipt, B256::ZERO));
    let there = (relay.tx_hash(), receipt.block_number.unwrap());
    let delivery = waiting.await.unwrap().unwrap();
    assert_eq!((delivery.message_hash, delivery.transaction), (sent.message_hash, there));
    assert_eq!(token_balance(&pair.b, to).await, amount);

    let again = prepare_relay(&pair.b, &sent.identifier, &sent.payload).await;
    assert_eq!(again.unwrap_err(), RelayError::AlreadyRelayed);
    // Delivered long ago is delivered, and by the same log.
    pair.node_b.mine().await;
    let delivery = wait_delivered(&pair.b, sent.message_hash, PATIENCE).await.unwrap();
    assert_eq!(delivery.transaction, there);
}

#[tokio::test(flavor = "multi_thread")]
async fn ether_moves_to_the_other_chain() {
    let pair = Pair::start().await;
    let (to, amount) = (Address::repeat_byte(0x44), U256::from(1_000_000));
    let sent = send(&pair.a, &Shipment::Ether { recipient: to, amount }).await;
    assert_eq!(sent.message.sender, SUPERCHAIN_ETH_BRIDGE);
    let relay = prepare_relay(&pair.b, &sent.identifier, &sent.payload).await.unwrap();
    relay.land(PATIENCE).await.unwrap();
    wait_delivered(&pair.b, sent.message_hash, PATIENCE).await.unwrap();
    assert_eq!(pair.b.provider().get_balance(to).await.unwrap(), amount);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_has_what_the_chain_asks_for_its_l1_and_its_operator() {
    let pair = Pair::start().await;
    let target = Address::repeat_byte(0x55);
    let sent = send(&pair.a, &Shipment::Message { target, message: Bytes::from_static(b"x") }).await;
    let ask = async || quote(&pair.b, pair.account(), &sent.identifier, &sent.payload).await.unwrap();
    let nobody_says = ask().await;
    assert_eq!(nobody_says.surcharge, Surcharge::default());
    // An oracle that asks for 100 wei for the L1, and for each unit of gas 2 for the operator; then one that knows no
    // operator, as before Isthmus.
    let selector = hex::encode(IGasPriceOracle::getOperatorFeeCall::SELECTOR);
    let code = |operator| format!("0x5f3560e01c63{selector}1460165760645f5260205ff35b{operator}");
    let l1_fee = Some(U256::from(100));
    for (operator, knows_it) in [("60043580015f5260205ff3", true), ("5f5ffd", false)] {
        pair.node_b.set_code(GAS_PRICE_ORACLE, &code(operator)).await;
        let quoted = ask().await;
        let operator_fee = knows_it.then(|| U256::from(2 * quoted.gas));
        assert_eq!(quoted.surcharge, Surcharge { l1_fee, operator_fee });
        let gas = U256::from(quoted.gas) * U256::from(quoted.gas_price);
        assert_eq!(quoted.fee(), gas + U256::from(100) + operator_fee.unwrap_or_default());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_named_before_anything_is_sent() {
    let pair = Pair::start().await;
    let (account, to, amount) = (pair.account(), Address::repeat_byte(0x33), U256::from(5));
    let fails = async |shipment: Shipment, destination| {
        prepare(&pair.a, &shipment, U256::from(destination)).await.unwrap_err()
    };
    assert_eq!(fails(tokens(to, 5), 901).await, BridgeError::SameChain { chain_id: 901 });
    assert_eq!(fails(tokens(Address::ZERO, 5), 902).await, BridgeError::ZeroRecipient);
    assert_eq!(fails(tokens(to, 0), 902).await, BridgeError::ZeroAmount);
    let none = Shipment::Ether { recipient: to, amount: U256::ZERO };
    assert_eq!(fails(none, 902).await, BridgeError::ZeroAmount);
    let user = Shipment::Erc20 { token: USER, recipient: to, amount };
    assert_eq!(fails(user, 902).await, BridgeError::NoToken { token: USER, chain_id: 901 });
    let poor = BridgeError::InsufficientBalance { account, have: U256::ZERO, need: amount };
    assert_eq!(fails(tokens(to, 5), 902).await, poor);
    assert_eq!(poor.to_string(), format!("insufficient balance: {account} has 0, needs 5"));

    let ether = |amount| Shipment::Ether { recipient: to, amount };
    let too_much = fails(ether(U256::MAX), 902).await;
    assert!(matches!(too_much, BridgeError::InsufficientBalance { need: U256::MAX, .. }));
    // Enough for the amount, but not for the gas.
    let balance = pair.a.provider().get_balance(account).await.unwrap();
    let all = fails(ether(balance), 902).await;
    assert!(matches!(all, BridgeError::Unfunded { .. }), "{all:?}");

    let reader = ChainClient::connect(&pair.node_a.endpoint(), &ConnectOptions::default()).await.unwrap();
    let message = |target| Shipment::Message { target, message: Bytes::new() };
    let unsigned = prepare(&reader, &message(to), U256::from(902)).await;
    assert_eq!(unsigned.unwrap_err(), BridgeError::NoAccount);
    let messenger = causeway_interop::L2_TO_L2_CROSS_DOMAIN_MESSENGER;
    let name = "MessageTargetL2ToL2CrossDomainMessenger";
    let forbidden = BridgeError::Reverts { reason: RevertReason::Known { name } };
    assert_eq!(fails(message(messenger), 902).await, forbidden);
    assert_eq!(pair.node_a.nonce(account).await, 0, "nothing was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn relay_mistakes_are_named() {
    let pair = Pair::start().await;
    let target = Address::repeat_byte(0xbd);
    pair.node_b.set_code(target, "0x5f5ffd").await;
    let sent = send(&pair.a, &Shipment::Message { target, message: Bytes::from_static(b"x") }).await;
    let fails = async |chain: &ChainClient, payload: &Bytes| {
        prepare_relay(chain, &sent.identifier, payload).await.unwrap_err()
    };
    let reverts = fails(&pair.b, &sent.payload).await;
    assert_eq!(reverts, RelayError::Reverts { reason: RevertReason::Empty });
    let elsewhere = fails(&pair.a, &sent.payload).await;
    assert_eq!(elsewhere, RelayError::WrongDestination { chain_id: 901 });
    let nonsense = fails(&pair.b, &Bytes::from(vec![1; 200])).await;
    let name = "EventPayloadNotSentMessage";
    assert_eq!(nonsense, RelayError::Reverts { reason: RevertReason::Known { name } });

    let poor = ChainClient::connect(&pair.node_b.endpoint(), &ConnectOptions::default()).await.unwrap();
    assert_eq!(fails(&poor, &sent.payload).await, RelayError::NoAccount);
    pair.node_b.set_code(target, "0x00").await;
    let poor = poor.with_signer(PrivateKeySigner::random());
    let unfunded = fails(&poor, &sent.payload).await;
    assert!(matches!(unfunded, RelayError::Unfunded { .. }), "{unfunded:?}");

    // Where nothing stands, a call succeeds; so it does at a proxy that leads nowhere.
    let messenger = causeway_interop::L2_TO_L2_CROSS_DOMAIN_MESSENGER;
    for code in ["0x", "0x00"] {
        pair.node_b.set_code(messenger, code).await;
        assert_eq!(fails(&pair.b, &sent.payload).await, RelayError::NoMessenger { chain_id: 902 });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_ends_in_time() {
    let pair = Pair::start().await;
    let after = Duration::from_millis(50);
    let nothing = alloy::primitives::B256::repeat_byte(1);
    let timeout = WaitError::Timeout { after };
    assert_eq!(wait_delivered(&pair.b, nothing, after).await, Err(timeout.clone()));
    assert_eq!(wait_receipt(&pair.b, nothing, after).await.unwrap_err(), timeout);
}
