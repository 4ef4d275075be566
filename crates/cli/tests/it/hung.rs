//! A node that takes requests and answers none.

use crate::{
    causeway::World,
    gate::{Gate, Loss},
};

/// Of the first of anvil's accounts, which everybody knows.
const KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

#[test]
fn a_destination_that_hangs_is_waited_for_as_long_as_the_user_says() {
    let (world, devnet) = World::with_devnet();
    for method in ["eth_chainId", "eth_getCode"] {
        let gate = Gate::before(devnet.rpc_url(1), Loss::Held(method));
        let send =
            ["message", "send", "--from", "901", "--target", "0x00000000000000000000000000000000000000aa"];
        let more = ["--to", &gate.url(), "--timeout", "6s", "--private-key", KEY];
        let ran = world.run(&[&send[..], &more].concat());
        assert_eq!(ran.code, 2, "{method}: {}", ran.stderr);
        assert!(ran.stderr.contains("did not answer within 6 s"), "{method}: {}", ran.stderr);
        assert!(ran.stderr.contains("nothing was sent"), "{method}: {}", ran.stderr);
    }
}

#[test]
fn who_only_looks_is_told_which_node_hangs() {
    let (world, devnet) = World::with_devnet();
    let gate = Gate::before(devnet.rpc_url(1), Loss::Held("eth_chainId"));
    let hash = format!("0x{}", "11".repeat(32));
    let ran = world.run(&["message", "status", &hash, "--rpc-url", &gate.url()]);
    assert!(ran.stderr.contains("no answer within 10 s"), "{}", ran.stderr);
    assert!(ran.stderr.contains(&gate.url()), "{}", ran.stderr);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
}
