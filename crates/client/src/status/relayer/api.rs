use std::time::Duration;

use alloy::primitives::{B256, U256};
use causeway_chain::Endpoint;

use super::{
    answer::{read, read_next},
    next::RelayerNext,
    word::RelayerWord,
};
use crate::{NodeFault, delivery::SentReceipt};

/// How long a relayer has to answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// How much it may answer, in bytes.
const MAX_BODY: usize = 1 << 20;

/// A relayer's HTTP API, as `causeway relayer run --listen` serves it.
#[derive(Clone, Debug)]
pub struct RelayerApi {
    base: Endpoint,
    client: reqwest::Client,
}
impl RelayerApi {
    /// Makes it of the URL under which `/v1/messages` is found, of `http` or `https`. Nothing is asked yet.
    pub fn new(base: Endpoint) -> Result<Self, NodeFault> {
        if !base.expose().get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http")) {
            return Err(NodeFault::unavailable("a relayer's API is asked by http:// or https://"));
        }
        let mut client =
            reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none());
        if base.is_loopback() {
            // A proxy on the way out knows nothing about a relayer on this machine.
            client = client.no_proxy();
        }
        Ok(Self { base, client: client.build().map_err(|error| unusable(&error))? })
    }

    /// Where it is asked; shown without what is secret of it.
    pub const fn endpoint(&self) -> &Endpoint {
        &self.base
    }

    /// Asks for a message.
    pub async fn ask(&self, sent: &SentReceipt) -> RelayerWord {
        self.ask_for(sent.message_hash, [sent.identifier.chain_id, sent.message.destination]).await
    }

    /// Asks for the message with this hash, from its source to its destination, by their chains' ids.
    pub async fn ask_for(&self, message: B256, ends: [U256; 2]) -> RelayerWord {
        let word = match self.get(message).await {
            Ok((status, body)) => read(message, ends, status, &body),
            Err(fault) => Err(fault.reason),
        };
        word.unwrap_or_else(|note| RelayerWord { note: Some(note), ..RelayerWord::default() })
    }

    /// Asks what happens next with the message of this hash, from its source to its destination, by their chains' ids. What
    /// fails says why nothing is known.
    pub async fn next_of(&self, message: B256, ends: [U256; 2]) -> Result<RelayerNext, NodeFault> {
        let (status, body) = self.get(message).await?;
        read_next(message, ends, status, &body).map_err(|why| NodeFault::unavailable(&why))
    }

    async fn get(&self, message: B256) -> Result<(u16, Vec<u8>), NodeFault> {
        let mut url = reqwest::Url::parse(self.base.expose())
            .map_err(|_| NodeFault::unavailable("the relayer's URL does not read"))?;
        // A path of its own, as behind a proxy, stays.
        url.path_segments_mut()
            .map_err(|()| NodeFault::unavailable("the relayer's URL has no path"))?
            .pop_if_empty()
            .extend(["v1", "messages", &message.to_string()]);
        let mut response = self.client.get(url).send().await.map_err(|error| unusable(&error))?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| unusable(&error))? {
            if body.len().saturating_add(chunk.len()) > MAX_BODY {
                return Err(NodeFault::unavailable("the relayer's answer is too long"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok((status, body))
    }
}
/// Without the URL, which may be a credential.
fn unusable(error: &reqwest::Error) -> NodeFault {
    let reason = if error.is_timeout() {
        "the relayer did not answer within 3 s"
    } else if error.is_connect() {
        "the relayer cannot be reached"
    } else {
        "the relayer's answer broke off"
    };
    NodeFault::unavailable(reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_asked_by_http_alone() {
        for (url, is_good) in
            [("http://a.b", true), ("HTTPS://a.b/c", true), ("ws://a.b", false), ("wss://a.b", false)]
        {
            assert_eq!(RelayerApi::new(url.parse().unwrap()).is_ok(), is_good, "{url}");
        }
    }
}
