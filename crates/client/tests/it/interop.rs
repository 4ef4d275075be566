//! `provider.interop()` between two chains.

use alloy::{
    primitives::{Address, Bytes, U256},
    providers::{Provider, ProviderBuilder, fillers::SimpleNonceManager},
    rpc::types::TransactionRequest,
    sol,
};
use causeway_bindings::{DEVNET_TOKEN, L2NativeSuperchainERC20};
use causeway_client::{
    ChainView, InteropError, InteropExt, InteropReceipt, OnChain,
    bridge::BridgeError,
    delivery::{RelayError, delivers},
    preflight::PreflightError,
};
use causeway_interop::{DependencySet, ETH_LIQUIDITY, SUPERCHAIN_ETH_BRIDGE};
use serde_json::json;

use crate::support::{Anvil, COUNTER, Mining, USER, signer};

sol! {
    #[sol(rpc)]
    contract Counter {
        function increment() external;
        function add(uint256 by, bytes calldata note) external payable returns (uint256);
    }
}

/// Two chains that mine every transaction, the second with a contract that counts its calls.
async fn pair() -> (Anvil, Anvil) {
    let (a, b) =
        tokio::join!(Anvil::start(901, Mining::PerTransaction), Anvil::start(902, Mining::PerTransaction));
    b.set_code(COUNTER, "0x5f546001015f5500").await;
    (a, b)
}

/// A provider that signs, as a dapp has it.
fn wallet(node: &Anvil) -> impl Provider + Clone + 'static {
    ProviderBuilder::new()
        .with_nonce_management(SimpleNonceManager::default())
        .wallet(signer())
        .connect_provider(node.provider.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_a_contract_is_executed_on_the_other_chain() {
    let (a, b) = pair().await;
    let (source, destination) = (wallet(&a), wallet(&b));
    let counter = Counter::new(COUNTER, &source);

    let foretold = counter.increment().on(902).from(signer().address()).simulate().await.unwrap();
    assert!(counter.increment().on(902).estimate_gas().await.unwrap() > 21_000);
    let receipt = counter.increment().on(902).send().await.unwrap().get_receipt().await.unwrap();
    assert_eq!(receipt.message.message_hash, foretold);
    assert_eq!(receipt.messages, std::slice::from_ref(&receipt.message));
    assert_eq!(receipt.transaction.sent_messages(&source).await.unwrap(), receipt.messages);
    assert_eq!(
        (receipt.message.message.target, receipt.message.message.destination),
        (COUNTER, U256::from(902))
    );

    // Nobody has relayed it yet; then somebody does.
    assert_eq!(b.storage(COUNTER).await, U256::ZERO);
    let delivered = destination.interop().relay(&receipt.message).await.unwrap().get_receipt().await.unwrap();
    assert!(delivers(&delivered, foretold));
    assert_eq!(delivered.relayed_messages()[0].message_hash, foretold);
    assert_eq!(b.storage(COUNTER).await, U256::from(1));
    let again = destination.interop().relay(&receipt.message).await.unwrap_err();
    assert!(matches!(again, InteropError::Relay(RelayError::AlreadyRelayed)), "{again}");

    // The other way round, with arguments; and from where both chains are known.
    let call = counter.add(U256::from(7), Bytes::from_static(b"note"));
    let interop = source.interop().with_chain(destination.clone());
    let receipt = interop.call(902, &call).await.unwrap().get_receipt().await.unwrap();
    assert_eq!(receipt.message.message.message, *call.calldata());
    interop.relay(&receipt.message).await.unwrap().get_receipt().await.unwrap();
    assert_eq!(b.storage(COUNTER).await, U256::from(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_no_message_can_make_are_not_sent() {
    let (a, _b) = pair().await;
    let source = wallet(&a);
    let counter = Counter::new(COUNTER, &source);
    let valued = counter.add(U256::ZERO, Bytes::new()).value(U256::from(5));
    let error = source.interop().call(902, &valued).await.unwrap_err();
    assert!(matches!(error, InteropError::CarriesValue { .. }) && error.is_harmless(), "{error}");
    assert!(matches!(valued.on(902).send().await.unwrap_err(), InteropError::CarriesValue { .. }));
    let nowhere = TransactionRequest::default();
    assert!(matches!(source.interop().call(902, &nowhere).await.unwrap_err(), InteropError::NoTarget));
    let here = source.interop().send_message(901, COUNTER, Bytes::new()).await.unwrap_err();
    assert!(matches!(here, InteropError::Unsendable(BridgeError::SameChain { chain_id: 901 })), "{here}");
    assert!(counter.increment().on(901).send().await.unwrap_err().is_harmless());
    // A provider without a wallet has to be told for whom it speaks, and then the node signs.
    let bare = a.provider.clone();
    let error = bare.interop().send_message(902, COUNTER, Bytes::new()).await.unwrap_err();
    assert!(matches!(error, InteropError::NoAccount), "{error}");
    let pending = bare.interop().from(USER).send_message(902, COUNTER, Bytes::new()).await.unwrap();
    assert_eq!(pending.get_receipt().await.unwrap().message.message.sender, USER);
    assert_eq!(a.nonce(signer().address()).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_and_ether_leave_when_they_will_arrive() {
    let (a, b) = pair().await;
    let (source, destination) = (wallet(&a), wallet(&b));
    let account = signer().address();
    let token = L2NativeSuperchainERC20::new(DEVNET_TOKEN, &source);
    token.mint(account, U256::from(100)).send().await.unwrap().get_receipt().await.unwrap();
    let set = DependencySet::mesh([901, 902].map(U256::from)).unwrap();
    let interop = source.interop().with_chain(destination.clone()).with_dependency_set(set);
    let (to, amount) = (Address::repeat_byte(0x33), U256::from(70));

    let sent = interop.send_erc20(902, DEVNET_TOKEN, to, amount).await.unwrap().get_receipt().await.unwrap();
    interop.relay(&sent.message).await.unwrap().get_receipt().await.unwrap();
    let there = L2NativeSuperchainERC20::new(DEVNET_TOKEN, &destination);
    assert_eq!(there.balanceOf(to).call().await.unwrap(), amount);

    let sent = interop.send_eth(902, to, amount).await.unwrap().get_receipt().await.unwrap();
    assert_eq!(sent.message.message.sender, SUPERCHAIN_ETH_BRIDGE);
    interop.relay(&sent.message).await.unwrap().get_receipt().await.unwrap();
    assert_eq!(destination.get_balance(to).await.unwrap(), amount);
    let nonce = a.nonce(account).await;

    // What would not arrive stays here.
    let not = |error: InteropError| match error {
        InteropError::WouldNotArrive(error) => error,
        error => panic!("{error}"),
    };
    b.call("anvil_setBalance", json!([ETH_LIQUIDITY, "0x5"])).await;
    let dry = not(interop.send_eth(902, to, amount).await.unwrap_err());
    assert!(matches!(dry, PreflightError::NoLiquidity { chain_id: 902, .. }), "{dry}");
    b.set_code(DEVNET_TOKEN, "0x").await;
    let missing = not(interop.send_erc20(902, DEVNET_TOKEN, to, U256::from(1)).await.unwrap_err());
    assert!(matches!(missing, PreflightError::NoToken { chain_id: 902, .. }), "{missing}");
    // Nobody says that the destination accepts it; or somebody says that it does not.
    let silent = source.interop().with_chain(destination.clone());
    let unknown = not(silent.send_eth(902, to, U256::from(1)).await.unwrap_err());
    assert!(matches!(unknown, PreflightError::NotKnownToBeAccepted { .. }), "{unknown}");
    let apart = silent.with_dependency_set(DependencySet::mesh([U256::from(901)]).unwrap());
    let refused = not(apart.send_eth(902, to, U256::from(1)).await.unwrap_err());
    assert!(matches!(refused, PreflightError::NotAccepted { .. }), "{refused}");
    // Other chains were given, and not this one: a slip in its id, or in the address of its node.
    let elsewhere = interop.send_eth(903, to, U256::from(1)).await.unwrap_err();
    assert!(matches!(elsewhere, InteropError::NoProvider { chain_id: 903 }), "{elsewhere}");
    let poor = interop.send_erc20(902, DEVNET_TOKEN, to, U256::from(1_000)).await.unwrap_err();
    assert!(matches!(poor, InteropError::Unsendable(BridgeError::InsufficientBalance { .. })), "{poor}");
    assert_eq!(a.nonce(account).await, nonce);
    // A bare provider cannot look at the other end: it is the caller's to know.
    let sent = source.interop().send_eth(902, to, U256::from(1)).await.unwrap().get_receipt().await.unwrap();
    assert_eq!(sent.message.identifier.chain_id, U256::from(901));
    assert_eq!(ChainView::of(destination.erased()).await.unwrap().chain_id(), 902);
}
