//! Ether that arrives from another chain, and contracts like those that an older chain has.

use super::chain::{Chain, ETH_LIQUIDITY};
use crate::DEV_ACCOUNT;
use alloy::{
    primitives::{Address, Bytes, U256, address, hex, keccak256},
    sol_types::{SolCall, SolEvent},
};
use causeway_bindings::{L2ToL2CrossDomainMessenger, SuperchainETHBridge};
use causeway_interop::{
    CROSS_L2_INBOX, Identifier, L2_TO_L2_CROSS_DOMAIN_MESSENGER, SUPERCHAIN_ETH_BRIDGE, encode_access_list,
    message_hash,
};
use serde_json::json;

const RECIPIENT: Address = address!("0x00000000000000000000000000000000000000e7");

/// A bridge that takes no plain ether, as the reference's, and else is the one behind it.
pub(super) fn older_bridge(newer: Address) -> Vec<u8> {
    let mut code = hex!("36 15 6032 57 36 5f 5f 37 5f 5f 36 5f 73").to_vec();
    code.extend(newer.as_slice());
    code.extend(hex!("5a f4 3d 5f 5f 3e 602e 57 3d 5f fd 5b 3d 5f f3 5b 5f 5f fd"));
    code
}

/// A liquidity that pays by force, as the reference's: a contract that destroys itself for the bridge. Everything but
/// `mint` it takes.
pub(super) fn older_liquidity(bridge: Address) -> Vec<u8> {
    let mut code = hex!("36 6024 14 6008 57 00 5b 75 73").to_vec();
    code.extend(bridge.as_slice());
    code.extend(hex!("ff 5f 52 6016 600a 6004 35 f0 6030 57 5f 5f fd 5b 00"));
    code
}

pub(super) struct Relays<'a> {
    chain: &'a Chain,
}

impl<'a> Relays<'a> {
    pub(super) const fn new(chain: &'a Chain) -> Self {
        Self { chain }
    }

    /// So many wei, under a nonce of the same number.
    pub(super) async fn ether(&self, amount: u64) {
        let before = self.chain.node.balance(RECIPIENT).await;
        let liquidity = self.chain.node.balance(ETH_LIQUIDITY).await;
        let (identifier, payload) = message(amount);
        let keys = encode_access_list([(&identifier, keccak256(&payload))]);
        let relay = L2ToL2CrossDomainMessenger::relayMessageCall {
            _id: L2ToL2CrossDomainMessenger::Identifier {
                origin: identifier.origin,
                blockNumber: U256::from(identifier.block_number),
                logIndex: U256::from(identifier.log_index),
                timestamp: U256::from(identifier.timestamp),
                chainId: identifier.chain_id,
            },
            _sentMessage: payload,
        };
        let transaction = json!({
            "from": DEV_ACCOUNT,
            "to": L2_TO_L2_CROSS_DOMAIN_MESSENGER,
            "data": Bytes::from(relay.abi_encode()),
            "gas": "0x100000",
            "accessList": [{ "address": CROSS_L2_INBOX, "storageKeys": keys }],
        });
        let receipt = self.chain.transaction(transaction).await;
        assert_eq!(receipt["status"], "0x1", "{amount} wei: {receipt}");
        assert_eq!(self.chain.node.balance(RECIPIENT).await, before + U256::from(amount));
        assert_eq!(self.chain.node.balance(ETH_LIQUIDITY).await, liquidity - U256::from(amount));
    }

    /// Whether the messenger still knows that it relayed them.
    pub(super) async fn is_delivered(&self, amount: u64) -> bool {
        let (nonce, message) = transfer(amount);
        let hash = message_hash(
            U256::from(901),
            U256::from(902),
            nonce,
            SUPERCHAIN_ETH_BRIDGE,
            SUPERCHAIN_ETH_BRIDGE,
            &message,
        );
        let call = L2ToL2CrossDomainMessenger::successfulMessagesCall(hash);
        self.chain.node.call(L2_TO_L2_CROSS_DOMAIN_MESSENGER, call).await
    }
}

fn transfer(amount: u64) -> (U256, Bytes) {
    let call =
        SuperchainETHBridge::relayETHCall { _from: DEV_ACCOUNT, _to: RECIPIENT, _amount: U256::from(amount) };
    (U256::from(amount), call.abi_encode().into())
}

fn message(amount: u64) -> (Identifier, Bytes) {
    let (nonce, message) = transfer(amount);
    let event = L2ToL2CrossDomainMessenger::SentMessage {
        destination: U256::from(901),
        target: SUPERCHAIN_ETH_BRIDGE,
        messageNonce: nonce,
        sender: SUPERCHAIN_ETH_BRIDGE,
        message,
    }
    .encode_log_data();
    let payload =
        event.topics().iter().flat_map(|topic| topic.to_vec()).chain(event.data.to_vec()).collect::<Vec<_>>();
    let identifier = Identifier {
        origin: L2_TO_L2_CROSS_DOMAIN_MESSENGER,
        block_number: 1,
        log_index: 0,
        timestamp: 1,
        chain_id: U256::from(902),
    };
    (identifier, payload.into())
}
