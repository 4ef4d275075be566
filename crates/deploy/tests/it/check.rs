//! What is on running chains, held against what should be.
#![allow(clippy::unwrap_used)]

use crate::{DEV_ACCOUNT, node::Node};
use alloy::primitives::{Address, B256, Bytes, U256, address, b256, hex, keccak256};
use causeway_bindings::{CrossL2Inbox, DEVNET_TOKEN, L2NativeSuperchainERC20, PROXY_ADMIN, predeploys};
use causeway_chain::{ConnectOptions, connect, test_utils::FakeNode, test_utils::refusal};
use causeway_deploy::{
    ADMIN_SLOT, GenesisConfig, IMPLEMENTATION_SLOT, Identity,
    check::{self, ChainReport, ExpectedFile, Kind, settle},
    genesis,
};
use serde_json::{Value, json};

const LIQUIDITY: Address = address!("0x4200000000000000000000000000000000000025");
const SAFE: Address = address!("0x69f4D1788e39c87893C980c06EdF4b7f686e2938");

impl Node {
    async fn check(&self, chain_id: u64, tokens: &[Address]) -> ChainReport {
        let expected = check::genesis(chain_id, Some(DEV_ACCOUNT));
        check::check(&self.provider(), chain_id, &expected, tokens).await.unwrap()
    }
}

/// Name and kind of every difference.
fn differences(report: &ChainReport) -> Vec<(&str, &str)> {
    let of = |finding: &'_ check::Finding| finding.differences.len();
    assert_eq!(report.findings.iter().map(of).sum::<usize>() > 0, report.counts().1 > 0);
    let pairs = report.findings.iter().flat_map(|finding| {
        finding.differences.iter().map(|difference| (finding.name.as_str(), difference.kind.name()))
    });
    pairs.collect()
}

#[tokio::test]
async fn each_kind_of_difference_is_seen_once() {
    let node = Node::bare(901).await;
    node.install(901, false).await;
    let report = node.check(901, &[]).await;
    assert_eq!(differences(&report), [], "{report:?}");
    let inbox = report.findings.iter().find(|finding| finding.name == "CrossL2Inbox").unwrap();
    assert_eq!(inbox.version.as_deref(), Some("1.1.0"));

    let [inbox, messenger, ..] = predeploys();
    let word = |address: Address| json!(address.into_word());
    let other = word(Address::repeat_byte(0x11));
    for (method, params, expected) in [
        ("anvil_setCode", json!([inbox.implementation, "0x60016001"]), ("CrossL2Inbox", "code")),
        ("anvil_setCode", json!([inbox.implementation, "0x"]), ("CrossL2Inbox", "missing")),
        ("anvil_setCode", json!([messenger.address, "0x60016001"]), ("L2ToL2CrossDomainMessenger", "code")),
        (
            "anvil_setStorageAt",
            json!([inbox.address, IMPLEMENTATION_SLOT, word(messenger.implementation)]),
            ("CrossL2Inbox", "implementation"),
        ),
        ("anvil_setStorageAt", json!([inbox.address, ADMIN_SLOT, other]), ("CrossL2Inbox", "admin")),
        ("anvil_setStorageAt", json!([PROXY_ADMIN, "0x0", other]), ("ProxyAdmin", "owner")),
        ("anvil_setStorageAt", json!([SAFE, "0x4", B256::ZERO]), ("Safe", "slot")),
        ("anvil_setBalance", json!([LIQUIDITY, "0x5"]), ("ETHLiquidity", "balance")),
        ("anvil_setNonce", json!([SAFE, "0x0"]), ("Safe", "nonce")),
    ] {
        let snapshot: Value = node.request("evm_snapshot", json!([])).await;
        node.set(method, params.clone()).await;
        let mut reports = [node.check(901, &[]).await];
        settle(&mut reports, true);
        assert_eq!(differences(&reports[0]), [expected], "{method} {params}: {reports:?}");
        node.set("evm_revert", json!([snapshot])).await;
    }
    node.stop().await;
}

#[tokio::test]
async fn code_is_named_wherever_a_proxy_leads() {
    let node = Node::bare(901).await;
    node.install(901, false).await;
    let [inbox, ..] = predeploys();
    let elsewhere = Address::repeat_byte(0x93);
    let code = [&**CrossL2Inbox::DEPLOYED_BYTECODE, &hex!("a164736f6c634300081e000a")].concat();
    node.set("anvil_setCode", json!([elsewhere, Bytes::from(code)])).await;
    node.set("anvil_setStorageAt", json!([inbox.address, IMPLEMENTATION_SLOT, elsewhere.into_word()])).await;
    let report = node.check(901, &[]).await;
    let found = report.findings.iter().flat_map(|finding| &finding.differences).next().unwrap();
    assert_eq!(found.found.to_string(), format!("{elsewhere} (our CrossL2Inbox with metadata)"));
    node.stop().await;
}

/// What one chain has less, the other has more: ether was sent.
#[tokio::test]
async fn ether_that_went_to_another_chain_is_not_missed() {
    let nodes = [Node::bare(901).await, Node::bare(902).await];
    for (node, id) in nodes.iter().zip([901, 902]) {
        node.install(id, false).await;
    }
    let moved = U256::from(1_000);
    for (node, balance) in
        [(&nodes[0], U256::from(u128::MAX) + moved), (&nodes[1], U256::from(u128::MAX) - moved)]
    {
        node.set("anvil_setBalance", json!([LIQUIDITY, balance])).await;
    }
    let mut reports = [nodes[0].check(901, &[]).await, nodes[1].check(902, &[]).await];
    settle(&mut reports, true);
    assert_eq!((differences(&reports[0]), differences(&reports[1])), (vec![], vec![]));

    // What is not known of one chain is no fault of the other, whose node answered.
    let mut reports = [nodes[0].check(901, &[]).await, nodes[1].check(902, &[]).await];
    let unread = reports[0].findings.iter_mut().find(|finding| finding.address == LIQUIDITY).unwrap();
    (unread.is, unread.balance) = (Err("busy".to_owned()), U256::ZERO);
    settle(&mut reports, true);
    assert_eq!(differences(&reports[1]), []);

    let mut alone = [nodes[1].check(902, &[]).await];
    settle(&mut alone, true);
    assert_eq!(differences(&alone[0]), [("ETHLiquidity", "balance")]);
    nodes[0].set("anvil_setBalance", json!([LIQUIDITY, U256::from(u128::MAX)])).await;
    let mut reports = [nodes[0].check(901, &[]).await, nodes[1].check(902, &[]).await];
    settle(&mut reports, true);
    assert_eq!(
        (differences(&reports[0]), differences(&reports[1])),
        (vec![], vec![("ETHLiquidity", "balance")])
    );
    for node in nodes {
        node.stop().await;
    }
}

#[tokio::test]
async fn a_token_is_the_same_on_all_chains() {
    let nodes = [Node::bare(901).await, Node::bare(902).await];
    for (node, id) in nodes.iter().zip([901, 902]) {
        node.install(id, false).await;
        node.set("anvil_setCode", json!([DEVNET_TOKEN, &*L2NativeSuperchainERC20::DEPLOYED_BYTECODE])).await;
    }
    let look = async || {
        let mut reports =
            [nodes[0].check(901, &[DEVNET_TOKEN]).await, nodes[1].check(902, &[DEVNET_TOKEN]).await];
        settle(&mut reports, true);
        reports
    };
    let reports = look().await;
    assert_eq!((differences(&reports[0]), differences(&reports[1])), (vec![], vec![]));
    let token = reports[0].findings.last().unwrap().token.clone().unwrap();
    assert!(token.is_crosschain && token.decimals == Some(18), "{token:?}");

    // Another letter of the name, which stands in the code.
    let name = token.name.unwrap();
    let code = L2NativeSuperchainERC20::DEPLOYED_BYTECODE.to_vec();
    let at = code.windows(name.len()).position(|window| window == name.as_bytes()).unwrap();
    let mut other = code;
    other[at] = b'X';
    nodes[1].set("anvil_setCode", json!([DEVNET_TOKEN, Bytes::from(other)])).await;
    let reports = look().await;
    assert_eq!(differences(&reports[0]), []);
    let kinds: Vec<_> = differences(&reports[1]).into_iter().map(|(_, kind)| kind).collect();
    assert_eq!(kinds, ["code", "name"]);

    nodes[1].set("anvil_setCode", json!([DEVNET_TOKEN, "0x"])).await;
    assert_eq!(differences(&look().await[1]), [("token", "missing")]);
    for node in nodes {
        node.stop().await;
    }
}

/// Equal proxies say nothing of what mints.
#[tokio::test]
async fn a_token_behind_a_proxy_is_the_same_behind_it() {
    const BEACON_SLOT: B256 = b256!("0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50");
    let (token, code, beacon) =
        (Address::repeat_byte(0xaa), Address::repeat_byte(0xbb), Address::repeat_byte(0xcc));
    let ours = L2NativeSuperchainERC20::DEPLOYED_BYTECODE.to_vec();
    let other = [&ours[..], &[0]].concat();
    // A beacon that answers everything with the address of the code; a proxy that hands all on to that.
    let of_beacon = [&hex!("73")[..], code.as_slice(), &hex!("5f5260205ff3")].concat();
    let proxy = [&hex!("365f5f375f5f365f73")[..], code.as_slice(), &hex!("5af43d5f5f3e3d5ff3")].concat();
    let nodes = [Node::bare(901).await, Node::bare(902).await];
    for slot in [IMPLEMENTATION_SLOT, BEACON_SLOT] {
        let (named, none) =
            if slot == BEACON_SLOT { (beacon, IMPLEMENTATION_SLOT) } else { (code, BEACON_SLOT) };
        for same in [true, false] {
            for (index, node) in nodes.iter().enumerate() {
                let behind = if same || index == 0 { &ours } else { &other };
                for (address, code) in [(token, &proxy), (beacon, &of_beacon), (code, behind)] {
                    node.set("anvil_setCode", json!([address, Bytes::from(code.clone())])).await;
                }
                node.set("anvil_setStorageAt", json!([token, slot, named.into_word()])).await;
                node.set("anvil_setStorageAt", json!([token, none, B256::ZERO])).await;
            }
            let mut reports = Vec::new();
            for (node, id) in nodes.iter().zip([901, 902]) {
                reports.push(check::check(&node.provider(), id, &[], &[token]).await.unwrap());
            }
            settle(&mut reports, true);
            assert_eq!(differences(&reports[0]), []);
            let kinds: Vec<_> = differences(&reports[1]).into_iter().map(|(_, kind)| kind).collect();
            assert_eq!(kinds, if same { vec![] } else { vec!["implementation-code"] }, "{slot}");
        }
    }
    for node in nodes {
        node.stop().await;
    }
}

#[tokio::test]
async fn a_chain_is_held_to_a_file() {
    let config = GenesisConfig::l2(901, DEV_ACCOUNT);
    let file = ExpectedFile::parse(&serde_json::to_string(&genesis(&config)).unwrap()).unwrap();
    let node = Node::start(&config).await;
    let report = check::check(&node.provider(), 901, &file.accounts, &[]).await.unwrap();
    assert_eq!(differences(&report), []);
    node.set("anvil_setStorageAt", json!([SAFE, "0x4", B256::with_last_byte(2)])).await;
    let report = check::check(&node.provider(), 901, &file.accounts, &[]).await.unwrap();
    let [different] = report.findings.iter().filter(|f| !f.differences.is_empty()).collect::<Vec<_>>()[..]
    else {
        panic!("{report:?}")
    };
    let slot = Kind::Slot(B256::with_last_byte(4));
    assert_eq!((different.address, different.differences[0].kind), (SAFE, slot));
    node.stop().await;
}

/// What a node does not say is unknown, and neither there nor missing.
#[tokio::test]
async fn no_answer_is_no_difference() {
    let inbox = predeploys()[0].address;
    for bad in [json!({ "result": null }), refusal(-32000, "missing trie node"), refusal(-32603, "boom")] {
        let answer = bad.clone();
        let node = FakeNode::start(move |method, params| match method {
            "eth_getBlockByNumber" => json!({ "result": block() }),
            "eth_getCode" if params[0] == json!(inbox) => answer.clone(),
            "eth_getCode" | "eth_call" => json!({ "result": "0x" }),
            _ => json!({ "result": "0x0" }),
        })
        .await;
        let options = ConnectOptions { read_retries: 0, ..ConnectOptions::default() };
        let provider = connect(&node.endpoint(), &options).unwrap();
        let expected = check::genesis(901, None);
        let report = check::check(&provider, 901, &expected, &[]).await.unwrap();
        let found = report.findings.iter().find(|finding| finding.address == inbox).unwrap();
        assert!(found.is.is_err() && found.differences.is_empty(), "{bad}: {found:?}");
        assert_eq!(report.counts().2, 1, "{bad}");
    }
}

/// A block as nodes have them.
fn block() -> Value {
    let zero = B256::ZERO;
    json!({
        "number": "0x7", "hash": B256::repeat_byte(7), "parentHash": zero, "sha3Uncles": zero, "miner": Address::ZERO,
        "stateRoot": zero, "transactionsRoot": zero, "receiptsRoot": zero, "logsBloom": format!("0x{}", "0".repeat(512)),
        "difficulty": "0x0", "gasLimit": "0x0", "gasUsed": "0x0", "timestamp": "0x0", "extraData": "0x",
        "mixHash": zero, "nonce": "0x0000000000000000", "size": "0x0", "uncles": [], "transactions": [],
    })
}

/// Every release that is known is told by its hash.
#[test]
fn what_the_reference_released_has_its_names() {
    let reference = check::reference(10, None);
    let named = |name: &str| {
        let found = reference.iter().find(|expected| expected.name == name).unwrap();
        (found.behind.unwrap().0.to_string(), found.version)
    };
    assert_eq!(named("CrossL2Inbox"), ("CrossL2Inbox 1.1.0 of the reference".to_owned(), Some("1.1.0")));
    assert_eq!(named("L2ProxyAdmin").0, "L2ProxyAdmin 1.1.0 of the reference");
    assert!(
        !reference.iter().any(|expected| expected.name.contains("SuperchainTokenBridge")),
        "it is deleted there"
    );
    assert_eq!(Identity::of(b"x"), Identity::Unknown(keccak256(b"x")));
}
