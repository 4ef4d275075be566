use alloy::primitives::U256;
use causeway_interop::MESSAGE_EXPIRY_WINDOW;

/// Why a text is no dependency set. Values that may be long or secret are not repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetFileError {
    /// It begins like JSON, and is none of a dependency set.
    #[error("{why}")]
    Json {
        /// What is wrong, with line and column.
        why: String,
    },
    /// It is neither JSON nor TOML.
    #[error("it is neither JSON nor TOML: {why}{}", place(.line))]
    Toml {
        /// What is wrong as TOML.
        why: String,
        /// In which line, counted from 1.
        line: Option<usize>,
    },
    /// Nothing says which chains there are.
    #[error("{} is missing", listed(.keys))]
    Missing {
        /// Where they could stand.
        keys: &'static [&'static str],
    },
    /// Two forms at once.
    #[error("it has both `dependencies` and `interop.dependencies`, and one set has to count")]
    TwoForms,
    /// A list of sets without any.
    #[error("it is a list of dependency sets without any")]
    NoSet,
    /// What should have keys is something else.
    #[error("`{key}` is {found}, and no {expected}")]
    NotKeyed {
        /// Where.
        key: String,
        /// What stands there.
        found: String,
        /// What such a thing is called in this format.
        expected: &'static str,
    },
    /// A key that is no chain id.
    #[error("`{key}` names {name:?}: {why}")]
    NoChainId {
        /// Below what.
        key: &'static str,
        /// The key.
        name: String,
        /// Why it is none.
        why: String,
    },
    /// A chain twice in one set.
    #[error("`{key}` names chain {chain_id} twice")]
    Twice {
        /// Below what.
        key: &'static str,
        /// The chain.
        chain_id: U256,
    },
    /// A set without chains.
    #[error("`{key}` names no chain")]
    NoChain {
        /// Below what.
        key: &'static str,
    },
    /// A chain in two sets that differ.
    #[error("chain {chain_id} is in two of its dependency sets, which differ")]
    Overlap {
        /// The chain.
        chain_id: U256,
    },
    /// A chain of the registry that is not in its own set.
    #[error("`interop.dependencies` names {chain_ids}, and not chain {own}, whose file it is")]
    WithoutItself {
        /// The chain, as `chain_id` says.
        own: U256,
        /// Those that are named.
        chain_ids: String,
    },
    /// Too long an expiry window.
    #[error("`{key}` is {seconds} seconds, and may only shorten the protocol's {MESSAGE_EXPIRY_WINDOW}")]
    WindowTooLong {
        /// Where.
        key: &'static str,
        /// The window.
        seconds: u64,
    },
    /// No number of seconds.
    #[error("`{key}` is {found}, and no number of seconds")]
    NoSeconds {
        /// Where.
        key: &'static str,
        /// What stands there.
        found: String,
    },
}

/// Why none of the sets in a file is the one of some chains.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChooseSetError {
    /// There are several sets, and no chain that would tell them apart is in any.
    #[error("it holds {sets} dependency sets, and none with {chain_ids}")]
    None {
        /// How many there are.
        sets: usize,
        /// The chains that were asked for.
        chain_ids: String,
    },
    /// The chains are in different sets.
    #[error("chains {one} and {other} are in different dependency sets of it")]
    Several {
        /// A chain.
        one: U256,
        /// Another one.
        other: U256,
    },
}

fn listed(keys: &[&str]) -> String {
    keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" or ")
}

fn place(line: &Option<usize>) -> String {
    line.map(|line| format!(", line {line}")).unwrap_or_default()
}
