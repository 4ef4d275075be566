//! What holds for every store, whatever engine is beneath it. `main.rs` has this folder twice: the name says which one.

mod attempts;
mod blocks;
mod concurrency;
mod costs;
mod decisions;
mod errands;
mod experience;
mod holds;
mod leases;
mod messages;
mod model;
mod news;
mod overheads;
mod places;

use crate::support::fill;
use causeway_store::Store;

/// An empty store of the engine that is tried.
async fn new_store() -> Store {
    if module_path!().ends_with("on_postgres") {
        crate::postgres::new_store().await
    } else {
        Store::in_memory().await.unwrap()
    }
}

/// A store in which the source has sent the messages 0 to `count - 1`, all in block 1.
async fn with_messages(count: u64) -> Store {
    let store = new_store().await;
    fill(&store, count).await;
    store
}
