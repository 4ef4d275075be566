//! Tokens at one address on every chain, which the bridge moves between them.

use crate::create2::{Creation, NodeError, code_at};
use alloy::{
    eips::BlockId,
    primitives::{Address, FixedBytes, U256, fixed_bytes},
    providers::DynProvider,
    sol_types::SolConstructor,
};
use causeway_bindings::OwnedSuperchainERC20;
use causeway_interop::{L2_TO_L2_CROSS_DOMAIN_MESSENGER, SUPERCHAIN_TOKEN_BRIDGE};

/// ERC-165's id of IERC7802: what the bridge asks for before it moves a token.
const IERC7802: FixedBytes<4> = fixed_bytes!("0x33331994");

/// What a token is created with. It decides about the address, so it is the same on every chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Name.
    pub name: String,
    /// Symbol.
    pub symbol: String,
    /// Decimals.
    pub decimals: u8,
    /// Who may mint, on every chain, and gets the supply.
    pub owner: Address,
    /// What comes into being with the token on its home, in base units.
    pub supply: U256,
    /// Id of that chain; zero where there is no supply.
    pub home: U256,
}

/// What a token says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Name.
    pub name: String,
    /// Symbol.
    pub symbol: String,
    /// Decimals.
    pub decimals: u8,
    /// What there is of it on this chain, in base units.
    pub supply: U256,
    /// Whether the bridge may move it.
    pub is_crosschain: bool,
}

/// What a chain is like for a token that is not there yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Before {
    /// Contracts without which it cannot move.
    pub missing: Vec<&'static str>,
    /// Whether its owner is a contract here.
    pub owner_has_code: bool,
}

impl Terms {
    /// What creates the token, through the deterministic deployment proxy and with a salt of zero.
    pub fn creation(&self) -> Creation {
        let arguments = OwnedSuperchainERC20::constructorCall {
            _name: self.name.clone(),
            _symbol: self.symbol.clone(),
            _decimals: self.decimals,
            _owner: self.owner,
            _supply: self.supply,
            _home: self.home,
        }
        .abi_encode();
        let code = [&OwnedSuperchainERC20::BYTECODE[..], &arguments].concat();
        Creation {
            runtime: OwnedSuperchainERC20::DEPLOYED_BYTECODE.clone(),
            ..Creation::new("OwnedSuperchainERC20", code.into())
        }
    }
}

impl Token {
    /// Asks a token.
    pub async fn read(provider: &DynProvider, address: Address) -> Result<Self, NodeError> {
        let token = OwnedSuperchainERC20::new(address, provider);
        let (name, symbol, decimals) = (token.name(), token.symbol(), token.decimals());
        let (supply, supports) = (token.totalSupply(), token.supportsInterface(IERC7802));
        let asked = futures::try_join!(
            name.call().into_future(),
            symbol.call().into_future(),
            decimals.call().into_future(),
            supply.call().into_future(),
            supports.call().into_future()
        );
        let (name, symbol, decimals, supply, is_crosschain) =
            asked.map_err(|error| NodeError::new(error.to_string()))?;
        Ok(Self { name, symbol, decimals, supply, is_crosschain })
    }
}

/// Asks what a chain is like before the token is there.
pub async fn before(provider: &DynProvider, terms: &Terms) -> Result<Before, NodeError> {
    let has_code = async |address: Address| {
        code_at(provider, address, BlockId::latest()).await.map(|code| !code.is_empty())
    };
    let (bridge, messenger, owner_has_code) = futures::try_join!(
        has_code(SUPERCHAIN_TOKEN_BRIDGE),
        has_code(L2_TO_L2_CROSS_DOMAIN_MESSENGER),
        has_code(terms.owner)
    )?;
    let parts = [("SuperchainTokenBridge", bridge), ("L2ToL2CrossDomainMessenger", messenger)];
    let missing = parts.into_iter().filter(|(_, is_there)| !is_there).map(|(name, _)| name).collect();
    Ok(Before { missing, owner_has_code })
}

/// Says what of a token is not as its terms say, if anything is. Only one that is new has the supply that it began with.
pub fn compare(terms: &Terms, chain_id: u64, token: &Token, is_new: bool) -> Option<String> {
    if !token.is_crosschain {
        return Some("it does not support IERC7802".to_owned());
    }
    let is_home = U256::from(chain_id) == terms.home;
    let supply = if is_home { terms.supply } else { U256::ZERO };
    let differs = |what: &str, found: &dyn std::fmt::Display, expected: &dyn std::fmt::Display| {
        Some(format!("its {what} is {found}, expected {expected}"))
    };
    if token.name != terms.name {
        return differs("name", &token.name, &terms.name);
    }
    if token.symbol != terms.symbol {
        return differs("symbol", &token.symbol, &terms.symbol);
    }
    if token.decimals != terms.decimals {
        return differs("number of decimals", &token.decimals, &terms.decimals);
    }
    if is_new && token.supply != supply {
        return differs("supply", &token.supply, &supply);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_named() {
        let terms = Terms {
            name: "Gold".to_owned(),
            symbol: "GLD".to_owned(),
            decimals: 6,
            owner: Address::repeat_byte(1),
            supply: U256::from(5),
            home: U256::from(901),
        };
        let token = Token {
            name: "Gold".to_owned(),
            symbol: "GLD".to_owned(),
            decimals: 6,
            supply: U256::from(5),
            is_crosschain: true,
        };
        assert_eq!(compare(&terms, 901, &token, true), None);
        assert!(compare(&terms, 902, &token, true).unwrap().contains("supply is 5, expected 0"));
        assert_eq!(compare(&terms, 902, &token, false), None);
        for (wrong, what) in [
            (Token { name: "gold".to_owned(), ..token.clone() }, "name"),
            (Token { symbol: "gld".to_owned(), ..token.clone() }, "symbol"),
            (Token { decimals: 18, ..token.clone() }, "decimals"),
            (Token { is_crosschain: false, ..token }, "IERC7802"),
        ] {
            assert!(compare(&terms, 901, &wrong, true).unwrap().contains(what), "{what}");
        }
    }
}
