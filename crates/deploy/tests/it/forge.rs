//! The forge scripts put tokens where the command does.

use crate::DEV_ACCOUNT;
use alloy::primitives::{Address, U256, address};
use causeway_deploy::{
    create2::{Creation, Salt},
    token::Terms,
};

/// As test/kit/Deployments.t.sol has it.
fn gold(decimals: u8, owner: Address, salt: Salt) -> Creation {
    let supply = U256::from(if owner.is_zero() { 0 } else { 1_000_000 });
    let (name, symbol) = ("Gold".to_owned(), "GLD".to_owned());
    let terms = Terms { name, symbol, decimals, owner, supply, home: U256::from(901) };
    Creation { salt, ..terms.creation() }
}

#[test]
fn a_token_has_the_address_that_the_scripts_give_it() {
    let plain = gold(6, DEV_ACCOUNT, Salt::default());
    assert_eq!(plain.address(DEV_ACCOUNT), Ok(address!("0x434Bce9c89994463395fb41834e4bb28bcba7941")));
    let one = format!("0x{:064x}", 1).parse().unwrap();
    let salted = gold(18, Address::ZERO, one);
    assert_eq!(salted.address(DEV_ACCOUNT), Ok(address!("0xEC590FCea20046CA83B710aDC3f4ac9DeEa85A1F")));
}
