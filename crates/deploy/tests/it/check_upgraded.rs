//! A chain that was upgraded has its implementations elsewhere than one that began with them.
#![allow(clippy::unwrap_used)]

use crate::{DEV_ACCOUNT, node::Node};
use alloy::primitives::{Address, Bytes};
use causeway_bindings::{OPTIMISM_SUPERCHAIN_ERC20, OptimismSuperchainERC20Beacon, conversion_predeploys};
use causeway_deploy::{
    GenesisConfig, IMPLEMENTATION_SLOT, Role,
    check::{self, ChainReport, settle},
    install,
    upgrade::{Artifacts, Form, Plan, PlanOptions, RehearseOptions, plan, rehearse},
};
use serde_json::{Value, json};
use std::sync::atomic::AtomicBool;

async fn upgraded(form: Form) -> (Node, Plan) {
    let config = GenesisConfig::public_l2(901, DEV_ACCOUNT).before_interop();
    let node = Node::start(&config).await;
    let plan = plan(&form.manifest().unwrap(), &Artifacts::ours(), &PlanOptions::default()).unwrap();
    let options = RehearseOptions { chain_id: 901, keep: true };
    rehearse(&node.provider(), &plan, options, &AtomicBool::new(false)).await.unwrap();
    (node, plan)
}

async fn look(node: &Node) -> ChainReport {
    let expected = check::genesis(901, Some(DEV_ACCOUNT));
    let mut reports = [check::check(&node.provider(), 901, &expected, &[]).await.unwrap()];
    settle(&mut reports, true);
    let [report] = reports;
    report
}

fn differences(report: &ChainReport) -> Vec<(&str, Option<Role>, &str)> {
    let pairs = report.findings.iter().flat_map(|finding| {
        finding
            .differences
            .iter()
            .map(|difference| (finding.name.as_str(), finding.role, difference.kind.name()))
    });
    pairs.collect()
}

/// Where the upgrade has put a contract.
fn created(plan: &Plan, name: &str) -> Address {
    let is_it = |step: &&causeway_deploy::upgrade::Step| step.contract.as_deref() == Some(name);
    plan.steps.iter().filter(is_it).find_map(|step| step.creates).unwrap()
}

#[tokio::test]
async fn implementations_are_found_where_an_upgrade_put_them() {
    for form in [Form::Bundle, Form::Create] {
        let (node, plan) = upgraded(form).await;
        let report = look(&node).await;
        assert_eq!(differences(&report), [], "{report:#?}");
        let elsewhere: Vec<_> =
            report.findings.iter().filter(|finding| finding.instead_of.is_some()).collect();
        assert_eq!(elsewhere.len(), 8);
        for finding in elsewhere {
            assert_eq!(finding.address, created(&plan, &finding.name));
        }
        node.stop().await;
    }
}

/// What is put onto such a chain is what it lacks: a genesis has more than an upgrade brings.
#[tokio::test]
async fn an_upgraded_chain_keeps_what_the_upgrade_has_put_there() {
    let (node, plan) = upgraded(Form::Bundle).await;
    let config = GenesisConfig::public_l2(901, DEV_ACCOUNT);
    let contracts: Vec<_> =
        causeway_deploy::contracts(&config).into_iter().filter(|it| it.role != Role::Absent).collect();
    let found = install::plan(&node.provider(), &contracts, false).await.unwrap();
    let interop = causeway_bindings::predeploys().map(|predeploy| predeploy.name);
    let of_interop =
        |step: &&install::Step| interop.contains(&step.name) || step.name == "OptimismSuperchainERC20";
    let steps: Vec<_> = found.steps.iter().filter(of_interop).collect();
    assert_eq!(steps.len(), 15);
    for step in steps {
        let expected = match step.role {
            Role::Proxy => install::Outcome::Kept,
            _ => install::Outcome::Unused,
        };
        assert_eq!((&step.outcome, step.writes.len()), (&expected, 0), "{step:?}");
    }
    // Other code there is led away from, as anywhere.
    node.set("anvil_setCode", json!([created(&plan, "CrossL2Inbox"), "0x60016001"])).await;
    let found = install::plan(&node.provider(), &contracts, false).await.unwrap();
    let changed = found.steps.iter().filter(|step| step.name == "CrossL2Inbox" && !step.writes.is_empty());
    assert_eq!(changed.count(), 2);
    node.stop().await;
}

#[tokio::test]
async fn only_other_code_differs_there() {
    let (node, plan) = upgraded(Form::Bundle).await;
    let inbox = created(&plan, "CrossL2Inbox");
    let beacon = created(&plan, "OptimismSuperchainERC20Beacon");
    let token = created(&plan, "OptimismSuperchainERC20");
    let usual = OptimismSuperchainERC20Beacon::DEPLOYED_BYTECODE.clone();
    let mut torn = usual.to_vec();
    torn[0] ^= 1;
    let bridge = conversion_predeploys()[0].address;
    let implementation = Some(Role::Implementation);
    for (method, params, expected) in [
        ("anvil_setCode", json!([inbox, "0x60016001"]), ("CrossL2Inbox", implementation, "code")),
        ("anvil_setCode", json!([token, "0x60016001"]), ("OptimismSuperchainERC20", implementation, "code")),
        ("anvil_setCode", json!([token, "0x"]), ("OptimismSuperchainERC20", implementation, "missing")),
        // It names where a genesis has the token's implementation, and there is none.
        ("anvil_setCode", json!([beacon, usual]), ("OptimismSuperchainERC20", implementation, "missing")),
        (
            "anvil_setStorageAt",
            json!([bridge, IMPLEMENTATION_SLOT, inbox.into_word()]),
            ("L2StandardBridgeInterop", implementation, "code"),
        ),
    ] {
        let snapshot: Value = node.request("evm_snapshot", json!([])).await;
        node.set(method, params.clone()).await;
        let report = look(&node).await;
        assert_eq!(differences(&report), [expected], "{method} {params}: {report:#?}");
        node.set("evm_revert", json!([snapshot])).await;
    }
    node.set("anvil_setCode", json!([beacon, Bytes::from(torn)])).await;
    let report = look(&node).await;
    let found = differences(&report);
    assert!(found.contains(&("OptimismSuperchainERC20Beacon", implementation, "code")), "{found:?}");
    node.stop().await;
}

/// Code that names another implementation of tokens than a genesis has is right if ours is there, in the usual place, too.
#[tokio::test]
async fn what_the_beacon_names_is_looked_at() {
    let node = Node::bare(901).await;
    node.install(901, false).await;
    let [.., beacon, _] = causeway_bindings::predeploys();
    let code: Bytes = node.request("eth_getCode", json!([OPTIMISM_SUPERCHAIN_ERC20, "latest"])).await;
    let elsewhere = Address::repeat_byte(0x77);
    let usual = OptimismSuperchainERC20Beacon::DEPLOYED_BYTECODE.clone();
    let text = usual.to_string().replace(
        OPTIMISM_SUPERCHAIN_ERC20.to_string().to_lowercase().trim_start_matches("0x"),
        elsewhere.to_string().to_lowercase().trim_start_matches("0x"),
    );
    node.set("anvil_setCode", json!([beacon.implementation, text])).await;
    assert_eq!(
        differences(&look(&node).await),
        [("OptimismSuperchainERC20", Some(Role::Implementation), "missing")]
    );
    node.set("anvil_setCode", json!([elsewhere, code])).await;
    assert_eq!(differences(&look(&node).await), []);
    node.stop().await;
}
