//! What happened, in words, where that is more than the event says by itself.

use alloy::primitives::{U256, utils::format_ether};

use super::RelayerEvent;

impl RelayerEvent {
    /// What became of a signer's need of ether, of an expired message, or of the price of gas, in words; `None` of events of other
    /// kinds.
    pub fn reason(&self) -> Option<String> {
        Some(match self {
            Self::ToppedUp { signer, account, amount, .. } => {
                format!("{account} gave {signer} {}", ether(*amount))
            }
            Self::TopUpCapped { signer, spent, cap, .. } => {
                let (given, of_all) = (ether(*spent), ether(*cap));
                format!("{signer} needs ether, and {given} of {of_all} were given in the past day")
            }
            Self::TopUpUnfunded { signer, account, balance, .. } => {
                let has = ether(*balance);
                format!("{signer} needs ether, and the funding account {account} has {has} only")
            }
            Self::ResendCapped { gas, cap, .. } => {
                format!(
                    "messages expired, and {gas} gas of {cap} was used in the past day to send others again"
                )
            }
            Self::ResendUnfunded { account, balance, .. } => {
                let has = ether(*balance);
                format!("messages expired, and {account}, which would send them again, has {has} only")
            }
            Self::ResendImpossible { version, over_l1, .. } => {
                let says = if version.is_empty() { "that says no version" } else { version.as_str() };
                let why = if *over_l1 {
                    "expiry goes over L1, by those who sent them"
                } else {
                    "that began with 1.3"
                };
                format!("messages expired, and the messenger {says} does not send again: {why}")
            }
            Self::Errand(event) => event.reason(),
            Self::Gas(event) => event.reason(),
            _ => return None,
        })
    }
}

/// Wei for people: `0.05 ETH`, without zeros at the end.
pub(crate) fn ether(wei: U256) -> String {
    let text = format_ether(wei);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text} ETH")
}

#[cfg(test)]
mod tests {
    use alloy::primitives::Address;

    use super::*;

    #[test]
    fn ether_is_told_without_zeros_at_the_end() {
        let told =
            [0, 1, 50_000_000_000_000_000, 10_000_000_000_000_000_000_u64].map(|wei| ether(U256::from(wei)));
        assert_eq!(told, ["0 ETH", "0.000000000000000001 ETH", "0.05 ETH", "10 ETH"]);
    }

    #[test]
    fn amounts_are_told_in_ether() {
        let (signer, account) = (Address::repeat_byte(1), Address::repeat_byte(2));
        let (wei, chain_id) = (U256::from(50_000_000_000_000_000_u64), 902);
        for event in [
            RelayerEvent::TopUpCapped { chain_id, signer, spent: U256::ZERO, cap: wei },
            RelayerEvent::TopUpUnfunded { chain_id, signer, account, balance: wei },
            RelayerEvent::ResendUnfunded { chain_id, account, balance: wei },
        ] {
            let reason = event.reason().unwrap();
            assert!(reason.contains("0.05 ETH") && !reason.contains("wei"), "{reason}");
        }
        assert_eq!(RelayerEvent::Active.reason(), None);
    }

    #[test]
    fn a_messenger_that_does_not_send_again_is_told_with_why() {
        let reason = |version: &str, over_l1| {
            let version = version.to_owned();
            RelayerEvent::ResendImpossible { chain_id: 901, version, over_l1 }.reason().unwrap()
        };
        let said = reason("2.0.0", true);
        assert!(
            said.contains("messenger 2.0.0 does not") && said.ends_with("by those who sent them"),
            "{said}"
        );
        let said = reason("", false);
        assert!(said.contains("that says no version") && said.ends_with("that began with 1.3"), "{said}");
    }
}
