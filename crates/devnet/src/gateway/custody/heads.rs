use crate::gateway::Upstream;
use futures::{FutureExt, SinkExt, StreamExt};
use serde::Deserialize;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{self, Message},
};

const SUBSCRIBE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}"#;

/// The blocks of a chain as they come.
#[derive(Debug)]
pub(in crate::gateway) struct Heads(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Heads {
    pub(in crate::gateway) async fn open(node: &Upstream) -> Result<Self, tungstenite::Error> {
        let (mut socket, _) = connect_async_with_config(node.ws_url(), None, true).await?;
        socket.send(Message::text(SUBSCRIBE)).await?;
        Ok(Self(socket))
    }

    /// Waits for the next block, and tells the number of the newest of those that have come; nothing once the socket is
    /// gone.
    pub(in crate::gateway) async fn next(&mut self) -> Option<u64> {
        let mut newest = None;
        loop {
            // What has come already is taken together.
            let message = match newest {
                None => self.0.next().await,
                Some(number) => match self.0.next().now_or_never() {
                    None => return Some(number),
                    Some(message) => message,
                },
            };
            let Some(Ok(message)) = message else { return newest };
            let text = message.into_text().ok();
            newest = text.and_then(|text| number(text.as_str())).or(newest);
        }
    }
}

/// The number of the block that a notification is of; that of no block for the answer to the subscription itself.
fn number(text: &str) -> Option<u64> {
    #[derive(Deserialize)]
    struct Notification {
        params: Params,
    }
    #[derive(Deserialize)]
    struct Params {
        result: Header,
    }
    #[derive(Deserialize)]
    struct Header {
        #[serde(with = "crate::gateway::quantity")]
        number: u64,
    }

    serde_json::from_str(text).ok().map(|Notification { params }| params.result.number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_blocks_have_numbers() {
        let head = r#"{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0x1","result":{"hash":"0x01","number":"0x1f"}}}"#;
        assert_eq!(number(head), Some(31));
        for other in [r#"{"jsonrpc":"2.0","id":1,"result":"0x1"}"#, "", "{}"] {
            assert_eq!(number(other), None);
        }
    }
}
