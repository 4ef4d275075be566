use super::with_messages;
use crate::support::*;
use alloy_primitives::U256;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_of_one_store_wait_for_each_other() {
    let store = with_messages(50).await;
    let writers: Vec<_> = (0..50)
        .map(|nonce| {
            let store = store.clone();
            tokio::spawn(async move { store.record_attempt(&attempt(nonce, nonce, &[nonce])).await })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap().unwrap();
    }
    assert_eq!(store.open_attempts(DESTINATION).await.unwrap().len(), 50);
    assert_eq!(store.pending(U256::from(DESTINATION), 100).await.unwrap(), []);
}
