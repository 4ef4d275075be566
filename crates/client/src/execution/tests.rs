use super::{Execution, ExecutionError, multicall::Multicall3};
use alloy::{
    primitives::{Address, B256, Bytes, U256, keccak256},
    sol_types::SolCall,
};
use causeway_bindings::{
    CrossL2Inbox::{self, validateMessageCall},
    L2ToL2CrossDomainMessenger::relayMessageCall,
    MULTICALL3, RELAY_BATCHER,
    RelayBatcher::{relayCompactCall, relayMessagesCall},
};
use causeway_interop::{
    CROSS_L2_INBOX, ExecutingMessage, Identifier, IdentifierError, L2_TO_L2_CROSS_DOMAIN_MESSENGER,
    SentMessage,
    relay_batch::{RelayItem, encode_compact, encode_plain},
};

use crate::delivery::relay_request;

fn message(nonce: u64) -> (Identifier, SentMessage) {
    let identifier = Identifier {
        origin: L2_TO_L2_CROSS_DOMAIN_MESSENGER,
        block_number: 7,
        log_index: nonce as u32,
        timestamp: 9,
        chain_id: U256::from(901),
    };
    let message = SentMessage {
        destination: U256::from(902),
        target: Address::repeat_byte(1),
        nonce: U256::from(nonce),
        sender: Address::repeat_byte(2),
        message: Bytes::from(vec![3; nonce as usize]),
    };
    (identifier, message)
}

fn executed(nonce: u64) -> ExecutingMessage {
    let (identifier, message) = message(nonce);
    ExecutingMessage { msg_hash: keccak256(message.encode_payload()), identifier }
}

fn relay(nonce: u64) -> Bytes {
    let (identifier, message) = message(nonce);
    relay_request(&identifier, &message.encode_payload().into()).input.into_input().unwrap()
}

fn validate(block_number: U256) -> Bytes {
    let id = CrossL2Inbox::Identifier {
        origin: Address::repeat_byte(8),
        blockNumber: block_number,
        logIndex: U256::from(1),
        timestamp: U256::from(2),
        chainId: U256::MAX,
    };
    validateMessageCall { _id: id, _msgHash: B256::repeat_byte(9) }.abi_encode().into()
}

fn items() -> Vec<RelayItem> {
    (1..4).map(message).map(|(id, message)| RelayItem::new(&id, &message, 100_000)).collect()
}

fn messages(to: Address, calldata: &[u8]) -> Vec<ExecutingMessage> {
    Execution::of(to, calldata, Some(902)).unwrap().messages
}

#[test]
fn single_messages_are_read() {
    assert_eq!(messages(L2_TO_L2_CROSS_DOMAIN_MESSENGER, &relay(1)), [executed(1)]);
    let validated = messages(CROSS_L2_INBOX, &validate(U256::from(3)));
    let identifier = Identifier {
        origin: Address::repeat_byte(8),
        block_number: 3,
        log_index: 1,
        timestamp: 2,
        chain_id: U256::MAX,
    };
    assert_eq!(validated, [ExecutingMessage { msg_hash: B256::repeat_byte(9), identifier }]);
}

#[test]
fn batches_are_read_in_both_forms_and_know_their_gas() {
    let plain = relayMessagesCall { _batch: encode_plain(&items()).unwrap().into() }.abi_encode();
    let compact = relayCompactCall { _batch: encode_compact(&items()).unwrap().into() }.abi_encode();
    for calldata in [plain, compact] {
        let execution = Execution::of(RELAY_BATCHER, &calldata, Some(902)).unwrap();
        assert_eq!(execution.messages, [executed(1), executed(2), executed(3)]);
        assert!(execution.gas_limit.unwrap() > 300_000);
        // The destination is part of what is declared.
        assert_eq!(Execution::of(RELAY_BATCHER, &calldata, None), Err(ExecutionError::UnknownChain));
        let elsewhere = Execution::of(RELAY_BATCHER, &calldata, Some(903)).unwrap();
        assert_ne!(elsewhere.messages, execution.messages);
    }
    let empty = relayMessagesCall { _batch: Bytes::new() }.abi_encode();
    assert_eq!(Execution::of(RELAY_BATCHER, &empty, None), Ok(Execution::default()));
}

#[test]
fn calls_within_multicalls_are_read() {
    use Multicall3 as M;
    let relays = || [(L2_TO_L2_CROSS_DOMAIN_MESSENGER, relay(1)), (CROSS_L2_INBOX, validate(U256::ONE))];
    let batch: Bytes =
        relayMessagesCall { _batch: encode_plain(&items()).unwrap().into() }.abi_encode().into();
    let plain = || relays().map(|(target, data)| M::Call { target, callData: data }).to_vec();
    let inner =
        relays().map(|(target, data)| M::Call3 { target, allowFailure: true, callData: data }).to_vec();
    let inner: Bytes = M::aggregate3Call { calls: inner }.abi_encode().into();
    let valued = [(MULTICALL3, inner.clone()), (RELAY_BATCHER, batch), (Address::ZERO, relay(1))];
    let valued = valued.map(|(target, data)| M::Call3Value {
        target,
        allowFailure: false,
        value: U256::ZERO,
        callData: data,
    });
    let nested = M::aggregate3ValueCall { calls: valued.to_vec() }.abi_encode();

    let two = messages(MULTICALL3, &inner);
    assert_eq!((two.len(), two[0]), (2, executed(1)));
    for calldata in [
        M::aggregateCall { calls: plain() }.abi_encode(),
        M::tryAggregateCall { requireSuccess: true, calls: plain() }.abi_encode(),
        M::blockAndAggregateCall { calls: plain() }.abi_encode(),
        M::tryBlockAndAggregateCall { requireSuccess: false, calls: plain() }.abi_encode(),
    ] {
        assert_eq!(messages(MULTICALL3, &calldata), two);
    }
    // The account that is no messenger executes nothing. Of a batch within, nobody says the gas.
    let execution = Execution::of(MULTICALL3, &nested, Some(902)).unwrap();
    assert_eq!(execution.messages, [&two[..], &[executed(1), executed(2), executed(3)]].concat());
    assert_eq!(execution.gas_limit, None);
}

#[test]
fn multicalls_within_themselves_end() {
    let mut calldata = relay(1);
    for depth in 1..8 {
        let call = Multicall3::Call3 {
            target: if depth == 1 { L2_TO_L2_CROSS_DOMAIN_MESSENGER } else { MULTICALL3 },
            allowFailure: false,
            callData: calldata,
        };
        calldata = Multicall3::aggregate3Call { calls: vec![call] }.abi_encode().into();
        assert_eq!(messages(MULTICALL3, &calldata).len(), usize::from(depth <= super::DEPTH), "{depth}");
    }
}

#[test]
fn other_calls_execute_nothing() {
    let messenger = L2_TO_L2_CROSS_DOMAIN_MESSENGER;
    for (to, calldata) in [
        (messenger, Bytes::new()),
        (messenger, Bytes::from_static(&[1, 2, 3])),
        (messenger, validate(U256::ZERO)),
        (CROSS_L2_INBOX, relay(1)),
        (Address::ZERO, relay(1)),
    ] {
        assert_eq!(Execution::of(to, &calldata, None), Ok(Execution::default()));
    }
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let fails = |to, calldata: &[u8]| Execution::of(to, calldata, Some(902)).unwrap_err();
    let cut = relay(1);
    for length in [4, 100, cut.len() - 32] {
        let error = fails(L2_TO_L2_CROSS_DOMAIN_MESSENGER, &cut[..length]);
        assert!(matches!(error, ExecutionError::Calldata { function: "relayMessage", .. }), "{error}");
    }
    let high = U256::from(u64::MAX) + U256::ONE;
    let error = fails(CROSS_L2_INBOX, &validate(high));
    assert_eq!(error, IdentifierError::BlockNumberTooHigh { value: high }.into());
    let batch = relayCompactCall { _batch: Bytes::from_static(&[9]) }.abi_encode();
    assert!(matches!(fails(RELAY_BATCHER, &batch), ExecutionError::Batch(_)));
}

proptest::proptest! {
    /// Calldata is a stranger's: whatever it is, it is read or refused.
    #[test]
    fn any_calldata_is_read_or_refused(
        which in 0_usize..5,
        data in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400),
    ) {
        let (to, selector) = [
            (L2_TO_L2_CROSS_DOMAIN_MESSENGER, relayMessageCall::SELECTOR),
            (CROSS_L2_INBOX, validateMessageCall::SELECTOR),
            (RELAY_BATCHER, relayMessagesCall::SELECTOR),
            (RELAY_BATCHER, relayCompactCall::SELECTOR),
            (MULTICALL3, Multicall3::aggregate3Call::SELECTOR),
        ][which];
        let _ = Execution::of(to, &[selector.as_slice(), &data].concat(), Some(902));
        // As the argument of a batch, which has a form of its own.
        let batch = Bytes::from(data);
        let _ = Execution::of(RELAY_BATCHER, &relayCompactCall { _batch: batch.clone() }.abi_encode(), Some(902));
        let _ = Execution::of(RELAY_BATCHER, &relayMessagesCall { _batch: batch }.abi_encode(), Some(902));
    }
}
