//! Addresses that are named together with their chains: where they are taken, and what is refused before anything is asked of
//! a node.

use crate::{
    causeway::{Ran, World},
    gate::rpc,
};
use alloy::primitives::{Address, U256, address};
use causeway_interop::ChainAddress;
use serde_json::{Value, json};

/// The devnet's first account, which signs where nothing else is said.
const ME: &str = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
const KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const BOB: Address = address!("70997970C51812dc3A010C7d01b50e0d17dc79C8");
const MESSENGER: Address = address!("4200000000000000000000000000000000000023");
const TOKEN: Address = address!("420beeF000000000000000000000000000000001");

/// Every argument that takes an address on a chain: the command without it, the argument, and the flag of the chain.
const ARGUMENTS: [(&[&str], &str, &str); 5] = [
    (&["bridge", "eth", "--amount", "1", "--from", "dead"], "--recipient", "--to"),
    (&["bridge", "erc20", "--amount", "1", "--to", "dead"], "--token", "--from"),
    (&["message", "send", "--from", "dead"], "--target", "--to"),
    (&["verifier", "check", "--block-number", "1", "--log-index", "0"], "--origin", "--chain"),
    (
        &[
            "access-list",
            "encode",
            "--block-number",
            "1",
            "--log-index",
            "0",
            "--timestamp",
            "1",
            "--payload",
            "0x",
        ],
        "--origin",
        "--chain-id",
    ),
];

fn on(chain_id: u64, address: Address) -> ChainAddress {
    ChainAddress { chain_id: U256::from(chain_id), address }
}

/// A world that knows two chains, whose nodes nobody can ask: 901 is `dead`, 902 is `dead2`.
fn world() -> World {
    let world = World::new();
    let chain =
        |name: &str, id: u64| format!("[chains.{name}]\nchain-id = {id}\nrpc-url = \"http://127.0.0.1:1\"\n");
    std::fs::write(world.path().join("causeway.toml"), chain("dead", 901) + &chain("dead2", 902)).unwrap();
    world
}

/// Refused, with the cause and a remedy, and without having asked a node.
#[track_caller]
fn assert_refused(ran: &Ran, cause: &str) {
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{ran:?}");
    assert!(ran.stderr.contains(cause) && ran.stderr.contains("hint: "), "`{cause}` is not in {ran:?}");
    assert!(!ran.stderr.contains("reach"), "a node was asked: {ran:?}");
}

#[test]
fn what_is_wrong_by_itself_is_refused_by_every_argument() {
    let world = world();
    let right = on(902, BOB).to_string();
    let (name, checksum) = right.split_once('#').unwrap();
    let swapped = |digit: char| if digit == '0' { '1' } else { '0' };
    let typo: String = checksum.chars().take(7).chain(checksum.chars().skip(7).map(swapped)).collect();
    let bytes = on(902, BOB).encode().to_string();
    let cases: [(String, &str); 26] = [
        (format!("{name}#{typo}"), "is not that of this address on this chain"),
        (right.replace("902", "901"), "is not that of this address on this chain"),
        (right.replace("eip155:902", "eip155"), "is not that of this address on this chain"),
        (format!("{name}#{}", checksum.to_lowercase()), "in capitals"),
        (format!("{name}#"), "in capitals"),
        (right.replace("0x70997970C", "0x70997970c"), "the case of its letters"),
        (name.replace("0x70997970C", "0x70997970c"), "the case of its letters"),
        (format!(" {right}"), "does not belong there"),
        (format!("{right} "), "in capitals"),
        (format!("{name} "), "does not belong there"),
        (name.replace('@', " @ "), "does not belong there"),
        (String::new(), "expected an address"),
        ("@".to_owned(), "no chain is named"),
        (format!("{BOB}@"), "no chain is named"),
        ("@eip155:902".to_owned(), "no address there"),
        (format!("{BOB}#{checksum}"), "no @ separates"),
        (format!("{BOB}@eip155:0902"), "without leading zeros"),
        (format!("{BOB}@eip155:0x386"), "without leading zeros"),
        (format!("{BOB}@eip155:{}0", U256::MAX), "at most 256 bits"),
        (format!("{BOB}@solana:902"), "no kind of EVM chain"),
        ("alice.eth@eip155:902".to_owned(), "not looked up"),
        (format!("{BOB}00"), "more digits than an address has"),
        (format!("{bytes}00"), "1 bytes too many"),
        (bytes[..bytes.len() - 2].to_owned(), "ends within its address"),
        (bytes.replace("020386", "03000386"), "begins with a zero byte"),
        (bytes.replacen("0x00010000", "0x00010002", 1), "solana (0x0002), and no EVM chain"),
    ];
    for (command, argument, _) in ARGUMENTS {
        for (value, cause) in &cases {
            let ran = world.run(&[command, &[&format!("{argument}={value}")]].concat());
            assert_refused(&ran, cause);
            assert!(!ran.stderr.contains(checksum) || value.contains(checksum), "it is told: {ran:?}");
        }
        // As long as an argument can be.
        let ran = world.run(&[command, &[argument, &format!("{BOB}@{}", "x".repeat(100_000))]].concat());
        assert_refused(&ran, "unknown chain");
    }
}

#[test]
fn a_chain_by_name_has_to_be_known_and_its_checksum_right() {
    let world = world();
    let checksum = |id| on(id, BOB).to_string().split_once('#').unwrap().1.to_owned();
    for (command, argument, flag) in ARGUMENTS {
        for (chain, cause) in [
            ("nowhere", "unknown chain `nowhere`"),
            ("Dead2", "unknown chain `Dead2`"),
            ("902", "unknown chain `902`"),
            ("eip155:903", "unknown chain `903`"),
            (&format!("dead2#{}", checksum(901)), "is not that of this address on this chain, dead2 (902)"),
        ] {
            // An access list is for any chain.
            if flag == "--chain-id" && chain.starts_with("eip155:") {
                continue;
            }
            let value = format!("{BOB}@{chain}");
            assert_refused(&world.run(&[command, &[argument, &value]].concat()), cause);
        }
        let ran = world.run(&[command, &[argument, &format!("{BOB}@902")]].concat());
        assert!(ran.stderr.contains("is written eip155:902"), "{ran:?}");
    }
}

/// Said twice, it has to be the same; said nowhere, it is asked for.
#[test]
fn two_flags_name_one_chain() {
    let world = world();
    let text = on(902, BOB).to_string();
    for (command, argument, flag) in ARGUMENTS {
        for value in [&text, &on(902, BOB).encode().to_string(), &format!("{BOB}@dead2")] {
            for chain in ["901", "0x385", "eip155:901", "dead", "777"] {
                if flag == "--chain-id" && chain == "dead" {
                    continue;
                }
                let ran = world.run(&[command, &[argument, value, flag, chain]].concat());
                assert_refused(&ran, &format!("{argument} is on chain 902, and {flag} "));
            }
        }
        // Alone, or said twice alike, it is understood: there is no such node, though.
        for (value, more) in [(&text, &[][..]), (&format!("{BOB}@dead2"), &[flag, "eip155:902"])] {
            let ran = world.run(&[command, &[argument, value], more].concat());
            if flag == "--chain-id" {
                assert_eq!(ran.code, 0, "{ran:?}");
                continue;
            }
            let is_asked = ["(901)", "(902)", "chain 902"].iter().any(|asked| ran.stderr.contains(asked));
            assert!(ran.code == 1 && is_asked && !ran.stderr.contains("is on chain"), "{ran:?}");
        }
        for value in [BOB.to_string(), format!("{BOB}@eip155")] {
            let ran = world.run(&[command, &[argument, &value]].concat());
            assert_refused(&ran, &format!("{flag} is missing"));
        }
    }
    let ran = world.run(&["bridge", "eth", "--amount", "1", "--to", "dead"]);
    assert_refused(&ran, "--from is missing");
}

/// What is named in one text is what is named by two flags.
#[test]
fn an_access_list_is_the_same_either_way() {
    let world = world();
    let (command, argument, flag) = ARGUMENTS[4];
    let huge = ChainAddress { chain_id: U256::MAX, address: MESSENGER };
    for (account, more) in [(on(902, MESSENGER), Some("dead2")), (huge, None)] {
        let origin = account.address.to_string();
        let plain =
            world.json(&[command, &[argument, &origin, flag, &account.chain_id.to_string()]].concat());
        let named = more.map(|name| format!("{origin}@{name}"));
        for text in [account.to_string(), account.encode().to_string()].into_iter().chain(named) {
            assert_eq!(world.json(&[command, &[argument, &text]].concat()), plain, "{text}");
        }
    }
    // Without names of chains, no configuration is read.
    std::fs::write(world.path().join("causeway.toml"), "broken").unwrap();
    assert_eq!(world.run(&[command, &[argument, &on(902, BOB).to_string()]].concat()).code, 0);
}

#[test]
fn value_goes_where_the_text_says_and_nowhere_else() {
    let (world, devnet) = World::with_devnet();
    let [a, b] = [devnet.rpc_url(0), devnet.rpc_url(1)];
    let sent = |url| rpc(url, "eth_getTransactionCount", json!([ME, "pending"]));
    let eth = ["bridge", "eth", "--amount", "1", "--from", "901", "--no-wait", "--recipient"];
    let there = on(902, BOB).to_string();

    // A URL does not tell its chain before it is asked.
    let ran = world.run(&[&eth[..], &[&there, "--to", a]].concat());
    assert!(
        ran.code == 2 && ran.stderr.contains("--recipient is on chain 902, and --to names chain 901"),
        "{ran:?}"
    );
    let erc20 = ["bridge", "erc20", "--amount", "1", "--from", a, "--to", "902", "--token"];
    let ran = world.run(&[&erc20[..], &[&on(902, TOKEN).to_string()]].concat());
    assert!(
        ran.code == 2 && ran.stderr.contains("--token is on chain 902, and --from names chain 901"),
        "{ran:?}"
    );
    for (account, cause) in [
        (on(999, BOB), "unknown chain `999`"),
        (on(900, BOB), "`900` is the L1"),
        (on(901, BOB), "both source and destination"),
        (on(902, Address::ZERO), "zero address"),
    ] {
        let ran = world.run(&[&eth[..], &[&account.to_string()]].concat());
        assert!(ran.code == 2 && ran.stderr.contains(cause), "`{cause}` is not in {ran:?}");
    }
    assert_eq!((sent(a), sent(b)), (json!("0x0"), json!("0x0")), "something was sent");

    for text in [&there, &on(902, BOB).encode().to_string(), &format!("{BOB}@OPChainB")] {
        let moved = world.json(&[&eth[..], &[text]].concat());
        let expected = (&json!("902"), &json!(BOB.to_string()), &json!(there));
        assert_eq!((&moved["destination"], &moved["recipient"], &moved["recipientInteroperable"]), expected);
    }
    let moved = world.json(&[&eth[..], &[&there, "--to", b, "--private-key", KEY]].concat());
    assert_eq!(moved["destination"], "902");
    let target = on(902, BOB).to_string();
    let message = world.json(&["message", "send", "--from", "eip155:901", "--target", &target, "--no-wait"]);
    assert_eq!((&message["destination"], &message["targetInteroperable"]), (&json!("902"), &json!(target)));

    // What is printed is what is taken.
    let status = world.run(&["message", "status", message["messageHash"].as_str().unwrap()]);
    assert!(status.stdout.contains(&format!("\ntarget        {target}\n")), "{status:?}");
    let place = |field: &str| message["sent"][field].to_string();
    let (block, index) = (place("blockNumber"), place("logIndex"));
    let check = ["verifier", "check", "--block-number", &block, "--log-index", &index, "--origin"];
    let origin = on(901, MESSENGER).to_string();
    let checked: Value = world.json(&[&check[..], &[&origin]].concat());
    assert_eq!(checked["messages"][0]["identifier"]["originInteroperable"], json!(origin));
    let listed = world.json(&["message", "list", "--from", "eip155:901", "--to", "eip155:902"]);
    assert_eq!(listed["total"], 5);
    drop(devnet);
}
