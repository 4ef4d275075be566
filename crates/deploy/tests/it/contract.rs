use crate::DEV_ACCOUNT;
use alloy::primitives::{Address, B256, Bytes, keccak256};
use causeway_deploy::{
    ADMIN_SLOT, Contract, GenesisConfig, IMPLEMENTATION_SLOT, Mismatch, Observed, Role, contracts,
};

fn inbox_proxy() -> Contract {
    let is_it = |contract: &Contract| contract.name == "CrossL2Inbox" && contract.role == Role::Proxy;
    contracts(&GenesisConfig::l2(901, DEV_ACCOUNT)).into_iter().find(is_it).expect("every L2 has an inbox")
}

fn observed(contract: &Contract) -> Observed {
    Observed { code: contract.code.clone(), storage: contract.storage.clone() }
}

#[test]
fn nothing_differs_on_a_chain_that_holds_it() {
    let proxy = inbox_proxy();
    let mut observed = observed(&proxy);
    observed.storage.insert(B256::repeat_byte(1), B256::repeat_byte(2));
    assert_eq!(proxy.compare(&observed), [], "a slot that the genesis does not set is nobody's business");
}

#[test]
fn an_empty_account_is_missing() {
    let mismatches = inbox_proxy().compare(&Observed::default());
    assert_eq!(mismatches, [Mismatch::Missing]);
    assert_eq!(mismatches[0].to_string(), "no code");
}

#[test]
fn other_code_is_named_by_its_hash() {
    let proxy = inbox_proxy();
    let mut observed = observed(&proxy);
    observed.code = Bytes::from_static(&[0xfe]);
    let [expected, found] = [keccak256(&proxy.code), keccak256([0xfe])];
    assert_eq!(proxy.compare(&observed), [Mismatch::Code { expected, found }]);
}

#[test]
fn every_differing_slot_is_named() {
    let proxy = inbox_proxy();
    let mut observed = observed(&proxy);
    let other = Address::repeat_byte(0xaa).into_word();
    observed.storage.insert(IMPLEMENTATION_SLOT, other);
    observed.storage.remove(&ADMIN_SLOT);
    let mismatch = |slot, found| Mismatch::Storage { slot, expected: proxy.storage[&slot], found };
    assert_eq!(
        proxy.compare(&observed),
        [mismatch(IMPLEMENTATION_SLOT, other), mismatch(ADMIN_SLOT, B256::ZERO)]
    );
}
