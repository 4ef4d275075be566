use crate::Header;
use causeway_interop::SafetyLevel;

/// The newest block of each level of safety on a chain.
///
/// Specs: "Verifier", section "Safety".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SafetyHeads {
    /// The newest block that the node announced.
    pub local_unsafe: Option<Header>,
    /// The newest block whose messages, and those of all blocks below, are verified against unsafe chains.
    pub cross_unsafe: Option<Header>,
    /// The newest block whose data is on L1, as the node says.
    pub local_safe: Option<Header>,
    /// The newest block that is local-safe and verified, as are all blocks that it depends on.
    pub safe: Option<Header>,
    /// The newest safe block whose L1 data is final, as the node says.
    pub finalized: Option<Header>,
}

impl SafetyHeads {
    /// The newest block of a level.
    pub const fn at(&self, level: SafetyLevel) -> Option<&Header> {
        match level {
            SafetyLevel::Unsafe => self.local_unsafe.as_ref(),
            SafetyLevel::CrossUnsafe => self.cross_unsafe.as_ref(),
            SafetyLevel::LocalSafe => self.local_safe.as_ref(),
            SafetyLevel::Safe => self.safe.as_ref(),
            SafetyLevel::Finalized => self.finalized.as_ref(),
        }
    }
}
