//! What the configuration says of what is delivered, and of what that may cost.

use crate::{
    config::{RelayerSection, Wei},
    context::Context,
    failure::{ErrorCode, Outcome, OutcomeExt},
};
use causeway_relayer::{
    RelayerConfig,
    filter::{Filter, Screening},
};
use std::num::NonZeroU64;

/// What the relayer is to spend at most, how often it asks, and how long others wait for it.
pub(super) fn limit(config: &mut RelayerConfig, section: &RelayerSection) {
    config.poll_interval = section.poll_interval.get();
    config.lease = section.lease.get();
    config.max_fee_per_gas = section.max_fee_per_gas.map(|Wei(wei)| u128::try_from(wei).unwrap_or(u128::MAX));
    config.max_item_gas = section.max_gas_per_message.get();
    config.policy.max_gas_per_hour = section.max_gas_per_hour.map(NonZeroU64::get);
}

/// What is delivered, by the configuration.
pub(super) fn filter(context: &Context<'_>) -> Outcome<Filter> {
    let section = &context.loaded.config.relayer;
    let screening = section.screening_list.as_deref().map(Screening::open).transpose();
    let screening = screening.code(ErrorCode::InvalidConfig).hint(
        "one address a line, `allow` or `deny` before it or nothing, and notes behind a #; see docs/relayer.md",
    )?;
    Ok(Filter { rules: section.rules(), screening })
}
