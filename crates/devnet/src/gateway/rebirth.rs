use super::upstream::{Upstream, UpstreamError};
use crate::{ChainKind, state::genesis_accounts};
use alloy::primitives::{Address, hex};
use causeway_deploy::{Namespace, SEQUENCER_FEE_VAULT, predeploy_addresses};
use serde_json::{Value, json};

/// What a chain is again after a reset.
///
/// anvil makes a new genesis block, with the base fee of the moment, so of another hash; to whoever follows the chain
/// that is another chain. And it knows the accounts of a genesis file only, so that a chain that it read from a state has
/// no contract left.
#[derive(Debug)]
pub(super) struct Rebirth {
    block: Value,
    namespace: Namespace,
}

impl Rebirth {
    /// Reads what has to be there again; before the reset, that is.
    pub(super) async fn prepare(node: &Upstream) -> Result<Self, UpstreamError> {
        let block = node.call("eth_getBlockByNumber", json!(["0x0", false])).await?;
        // A proxy at the last address that is kept for predeploys is there from the genesis on, or never.
        let last: Option<Address> = predeploy_addresses().last();
        let code: String = node.call("eth_getCode", json!([last, "latest"])).await?;
        let namespace = if code == "0x" { Namespace::Refusals } else { Namespace::Full };
        Ok(Self { block, namespace })
    }

    /// Gives the chain its genesis back, if there was a reset.
    pub(super) async fn complete(self, node: &Upstream, kind: ChainKind) -> Result<(), UpstreamError> {
        let head: String = node.call("eth_blockNumber", json!([])).await?;
        if head != "0x0" {
            return Ok(());
        }
        let state = self.state(node.chain_id(), kind).to_string();
        node.call::<bool>("anvil_loadState", json!([hex::encode_prefixed(state)])).await.map(drop)
    }

    /// The state that the chain had when it was new, as the node writes states.
    fn state(self, chain_id: u64, kind: ChainKind) -> Value {
        let field = |name: &str| self.block[name].clone();
        let number = |name: &str| {
            let digits = self.block[name].as_str().unwrap_or_default().trim_start_matches("0x");
            u64::from_str_radix(digits, 16).unwrap_or_default()
        };
        let beneficiary = match kind {
            ChainKind::L1 => Address::ZERO,
            ChainKind::L2 => SEQUENCER_FEE_VAULT,
        };
        json!({
            "block": {
                "number": "0x0",
                "beneficiary": beneficiary,
                "timestamp": field("timestamp"),
                "gas_limit": number("gasLimit"),
                "basefee": number("baseFeePerGas"),
                "difficulty": "0x0",
                "prevrandao": field("mixHash"),
                "blob_excess_gas_and_price": {"excess_blob_gas": 0, "blob_gasprice": 1},
                "slot_num": 0,
            },
            "accounts": genesis_accounts(chain_id, kind, self.namespace),
            "best_block_number": 0,
            "blocks": [{"header": self.block, "transactions": [], "ommers": [], "withdrawals": null}],
            "transactions": [],
            "historical_states": null,
        })
    }
}
