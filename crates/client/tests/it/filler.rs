//! Transactions that execute messages, by providers of all kinds, with nothing said of access lists and prices.

use std::time::Duration;

use alloy::{
    consensus::Transaction,
    eips::eip2930::{AccessList, AccessListItem},
    network::{Ethereum, EthereumWallet},
    primitives::{Address, B256, Bytes, U256},
    providers::{
        DynProvider, Identity, Provider, ProviderBuilder,
        fillers::{ChainIdFiller, GasFiller, JoinFill, NonceFiller, TxFiller, WalletFiller},
    },
    rpc::types::TransactionRequest,
    sol,
    sol_types::SolCall,
};
use causeway_bindings::{
    CrossL2Inbox, DEPLOYMENT_PROXY, MULTICALL3, RELAY_BATCHER,
    RelayBatcher::{self, relayCompactCall, relayMessagesCall},
};
use causeway_client::{
    InteropFiller, NodeFault, RevertReason,
    delivery::{SentReceipt, delivers, is_delivered, relay_request},
};
use causeway_interop::{
    CROSS_L2_INBOX, ExecutingMessage, L2_TO_L2_CROSS_DOMAIN_MESSENGER,
    relay_batch::{RelayItem, encode_compact, encode_plain},
};

use crate::support::{Anvil, COUNTER, Mining, PATIENCE, USER, send_message, signer};

sol! {
    interface Multicall {
        struct Call3 { address target; bool allowFailure; bytes callData; }
        function aggregate3(Call3[] calldata calls) external payable;
    }
}

/// Two chains, the second with a contract that counts.
struct Pair {
    a: Anvil,
    b: Anvil,
}

impl Pair {
    async fn start() -> Self {
        let (a, b) = tokio::join!(
            Anvil::start(901, Mining::PerTransaction),
            Anvil::start(902, Mining::PerTransaction)
        );
        b.set_code(COUNTER, "0x5f546001015f5500").await;
        Self { a, b }
    }

    async fn sent(&self, data: &[u8]) -> SentReceipt {
        send_message(&self.a, 902, COUNTER, data).await
    }

    /// A provider that signs, with these fillers.
    fn with<F: TxFiller<Ethereum> + 'static>(&self, fillers: F) -> DynProvider {
        ProviderBuilder::default().filler(fillers).connect_provider(self.b.provider.clone()).erased()
    }
}

/// What a relay needs besides is for the filler to say.
fn bare(sent: &SentReceipt) -> TransactionRequest {
    let request = relay_request(&sent.identifier, &sent.payload);
    TransactionRequest { access_list: None, ..request }
}

fn wallet() -> WalletFiller<EthereumWallet> {
    WalletFiller::new(EthereumWallet::from(signer()))
}

fn join<L: TxFiller<Ethereum>, R: TxFiller<Ethereum>>(left: L, right: R) -> JoinFill<L, R> {
    left.join_with(right)
}

async fn revert(
    call: impl Future<Output = Result<impl std::fmt::Debug, alloy::transports::TransportError>>,
) -> RevertReason {
    NodeFault::from(call.await.unwrap_err()).revert().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_stands_anywhere_among_the_fillers() {
    let pair = Pair::start().await;
    let interop = InteropFiller::new;
    let (gas, nonce, chain) = (
        GasFiller::default,
        NonceFiller::<alloy::providers::fillers::SimpleNonceManager>::default,
        ChainIdFiller::default,
    );
    let providers = [
        pair.with(join(interop(), join(gas(), join(nonce(), join(chain(), wallet()))))),
        pair.with(join(gas(), join(interop(), join(nonce(), join(chain(), wallet()))))),
        pair.with(join(gas(), join(nonce(), join(chain(), join(interop(), wallet()))))),
        pair.with(join(gas(), join(nonce(), join(chain(), join(wallet(), interop()))))),
        pair.with(join(wallet(), join(gas(), join(nonce(), join(chain(), interop()))))),
        pair.with(join(wallet(), join(interop(), join(chain(), join(nonce(), gas()))))),
        pair.with(join(join(join(join(nonce(), wallet()), gas()), interop()), chain())),
        // The usual one, and one around another that signs.
        ProviderBuilder::new()
            .filler(interop())
            .wallet(signer())
            .connect_provider(pair.b.provider.clone())
            .erased(),
        ProviderBuilder::new()
            .wallet(signer())
            .filler(interop())
            .connect_provider(pair.b.provider.clone())
            .erased(),
        ProviderBuilder::<Identity, Identity, Ethereum>::default()
            .filler(interop())
            .connect_provider(
                ProviderBuilder::new().wallet(signer()).connect_provider(pair.b.provider.clone()),
            )
            .erased(),
    ];
    for (index, provider) in providers.into_iter().enumerate() {
        let sent = pair.sent(&[index as u8]).await;
        let pending = provider.send_transaction(bare(&sent)).await;
        let receipt =
            pending.unwrap_or_else(|error| panic!("order {index}: {error}")).get_receipt().await.unwrap();
        assert!(receipt.status() && delivers(&receipt, sent.message_hash), "order {index}");
        assert!(receipt.effective_gas_price > 0);
        let transaction = provider.get_transaction_by_hash(receipt.transaction_hash).await.unwrap().unwrap();
        assert!(transaction.blob_versioned_hashes().is_none() && transaction.gas_limit() < 1_000_000);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_that_the_transaction_says_itself() {
    let pair = Pair::start().await;
    let provider = ProviderBuilder::new()
        .filler(InteropFiller::new())
        .wallet(signer())
        .connect_provider(pair.b.provider.clone());
    let other = AccessListItem { address: Address::repeat_byte(7), storage_keys: vec![B256::ZERO] };

    // Everything said but what executes the message.
    let sent = pair.sent(b"1").await;
    let nonce = provider.get_transaction_count(signer().address()).await.unwrap();
    let complete = TransactionRequest {
        access_list: Some(AccessList(vec![other.clone()])),
        nonce: Some(nonce),
        gas: Some(500_000),
        max_fee_per_gas: Some(5_000_000_000),
        max_priority_fee_per_gas: Some(3),
        chain_id: Some(902),
        ..bare(&sent)
    };
    let receipt = provider.send_transaction(complete).await.unwrap().get_receipt().await.unwrap();
    assert!(delivers(&receipt, sent.message_hash));
    let transaction = provider.get_transaction_by_hash(receipt.transaction_hash).await.unwrap().unwrap();
    assert_eq!((transaction.gas_limit(), transaction.max_fee_per_gas()), (500_000, 5_000_000_000));
    let list = transaction.access_list().unwrap();
    assert_eq!((list.0[0].clone(), list.0[1].address, list.0.len()), (other, CROSS_L2_INBOX, 2));

    // A price of the old kind stays as well; one of zero is none.
    for (price, kept) in [(4_000_000_000, true), (0, false)] {
        let sent = pair.sent(&[price as u8, 2]).await;
        let priced = TransactionRequest { gas_price: Some(price), ..bare(&sent) };
        let receipt = provider.send_transaction(priced).await.unwrap().get_receipt().await.unwrap();
        assert!(delivers(&receipt, sent.message_hash));
        assert_eq!(receipt.effective_gas_price == price, kept);
    }

    // What executes nothing passes as it is, and what cannot be read does not leave.
    let plain = TransactionRequest::default().to(Address::repeat_byte(5)).value(U256::from(1));
    let receipt = provider.send_transaction(plain).await.unwrap().get_receipt().await.unwrap();
    let transaction = provider.get_transaction_by_hash(receipt.transaction_hash).await.unwrap().unwrap();
    assert!(transaction.access_list().is_none_or(|list| list.is_empty()));
    let cut = bare(&sent).input.into_input().unwrap().slice(..100);
    let broken = TransactionRequest { input: cut.into(), ..bare(&sent) };
    let error = provider.send_transaction(broken).await.unwrap_err().to_string();
    assert!(error.contains("relayMessage"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_reverts_uses_up_no_nonce() {
    let pair = Pair::start().await;
    // With the nonces that alloy has by default, which it counts itself.
    let provider = ProviderBuilder::new()
        .wallet(signer())
        .filler(InteropFiller::new())
        .connect_provider(pair.b.provider.clone());
    let (first, second) = (pair.sent(b"1").await, pair.sent(b"2").await);
    let land = async |sent: &SentReceipt| {
        let pending = provider.send_transaction(bare(sent)).await?;
        alloy::transports::TransportResult::Ok(
            pending.with_timeout(Some(PATIENCE)).get_receipt().await.unwrap(),
        )
    };
    assert!(delivers(&land(&first).await.unwrap(), first.message_hash));
    // Somebody else was faster.
    assert_eq!(revert(land(&first)).await, RevertReason::AlreadyRelayed);
    assert!(delivers(&land(&second).await.unwrap(), second.message_hash));
}

#[tokio::test(flavor = "multi_thread")]
async fn simulations_are_no_deposits() {
    let pair = Pair::start().await;
    let sent = pair.sent(b"x").await;
    // Without the filler: first the list is missing, then the price. That is what it is for.
    let plain = &pair.b.provider;
    let declared = relay_request(&sent.identifier, &sent.payload).from(USER);
    let guard = RevertReason::Known { name: "CrossL2Inbox_NoExecutingDeposits" };
    assert_eq!(revert(async { plain.call(declared.clone()).await }).await, guard);
    assert_eq!(revert(async { plain.estimate_gas(declared.clone()).await }).await, guard);

    for filler in [InteropFiller::new(), InteropFiller::connect(plain).await.unwrap()] {
        let provider = ProviderBuilder::new().filler(filler).connect_provider(plain.clone());
        provider.call(bare(&sent).from(USER)).await.unwrap();
        assert!(provider.estimate_gas(bare(&sent).from(USER)).await.unwrap() > 50_000);
        let zero = TransactionRequest { gas_price: Some(0), ..bare(&sent).from(USER) };
        provider.call(zero).await.unwrap();
        // By a contract's own type, as `sol!` has it.
        let inbox = CrossL2Inbox::new(CROSS_L2_INBOX, &provider);
        let id = sent.identifier;
        let id = CrossL2Inbox::Identifier {
            origin: id.origin,
            blockNumber: U256::from(id.block_number),
            logIndex: U256::from(id.log_index),
            timestamp: U256::from(id.timestamp),
            chainId: id.chain_id,
        };
        inbox
            .validateMessage(id, alloy::primitives::keccak256(&sent.payload))
            .from(USER)
            .call()
            .await
            .unwrap();
    }
    // A batch does not say its chain: who asks before any transaction connects first.
    let items = [RelayItem::new(&sent.identifier, &sent.message, 200_000)];
    let calldata = relayMessagesCall { _batch: encode_plain(&items).unwrap().into() }.abi_encode();
    place_batcher(&pair.b).await;
    let filler = InteropFiller::connect(plain).await.unwrap();
    let provider = ProviderBuilder::new().filler(filler).connect_provider(plain.clone());
    let batch =
        TransactionRequest::default().from(USER).to(RELAY_BATCHER).input(Bytes::from(calldata).into());
    let answer = provider.call(batch).await.unwrap();
    let answer = relayMessagesCall::abi_decode_returns(&answer).unwrap();
    assert_eq!((answer.attempted_, answer._1.len()), (U256::from(1), 0));
}

/// Puts the batcher where it stands on every chain, if it is not there yet.
async fn place_batcher(node: &Anvil) {
    if node.provider.get_code_at(RELAY_BATCHER).await.unwrap().is_empty() {
        let input = [B256::ZERO.as_slice(), &RelayBatcher::BYTECODE].concat();
        node.send(DEPLOYMENT_PROXY, input).await;
    }
    assert!(!node.provider.get_code_at(RELAY_BATCHER).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contract_reads_batches_as_we_write_them() {
    let pair = Pair::start().await;
    place_batcher(&pair.b).await;
    let provider = ProviderBuilder::new()
        .filler(InteropFiller::new())
        .wallet(signer())
        .connect_provider(pair.b.provider.clone());
    for compact in [false, true] {
        let mut sent = Vec::new();
        // Nothing, a word, a word and a byte; from one block or several, and the last one with value.
        for length in [0_usize, 1, 32, 33, 300] {
            sent.push(pair.sent(&vec![7; length]).await);
        }
        let mut items: Vec<_> =
            sent.iter().map(|sent| RelayItem::new(&sent.identifier, &sent.message, 200_000)).collect();
        items[4] = items[4].clone().with_value(5);
        let calldata = match compact {
            false => relayMessagesCall { _batch: encode_plain(&items).unwrap().into() }.abi_encode(),
            true => relayCompactCall { _batch: encode_compact(&items).unwrap().into() }.abi_encode(),
        };
        let request = TransactionRequest::default()
            .to(RELAY_BATCHER)
            .value(U256::from(5))
            .input(Bytes::from(calldata).into());
        let receipt = provider.send_transaction(request).await.unwrap().get_receipt().await.unwrap();
        for sent in &sent {
            assert!(delivers(&receipt, sent.message_hash), "compact: {compact}");
            assert!(is_delivered(&pair.b.provider, sent.message_hash).await.unwrap());
        }
        // What was executed is what was declared.
        let executed: Vec<_> = receipt
            .logs()
            .iter()
            .filter_map(|log| ExecutingMessage::from_log(log.address(), log.topics(), &log.data().data))
            .map(|message| message.unwrap().access())
            .collect();
        let declared: Vec<_> = items.iter().map(|item| item.access(U256::from(902))).collect();
        assert_eq!(executed, declared);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_within_a_multicall_are_declared() {
    let pair = Pair::start().await;
    let provider = ProviderBuilder::new()
        .filler(InteropFiller::new())
        .wallet(signer())
        .connect_provider(pair.b.provider.clone());
    let sent = [pair.sent(b"1").await, pair.sent(b"2").await];
    let calls = sent.iter().map(|sent| Multicall::Call3 {
        target: L2_TO_L2_CROSS_DOMAIN_MESSENGER,
        allowFailure: false,
        callData: bare(sent).input.into_input().unwrap(),
    });
    let calldata = Multicall::aggregate3Call { calls: calls.collect() }.abi_encode();
    let request = TransactionRequest::default().to(MULTICALL3).input(Bytes::from(calldata).into());
    let pending = provider.send_transaction(request).await.unwrap();
    let receipt = pending.with_timeout(Some(Duration::from_secs(60))).get_receipt().await.unwrap();
    assert!(sent.iter().all(|sent| delivers(&receipt, sent.message_hash)));
}
