//! What a relayer tells of its own transactions, by its HTTP API.

mod answer;
mod api;
mod next;
mod word;

pub use api::RelayerApi;
pub use next::RelayerNext;
pub use word::RelayerWord;
