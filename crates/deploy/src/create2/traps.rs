//! What goes wrong since the factory is `msg.sender` in the constructor, and `tx.origin` whoever sends the transaction: they become
//! the owner, or hold what was minted.

use super::{
    Creation, NodeError,
    node::{Simulated, simulated},
    probe,
};
use alloy::{
    primitives::{Address, B256, Bytes, address},
    providers::{DynProvider, Provider},
    sol,
    sol_types::SolCall,
};
use futures::future::try_join_all;
use std::fmt;

sol! {
    interface ICandidate {
        function owner() external view returns (address);
        function getOwner() external view returns (address);
        function admin() external view returns (address);
        function hasRole(bytes32 role, address account) external view returns (bool);
        function balanceOf(address account) external view returns (uint256);
    }
}

/// An account that has nothing anywhere.
const NOBODY: Address = address!("0x00000000000000000000Ca05E0a90be0000000aA");

/// What a factory, or whoever calls it, would have of the contract that it creates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holding {
    /// It is what a function without arguments answers, such as `owner()`.
    Named(&'static str),
    /// It has the default admin role of AccessControl.
    Admin,
    /// It has tokens.
    Tokens,
    /// Its address is an immutable of the contract.
    Immutable,
    /// This is whoever sends the transaction, or for him: on each chain, anybody can be first.
    Senders(&'static str),
}

impl fmt::Display for Holding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(function) => write!(f, "{function} is the factory"),
            Self::Admin => f.write_str("the factory has the default admin role"),
            Self::Tokens => f.write_str("the factory has what the constructor mints"),
            Self::Immutable => f.write_str("an immutable is the factory's address"),
            Self::Senders(what) => write!(f, "{what} whoever sends the transaction"),
        }
    }
}

/// Asks the contract, in a simulation, what the factory would have of it.
pub(super) async fn find(
    provider: &DynProvider,
    creation: &Creation,
    address: Address,
    sender: Address,
    code: &[u8],
) -> Result<Option<Holding>, NodeError> {
    let factory = creation.factory.address();
    let ask = |call: Vec<u8>| ask(provider, creation, address, sender, call);
    let ask_as_nobody = |call: Vec<u8>| self::ask(provider, creation, address, NOBODY, call);
    let named = [
        ("owner()", "owner() is", ICandidate::ownerCall {}.abi_encode()),
        ("getOwner()", "getOwner() is", ICandidate::getOwnerCall {}.abi_encode()),
        ("admin()", "admin() is", ICandidate::adminCall {}.abi_encode()),
    ];
    let answers = try_join_all(named.iter().map(|(_, _, call)| ask(call.clone()))).await?;
    for ((function, senders, call), answer) in named.iter().zip(answers) {
        if answer == Some(factory.into_word()) {
            return Ok(Some(Holding::Named(function)));
        }
        // An owner that was given to the constructor is the same, whoever sends.
        if answer == Some(sender.into_word())
            && ask_as_nobody(call.clone()).await? == Some(NOBODY.into_word())
        {
            return Ok(Some(Holding::Senders(senders)));
        }
    }
    let has_role = |account| ICandidate::hasRoleCall { role: B256::ZERO, account }.abi_encode();
    let balance_of = |account| ICandidate::balanceOfCall { account }.abi_encode();
    for (holding, senders, of) in [
        (Holding::Admin, "the default admin is", &has_role as &(dyn Fn(Address) -> Vec<u8> + Sync)),
        (Holding::Tokens, "what the constructor mints is for", &balance_of),
    ] {
        // A contract that answers anything with the same says nothing of anybody.
        let asked = [factory, NOBODY, sender].map(|account| ask(of(account)));
        let [its, nobodys, senders_own] = <[_; 3]>::try_from(try_join_all(asked).await?).unwrap_or_default();
        let has = |word: Option<B256>| word != nobodys && word.is_some_and(|word| !word.is_zero());
        if has(its) {
            return Ok(Some(holding));
        }
        // What was given to an account by an argument, it has whoever sends.
        if has(senders_own) && ask_as_nobody(of(sender)).await?.is_some_and(|word| word.is_zero()) {
            return Ok(Some(Holding::Senders(senders)));
        }
    }
    let is_in = |bytes: &[u8]| bytes.windows(20).any(|window| window == factory.as_slice());
    Ok((is_in(code) && !is_in(&creation.init_code)).then_some(Holding::Immutable))
}

/// The word that the contract answers; nothing if it does not know the function.
async fn ask(
    provider: &DynProvider,
    creation: &Creation,
    address: Address,
    sender: Address,
    call: Vec<u8>,
) -> Result<Option<B256>, NodeError> {
    let request = probe::request(creation, address, sender, &call);
    let answer: Result<Bytes, _> = provider.call(request).overrides(probe::overrides(address, sender)).await;
    match simulated(answer, &creation.abi)? {
        Simulated::Answer(answer) => Ok(B256::try_from(answer.as_ref()).ok()),
        Simulated::Failed(_) => Ok(None),
    }
}
