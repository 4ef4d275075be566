use alloy::primitives::Address;

/// What a relayer's API says it does next with a message. All texts are of one line, shortened, and somebody else's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayerNext {
    /// Its name: `queued`, `tried-again`, `withheld`, `wait-for-signer`, …
    pub code: String,
    /// In words.
    pub text: String,
    /// Why the message was not delivered so far.
    pub reason: Option<String>,
    /// The number of the destination's block at which it is looked at again.
    pub block: Option<u64>,
    /// Whose budget for what is paid in vain is used up, in words.
    pub withheld: Option<String>,
    /// Before this time of the destination's blocks it is not sent, in seconds since 1970.
    pub not_before: Option<u64>,
    /// The account of the relayer that does not sign, and that the message waits for.
    pub account: Option<Address>,
    /// Since when that is so, RFC 3339 in UTC.
    pub since: Option<String>,
}
