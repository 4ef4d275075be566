//! How the accounts stand, by what is heard of them: whether they can pay, and whether what holds their keys signs.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::SystemTime,
};

use alloy::primitives::Address;

use crate::RelayerEvent;

/// Why an account does not sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SignerTrouble {
    /// When it was asked first of all times since it signed last.
    pub(super) since: SystemTime,
    pub(super) reason: String,
}

/// What was heard of the accounts, by chain.
#[derive(Debug, Default)]
pub(super) struct Payers {
    /// Those that cannot pay.
    unfunded: BTreeSet<(u64, Address)>,
    /// Those of which a node has taken a transaction since.
    solvent: BTreeSet<(u64, Address)>,
    /// Those that do not sign, and with `None` those that did not once.
    signers: BTreeMap<(u64, Address), Option<SignerTrouble>>,
}

impl Payers {
    /// Another relayer begins: nothing holds any more. What was shown once goes on to be shown, as well.
    pub(super) fn anew(mut self) -> Self {
        self.forgive(|_| true);
        Self { signers: self.signers, ..Self::default() }
    }

    /// Takes an event in.
    pub(super) fn hear(&mut self, event: &RelayerEvent) {
        match event {
            RelayerEvent::LowBalance { chain_id, account, .. } => {
                self.unfunded.insert((*chain_id, *account));
                self.solvent.remove(&(*chain_id, *account));
            }
            // What one account can pay says nothing of the others.
            RelayerEvent::Submitted { destination, signer, .. } => {
                self.unfunded.remove(&(*destination, *signer));
                self.solvent.insert((*destination, *signer));
            }
            RelayerEvent::SignerUnwell { chain_id, account, since, reason } => {
                let trouble = SignerTrouble { since: *since, reason: reason.clone() };
                self.signers.insert((*chain_id, *account), Some(trouble));
            }
            RelayerEvent::SignerWell { chain_id, account } => {
                self.signers.insert((*chain_id, *account), None);
            }
            // What is wrong still is told again; of another relayer's chains it is that one's business.
            RelayerEvent::StoreWell => self.forgive(|_| true),
            RelayerEvent::ChainTaken { chain_id } | RelayerEvent::ChainLeft { chain_id, .. } => {
                self.forgive(|of| of == *chain_id);
            }
            _ => {}
        }
    }

    /// Nobody knows any more that accounts do not sign for these chains.
    fn forgive(&mut self, of: impl Fn(u64) -> bool) {
        let of = self.signers.iter_mut().filter(|((chain_id, _), _)| of(*chain_id));
        of.for_each(|(_, trouble)| *trouble = None);
    }

    /// Whether an account can pay, as was heard of what it sent; before it has sent anything, whether it has anything at all.
    pub(super) fn is_funded(&self, chain_id: u64, account: Address, is_empty: bool) -> bool {
        let account = (chain_id, account);
        !self.unfunded.contains(&account) && (!is_empty || self.solvent.contains(&account))
    }

    /// Why an account does not sign, if it does not.
    pub(super) fn trouble(&self, chain_id: u64, account: Address) -> Option<&SignerTrouble> {
        self.signers.get(&(chain_id, account))?.as_ref()
    }

    /// The accounts of which it was heard once that they do not sign, and whether they do.
    pub(super) fn signers(&self) -> impl Iterator<Item = (u64, Address, bool)> {
        self.signers.iter().map(|((chain_id, account), trouble)| (*chain_id, *account, trouble.is_none()))
    }
}

#[cfg(test)]
mod tests {
    use alloy::primitives::B256;

    use crate::Left;

    use super::*;

    const ACCOUNT: Address = Address::repeat_byte(1);

    fn unwell(chain_id: u64, reason: &str) -> RelayerEvent {
        let (since, reason) = (SystemTime::UNIX_EPOCH, reason.to_owned());
        RelayerEvent::SignerUnwell { chain_id, account: ACCOUNT, since, reason }
    }

    #[test]
    fn an_account_without_ether_can_pay_once_a_node_says_so() {
        let mut payers = Payers::default();
        let submitted = |signer| RelayerEvent::Submitted {
            message_hash: B256::ZERO,
            destination: 902,
            tx_hash: B256::ZERO,
            signer,
            nonce: 0,
        };
        let of = |payers: &Payers| [false, true].map(|is_empty| payers.is_funded(902, ACCOUNT, is_empty));
        assert_eq!(of(&payers), [true, false]);
        payers.hear(&submitted(Address::ZERO));
        assert_eq!(of(&payers), [true, false], "what another account sent says nothing of this one");
        payers.hear(&submitted(ACCOUNT));
        assert_eq!(of(&payers), [true, true], "gas is free, or what it has was asked for before");
        let low = RelayerEvent::LowBalance { chain_id: 902, account: ACCOUNT, balance: None };
        payers.hear(&low);
        payers.hear(&submitted(Address::ZERO));
        assert_eq!(of(&payers), [false, false]);
        payers.hear(&submitted(ACCOUNT));
        assert_eq!(of(&payers), [true, true]);
    }

    #[test]
    fn an_account_that_does_not_sign_is_known_until_it_does_or_another_relayer_has_the_chain() {
        let mut payers = Payers::default();
        let reason = |payers: &Payers, id| payers.trouble(id, ACCOUNT).map(|trouble| trouble.reason.clone());
        for (chain_id, why) in [(901, "away"), (902, "away"), (902, "no")] {
            payers.hear(&unwell(chain_id, why));
        }
        let told = [reason(&payers, 901), reason(&payers, 902)];
        assert_eq!(told, [Some("away".to_owned()), Some("no".to_owned())]);
        payers.hear(&RelayerEvent::SignerWell { chain_id: 901, account: ACCOUNT });
        assert_eq!((reason(&payers, 901), reason(&payers, 902).is_some()), (None, true));
        for event in
            [RelayerEvent::ChainLeft { chain_id: 902, why: Left::ToAnother }, RelayerEvent::StoreWell]
        {
            payers.hear(&event);
            assert_eq!(reason(&payers, 902), None);
            payers.hear(&unwell(902, "no"));
        }
        let payers = payers.anew();
        // What was shown once does not stay as it was.
        let signers: Vec<_> = payers.signers().collect();
        assert_eq!(signers, [(901, ACCOUNT, true), (902, ACCOUNT, true)]);
    }
}
