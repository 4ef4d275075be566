/// What gas costs, where that is more than may be paid for it (`max_fee_per_gas`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GasEvent {
    /// Nothing is signed for a chain: the least that a unit of gas takes is above the ceiling. Told once until it is not.
    Dear {
        /// The chain.
        chain_id: u64,
        /// What it takes, in wei.
        lowest: u128,
        /// What may be paid, in wei.
        ceiling: u128,
    },
    /// It has been below the ceiling for some blocks.
    Fair {
        /// The chain.
        chain_id: u64,
    },
}

impl GasEvent {
    /// The chain.
    pub const fn chain_id(&self) -> u64 {
        match self {
            Self::Dear { chain_id, .. } | Self::Fair { chain_id } => *chain_id,
        }
    }

    /// What happened, in words.
    pub fn reason(&self) -> String {
        match self {
            Self::Dear { lowest, ceiling, .. } => {
                format!(
                    "a unit of gas takes {} gwei, and {} may be paid: nothing is signed",
                    gwei(*lowest),
                    gwei(*ceiling)
                )
            }
            Self::Fair { .. } => "a unit of gas takes no more than may be paid again".to_owned(),
        }
    }
}

/// Wei for a unit of gas, for people.
fn gwei(wei: u128) -> String {
    let text = format!("{}.{:09}", wei / 1_000_000_000, wei % 1_000_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_told_in_gwei() {
        let dear = GasEvent::Dear { chain_id: 902, lowest: 60_000_000_000, ceiling: 1_500_000 };
        assert_eq!(dear.reason(), "a unit of gas takes 60 gwei, and 0.0015 may be paid: nothing is signed");
        assert_eq!(dear.chain_id(), 902);
    }
}
