//! The files that tell other tools of chains.
#![allow(clippy::unwrap_used)]

use crate::DEV_ACCOUNT;
use alloy::primitives::{Address, U256};
use causeway_deploy::{
    ChainKind, DocumentKind, GenesisConfig, GenesisSet, GenesisSetError, MAX_CHAIN_ID,
    dependency_set::{ChainSet, SetFile},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn l2(chain_id: u64) -> GenesisConfig {
    GenesisConfig::public_l2(chain_id, DEV_ACCOUNT)
}

fn set() -> GenesisSet {
    let mut l1 = GenesisConfig::l1(900);
    l1.accounts.push((DEV_ACCOUNT, U256::from(5)));
    GenesisSet::new(Some(l1), vec![l2(1000), l2(901)], Some(3600)).unwrap()
}

fn texts(set: &GenesisSet) -> BTreeMap<String, String> {
    set.documents().iter().map(|one| (one.file_name(), one.render())).collect()
}

#[test]
fn each_has_a_name_of_its_own() {
    let set = set();
    let names: Vec<_> = set.documents().iter().map(|one| one.file_name()).collect();
    assert_eq!(
        names,
        [
            "900-genesis-l1.json",
            "900-allocs-l1.json",
            "901-genesis-l2.json",
            "901-allocs-l2.json",
            "901.toml",
            "1000-genesis-l2.json",
            "1000-allocs-l2.json",
            "1000.toml",
            "dependency-set.json",
            "depsets.json",
        ]
    );
}

#[test]
fn the_same_configuration_gives_the_same_bytes() {
    let texts_now = texts(&set());
    assert_eq!(texts_now, texts(&set()));
    assert!(texts_now.values().all(|text| text.ends_with('\n') && !text.ends_with("\n\n")));
    // In whatever order chains are named.
    let turned = GenesisSet::new(None, vec![l2(901), l2(1000)], None).unwrap();
    assert_eq!(texts(&turned), texts(&GenesisSet::new(None, vec![l2(1000), l2(901)], None).unwrap()));
}

#[test]
fn every_form_names_the_same_set() {
    let expected = ChainSet { chain_ids: [901, 1000].map(U256::from).into(), expiry_window: Some(3600) };
    for document in set().documents() {
        let expected = match document.kind() {
            DocumentKind::Genesis | DocumentKind::Allocs => continue,
            DocumentKind::Registry => ChainSet { expiry_window: None, ..expected.clone() },
            DocumentKind::DependencySet | DocumentKind::Depsets => expected.clone(),
        };
        assert_eq!(SetFile::parse(&document.render()).unwrap().sets(), [expected], "{document:?}");
    }
}

/// The two forms of the accounts of a chain hold the same.
#[test]
fn allocs_are_the_accounts_of_the_genesis() {
    let texts = texts(&set());
    for name in ["901-genesis-l2.json", "900-genesis-l1.json"] {
        let genesis: Value = serde_json::from_str(&texts[name]).unwrap();
        let allocs: Value = serde_json::from_str(&texts[&name.replace("genesis", "allocs")]).unwrap();
        let (genesis, allocs) = (genesis["alloc"].as_object().unwrap(), allocs.as_object().unwrap());
        assert_eq!(genesis.keys().collect::<Vec<_>>(), allocs.keys().collect::<Vec<_>>());
        for (address, account) in allocs {
            let field = |name: &str, nothing: Value| genesis[address].get(name).cloned().unwrap_or(nothing);
            let expected = json!({
                "balance": field("balance", json!("0x0")),
                "nonce": field("nonce", json!("0x0")),
                "code": field("code", json!("0x")),
                "storage": field("storage", json!({})),
            });
            assert_eq!(*account, expected, "{address}");
        }
    }
}

/// What clients want to know of an OP Stack chain: without it they take it for an Ethereum chain.
#[test]
fn a_genesis_says_which_forks_are_active() {
    let config = |config: &GenesisConfig| {
        let json = serde_json::to_value(causeway_deploy::genesis(config)).unwrap();
        (json["config"].clone(), json["extraData"].clone())
    };
    let (chain, extra_data) = config(&l2(901));
    for fork in [
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
        "lagoonTime",
        "shanghaiTime",
        "cancunTime",
        "pragueTime",
        "osakaTime",
    ] {
        assert_eq!(chain[fork], 0, "{fork}");
    }
    assert_eq!(
        chain["optimism"],
        json!({ "eip1559Elasticity": 6, "eip1559Denominator": 50, "eip1559DenominatorCanyon": 250 })
    );
    // Version 1, 250, 6, and no least base fee.
    assert_eq!(extra_data, "0x01000000fa000000060000000000000000");

    let (before, _) = config(&l2(901).before_interop());
    assert_eq!((before["karstTime"].clone(), before.get("lagoonTime")), (json!(0), None));
    let (l1, extra_data) = config(&GenesisConfig::l1(900));
    assert_eq!((l1.get("optimism"), l1.get("osakaTime"), extra_data), (None, None, json!("0x")));
    assert_eq!(
        l1["blobSchedule"]["prague"],
        json!({ "target": 6, "max": 9, "baseFeeUpdateFraction": 5007716 })
    );
}

#[test]
fn chains_that_cannot_be_are_refused() {
    let with = |change: &dyn Fn(&mut GenesisConfig)| {
        let mut chain = l2(901);
        change(&mut chain);
        GenesisSet::new(Some(GenesisConfig::l1(900)), vec![chain], None).unwrap_err()
    };
    assert_eq!(GenesisSet::new(None, vec![], None), Err(GenesisSetError::NoChain));
    assert_eq!(with(&|chain| chain.chain_id = 900), GenesisSetError::Twice { chain_id: 900 });
    let twice = GenesisSet::new(None, vec![l2(901), l2(902), l2(901)], None);
    assert_eq!(twice, Err(GenesisSetError::Twice { chain_id: 901 }));
    for chain_id in [0, MAX_CHAIN_ID + 1, u64::MAX] {
        assert_eq!(with(&|chain| chain.chain_id = chain_id), GenesisSetError::ChainId { chain_id });
    }
    assert_eq!(with(&|chain| chain.gas_limit = 4_999), GenesisSetError::GasLimit { gas_limit: 4_999 });
    assert_eq!(with(&|chain| chain.base_fee = 0), GenesisSetError::BaseFee);
    let ownerless = with(&|chain| chain.kind = GenesisConfig::public_l2(901, Address::ZERO).kind);
    assert_eq!(ownerless, GenesisSetError::Owner);
    let funded = with(&|chain| chain.accounts = vec![(DEV_ACCOUNT, U256::ONE), (DEV_ACCOUNT, U256::ONE)]);
    assert_eq!(funded, GenesisSetError::FundedTwice { account: DEV_ACCOUNT });
    for seconds in [0, 604_801] {
        let set = GenesisSet::new(None, vec![l2(901)], Some(seconds));
        assert_eq!(set, Err(GenesisSetError::ExpiryWindow { seconds }));
    }
    assert!(GenesisSet::new(None, vec![l2(MAX_CHAIN_ID)], Some(604_800)).is_ok());
    assert!(matches!(l2(901).kind, ChainKind::L2 { interop: true, .. }));
}
