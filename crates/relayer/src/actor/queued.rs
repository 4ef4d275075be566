use alloy::{primitives::Address, providers::Provider};
use causeway_store::StoreError;
use serde_json::Value;

use super::node::Node;

impl Node {
    /// Returns the nonce above all transactions of an account that wait in the node's queue behind one that is missing, where nothing
    /// of the account is known to be on its way: they are from before the database, or somebody else's, and would be executed as
    /// soon as the missing nonce is used. The count with what waits leaves them out.
    ///
    /// Of what is known, the count is enough: it is sent again with its nonce, and a gap before it is ours to fill. Nothing, too, where the
    /// node does not tell of its queue.
    pub(super) async fn queued_up_to(&self, account: Address) -> Result<Option<u64>, StoreError> {
        let open = self.store.open_attempts(self.chain_id).await?;
        if open.iter().any(|attempt| attempt.tx.signer == account) {
            return Ok(None);
        }
        let ours = self.provider.raw_request::<_, Value>("txpool_contentFrom".into(), (account,));
        if let Ok(ours) = ours.await {
            return Ok(above(&ours["queued"]));
        }
        // Development nodes know of the whole pool only.
        let Ok(pool) = self.provider.raw_request::<_, Value>("txpool_content".into(), ()).await else {
            return Ok(None);
        };
        let accounts = pool["queued"].as_object().into_iter().flatten();
        let of_account = accounts.filter(|(name, _)| name.parse() == Ok(account));
        Ok(of_account.filter_map(|(_, queued)| above(queued)).max())
    }
}

/// The nonce above those that are the names of these transactions.
fn above(queued: &Value) -> Option<u64> {
    let nonces = queued.as_object()?.keys().filter_map(|nonce| nonce.parse::<u64>().ok());
    nonces.max()?.checked_add(1)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_waits_is_below_the_nonce_that_is_told() {
        assert_eq!(above(&json!({ "3": {}, "12": {}, "4": {} })), Some(13));
        for nothing in
            [json!({}), json!(null), json!([]), json!({ "x": {} }), json!({ "18446744073709551615": {} })]
        {
            assert_eq!(above(&nothing), None, "{nothing}");
        }
    }
}
