//! A call that is tried out, with the gas that it takes: what a revert without data does not tell.

use alloy::{
    network::TransactionBuilder,
    primitives::{Address, Bytes, U256, address, hex},
    providers::Provider,
    rpc::types::{TransactionRequest, state::StateOverridesBuilder},
};
use causeway_interop::L2_TO_L2_CROSS_DOMAIN_MESSENGER;

use crate::{ChainView, NodeFault, RevertReason};

/// Where the probe's code is put for a simulation: an address that nobody has the key of.
pub(crate) const PROBE: Address = address!("00000000000000000000ca05e0a90be0000000ee");

/// Who pays for what is tried out: an account that nobody has the key of, with all the ether that it takes.
pub(crate) const NOBODY: Address = address!("00000000000000000000ca05e0a90be0000000aa");

/// Calls the account that the first word of its input names with the rest, and answers three words, whether that succeeded,
/// the gas that there was before and what was left of it, and then the call's own answer.
const CODE: [u8; 41] = hex!(
    // Copies the rest of the input.
    "6020" "36" "03" "80" "6020" "5f" "37"
    // CALL(gas, CALLDATALOAD(0), 0, 0, size, 0, 0), with the gas from before below.
    "5a" "90" "5f" "5f" "82" "5f" "5f" "5f35" "5a" "f1"
    // Its three words.
    "5f52" "50" "602052" "5a604052"
    // The answer of the call.
    "3d5f60603e" "3d6060015ff3"
);

/// What of the gas has to be left when nothing ran out of it. Each contract on the way keeps a 64th of what it has: through
/// proxies, bridge and token there are seven or so.
const LEFT_AT_LEAST: u64 = 6;

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It succeeded with this answer.
    Answer(Bytes),
    /// It failed.
    Reverted(RevertReason),
}

/// The input by which the probe calls `target`.
pub(crate) fn input(target: Address, call: &[u8]) -> Bytes {
    [target.into_word().as_slice(), call].concat().into()
}

/// Puts the probe on a chain for a simulation.
pub(crate) fn overrides() -> StateOverridesBuilder {
    StateOverridesBuilder::default().with_code(PROBE, CODE)
}

/// Tries a call of the messenger out on the latest block, with its access list.
///
/// `price` is the most that it pays for gas: without one, the inbox would take the caller for a deposit on some nodes.
pub(crate) async fn measure(
    chain: &ChainView,
    relay: TransactionRequest,
    price: u128,
) -> Result<Outcome, NodeFault> {
    let call = relay.input.into_input().unwrap_or_default();
    let request = TransactionRequest { access_list: relay.access_list, ..TransactionRequest::default() }
        .with_from(NOBODY)
        .with_to(PROBE)
        .with_input(input(L2_TO_L2_CROSS_DOMAIN_MESSENGER, &call));
    let request = match price {
        0 => request,
        price => request.with_max_fee_per_gas(price).with_max_priority_fee_per_gas(0),
    };
    // Rich enough for anything, and not so rich that sums overflow.
    let overrides = overrides().with_balance(NOBODY, U256::MAX >> 64).build();
    let answer = chain.provider().call(request).overrides(overrides).await?;
    read(&answer).ok_or_else(|| NodeFault::refused("the node ignores state overrides"))
}

/// Reads the probe's answer; nothing if it is none, because it was not there.
pub(crate) fn read(answer: &[u8]) -> Option<Outcome> {
    let (words, data) = answer.split_at_checked(96)?;
    let (words, _) = words.as_chunks::<32>();
    let [success, before, after] = words else { return None };
    let word = |word: &[u8; 32]| u64::try_from(U256::from_be_bytes(*word)).ok();
    let (success, before, after) = (word(success)?, word(before)?, word(after)?);
    if success == 1 {
        return Some(Outcome::Answer(Bytes::copy_from_slice(data)));
    }
    let reason = match RevertReason::decode(data) {
        RevertReason::Empty if after < before / LEFT_AT_LEAST => RevertReason::OutOfGas { gas: Some(before) },
        reason => reason,
    };
    Some(Outcome::Reverted(reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(success: u64, before: u64, after: u64, data: &[u8]) -> Option<Outcome> {
        let words = [success, before, after].map(|word| U256::from(word).to_be_bytes::<32>());
        read(&[words.as_flattened(), data].concat())
    }

    #[test]
    fn only_what_used_up_its_gas_ran_out_of_it() {
        let reverted = |reason| Some(Outcome::Reverted(reason));
        let gas = Some(30_000_000);
        assert_eq!(answer(0, 30_000_000, 900_000, &[]), reverted(RevertReason::OutOfGas { gas }));
        assert_eq!(answer(0, 30_000_000, 29_900_000, &[]), reverted(RevertReason::Empty));
        // Who gives a reason had gas for it.
        let reason = RevertReason::decode(&[1, 2, 3, 4]);
        assert_eq!(answer(0, 30_000_000, 900_000, &[1, 2, 3, 4]), reverted(reason));
        assert_eq!(answer(1, 30_000_000, 900_000, &[7]), Some(Outcome::Answer(Bytes::from_static(&[7]))));
        for none in [&[][..], &[0; 95]] {
            assert_eq!(read(none), None);
        }
    }
}
