use std::time::Duration;

use alloy::{
    primitives::{Address, Bytes, U256},
    providers::Provider,
    signers::local::PrivateKeySigner,
    sol_types::SolCall,
};
use causeway_bindings::{DEVNET_TOKEN, L2NativeSuperchainERC20};
use causeway_chain::ConnectOptions;
use causeway_interop::SUPERCHAIN_ETH_BRIDGE;
use causeway_relayer::{
    ChainClient, RevertReason,
    bridge::{BridgeError, send_erc20, send_eth, send_message},
    delivery::{RelayError, WaitError, is_delivered, relay_once, sent_by, wait_delivered, wait_receipt},
};

use crate::support::{Anvil, Mining, PATIENCE, USER, relayer_signer};

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
            client.with_signer(relayer_signer())
        };
        Self { a: client(&node_a).await, b: client(&node_b).await, node_a, node_b }
    }

    fn account(&self) -> Address {
        self.a.account().unwrap()
    }
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
    pair.node_a.send(DEVNET_TOKEN, mint.abi_encode()).await;

    let destination = U256::from(902);
    let sent = send_erc20(&pair.a, DEVNET_TOKEN, to, amount, destination, PATIENCE).await.unwrap();
    assert_eq!(sent.message.destination, destination);
    assert_eq!(sent_by(pair.a.provider(), sent.tx_hash).await.unwrap(), std::slice::from_ref(&sent));
    assert_eq!(token_balance(&pair.a, account).await, U256::from(30));
    assert!(!is_delivered(pair.b.provider(), sent.message_hash).await.unwrap());

    let waiting = tokio::spawn({
        let (b, hash) = (pair.b.clone(), sent.message_hash);
        async move { wait_delivered(&b, hash, PATIENCE).await }
    });
    let tx_hash = relay_once(&pair.b, &sent.identifier, &sent.payload).await.unwrap();
    let receipt = wait_receipt(&pair.b, tx_hash, PATIENCE).await.unwrap();
    assert!(receipt.status());
    let delivery = waiting.await.unwrap().unwrap();
    assert_eq!(delivery.message_hash, sent.message_hash);
    assert!(delivery.transaction.is_none_or(|found| found == (tx_hash, receipt.block_number.unwrap())));
    assert_eq!(token_balance(&pair.b, to).await, amount);

    let again = relay_once(&pair.b, &sent.identifier, &sent.payload).await;
    assert_eq!(again, Err(RelayError::AlreadyRelayed));
    // Delivered long ago is delivered.
    let delivery = wait_delivered(&pair.b, sent.message_hash, PATIENCE).await.unwrap();
    assert_eq!(delivery.transaction, Some((tx_hash, receipt.block_number.unwrap())));
    pair.node_b.mine().await;
    let delivery = wait_delivered(&pair.b, sent.message_hash, PATIENCE).await.unwrap();
    assert_eq!(delivery.transaction, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn ether_moves_to_the_other_chain() {
    let pair = Pair::start().await;
    let (to, amount) = (Address::repeat_byte(0x44), U256::from(1_000_000));
    let sent = send_eth(&pair.a, to, amount, U256::from(902), PATIENCE).await.unwrap();
    assert_eq!(sent.message.sender, SUPERCHAIN_ETH_BRIDGE);
    relay_once(&pair.b, &sent.identifier, &sent.payload).await.unwrap();
    wait_delivered(&pair.b, sent.message_hash, PATIENCE).await.unwrap();
    assert_eq!(pair.b.provider().get_balance(to).await.unwrap(), amount);
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_named_before_anything_is_sent() {
    let pair = Pair::start().await;
    let (account, to, amount, there) =
        (pair.account(), Address::repeat_byte(0x33), U256::from(5), U256::from(902));
    let erc20 = async |token, to, destination| {
        send_erc20(&pair.a, token, to, amount, destination, PATIENCE).await.unwrap_err()
    };
    let here = U256::from(901);
    assert_eq!(erc20(DEVNET_TOKEN, to, here).await, BridgeError::SameChain { chain_id: 901 });
    assert_eq!(erc20(DEVNET_TOKEN, Address::ZERO, there).await, BridgeError::ZeroRecipient);
    assert_eq!(erc20(USER, to, there).await, BridgeError::NoToken { token: USER, chain_id: 901 });
    let other = SUPERCHAIN_ETH_BRIDGE;
    assert_eq!(erc20(other, to, there).await, BridgeError::NotCrosschain { token: other });
    let poor = BridgeError::InsufficientBalance { account, have: U256::ZERO, need: amount };
    assert_eq!(erc20(DEVNET_TOKEN, to, there).await, poor);
    assert_eq!(poor.to_string(), format!("insufficient balance: {account} has 0, needs 5"));

    let too_much = send_eth(&pair.a, to, U256::MAX, there, PATIENCE).await;
    assert!(matches!(too_much, Err(BridgeError::InsufficientBalance { need: U256::MAX, .. })));
    // Enough for the amount, but not for the gas.
    let balance = pair.a.provider().get_balance(account).await.unwrap();
    let all = send_eth(&pair.a, to, balance, there, PATIENCE).await;
    assert!(matches!(all, Err(BridgeError::Unfunded { .. })), "{all:?}");

    let reader = ChainClient::connect(&pair.node_a.endpoint(), &ConnectOptions::default()).await.unwrap();
    let unsigned = send_message(&reader, to, Bytes::new(), there, PATIENCE).await;
    assert_eq!(unsigned, Err(BridgeError::NoAccount));
    let messenger = causeway_interop::L2_TO_L2_CROSS_DOMAIN_MESSENGER;
    let forbidden = send_message(&pair.a, messenger, Bytes::new(), there, PATIENCE).await;
    let name = "MessageTargetL2ToL2CrossDomainMessenger";
    assert_eq!(forbidden, Err(BridgeError::Reverts { reason: RevertReason::Known { name } }));
    assert_eq!(pair.node_a.nonce(account).await, 0, "nothing was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn relay_mistakes_are_named() {
    let pair = Pair::start().await;
    let target = Address::repeat_byte(0xbd);
    pair.node_b.set_code(target, "0x5f5ffd").await;
    let sent =
        send_message(&pair.a, target, Bytes::from_static(b"x"), U256::from(902), PATIENCE).await.unwrap();
    let reverts = relay_once(&pair.b, &sent.identifier, &sent.payload).await;
    assert_eq!(reverts, Err(RelayError::Reverts { reason: RevertReason::Empty }));
    let elsewhere = relay_once(&pair.a, &sent.identifier, &sent.payload).await;
    assert_eq!(elsewhere, Err(RelayError::WrongDestination { chain_id: 901 }));
    let garbage = Bytes::from(vec![1; 200]);
    let nonsense = relay_once(&pair.b, &sent.identifier, &garbage).await;
    let name = "EventPayloadNotSentMessage";
    assert_eq!(nonsense, Err(RelayError::Reverts { reason: RevertReason::Known { name } }));

    let poor = ChainClient::connect(&pair.node_b.endpoint(), &ConnectOptions::default()).await.unwrap();
    let no_account = relay_once(&poor, &sent.identifier, &sent.payload).await;
    assert_eq!(no_account, Err(RelayError::NoAccount));
    pair.node_b.set_code(target, "0x00").await;
    let poor = poor.with_signer(PrivateKeySigner::random());
    let unfunded = relay_once(&poor, &sent.identifier, &sent.payload).await;
    assert!(matches!(unfunded, Err(RelayError::Unfunded { .. })), "{unfunded:?}");
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
