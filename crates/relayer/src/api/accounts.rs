use alloy::primitives::{Address, U256};

use super::{payers::SignerTrouble, sample::Sample};

/// An account on a chain, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) chain_id: u64,
    pub(super) address: Address,
    /// In wei, if its node told.
    pub(super) balance: Option<U256>,
    /// Whether it can pay: as far as it was heard, and it has anything where it has to pay.
    pub(super) is_funded: bool,
    /// Why it does not sign, if it does not.
    pub(super) trouble: Option<SignerTrouble>,
    /// Transactions whose fate is open.
    pub(super) in_flight: usize,
    /// How many seconds the balance lasts at the pace of the last hour.
    pub(super) runway: Option<u64>,
}

impl Account {
    /// With what the store says; it does not say who of several accounts paid, so they are taken to pay alike.
    pub(super) fn with(self, sample: &Sample, accounts: usize) -> Self {
        let hourly = sample.hourly_fee(self.chain_id) / U256::from(accounts.max(1));
        let seconds = |balance: U256| balance.saturating_mul(U256::from(3_600)).checked_div(hourly);
        Self {
            in_flight: sample.in_flight(self.chain_id, self.address),
            runway: self.balance.and_then(seconds).map(|seconds| seconds.saturating_to()),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use causeway_store::{CostKey, CostTotal};

    use super::*;

    #[test]
    fn a_balance_lasts_as_long_as_it_was_spent() {
        let key = CostKey::Route { source: 901, destination: U256::from(902) };
        let (fee, vain_fee) = (U256::from(50), U256::ZERO);
        let total = CostTotal { key, messages: 1, transactions: 1, gas: 1, fee, vain_gas: 0, vain_fee };
        let sample = Sample { costs: vec![total], ..Sample::default() };
        let of = |chain_id, balance, accounts| {
            let address = Address::ZERO;
            let (is_funded, trouble) = (true, None);
            let account =
                Account { chain_id, address, balance, is_funded, trouble, in_flight: 0, runway: None };
            account.with(&sample, accounts).runway
        };
        assert_eq!(of(902, Some(U256::from(100)), 1), Some(7_200));
        assert_eq!(of(902, Some(U256::from(100)), 2), Some(14_400));
        assert_eq!((of(901, Some(U256::from(100)), 1), of(902, None, 1)), (None, None));
    }
}
