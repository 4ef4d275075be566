use std::{fmt, str::FromStr};

/// How far a block has come on its way to being irrevocable.
///
/// The levels are not one ladder: *local-safe* (its data is on L1) and *cross-unsafe* (its messages are
/// verified) are independent of each other, *safe* implies both. [`SafetyLevel::implies`] tells. Specs:
/// "Verifier", section "Safety".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SafetyLevel {
    /// The sequencer announced the block.
    #[default]
    Unsafe,
    /// The block's messages are verified against unsafe chains.
    CrossUnsafe,
    /// The block's data is on L1.
    LocalSafe,
    /// The block and all that it depends on are local-safe and verified.
    Safe,
    /// The L1 blocks that the block was derived from are final.
    Finalized,
}

impl SafetyLevel {
    /// All levels, the least first.
    pub const ALL: [Self; 5] =
        [Self::Unsafe, Self::CrossUnsafe, Self::LocalSafe, Self::Safe, Self::Finalized];

    /// Returns the level's name in JSON-RPC.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unsafe => "unsafe",
            Self::CrossUnsafe => "cross-unsafe",
            Self::LocalSafe => "local-safe",
            Self::Safe => "safe",
            Self::Finalized => "finalized",
        }
    }

    /// Returns whether a block of this level is also of the other.
    pub const fn implies(self, other: Self) -> bool {
        match self {
            Self::Unsafe => matches!(other, Self::Unsafe),
            Self::CrossUnsafe => matches!(other, Self::Unsafe | Self::CrossUnsafe),
            Self::LocalSafe => matches!(other, Self::Unsafe | Self::LocalSafe),
            Self::Safe => !matches!(other, Self::Finalized),
            Self::Finalized => true,
        }
    }
}

impl fmt::Display for SafetyLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A text that names no safety level.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown safety level {name:?}: expected one of unsafe, cross-unsafe, local-safe, safe, finalized")]
pub struct SafetyLevelError {
    /// The text.
    pub name: String,
}

impl FromStr for SafetyLevel {
    type Err = SafetyLevelError;

    /// Reads a level's name; upper and lower case differ.
    fn from_str(name: &str) -> Result<Self, SafetyLevelError> {
        Self::ALL
            .into_iter()
            .find(|level| level.as_str() == name)
            .ok_or_else(|| SafetyLevelError { name: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn safe_implies_both_branches_and_they_not_each_other() {
        use SafetyLevel::{CrossUnsafe, Finalized, LocalSafe, Safe, Unsafe};
        assert!(Safe.implies(CrossUnsafe) && Safe.implies(LocalSafe) && !Safe.implies(Finalized));
        assert!(!LocalSafe.implies(CrossUnsafe) && !CrossUnsafe.implies(LocalSafe));
        for level in SafetyLevel::ALL {
            assert!(level.implies(Unsafe) && level.implies(level) && Finalized.implies(level));
        }
    }
}
