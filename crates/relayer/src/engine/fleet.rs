use alloy::primitives::{Address, B256};

use crate::engine::{
    account::Account,
    attempt::{Attempt, Slot},
};

/// The accounts of a lane.
#[derive(Clone, Debug)]
pub(crate) struct Fleet {
    accounts: Vec<Account>,
}

impl Fleet {
    /// One account for each signer; who is named twice is one.
    pub(crate) fn new(signers: Vec<Address>) -> Self {
        let mut accounts: Vec<Account> = Vec::new();
        for signer in signers {
            if !accounts.iter().any(|account| account.signer == signer) {
                accounts.push(Account::new(signer));
            }
        }
        Self { accounts }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &Account)> {
        self.accounts.iter().enumerate()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (usize, &mut Account)> {
        self.accounts.iter_mut().enumerate()
    }

    pub(crate) fn account(&self, index: usize) -> Option<&Account> {
        self.accounts.get(index)
    }

    pub(crate) fn account_mut(&mut self, index: usize) -> Option<&mut Account> {
        self.accounts.get_mut(index)
    }

    pub(crate) fn signer(&self, index: usize) -> Address {
        self.account(index).map_or(Address::ZERO, |account| account.signer)
    }

    /// Returns the place of a signer's account.
    pub(crate) fn index_of(&self, signer: Address) -> Option<usize> {
        self.accounts.iter().position(|account| account.signer == signer)
    }

    /// Returns where the attempt of this signer with this nonce is, or would be.
    pub(crate) fn slot(&self, signer: Address, nonce: u64) -> Option<Slot> {
        self.index_of(signer).map(|account| Slot { account, nonce })
    }

    pub(crate) fn get(&self, slot: Slot) -> Option<&Attempt> {
        self.account(slot.account)?.attempts.get(slot.nonce)
    }

    pub(crate) fn get_mut(&mut self, slot: Slot) -> Option<&mut Attempt> {
        self.account_mut(slot.account)?.attempts.get_mut(slot.nonce)
    }

    pub(crate) fn insert(&mut self, slot: Slot, attempt: Attempt) {
        if let Some(account) = self.account_mut(slot.account) {
            account.attempts.insert(slot.nonce, attempt);
        }
    }

    /// Takes an attempt out whose nonce was not used; the nonce is free again.
    pub(crate) fn release(&mut self, slot: Slot) -> Option<Attempt> {
        self.account_mut(slot.account)?.attempts.release(slot.nonce)
    }

    /// Takes an attempt out whose nonce is used, by it or by another transaction.
    pub(crate) fn settle(&mut self, slot: Slot) -> Option<Attempt> {
        self.account_mut(slot.account)?.attempts.settle(slot.nonce)
    }

    /// Returns all attempts of all accounts.
    pub(crate) fn attempts(&self) -> impl Iterator<Item = (Slot, &Attempt)> {
        self.iter().flat_map(|(account, of)| {
            of.attempts.iter().map(move |(nonce, attempt)| (Slot { account, nonce }, attempt))
        })
    }

    pub(crate) fn attempts_mut(&mut self) -> impl Iterator<Item = (Slot, &mut Attempt)> {
        self.iter_mut().flat_map(|(account, of)| {
            of.attempts.iter_mut().map(move |(nonce, attempt)| (Slot { account, nonce }, attempt))
        })
    }

    /// Returns how many transactions are on their way.
    pub(crate) fn in_flight(&self) -> usize {
        self.accounts.iter().map(|account| account.attempts.len()).sum()
    }

    /// Returns whose attempt the message is in.
    pub(crate) fn slot_of_message(&self, message: B256) -> Option<Slot> {
        let mut found = self.iter().filter_map(|(account, of)| {
            of.attempts.nonce_of_message(message).map(|nonce| Slot { account, nonce })
        });
        found.next()
    }

    /// Returns whose transaction did not deliver the message, if it is not said yet why.
    pub(crate) fn inquest_of_message(&self, message: B256) -> Option<Slot> {
        let mut found = self
            .iter()
            .filter_map(|(account, of)| of.inquest_of(message).map(|nonce| Slot { account, nonce }));
        found.next()
    }

    /// Returns the attempt that has the transaction for one of its versions.
    pub(crate) fn slot_of_tx(&self, tx_hash: B256) -> Option<Slot> {
        let mut found = self.iter().filter_map(|(account, of)| {
            of.attempts.nonce_of_tx(tx_hash).map(|nonce| Slot { account, nonce })
        });
        found.next()
    }

    /// Returns whether one of these accounts could take one more transaction.
    pub(crate) fn has_room(&self, max_in_flight: usize) -> bool {
        self.accounts.iter().any(|account| account.has_room(max_in_flight))
    }
}
