mod scrubber;
mod secrets;

use crate::{budget::RateLimit, pace::Pace, tally::Tally};
use alloy::transports::{Authorization, http::reqwest::Url};
pub use scrubber::Scrubber;
use secrets::{REDACTED, Secrets, decoded};
use std::{
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
    sync::Arc,
};

/// The address of a node: an `http`, `https`, `ws` or `wss` URL.
///
/// RPC URLs are credentials: providers put the API key in the path, the query or the user part. `Debug` and
/// `Display` therefore show scheme, host and port only; [`Endpoint::expose`] gives the whole URL to code that
/// has to connect.
///
/// All connections that are made with clones of one endpoint keep its pace together: when the node says that it is asked
/// too much, they all ask less. The pace is no part of what makes two endpoints equal.
#[derive(Clone)]
pub struct Endpoint {
    inner: Arc<Inner>,
}

struct Inner {
    url: Url,
    secrets: Secrets,
    /// Shared by the address for a WebSocket too, as is the tally.
    pace: Arc<Pace>,
    tally: Arc<Tally>,
}

impl PartialEq for Endpoint {
    fn eq(&self, other: &Self) -> bool {
        self.inner.url == other.inner.url
    }
}

impl Eq for Endpoint {}

impl Hash for Endpoint {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.inner.url.hash(state);
    }
}

/// Why a text is not an [`Endpoint`]. The text itself is not repeated: it may hold a credential.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// The text is no URL.
    #[error("not a url: {reason}")]
    NotAUrl {
        /// What the URL parser objects to.
        reason: String,
    },
    /// The scheme is none of `http`, `https`, `ws`, `wss`.
    #[error("unsupported scheme `{scheme}`: use http, https, ws or wss")]
    Scheme {
        /// The scheme that was given.
        scheme: String,
    },
    /// The URL names no host.
    #[error("the url has no host")]
    NoHost,
}

impl Endpoint {
    fn new(url: Url, pace: Arc<Pace>, tally: Arc<Tally>) -> Self {
        let secrets = Secrets::of(&url);
        Self { inner: Arc::new(Inner { url, secrets, pace, tally }) }
    }

    /// The same node, which is never asked more than this: whoever comes too early waits, transactions the shortest.
    #[must_use]
    pub fn limited_to(&self, limit: RateLimit) -> Self {
        Self::new(self.inner.url.clone(), Arc::new(Pace::limited_to(limit)), Arc::default())
    }

    /// The whole URL, secrets included. For connecting, never for printing.
    pub fn expose(&self) -> &str {
        self.inner.url.as_str()
    }

    /// The parsed URL, secrets included.
    pub(crate) fn url(&self) -> &Url {
        &self.inner.url
    }

    /// Whether requests to this endpoint travel over a WebSocket.
    pub fn is_websocket(&self) -> bool {
        matches!(self.inner.url.scheme(), "ws" | "wss")
    }

    /// Whether the host is this machine.
    pub fn is_loopback(&self) -> bool {
        match self.inner.url.host_str() {
            Some("localhost" | "[::1]") => true,
            Some(host) => host.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_loopback()),
            None => false,
        }
    }

    /// The same address for a WebSocket: `http` becomes `ws`, `https` becomes `wss`.
    #[must_use]
    pub fn to_websocket(&self) -> Self {
        let scheme = match self.inner.url.scheme() {
            "http" => "ws",
            "https" => "wss",
            _ => return self.clone(),
        };
        let mut url = self.inner.url.clone();
        // Changing between special schemes of one family cannot fail; if it did, we would keep the old scheme
        // and the WebSocket would be refused, which is handled.
        let _ = url.set_scheme(scheme);
        Self::new(url, Arc::clone(&self.inner.pace), Arc::clone(&self.inner.tally))
    }

    /// How fast the node may be asked.
    pub(crate) fn pace(&self) -> &Arc<Pace> {
        &self.inner.pace
    }

    /// What was asked of the node, and what came of it.
    pub(crate) fn tally(&self) -> &Tally {
        &self.inner.tally
    }

    /// The same node, which counts its calls by this span in place of a second: so a test need not wait until the pace has
    /// risen again.
    #[cfg(any(test, feature = "test-utils"))]
    #[must_use]
    pub fn counting_by(&self, second: std::time::Duration) -> Self {
        Self::new(self.inner.url.clone(), Arc::new(Pace::counting_by(second)), Arc::default())
    }

    /// Who we are, if the URL says so: as curl and browsers read it, percent-encoding undone.
    pub(crate) fn authorization(&self) -> Option<Authorization> {
        let (user, password) = (self.inner.url.username(), self.inner.url.password());
        let is_known = !user.is_empty() || password.is_some();
        is_known.then(|| Authorization::basic(decoded(user), decoded(password.unwrap_or_default())))
    }

    /// Removes everything secret of this endpoint from a foreign text, such as an error message: user, password, the keys
    /// in path and query, each in all its encodings.
    pub fn scrub(&self, text: &str) -> String {
        let mut text = text.to_owned();
        let public = self.to_string();
        for whole in [self.inner.url.as_str(), self.inner.url.as_str().trim_end_matches('/')] {
            text = text.replace(whole, &public);
        }
        // The parts too: libraries print a path, or a query, alone.
        self.inner.secrets.scrub(text)
    }

    /// Removes everything secret of this endpoint from the JSON that an error carries.
    pub(crate) fn scrub_error_data(&self, json: &str) -> String {
        self.inner.secrets.scrub_error_data(json)
    }

    /// Removes everything secret of this endpoint from the JSON of an answer; `None` when there is nothing to remove.
    pub(crate) fn scrub_data(&self, json: &str) -> Option<String> {
        self.inner.secrets.scrub_data(json)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.inner.url.scheme())?;
        if !self.inner.url.username().is_empty() || self.inner.url.password().is_some() {
            write!(f, "{REDACTED}@")?;
        }
        f.write_str(self.inner.url.host_str().unwrap_or_default())?;
        if let Some(port) = self.inner.url.port() {
            write!(f, ":{port}")?;
        }
        if self.inner.url.path().len() > 1 {
            write!(f, "/{REDACTED}")?;
        }
        if self.inner.url.query().is_some() || self.inner.url.fragment().is_some() {
            write!(f, "?{REDACTED}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({self})")
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url =
            Url::parse(text.trim()).map_err(|error| EndpointError::NotAUrl { reason: error.to_string() })?;
        if !matches!(url.scheme(), "http" | "https" | "ws" | "wss") {
            return Err(EndpointError::Scheme { scheme: url.scheme().to_owned() });
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(EndpointError::NoHost);
        }
        Ok(Self::new(url, Arc::default(), Arc::default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_no_secret() {
        let endpoint: Endpoint =
            "https://alice:s3cretpass@rpc.example:8443/v2/abcdef0123456789?key=topsecret".parse().unwrap();
        for text in [endpoint.to_string(), format!("{endpoint:?}"), format!("{endpoint:#?}")] {
            for secret in ["alice", "s3cretpass", "abcdef0123456789", "topsecret", "v2"] {
                assert!(!text.contains(secret), "{text} shows {secret}");
            }
            assert!(text.contains("rpc.example:8443"), "{text}");
        }
        assert_eq!(
            endpoint.expose(),
            "https://alice:s3cretpass@rpc.example:8443/v2/abcdef0123456789?key=topsecret"
        );
    }

    #[test]
    fn keeps_what_is_public() {
        let endpoint: Endpoint = "http://127.0.0.1:8545".parse().unwrap();
        assert_eq!(endpoint.to_string(), "http://127.0.0.1:8545");
        assert!(endpoint.is_loopback());
        assert!(!"http://example.org".parse::<Endpoint>().unwrap().is_loopback());
    }

    #[test]
    fn scrubs_foreign_texts() {
        let endpoint: Endpoint = "https://rpc.example/v2/abcdef0123456789".parse().unwrap();
        let text = "error sending request for url (https://rpc.example/v2/abcdef0123456789): refused";
        assert_eq!(endpoint.scrub(text), "error sending request for url (https://rpc.example/…): refused");
        assert_eq!(endpoint.scrub("no route for /v2/abcdef0123456789"), "no route for /…");
        assert_eq!(endpoint.scrub("bad key abcdef0123456789"), "bad key …");

        // A key may be the name of a user, and one secret may be part of another.
        let endpoint: Endpoint =
            "https://abcdef0123456789@rpc.example/keykeykey?k#fragment9".parse().unwrap();
        assert_eq!(endpoint.scrub("no user abcdef0123456789"), "no user …");
        assert_eq!(endpoint.scrub("no route for /keykeykey#fragment9"), "no route for /…#…");

        // A short path is no credential, and replacing it everywhere would garble messages.
        let endpoint: Endpoint = "http://127.0.0.1:8545/a".parse().unwrap();
        assert_eq!(endpoint.scrub("a message"), "a message");
    }

    #[test]
    fn refuses_what_it_cannot_reach() {
        assert!(matches!("".parse::<Endpoint>(), Err(EndpointError::NotAUrl { .. })));
        assert!(matches!("localhost:8545".parse::<Endpoint>(), Err(EndpointError::Scheme { .. })));
        assert!(matches!("ipc:///tmp/x".parse::<Endpoint>(), Err(EndpointError::Scheme { .. })));
        let error = "ftp://user:hunter2@host/".parse::<Endpoint>().unwrap_err().to_string();
        assert!(!error.contains("hunter2"));
    }

    #[test]
    fn has_a_websocket_twin() {
        let endpoint: Endpoint = "https://rpc.example/key".parse().unwrap();
        assert_eq!(endpoint.to_websocket().expose(), "wss://rpc.example/key");
        assert!(endpoint.to_websocket().is_websocket());
        let ws: Endpoint = "ws://127.0.0.1:1/".parse().unwrap();
        assert_eq!(ws.to_websocket(), ws);
    }
}
