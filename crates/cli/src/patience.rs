//! How long a person waits for a node that hangs.

use crate::failure::{ErrorCode, Failure, Outcome};
use std::time::Duration;
use tokio::time::timeout;

/// For what takes a question or two. A node is given more by a client, which asks twice and waits ten seconds each time.
pub(crate) const SHORT: Duration = Duration::from_secs(10);

/// What comes of `work`, or why nothing does.
pub(crate) async fn within<T>(patience: Duration, work: impl Future<Output = T>) -> Outcome<T> {
    timeout(patience, work).await.map_err(|_| {
        Failure::failed(format!("no answer within {} s", patience.as_secs_f64()))
            .with_code(ErrorCode::ChainUnreachable)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_hangs_is_given_up() {
        let hung = within(Duration::from_millis(10), std::future::pending::<()>()).await;
        assert_eq!(hung.unwrap_err().message(), "no answer within 0.01 s");
        assert_eq!(within(SHORT, async { 1 }).await.unwrap(), 1);
    }
}
