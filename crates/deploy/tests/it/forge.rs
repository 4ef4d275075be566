//! The forge scripts put tokens where the commands do.

use alloy::{
    primitives::{Address, B256, U256, address, keccak256},
    sol_types::SolConstructor,
};
use causeway_bindings::OwnedSuperchainERC20;
use causeway_deploy::token::Terms;

const DEPLOYMENT_PROXY: Address = address!("0x4e59b44847b379578588920cA78FbF26c0B4956C");

/// As test/kit/Deployments.t.sol has it.
fn gold(decimals: u8, owner: Address) -> Vec<u8> {
    let arguments = OwnedSuperchainERC20::constructorCall {
        _name: "Gold".into(),
        _symbol: "GLD".into(),
        _decimals: decimals,
        _owner: owner,
        _supply: U256::from(if owner.is_zero() { 0 } else { 1_000_000 }),
        _home: U256::from(901),
    };
    [OwnedSuperchainERC20::BYTECODE.as_ref(), &arguments.abi_encode()].concat()
}

fn address_of(salt: B256, init_code: &[u8]) -> Address {
    DEPLOYMENT_PROXY.create2(salt, keccak256(init_code))
}

#[test]
fn a_token_has_the_address_that_the_scripts_give_it() {
    let owner = address!("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
    let plain = address_of(B256::ZERO, &gold(6, owner));
    assert_eq!(plain, address!("0x434Bce9c89994463395fb41834e4bb28bcba7941"));
    let salted = address_of(B256::with_last_byte(1), &gold(18, Address::ZERO));
    assert_eq!(salted, address!("0xEC590FCea20046CA83B710aDC3f4ac9DeEa85A1F"));
    let terms = Terms {
        name: "Gold".into(),
        symbol: "GLD".into(),
        decimals: 6,
        owner,
        supply: U256::from(1_000_000),
        home: U256::from(901),
    };
    assert_eq!(terms.creation().address(Address::ZERO), Ok(plain));
}
