//! What a receipt of one of our transactions tells: what it cost, and which of its messages it did not deliver.

use alloy::{
    consensus::{Transaction, TxEnvelope},
    eips::eip2718::Decodable2718,
    primitives::{Address, B256, Bytes, U64, U128, U256},
    providers::{DynProvider, Provider},
    sol_types::SolEvent,
};
use causeway_bindings::{RELAY_BATCHER, RelayBatcher::RelayFailed, RevertReason};
use causeway_chain::BlockRef;
use causeway_client::NodeFault;
use causeway_store::Cost;
use serde::Deserialize;

/// The number and hash of a block.
pub(super) type Place = (u64, B256);

/// The gas that no transaction uses: a block has a thousandth of it.
const MOST_GAS: u64 = 1 << 40;
/// The wei that nobody pays for a transaction, whatever it has to pay for beside its gas: a million ether. What L1 or an operator asks
/// has no bound of its own; this one is wide enough for chains whose ether is worth little, and narrow enough for what is stored.
const MOST_FEE: u128 = 1_000_000 * 1_000_000_000_000_000_000;

/// What a transaction can have cost at most, by its own bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    /// Its gas limit.
    gas: u64,
    /// The most that it pays for a unit of gas, in wei.
    price: u128,
}

impl Bounds {
    /// Of one whose bytes are not known.
    pub(super) const WIDEST: Self = Self { gas: MOST_GAS, price: MOST_FEE };

    /// Of these bytes, as nodes take them.
    pub(super) fn of_bytes(raw: &[u8]) -> Self {
        TxEnvelope::decode_2718(&mut &*raw).map_or(Self::WIDEST, |signed| Self::of(&signed))
    }

    pub(super) fn of(signed: &TxEnvelope) -> Self {
        Self { gas: signed.gas_limit().min(MOST_GAS), price: signed.max_fee_per_gas().min(MOST_FEE) }
    }
}

/// What a node says of a transaction that is in a block, before it is believed.
#[derive(Debug)]
pub(super) struct Said(Receipt);

impl Said {
    /// Asks for the receipt of a transaction; none while no block holds it.
    pub(super) async fn of(provider: &DynProvider, tx_hash: B256) -> Result<Option<Self>, NodeFault> {
        let found: Option<Receipt> =
            provider.raw_request("eth_getTransactionReceipt".into(), (tx_hash,)).await?;
        let found = found.filter(|receipt| {
            receipt.transaction_hash == tx_hash
                && receipt.block_number.is_some()
                && receipt.block_hash.is_some()
        });
        Ok(found.map(Self))
    }

    /// Believes it, if such a transaction can have cost that: else the node does not tell the truth.
    pub(super) fn within(self, bounds: Bounds) -> Result<Receipt, NodeFault> {
        let Self(receipt) = self;
        let (number, _) = receipt.block();
        let (gas, price, fee) = (receipt.gas_used(), receipt.gas_price(), receipt.fee());
        let what = if number > BlockRef::MAX_NUMBER {
            format!("is in block {number}")
        } else if gas > bounds.gas {
            format!("used {gas} gas, and had a limit of {}", bounds.gas)
        } else if price > bounds.price {
            format!("paid {price} wei for a unit of gas, and {} at most", bounds.price)
        } else if fee > U256::from(MOST_FEE) {
            format!("cost {fee} wei, which is more than a million ether")
        } else {
            return Ok(receipt);
        };
        let tx = receipt.transaction_hash;
        Err(NodeFault::unavailable(&format!("the receipt of {tx} cannot be true: it says that it {what}")))
    }
}

/// A receipt of a transaction in a block, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Receipt {
    pub(super) transaction_hash: B256,
    from: Address,
    status: U64,
    block_number: Option<U64>,
    block_hash: Option<B256>,
    gas_used: U64,
    effective_gas_price: Option<U128>,
    /// What an OP Stack chain takes for the data on L1, in wei.
    pub(super) l1_fee: Option<U256>,
    /// What its operator takes (since Isthmus), by gas and for the transaction.
    operator_fee_scalar: Option<U64>,
    operator_fee_constant: Option<U64>,
    /// Told since Jovian, which changed the unit of the scalar.
    da_footprint_gas_scalar: Option<U64>,
    #[serde(default)]
    logs: Vec<Log>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Log {
    address: Address,
    topics: Vec<B256>,
    data: Bytes,
}

impl Receipt {
    /// The block's number and hash.
    pub(super) fn block(&self) -> (u64, B256) {
        (self.block_number.map(|number| number.to()).unwrap_or_default(), self.block_hash.unwrap_or_default())
    }

    pub(super) fn succeeded(&self) -> bool {
        self.status == U64::from(1)
    }

    pub(super) fn gas_used(&self) -> u64 {
        self.gas_used.to()
    }

    /// What was paid for a unit of gas, in wei.
    pub(super) fn gas_price(&self) -> u128 {
        self.effective_gas_price.map(|price| price.to()).unwrap_or_default()
    }

    /// What the chain's operator took, in wei; `None` where the chain does not tell of a fee.
    ///
    /// See "Operator fee" in the OP Stack specs of the execution engine, Isthmus and Jovian.
    pub(super) fn operator_fee(&self) -> Option<U256> {
        let (scalar, constant) = (self.operator_fee_scalar, self.operator_fee_constant);
        let by_gas = U256::from(self.gas_used) * U256::from(scalar.unwrap_or_default());
        let by_gas = match self.da_footprint_gas_scalar {
            Some(_) => by_gas * U256::from(100),
            None => by_gas / U256::from(1_000_000),
        };
        scalar.or(constant).map(|_| by_gas + U256::from(constant.unwrap_or_default()))
    }

    /// All that was paid, in wei.
    pub(super) fn fee(&self) -> U256 {
        let gas = U256::from(self.gas_used()) * U256::from(self.gas_price());
        // What a chain asks beside the gas is as large as it likes.
        gas.saturating_add(self.l1_fee.unwrap_or_default())
            .saturating_add(self.operator_fee().unwrap_or_default())
    }

    /// What the transaction cost, in a block of this time in seconds.
    pub(super) fn cost(&self, landed_at: u64) -> Cost {
        let (block_number, block_hash) = self.block();
        Cost {
            block_number,
            block_hash,
            landed_at,
            gas_used: self.gas_used(),
            gas_price: self.gas_price(),
            fee: self.fee(),
            l1_fee: self.l1_fee,
            gas_refund: None,
        }
    }

    /// The messages that the batcher says it did not deliver, and why.
    pub(super) fn failures(&self) -> Vec<(B256, String)> {
        self.logs.iter().filter_map(|log| self.failure(log)).collect()
    }

    /// A target can relay a batch itself: what is ours has our name.
    fn failure(&self, log: &Log) -> Option<(B256, String)> {
        if log.address != RELAY_BATCHER {
            return None;
        }
        let failed = RelayFailed::decode_raw_log(log.topics.iter().copied(), &log.data).ok()?;
        let reason = RevertReason::decode(&failed.reason);
        (failed.relayer == self.from).then(|| (failed.messageHash, format!("execution reverted: {reason}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const US: Address = Address::repeat_byte(1);

    fn failed(relayer: Address, message: u8) -> serde_json::Value {
        let event = RelayFailed {
            relayer,
            messageHash: B256::repeat_byte(message),
            index: U256::ZERO,
            reason: Bytes::new(),
        };
        let log = event.encode_log_data();
        json!({"address": RELAY_BATCHER, "topics": log.topics(), "data": log.data})
    }

    #[test]
    fn failures_are_those_that_the_batcher_tells_of_us() {
        let mut elsewhere = failed(US, 3);
        elsewhere["address"] = json!(US);
        let receipt = json!({
            "transactionHash": B256::ZERO, "from": US, "status": "0x1", "gasUsed": "0x5", "type": "0x7e",
            "blockNumber": "0x7", "blockHash": B256::repeat_byte(9), "l1Fee": "0x10", "somethingNew": {},
            "logs": [failed(US, 1), failed(Address::repeat_byte(2), 2), elsewhere],
        });
        let receipt: Receipt = serde_json::from_value(receipt).unwrap();
        let reason = "execution reverted: no reason given".to_owned();
        assert_eq!(receipt.failures(), [(B256::repeat_byte(1), reason)]);
        assert_eq!((receipt.block(), receipt.gas_used()), ((7, B256::repeat_byte(9)), 5));
    }

    /// The fee of 100,000 gas at 3 wei, where the receipt says this beside.
    fn fee(told: serde_json::Value) -> u64 {
        let mut receipt = json!({
            "transactionHash": B256::ZERO, "from": US, "status": "0x1", "gasUsed": "0x186a0",
            "blockNumber": "0x7", "blockHash": B256::ZERO, "effectiveGasPrice": "0x3",
        });
        let fields = receipt.as_object_mut().unwrap();
        fields.extend(told.as_object().unwrap().clone());
        serde_json::from_value::<Receipt>(receipt).unwrap().fee().to()
    }

    #[test]
    fn the_fee_is_all_that_was_paid() {
        assert_eq!(fee(json!({})), 300_000);
        assert_eq!(fee(json!({ "l1Fee": "0x10" })), 300_016);
        let isthmus = json!({
            "l1Fee": "0x10", "operatorFeeScalar": "0x4c4b40", "operatorFeeConstant": "0x7",
        });
        assert_eq!(fee(isthmus.clone()), 300_016 + 5 * 100_000 + 7);
        let mut jovian = isthmus;
        jovian["daFootprintGasScalar"] = json!("0x190");
        assert_eq!(fee(jovian), 300_016 + 5_000_000 * 100_000 * 100 + 7);
        assert_eq!(fee(json!({ "operatorFeeConstant": "0x7", "daFootprintGasScalar": "0x190" })), 300_007);
        assert_eq!(fee(json!({ "daFootprintGasScalar": "0x190", "operatorFeeScalar": null })), 300_000);
    }

    #[test]
    fn what_cannot_be_is_not_believed() {
        let is_believed = |told: &serde_json::Value, bounds| {
            let mut receipt = json!({
                "transactionHash": B256::ZERO, "from": US, "status": "0x1", "gasUsed": "0x186a0",
                "blockNumber": "0x7", "blockHash": B256::ZERO, "effectiveGasPrice": "0x3",
            });
            receipt.as_object_mut().unwrap().extend(told.as_object().unwrap().clone());
            Said(serde_json::from_value(receipt).unwrap()).within(bounds).is_ok()
        };
        let own = Bounds { gas: 100_000, price: 3 };
        for told in [json!({}), json!({ "l1Fee": "0xde0b6b3a7640000" })] {
            assert!(is_believed(&told, own) && is_believed(&told, Bounds::WIDEST), "{told}");
        }
        // By the transaction's own bytes alone.
        for told in [json!({ "gasUsed": "0x186a1" }), json!({ "effectiveGasPrice": "0x4" })] {
            assert!(!is_believed(&told, own) && is_believed(&told, Bounds::WIDEST), "{told}");
        }
        for told in [
            json!({ "gasUsed": "0x4000000000000000" }),
            json!({ "effectiveGasPrice": U128::MAX }),
            json!({ "l1Fee": U256::MAX }),
            json!({ "l1Fee": "0xd3c21bcecceda1000000" }),
            json!({ "operatorFeeScalar": "0xffffffffffffffff", "daFootprintGasScalar": "0x190" }),
            json!({ "blockNumber": "0x8000000000000000" }),
        ] {
            assert!(!is_believed(&told, own) && !is_believed(&told, Bounds::WIDEST), "{told}");
        }
    }

    #[test]
    fn a_transaction_says_itself_what_it_can_cost() {
        let tx = alloy::consensus::TxEip1559 { gas_limit: 21_000, max_fee_per_gas: 7, ..Default::default() };
        let signed = TxEnvelope::from(alloy::consensus::SignableTransaction::into_signed(
            tx,
            alloy::primitives::Signature::test_signature(),
        ));
        let raw = alloy::eips::eip2718::Encodable2718::encoded_2718(&signed);
        assert_eq!(Bounds::of_bytes(&raw), Bounds { gas: 21_000, price: 7 });
        assert_eq!(Bounds::of_bytes(&[2]), Bounds::WIDEST);
    }
}
