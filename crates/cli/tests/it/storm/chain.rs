//! A chain of the storm: a node, and what was sent on it.

use super::{
    kind::{KINDS, Kind, Parcel},
    schedule::Side,
};
use alloy::{
    primitives::{Address, Bytes, U256, address},
    sol_types::SolCall,
};
use causeway_bindings::{L2ToL2CrossDomainMessenger::sendMessageCall, RELAY_BATCHER};
use causeway_deploy::test_utils::{Anvil, Mining, USER};
use causeway_interop::L2_TO_L2_CROSS_DOMAIN_MESSENGER;
use serde_json::{Value, json};

/// More than sending a message takes.
const SEND_GAS: u64 = 200_000;
/// The second of the ten well-known accounts.
const STRANGER: Address = address!("70997970c51812dc3a010c7d01b50e0d17dc79c8");

pub(crate) struct Chain {
    pub(crate) anvil: Anvil,
    side: Side,
    /// What the blocks have, by their number.
    mined: Vec<(u64, Vec<Parcel>)>,
    /// What goes into the next one.
    waiting: Vec<Parcel>,
    /// How many messages reorgs took away, sent again or not.
    pub(crate) gone: usize,
}

impl Side {
    pub(crate) const fn chain_id(self) -> u64 {
        match self {
            Self::A => 901,
            Self::B => 902,
        }
    }

    pub(crate) const fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    /// Who sends there: from one of the chains, everybody's messages have the same sender, as those of a bridge have; from
    /// the other, bad ones have one of their own.
    const fn sender(self, kind: Kind) -> Address {
        match self {
            Self::B if kind.is_bad() => STRANGER,
            Self::A | Self::B => USER,
        }
    }
}

impl Chain {
    /// With every target, and with or without the batcher.
    pub(crate) async fn start(side: Side, has_batcher: bool) -> Self {
        let anvil = Anvil::start(side.chain_id(), Mining::WhenTold).await;
        for kind in KINDS {
            anvil.set_code(kind.target(), kind.code()).await;
        }
        if !has_batcher {
            anvil.set_code(RELAY_BATCHER, "0x").await;
        }
        let chain = Self { anvil, side, mined: Vec::new(), waiting: Vec::new(), gone: 0 };
        // So that no reorg takes the codes away.
        chain.anvil.mine().await;
        chain
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.anvil.port)
    }

    pub(crate) async fn send(&mut self, parcels: &[Parcel]) {
        for parcel in parcels {
            let call = sendMessageCall {
                _destination: U256::from(self.side.other().chain_id()),
                _target: parcel.kind.target(),
                _message: parcel.calldata(),
            };
            let input = Bytes::from(call.abi_encode());
            let to = L2_TO_L2_CROSS_DOMAIN_MESSENGER;
            let gas = format!("{SEND_GAS:#x}");
            let from = self.side.sender(parcel.kind);
            let transaction = json!({"from": from, "to": to, "input": input, "gas": gas});
            self.anvil.call("eth_sendTransaction", json!([transaction])).await;
            self.waiting.push(*parcel);
        }
    }

    pub(crate) async fn mine(&mut self) {
        self.anvil.mine().await;
        let number = self.head().await;
        self.mined.push((number, std::mem::take(&mut self.waiting)));
    }

    pub(crate) async fn head(&self) -> u64 {
        number(&self.anvil.call("eth_blockNumber", json!([])).await)
    }

    /// Lets time pass without blocks, in seconds.
    pub(crate) async fn warp(&self, time: u64) {
        self.anvil.call("evm_increaseTime", json!([time])).await;
    }

    /// Replaces the newest blocks, but never the first.
    pub(crate) async fn reorg(&mut self, depth: u64, again: bool) {
        // What waits in the pool would wait there forever.
        self.mine().await;
        let head = self.head().await;
        let depth = depth.min(head - 1);
        if depth == 0 {
            return;
        }
        self.anvil.reorg(depth).await;
        let gone: Vec<_> = self.mined.extract_if(.., |(number, _)| *number > head - depth).collect();
        self.gone += gone.iter().map(|(_, parcels)| parcels.len()).sum::<usize>();
        if again {
            for (_, parcels) in gone {
                self.send(&parcels).await;
            }
            self.mine().await;
        }
    }
}

/// Reads a number of an answer.
pub(crate) fn number(value: &Value) -> u64 {
    let text = value.as_str().unwrap_or_else(|| panic!("no number: {value}"));
    u64::from_str_radix(text.trim_start_matches("0x"), 16).unwrap()
}
