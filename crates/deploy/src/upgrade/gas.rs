use alloy::primitives::TxKind;
use op_alloy_consensus::TxDeposit;

const BASE: u64 = 21_000;

/// What a transaction costs before anything of it runs: by its data, and as a creation of a contract also by that and the
/// length of its code (EIP-3860).
pub fn intrinsic_gas(deposit: &TxDeposit) -> u64 {
    let data: u64 = deposit.input.iter().map(|&byte| if byte == 0 { 4 } else { 16 }).sum();
    let creation = match deposit.to {
        TxKind::Create => 32_000 + 2 * (deposit.input.len() as u64).div_ceil(32),
        TxKind::Call(_) => 0,
    };
    BASE + data + creation
}

/// The least that a transaction costs, whatever it does: by its data (EIP-7623). A smaller limit is refused.
pub fn floor_gas(deposit: &TxDeposit) -> u64 {
    let tokens: u64 = deposit.input.iter().map(|&byte| if byte == 0 { 1 } else { 4 }).sum();
    BASE + 10 * tokens
}

/// The limit that goes with what was measured: `margin` percent of it, up to the next thousand.
pub fn limit_for(measured: u64, margin: u64) -> u64 {
    (u128::from(measured) * u128::from(margin))
        .div_ceil(100_000)
        .try_into()
        .map_or(u64::MAX, |thousands: u64| thousands.saturating_mul(1000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::primitives::{Address, Bytes};

    fn deposit(to: TxKind, input: &'static [u8]) -> TxDeposit {
        TxDeposit { to, input: Bytes::from_static(input), ..TxDeposit::default() }
    }

    #[test]
    fn data_and_creation_are_paid_for() {
        let call = deposit(TxKind::Call(Address::ZERO), &[0, 1, 2]);
        assert_eq!((intrinsic_gas(&call), floor_gas(&call)), (21_000 + 4 + 32, 21_000 + 90));
        assert_eq!(intrinsic_gas(&deposit(TxKind::Create, &[0; 33])), 53_000 + 33 * 4 + 4);
    }

    #[test]
    fn limits_are_whole_thousands_above() {
        assert_eq!(limit_for(100_000, 150), 150_000);
        assert_eq!(limit_for(100_001, 150), 151_000);
        assert_eq!(limit_for(1, 100), 1000);
        assert_eq!(limit_for(u64::MAX, u64::MAX), u64::MAX);
    }
}
