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
///
/// The gas that it passes on is what is between both parts.
const CODE: [&[u8]; 2] = [
    &hex!(
        // Copies the rest of the input.
        "6020" "36" "03" "80" "6020" "5f" "37"
        // CALL(…, CALLDATALOAD(0), 0, 0, size, 0, 0), with the gas from before below.
        "5a" "90" "5f" "5f" "82" "5f" "5f" "5f35"
    ),
    &hex!(
        "f1"
        // Its three words.
        "5f52" "50" "602052" "5a604052"
        // The answer of the call.
        "3d5f60603e" "3d6060015ff3"
    ),
];
/// All the gas that there is.
const GAS: u8 = 0x5a;
/// A number of eight bytes.
const PUSH8: u8 = 0x67;

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

/// Puts the probe on a chain for a simulation: one that passes on all the gas that there is, or no more than so much.
pub(crate) fn overrides(max_gas: Option<u64>) -> StateOverridesBuilder {
    let [before, after] = CODE;
    let gas = max_gas.map_or_else(|| vec![GAS], |max| [&[PUSH8][..], &max.to_be_bytes()].concat());
    StateOverridesBuilder::default().with_code(PROBE, [before, &gas, after].concat())
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
    let overrides = overrides(None).with_balance(NOBODY, U256::MAX >> 64).build();
    let answer = chain.provider().call(request).overrides(overrides).await?;
    read(&answer, None).ok_or_else(|| NodeFault::refused("the node ignores state overrides"))
}

/// Reads the answer of the probe that was put there for so much gas; nothing if it is none, because it was not there.
pub(crate) fn read(answer: &[u8], max_gas: Option<u64>) -> Option<Outcome> {
    let (words, data) = answer.split_at_checked(96)?;
    let (words, _) = words.as_chunks::<32>();
    let [success, before, after] = words else { return None };
    let word = |word: &[u8; 32]| u64::try_from(U256::from_be_bytes(*word)).ok();
    let (success, before, after) = (word(success)?, word(before)?, word(after)?);
    // What was not passed on says nothing of the call.
    let kept = max_gas.map_or(0, |max| before.saturating_sub(max));
    let (before, after) = (before - kept, after.saturating_sub(kept));
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

    fn answer_within(
        max_gas: Option<u64>,
        [success, before, after]: [u64; 3],
        data: &[u8],
    ) -> Option<Outcome> {
        let words = [success, before, after].map(|word| U256::from(word).to_be_bytes::<32>());
        read(&[words.as_flattened(), data].concat(), max_gas)
    }

    fn answer(success: u64, before: u64, after: u64, data: &[u8]) -> Option<Outcome> {
        answer_within(None, [success, before, after], data)
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
            assert_eq!(read(none, None), None);
        }
    }

    #[test]
    fn gas_that_was_not_passed_on_is_no_gas_that_was_left() {
        let within = |max, after| answer_within(Some(max), [0, 30_000_000, after], &[]);
        let reverted = |reason| Some(Outcome::Reverted(reason));
        let gas = Some(5_000_000);
        assert_eq!(within(5_000_000, 25_100_000), reverted(RevertReason::OutOfGas { gas }));
        assert_eq!(within(5_000_000, 24_900_000), reverted(RevertReason::OutOfGas { gas }));
        assert_eq!(within(5_000_000, 29_900_000), reverted(RevertReason::Empty));
        assert_eq!(
            within(50_000_000, 29_900_000),
            reverted(RevertReason::Empty),
            "there was less than it may"
        );
    }
}
