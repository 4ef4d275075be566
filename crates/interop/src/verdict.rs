use std::fmt;

use crate::{InvalidReason, Missing};

/// What the rules say of a claim.
///
/// The middle ground matters: an answer of *invalid* makes clients drop a transaction for good, so it is
/// given only for what the facts prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// The message may be executed.
    Valid,
    /// The message must not be executed.
    Invalid(InvalidReason),
    /// The facts do not decide it yet.
    Unknown(Missing),
}

impl Verdict {
    /// Returns whether the verdict is [`Verdict::Valid`].
    pub const fn is_valid(&self) -> bool {
        matches!(self, Self::Valid)
    }

    /// Returns whether the verdict is [`Verdict::Invalid`].
    pub const fn is_invalid(&self) -> bool {
        matches!(self, Self::Invalid(_))
    }

    /// Returns whether the verdict is [`Verdict::Unknown`].
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// Returns the stable name of the verdict's reason: `valid`, or that of the rule or of what is missing.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid(reason) => reason.code(),
            Self::Unknown(missing) => missing.code(),
        }
    }

    /// Returns the code with which admission JSON-RPC reports the verdict; none when it is valid.
    pub const fn rpc_code(&self) -> Option<i32> {
        match self {
            Self::Valid => None,
            Self::Invalid(reason) => Some(reason.rpc_code()),
            Self::Unknown(missing) => Some(missing.rpc_code()),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Valid => f.write_str("valid"),
            Self::Invalid(reason) => write!(f, "invalid: {reason}"),
            Self::Unknown(missing) => write!(f, "unknown: {missing}"),
        }
    }
}

impl From<InvalidReason> for Verdict {
    fn from(reason: InvalidReason) -> Self {
        Self::Invalid(reason)
    }
}

impl From<Missing> for Verdict {
    fn from(missing: Missing) -> Self {
        Self::Unknown(missing)
    }
}
