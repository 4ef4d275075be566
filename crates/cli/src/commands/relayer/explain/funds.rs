//! Whether the relayer's accounts can pay where a message goes.

use super::super::{nodes::Nodes, place::Place};
use crate::{amount::Currency, failure::Outcome, patience};
use alloy::{
    primitives::{Address, U256},
    providers::Provider,
};
use causeway_store::{MessageRecord, Role};
use std::collections::BTreeSet;

/// The gas of the cheapest transaction that there is.
const LEAST_GAS: u64 = 21_000;

/// The accounts with what they have, in words, if none of them could pay for any transaction on the message's destination. What
/// is not known is no reason.
pub(super) async fn broke(record: &MessageRecord, place: &Place, nodes: &Nodes) -> Outcome<Option<String>> {
    let (id, Ok(chain)) = (record.sent.destination, nodes.chain(record.sent.destination)) else {
        return Ok(None);
    };
    let Ok(chain_id) = u64::try_from(id) else { return Ok(None) };
    let accounts = accounts(place, chain_id).await?;
    let provider = chain.client.provider();
    let asked = async {
        let least = U256::from(provider.get_gas_price().await.ok()?).saturating_mul(U256::from(LEAST_GAS));
        let mut told = Vec::new();
        for account in &accounts {
            let has = provider.get_balance(*account).await.ok().filter(|has| *has < least)?;
            told.push(format!("{account} has {}", Currency::eth().show(has)));
        }
        (!told.is_empty()).then(|| told.join(", "))
    };
    Ok(patience::within(patience::SHORT, asked).await.ok().flatten())
}

/// Who signs for this chain: as the relayers say that work, or those that have signed before.
async fn accounts(place: &Place, chain_id: u64) -> Outcome<BTreeSet<Address>> {
    let leases = place.store.leases().await?;
    let leases = leases.iter().filter(|lease| lease.chain_id == chain_id && !lease.expires_in.is_zero());
    let leased = leases.filter_map(|lease| match lease.role {
        Role::Signer(account) => Some(account),
        _ => None,
    });
    let working: BTreeSet<_> = leased.chain(place.holder.iter().flat_map(|holder| named(holder))).collect();
    if !working.is_empty() {
        return Ok(working);
    }
    let signers = place.store.signers().await?.into_iter().filter(|signer| signer.chain_id == chain_id);
    Ok(signers.map(|signer| signer.account).collect())
}

/// The accounts that a relayer names which says of itself what it is.
fn named(holder: &str) -> impl Iterator<Item = Address> {
    let words = holder.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| word.starts_with("0x")).filter_map(|word| word.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_accounts_are_those_that_a_relayer_names() {
        let [one, two] = [1, 2].map(Address::repeat_byte);
        let holder = format!("relayer {one}, {two} (process 7 on 0x12)");
        assert_eq!(named(&holder).collect::<Vec<_>>(), [one, two]);
        assert_eq!(named("somebody").count(), 0);
    }
}
