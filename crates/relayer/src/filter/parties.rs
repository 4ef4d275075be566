use alloy::primitives::{Address, U256};
use causeway_client::Shipment;
use causeway_interop::SentMessage;

/// Who takes part in a message. What a bridge sends is of the account that used the bridge, and for its recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parties {
    /// Who sent it: the contract or account that called the messenger, and who used the bridge, if one did.
    pub(super) senders: Vec<Address>,
    /// Whom it is for: the target, and the recipient of what a bridge pays out.
    pub(super) targets: Vec<Address>,
    /// The token that it carries.
    pub(super) token: Option<Address>,
    /// The ether that it carries, in wei.
    pub(super) value: Option<U256>,
}

impl Parties {
    pub(super) fn of(message: &SentMessage) -> Self {
        let (sender, shipment) = Shipment::of(message);
        let (recipient, token, value) = match shipment {
            Shipment::Erc20 { token, recipient, .. } => (Some(recipient), Some(token), None),
            Shipment::Ether { recipient, amount } => (Some(recipient), None, Some(amount)),
            Shipment::Message { .. } => (None, None, None),
        };
        let mut senders = vec![message.sender];
        senders.extend(Some(sender).filter(|sender| *sender != message.sender));
        let mut targets = vec![message.target];
        targets.extend(recipient.filter(|recipient| *recipient != message.target));
        Self { senders, targets, token, value }
    }

    /// Everybody who takes part.
    pub(super) fn all(&self) -> impl Iterator<Item = Address> + '_ {
        self.senders.iter().chain(&self.targets).copied().chain(self.token)
    }
}
