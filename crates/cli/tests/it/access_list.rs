use crate::causeway::World;

// The vector "viem-u64-chain" of the protocol's published vectors: a relayed ERC-20 transfer.
const PAYLOAD: &str = "0x382409ac69001e11931a28435afef442cbfd20d9891907e8fa373ba7d351f3200000000000000000000000000000000000000000000000000000000000000386000000000000000000000000420000000000000000000000000000000000002800000000000000000000000000000000000000000000000000000000000000000000000000000000000000004200000000000000000000000000000000000028000000000000000000000000000000000000000000000000000000000000004000000000000000000000000000000000000000000000000000000000000000847cfd6dbc000000000000000000000000420beef000000000000000000000000000000001000000000000000000000000f39fd6e51aad88f6f4ce6ab8827279cfffb92266000000000000000000000000f39fd6e51aad88f6f4ce6ab8827279cfffb9226600000000000000000000000000000000000000000000000000000000000003e800000000000000000000000000000000000000000000000000000000";
const KEYS: [&str; 2] = [
    "0x010000000000000000000385000000000000000e0000000067f04d4b00000002",
    "0x03c6d2648cef120ce1d7ccf9f8d4042d6b25ff30a02e22d9ea2a47d2677ccb8d",
];
const ENCODE: [&str; 14] = [
    "access-list",
    "encode",
    "--origin",
    "0x4200000000000000000000000000000000000023",
    "--block-number",
    "14",
    "--log-index",
    "0x2",
    "--timestamp",
    "1743801675",
    "--chain-id",
    "901",
    "--payload",
    PAYLOAD,
];

#[test]
fn encode_prints_the_published_keys() {
    let ran = World::new().run(&ENCODE);
    assert_eq!((ran.code, ran.stdout.trim()), (0, KEYS.join("\n").as_str()));
    let data = World::new().json(&ENCODE);
    assert_eq!(data["accessList"][0]["storageKeys"], serde_json::json!(KEYS));
}

#[test]
fn decode_prints_what_was_encoded() {
    let world = World::new();
    let ran = world.run(&["access-list", "decode", KEYS[0], KEYS[1]]);
    insta::assert_snapshot!(ran.stdout, @r"
    chain id      901
    block number  14
    log index     2
    timestamp     1743801675
    checksum      0x03c6d2648cef120ce1d7ccf9f8d4042d6b25ff30a02e22d9ea2a47d2677ccb8d
    ");
    let data = world.json(&["access-list", "decode", KEYS[0], KEYS[1]]);
    assert_eq!(data["messages"][0]["chainId"], "901");
}

#[test]
fn decode_names_the_entry_that_is_wrong() {
    let ran = World::new().run(&["access-list", "decode", KEYS[0], KEYS[0]]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("entry 1"), "{}", ran.stderr);
}
