use super::{FillError, declare::declared, executing_call, parking, price};
use crate::{InteropFiller, delivery::relay_request};
use alloy::{
    eips::eip2930::{AccessList, AccessListItem},
    network::Ethereum,
    primitives::{Address, B256, Bytes, U256},
    providers::{fillers::TxFiller, utils::Eip1559Estimation},
    rpc::types::TransactionRequest,
};
use causeway_interop::{CROSS_L2_INBOX, ExecutingMessage, Identifier, L2_TO_L2_CROSS_DOMAIN_MESSENGER};

fn identifier(block_number: u64) -> Identifier {
    Identifier {
        origin: L2_TO_L2_CROSS_DOMAIN_MESSENGER,
        block_number,
        log_index: 2,
        timestamp: 3,
        chain_id: U256::from(901),
    }
}

fn message(block_number: u64) -> ExecutingMessage {
    ExecutingMessage { msg_hash: B256::repeat_byte(1), identifier: identifier(block_number) }
}

fn item(address: Address, storage_keys: Vec<B256>) -> AccessListItem {
    AccessListItem { address, storage_keys }
}

/// A relay without its access list.
fn relay() -> TransactionRequest {
    let request = relay_request(&identifier(1), &Bytes::from_static(b"payload"));
    TransactionRequest { access_list: None, ..request }
}

fn finished(request: &TransactionRequest) -> bool {
    TxFiller::<Ethereum>::finished(&InteropFiller::new(), request)
}

#[test]
fn what_is_declared_stays_and_is_not_declared_again() {
    let keys = |block| message(block).access().entries().collect::<Vec<_>>();
    let other = item(Address::repeat_byte(7), vec![B256::repeat_byte(8)]);
    let fresh = declared(None, &[message(1), message(2), message(1)]).unwrap();
    assert_eq!(fresh.0, [item(CROSS_L2_INBOX, [keys(1), keys(2)].concat())]);

    let before = AccessList(vec![other.clone(), item(CROSS_L2_INBOX, keys(1)), other.clone()]);
    let after = declared(Some(&before), &[message(2), message(1)]).unwrap();
    let expected = [other.clone(), item(CROSS_L2_INBOX, [keys(1), keys(2)].concat()), other];
    assert_eq!(after.0, expected);
    assert_eq!(declared(Some(&after), &[message(1), message(2)]).unwrap(), after);

    // One message across two items is one, since they are read in a row.
    let split = AccessList(keys(1).into_iter().map(|key| item(CROSS_L2_INBOX, vec![key])).collect());
    assert_eq!(declared(Some(&split), &[message(1)]).unwrap(), split);
    // What is no declaration cannot be mended.
    let broken = AccessList(vec![item(CROSS_L2_INBOX, vec![B256::ZERO])]);
    assert!(declared(Some(&broken), &[message(1)]).is_err());
}

#[test]
fn only_what_executes_messages_is_work() {
    assert!(!finished(&relay()));
    let complete =
        relay_request(&identifier(1), &Bytes::from_static(b"payload")).max_fee_per_gas(1).gas_limit(9);
    assert!(finished(&complete));
    assert!(!finished(&TransactionRequest { max_fee_per_gas: Some(0), ..complete.clone() }));
    assert!(!finished(&TransactionRequest { gas_price: Some(0), max_fee_per_gas: None, ..complete.clone() }));
    assert!(finished(&TransactionRequest { gas_price: Some(1), max_fee_per_gas: None, ..complete }));
    for other in [
        TransactionRequest::default(),
        relay().to(Address::ZERO),
        TransactionRequest { to: Some(alloy::primitives::TxKind::Create), ..relay() },
        // Sending is not executing.
        TransactionRequest { input: Bytes::from_static(&[1, 2, 3, 4]).into(), ..relay() },
    ] {
        assert!(finished(&other), "{other:?}");
        assert_eq!(executing_call(&other), None);
    }
    // Of what cannot be read it tells when it is sent.
    let cut = relay().input.into_input().unwrap().slice(..100);
    assert!(!finished(&TransactionRequest { input: cut.into(), ..relay() }));
}

#[test]
fn a_parked_request_is_the_same_afterwards() {
    for request in [relay(), relay().gas_limit(5), relay().nonce(1).max_fee_per_gas(2)] {
        let mut parked = request.clone();
        parking::park(&mut parked);
        assert!(parking::is_parked(&parked) && !parking::is_parked(&request));
        assert!(parked.missing_keys().is_err(), "a wallet would sign it");
        parking::unpark(&mut parked);
        assert_eq!(parked, request);
    }
}

#[test]
fn a_price_of_zero_is_none() {
    let fees = Eip1559Estimation { max_fee_per_gas: 30, max_priority_fee_per_gas: 10 };
    let mut request = TransactionRequest { gas_price: Some(0), ..relay() };
    assert!(price::is_missing(&request));
    price::set(&mut request, &fees);
    assert_eq!(
        (request.gas_price, request.max_fee_per_gas, request.max_priority_fee_per_gas),
        (None, Some(30), Some(10))
    );
    // A tip of its own stays, on top of the same base fee.
    let mut tipped = TransactionRequest { max_priority_fee_per_gas: Some(100), ..relay() };
    price::set(&mut tipped, &fees);
    assert_eq!((tipped.max_fee_per_gas, tipped.max_priority_fee_per_gas), (Some(120), Some(100)));
}

#[test]
fn simulations_get_it_all() {
    let filler = InteropFiller::new();
    let mut request = relay();
    filler.fill_call(&mut request).unwrap();
    assert_eq!(request.gas_price, Some(1));
    assert_eq!(request.access_list.as_ref().unwrap().0.len(), 1);
    filler.known.set_price(100);
    let mut request = relay();
    filler.fill_call(&mut request).unwrap();
    assert_eq!(request.gas_price, Some(400));
    let mut priced = relay().max_fee_per_gas(7);
    filler.fill_call(&mut priced).unwrap();
    assert_eq!((priced.gas_price, priced.max_fee_per_gas), (None, Some(7)));
    let mut broken = TransactionRequest {
        access_list: Some(AccessList(vec![item(CROSS_L2_INBOX, vec![B256::ZERO])])),
        ..relay()
    };
    assert!(matches!(filler.fill_call(&mut broken), Err(FillError::AccessList(_))));
}
