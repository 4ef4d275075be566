//! Batches of messages, as `RelayBatcher` takes them, in both of their forms, and the gas that they need.
//!
//! A batch has what a transaction's access list has to declare: [`RelayItem::access`] tells it for every item.

mod compact;
mod error;
mod gas;
mod item;
mod plain;

pub use compact::{decode_compact, encode_compact};
pub use error::RelayBatchError;
pub use gas::{access_list_keys, execution_gas, gas_limit, intrinsic_gas, limit};
pub use item::RelayItem;
pub use plain::{decode_plain, encode_plain};
