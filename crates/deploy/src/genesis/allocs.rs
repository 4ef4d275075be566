use alloy::{
    genesis::{Genesis, GenesisAccount},
    primitives::{Address, B256, Bytes, U64, U256},
};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// The accounts of a genesis as op-deployer and forge write and read them (`vm.dumpState`, `vm.loadAllocs`): an object from
/// address to balance, nonce, code and storage, every number as hex, and nothing left away.
pub(super) struct Allocs<'a>(pub(super) &'a Genesis);

#[derive(Serialize)]
struct Account<'a> {
    balance: U256,
    nonce: U64,
    code: &'a Bytes,
    storage: &'a BTreeMap<B256, B256>,
}

impl Serialize for Allocs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (no_code, no_storage) = (Bytes::new(), BTreeMap::new());
        let entry = |(address, account): (&'_ Address, &'_ GenesisAccount)| {
            let account = Account {
                balance: account.balance,
                nonce: U64::from(account.nonce.unwrap_or_default()),
                code: account.code.as_ref().unwrap_or(&no_code),
                storage: account.storage.as_ref().unwrap_or(&no_storage),
            };
            (*address, serde_json::to_value(account).unwrap_or_default())
        };
        serializer.collect_map(self.0.alloc.iter().map(entry))
    }
}
