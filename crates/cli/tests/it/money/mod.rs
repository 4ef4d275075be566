//! What the commands do with value: it leaves only where it can arrive, and what has left is never called unsent.

mod after;
mod before;

use crate::{causeway::Ran, gate::rpc};
use serde_json::{Value, json};

/// The devnet's first account and its key, which commands sign with when none is given.
const ME: &str = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
const KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
/// Another account, which mints: the first one's nonce counts what the commands send.
const MINTER: &str = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";
const TOKEN: &str = "0x420beeF000000000000000000000000000000001";

/// How many transactions of the first account are in blocks or wait for one.
fn sent(url: &str) -> u64 {
    let count = rpc(url, "eth_getTransactionCount", json!([ME, "pending"]));
    u64::from_str_radix(count.as_str().unwrap().trim_start_matches("0x"), 16).unwrap()
}

/// Gives the first account five tokens on a chain.
fn mint(url: &str) {
    let five = format!("{:064x}", 5_000_000_000_000_000_000_u128);
    let data = format!("0x40c10f19{:0>64}{five}", &ME[2..]);
    let call = json!([{ "from": MINTER, "to": TOKEN, "data": data }]);
    let hash = rpc(url, "eth_sendTransaction", call);
    while rpc(url, "eth_getTransactionReceipt", json!([hash])).is_null() {}
}

/// Nothing was sent, for this reason, and there is a remedy.
fn assert_refused(ran: &Ran, cause: &str) {
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains(cause) && ran.stderr.contains("hint: "), "`{cause}` is not in {ran:?}");
    assert!(!ran.stderr.contains("nonce "), "{ran:?}");
}

/// The one error in an envelope.
fn error(ran: &Ran) -> Value {
    let mut envelope: Value = serde_json::from_str(&ran.stdout).unwrap();
    envelope["errors"][0].take()
}
