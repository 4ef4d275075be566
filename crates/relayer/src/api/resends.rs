//! Whether what expired is sent again by itself, as far as was heard and is recorded.

use std::collections::BTreeMap;

use crate::RelayerEvent;

/// Why messages of a source are not sent again now, as was told last.
#[derive(Debug, Default)]
pub(super) struct Resends(BTreeMap<u64, String>);

impl Resends {
    /// Takes an event in.
    pub(super) fn hear(&mut self, event: &RelayerEvent) {
        match event {
            RelayerEvent::ResendCapped { chain_id, .. }
            | RelayerEvent::ResendUnfunded { chain_id, .. }
            | RelayerEvent::ResendImpossible { chain_id, .. } => {
                self.0.insert(*chain_id, event.reason().unwrap_or_default());
            }
            // What is wrong still is told again; of another relayer's chains it is that one's business.
            RelayerEvent::Resent { source: chain_id, .. }
            | RelayerEvent::ChainTaken { chain_id }
            | RelayerEvent::ChainLeft { chain_id, .. } => drop(self.0.remove(chain_id)),
            RelayerEvent::StoreWell => self.0.clear(),
            _ => {}
        }
    }

    /// Why none of a source is, if that was told.
    pub(super) fn held(&self, source: u64) -> Option<&str> {
        self.0.get(&source).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use alloy::primitives::B256;

    use super::*;

    #[test]
    fn what_keeps_messages_from_being_sent_again_is_known_until_one_is() {
        let mut resends = Resends::default();
        for chain_id in [901, 902] {
            resends.hear(&RelayerEvent::ResendCapped { chain_id, gas: 7, cap: 8 });
        }
        assert!(resends.held(901).is_some_and(|reason| reason.contains("7 gas of 8")));
        let (message_hash, tx_hash) = (B256::ZERO, B256::ZERO);
        resends.hear(&RelayerEvent::Resent { message_hash, source: 901, tx_hash, block_number: 1 });
        assert_eq!((resends.held(901), resends.held(902).is_some()), (None, true));
        resends.hear(&RelayerEvent::StoreWell);
        assert_eq!(resends.held(902), None);
    }
}
