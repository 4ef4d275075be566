use crate::{Identity, Role};
use alloy::primitives::{Address, B256, U256};
use std::fmt;

/// What a look at one chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainReport {
    /// Id of the chain.
    pub chain_id: u64,
    /// Number and hash of the block as of which everything was read.
    pub block: (u64, B256),
    /// One for each contract.
    pub findings: Vec<Finding>,
}

/// What was found of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Name of the contract that should be there.
    pub name: String,
    /// What it is there for, where that is known.
    pub role: Option<Role>,
    /// Address.
    pub address: Address,
    /// Where a genesis has it, if it is an implementation that stands elsewhere here and is the one in use.
    pub instead_of: Option<Address>,
    /// What its code is, or why nothing is known of it.
    pub is: Result<Identity, String>,
    /// Hash of its code.
    pub code_hash: B256,
    /// What `version()` answers, where it was asked.
    pub version: Option<String>,
    /// What the token says of itself, where it is one.
    pub token: Option<Token>,
    /// Balance in wei.
    pub balance: U256,
    /// Owner, of the ProxyAdmin.
    pub owner: Option<Address>,
    /// In what it differs from what should be.
    pub differences: Vec<Difference>,
}

impl Finding {
    /// One of an account of which nothing was read yet.
    pub(super) fn new(name: &str, role: Option<Role>, address: Address) -> Self {
        Self {
            name: name.to_owned(),
            role,
            address,
            instead_of: None,
            is: Ok(Identity::Empty),
            code_hash: B256::ZERO,
            version: None,
            token: None,
            balance: U256::ZERO,
            owner: None,
            differences: Vec::new(),
        }
    }
}

/// What a token says of itself. `None`: nothing that can be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Token {
    /// `name()`.
    pub name: Option<String>,
    /// `symbol()`.
    pub symbol: Option<String>,
    /// `decimals()`.
    pub decimals: Option<u8>,
    /// Whether it says that the bridge may mint and burn it (ERC-7802).
    pub is_crosschain: bool,
    /// The code that it leads to, and its hash, if it is a proxy by ERC-1967.
    pub behind: Option<(Identity, B256)>,
}

/// A difference: what should be and what is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// In what.
    pub kind: Kind,
    /// What should be.
    pub expected: Value,
    /// What is.
    pub found: Value,
}

/// In what a chain may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// There is no code.
    Missing,
    /// The code.
    Code,
    /// The address that a proxy leads to.
    Implementation,
    /// The code that a proxy leads to.
    ImplementationCode,
    /// The administrator of a proxy.
    Admin,
    /// The owner of the ProxyAdmin.
    Owner,
    /// Another slot.
    Slot(B256),
    /// The balance.
    Balance,
    /// The nonce.
    Nonce,
    /// What `version()` answers.
    Version,
    /// A token's name.
    Name,
    /// A token's symbol.
    Symbol,
    /// A token's decimals.
    Decimals,
    /// Whether a token is one that moves between chains.
    Crosschain,
}

/// What should be or is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Code, by what it is and its hash.
    Code(Identity, B256),
    /// An address, and what stands there.
    Account(Address, Option<Identity>),
    /// A word of storage.
    Word(B256),
    /// A number.
    Number(U256),
    /// At least this number.
    AtLeast(U256),
    /// Words.
    Text(String),
    /// Nothing.
    Nothing,
}

impl Kind {
    /// One word for programs.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Code => "code",
            Self::Implementation => "implementation",
            Self::ImplementationCode => "implementation-code",
            Self::Admin => "admin",
            Self::Owner => "owner",
            Self::Slot(_) => "slot",
            Self::Balance => "balance",
            Self::Nonce => "nonce",
            Self::Version => "version",
            Self::Name => "name",
            Self::Symbol => "symbol",
            Self::Decimals => "decimals",
            Self::Crosschain => "crosschain",
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(identity, _) => identity.fmt(f),
            Self::Account(address, None) => address.fmt(f),
            Self::Account(address, Some(identity)) => write!(f, "{address} ({identity})"),
            Self::Word(word) => word.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::AtLeast(number) => write!(f, "at least {number}"),
            Self::Text(text) => f.write_str(text),
            Self::Nothing => f.write_str("nothing"),
        }
    }
}

impl Finding {
    /// Whether there is code that was read.
    pub fn is_there(&self) -> bool {
        self.is.as_ref().is_ok_and(|identity| *identity != Identity::Empty)
    }
}

impl ChainReport {
    /// How many contracts are as they should be, differ, and are not known.
    pub fn counts(&self) -> (usize, usize, usize) {
        let unknown = self.findings.iter().filter(|finding| finding.is.is_err()).count();
        let different = self.findings.iter().filter(|finding| !finding.differences.is_empty()).count();
        (self.findings.len() - unknown - different, different, unknown)
    }
}
