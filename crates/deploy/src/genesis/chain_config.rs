//! What a genesis says of the chain's rules.

use crate::{ChainKind, GenesisConfig};
use alloy::{
    eips::eip7840::BlobParams,
    genesis::ChainConfig,
    primitives::{Bytes, U256},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How fast the base fee of an OP Stack chain changes, and how full its blocks are meant to be: the stack's defaults.
const ELASTICITY: u32 = 6;
const DENOMINATOR: u32 = 50;
/// The same since Canyon.
const DENOMINATOR_CANYON: u32 = 250;

/// The forks of the OP Stack that a chain has before interop, by their keys.
const STACK_FORKS: [&str; 10] = [
    "bedrockBlock",
    "regolithTime",
    "canyonTime",
    "ecotoneTime",
    "fjordTime",
    "graniteTime",
    "holoceneTime",
    "isthmusTime",
    "jovianTime",
    "karstTime",
];
/// The one that brings interop.
const INTEROP_FORK: &str = "lagoonTime";

/// Every fork is active from the start: up to Prague on an L1, up to the OP Stack's last one on an L2, interop if it has it.
pub(super) fn chain_config(config: &GenesisConfig) -> ChainConfig {
    let mut chain = ethereum(config.chain_id);
    match config.kind {
        // Clients refuse an L1 without them. An L2 has no blobs.
        ChainKind::L1 => {
            chain.blob_schedule = BTreeMap::from([
                ("cancun".to_owned(), BlobParams::cancun()),
                ("prague".to_owned(), BlobParams::prague()),
            ]);
        }
        ChainKind::L2 { interop, .. } => {
            // Osaka comes with Karst.
            chain.osaka_time = Some(0);
            let forks = STACK_FORKS.into_iter().chain(interop.then_some(INTEROP_FORK));
            let fields = forks.map(|fork| (fork, Value::from(0))).chain([("optimism", base_fee_rules())]);
            chain.extra_fields.extend(fields.map(|(name, value)| (name.to_owned(), value)));
        }
    }
    chain
}

fn base_fee_rules() -> Value {
    json!({
        "eip1559Elasticity": ELASTICITY,
        "eip1559Denominator": DENOMINATOR,
        "eip1559DenominatorCanyon": DENOMINATOR_CANYON,
    })
}

/// What the genesis block's extra data has to be, from which the base fee of the next block is computed: since Jovian a
/// version, denominator, elasticity, and the least base fee, which is none.
pub(super) fn extra_data(kind: ChainKind) -> Bytes {
    match kind {
        ChainKind::L1 => Bytes::new(),
        ChainKind::L2 { .. } => {
            let parts = [&[1][..], &DENOMINATOR_CANYON.to_be_bytes(), &ELASTICITY.to_be_bytes(), &[0; 8]];
            parts.concat().into()
        }
    }
}

fn ethereum(chain_id: u64) -> ChainConfig {
    ChainConfig {
        chain_id,
        homestead_block: Some(0),
        eip150_block: Some(0),
        eip155_block: Some(0),
        eip158_block: Some(0),
        byzantium_block: Some(0),
        constantinople_block: Some(0),
        petersburg_block: Some(0),
        istanbul_block: Some(0),
        muir_glacier_block: Some(0),
        berlin_block: Some(0),
        london_block: Some(0),
        arrow_glacier_block: Some(0),
        gray_glacier_block: Some(0),
        merge_netsplit_block: Some(0),
        shanghai_time: Some(0),
        cancun_time: Some(0),
        prague_time: Some(0),
        terminal_total_difficulty: Some(U256::ZERO),
        terminal_total_difficulty_passed: true,
        ..ChainConfig::default()
    }
}
