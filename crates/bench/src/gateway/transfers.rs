//! Signed transfers of ether, made before anything is measured.

use crate::wire::{call, post};
use alloy::{
    consensus::{SignableTransaction, TxEip1559},
    eips::eip2718::Encodable2718,
    primitives::{Address, ChainId, TxKind, U256, hex},
    signers::{
        SignerSync,
        local::{MnemonicBuilder, PrivateKeySigner, coins_bip39::English},
    },
};

/// Accounts that nodes fund by default.
pub(super) const ACCOUNTS: usize = 10;
const MNEMONIC: &str = "test test test test test test test test test test test junk";
const GAS: u64 = 21_000;
/// More than any base fee here.
const MAX_FEE: u128 = 100_000_000_000;

/// Who sends, and where.
pub(super) struct Transfers {
    chain_id: ChainId,
    signers: Vec<PrivateKeySigner>,
}

impl Transfers {
    pub(super) fn new(chain_id: ChainId) -> eyre::Result<Self> {
        let signer =
            |number| MnemonicBuilder::<English>::default().phrase(MNEMONIC).index(number as u32)?.build();
        Ok(Self { chain_id, signers: (0..ACCOUNTS).map(signer).collect::<Result<_, _>>()? })
    }

    /// For each account requests that send so many transfers, by ascending nonce.
    pub(super) fn sign(&self, count: usize) -> eyre::Result<Vec<Vec<Vec<u8>>>> {
        let of = |signer| (0..count as u64).map(move |nonce| self.transfer(signer, nonce)).collect();
        self.signers.iter().map(of).collect()
    }

    fn transfer(&self, signer: &PrivateKeySigner, nonce: u64) -> eyre::Result<Vec<u8>> {
        let transaction = TxEip1559 {
            chain_id: self.chain_id,
            nonce,
            gas_limit: GAS,
            max_fee_per_gas: MAX_FEE,
            max_priority_fee_per_gas: 1,
            to: TxKind::Call(Address::repeat_byte(0xbe)),
            value: U256::ONE,
            ..TxEip1559::default()
        };
        let signature = signer.sign_hash_sync(&transaction.signature_hash())?;
        let raw = hex::encode_prefixed(transaction.into_signed(signature).encoded_2718());
        Ok(post(&call(nonce as usize, "eth_sendRawTransaction", &format!(r#"["{raw}"]"#))))
    }
}
