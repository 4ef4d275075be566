use crate::Header;
use alloy::{
    eips::BlockId,
    primitives::{Address, B256, U256, address, b256},
    providers::{DynProvider, Provider},
    transports::TransportError,
};
use causeway_interop::output_root;
use serde::Deserialize;
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, PoisonError},
};

/// The predeploy whose storage an output root commits to.
const MESSAGE_PASSER: Address = address!("4200000000000000000000000000000000000016");
/// The root of an empty trie: what a header of before Isthmus says about withdrawals, and nothing about the message passer.
const EMPTY_TRIE: B256 = b256!("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");
/// Outputs that are remembered.
const CAPACITY: usize = 4_096;

/// What a block commits to, version 0.
///
/// Specs: "Proposals", section "L2 Output Commitment Construction".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputV0 {
    /// Root of the state.
    pub state_root: B256,
    /// Root of the message passer's storage.
    pub message_passer_storage_root: B256,
    /// Hash of the block.
    pub block_hash: B256,
}

impl OutputV0 {
    /// Returns the output root.
    pub fn output_root(&self) -> B256 {
        output_root(self.state_root, self.message_passer_storage_root, self.block_hash)
    }
}

/// Why an output root could not be read from a node.
#[derive(Debug, thiserror::Error)]
pub enum RootError {
    /// No node is known for the chain.
    #[error("no node of chain {chain_id} is known")]
    NoNode {
        /// The chain.
        chain_id: U256,
    },
    /// The node does not have the block, or has another one there.
    #[error("the node of chain {chain_id} does not have block {number} ({hash})")]
    NoBlock {
        /// The chain.
        chain_id: U256,
        /// The block.
        number: u64,
        /// Its hash.
        hash: B256,
    },
    /// The node does not answer as it should.
    #[error("the node of chain {chain_id} does not tell what block {number} commits to: {source}")]
    Node {
        /// The chain.
        chain_id: U256,
        /// The block.
        number: u64,
        /// What went wrong, without secrets.
        source: TransportError,
    },
}

/// Reads from the chains' nodes what blocks commit to.
#[derive(Debug, Default)]
pub struct OutputRoots {
    nodes: BTreeMap<U256, DynProvider>,
    known: Mutex<HashMap<B256, OutputV0>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Block {
    hash: B256,
    state_root: B256,
    #[serde(default)]
    withdrawals_root: Option<B256>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Proof {
    storage_hash: B256,
}

impl OutputRoots {
    /// Asks these nodes. Each must keep the state of blocks of before Isthmus that are asked for.
    pub fn new(nodes: BTreeMap<U256, DynProvider>) -> Self {
        Self { nodes, known: Mutex::default() }
    }

    /// What a block of a chain commits to.
    pub(crate) async fn output(&self, chain_id: U256, block: &Header) -> Result<OutputV0, RootError> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&block.hash).copied();
        if let Some(known) = known {
            return Ok(known);
        }
        let output = self.read(chain_id, block).await?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= CAPACITY {
            known.clear();
        }
        known.insert(block.hash, output);
        Ok(output)
    }

    async fn read(&self, chain_id: U256, block: &Header) -> Result<OutputV0, RootError> {
        let Header { number, hash, .. } = *block;
        let node = self.nodes.get(&chain_id).ok_or(RootError::NoNode { chain_id })?;
        let fault = |source| RootError::Node { chain_id, number, source };
        let found: Option<Block> =
            node.client().request("eth_getBlockByHash", (hash, false)).await.map_err(fault)?;
        let Some(found) = found.filter(|found| found.hash == hash) else {
            return Err(RootError::NoBlock { chain_id, number, hash });
        };
        let message_passer_storage_root = match found.withdrawals_root.filter(|root| *root != EMPTY_TRIE) {
            // Since Isthmus the header has it.
            Some(root) => root,
            None => {
                let params = (MESSAGE_PASSER, Vec::<B256>::new(), BlockId::hash(hash));
                let proof: Proof = node.client().request("eth_getProof", params).await.map_err(fault)?;
                proof.storage_hash
            }
        };
        Ok(OutputV0 { state_root: found.state_root, message_passer_storage_root, block_hash: hash })
    }
}
