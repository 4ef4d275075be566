use alloy::{
    eips::{eip2935, eip4788},
    primitives::{Address, B256, U256, b256, keccak256},
};
use causeway_deploy::{PERMIT2, Preinstall, permit2_domain_separator, preinstalls};
use std::{fs, path::Path};

fn named(name: &str) -> &'static Preinstall {
    preinstalls().iter().find(|one| one.name == name).unwrap_or_else(|| panic!("no preinstall {name}"))
}

#[test]
fn every_file_is_embedded_under_its_name() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("preinstalls");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap().replace(".json", ""))
        .collect();
    files.sort();
    let names: Vec<_> = preinstalls().iter().map(|one| one.name).collect();
    assert_eq!(files, names);
}

/// What stands where simulations need it, without this crate.
#[test]
fn the_bindings_have_the_same_multicall() {
    assert_eq!(named("Multicall3").runtime, *causeway_bindings::multicall3_runtime());
    assert_eq!(named("Multicall3").address, causeway_bindings::MULTICALL3);
}

#[test]
fn each_says_where_it_is_from_and_how_it_was_verified() {
    for one in preinstalls() {
        assert!(!one.runtime.is_empty(), "{}", one.name);
        assert!(
            !one.license.is_empty() && !one.source.is_empty() && !one.verified.is_empty(),
            "{}",
            one.name
        );
        assert!(one.nonce > 0, "{}", one.name);
    }
}

/// Hashes that explorers and clients show for these contracts on public chains.
#[test]
fn code_is_that_of_public_chains() {
    let public = [
        ("Create2Deployer", b256!("0xb0550b5b431e30d38000efb7107aaa0ade03d48a7198a140edda9d27134468b2")),
        ("CreateX", b256!("0xbd8a7ea8cfca7b4e5f5041d7d4b17bc317c5ce42cfbc42066a00cf26b43eb53f")),
        (
            "DeterministicDeploymentProxy",
            b256!("0x2fa86add0aed31f33a762c9d88e807c475bd51d0f52bd0955754b2608f7e4989"),
        ),
        ("Multicall3", b256!("0xd5c15df687b16f2ff992fc8d767b4216323184a2bbc6ee2f9c398c318e770891")),
    ];
    for (name, hash) in public {
        assert_eq!(keccak256(&named(name).runtime), hash, "{name}");
    }
}

#[test]
fn system_contracts_are_those_of_their_eips() {
    let [roots, history] = [named("BeaconBlockRoots"), named("HistoryStorage")];
    assert_eq!(
        (roots.address, history.address),
        (eip4788::BEACON_ROOTS_ADDRESS, eip2935::HISTORY_STORAGE_ADDRESS)
    );
    assert_eq!(roots.runtime, *eip4788::BEACON_ROOTS_CODE);
    assert_eq!(history.runtime, *eip2935::HISTORY_STORAGE_CODE);
}

#[test]
fn deployers_create_their_preinstall_with_their_first_transaction() {
    let created: Vec<_> = preinstalls()
        .iter()
        .filter_map(|one| Some((one.name, one.address, one.deployer?.create(0))))
        .collect();
    assert_eq!(created.len(), 6);
    for (name, address, expected) in created {
        assert_eq!(address, expected, "{name}");
    }
}

#[test]
fn entry_points_create_their_sender_creators() {
    for version in ["V06", "V07"] {
        let entry_point = named(&format!("EntryPoint{version}")).address;
        assert_eq!(named(&format!("SenderCreator{version}")).address, entry_point.create(1), "{version}");
    }
}

#[test]
fn permit2_is_patched_for_the_chain_and_nowhere_else() {
    let permit2 = named("Permit2");
    let runtime = permit2.runtime_on(901);
    assert_eq!(permit2.address, PERMIT2);
    assert_eq!(B256::from_slice(&runtime[6945..6977]), B256::from(U256::from(901)));
    assert_eq!(B256::from_slice(&runtime[6983..7015]), permit2_domain_separator(901));

    assert_eq!(runtime.len(), permit2.runtime.len());
    let mut changed = (0..runtime.len()).filter(|&at| runtime[at] != permit2.runtime[at]);
    assert!(changed.all(|at| (6945..6977).contains(&at) || (6983..7015).contains(&at)));
    // Each value follows its PUSH32, and was zero.
    assert_eq!((runtime[6944], runtime[6982]), (0x7f, 0x7f));
    assert_eq!(permit2.runtime[6945..6977], [0; 32]);
}

#[test]
fn permit2_domain_separator_is_that_of_mainnet() {
    let mainnet = b256!("0x866a5aba21966af95d6c7ab78eb2b2fc913915c28be3b9aa07cc04ff903e3f28");
    assert_eq!(permit2_domain_separator(1), mainnet);
}

#[test]
fn only_permit2_depends_on_the_chain() {
    let differing: Vec<Address> = preinstalls()
        .iter()
        .filter(|one| one.runtime_on(1) != one.runtime_on(2))
        .map(|one| one.address)
        .collect();
    assert_eq!(differing, [PERMIT2]);
}
