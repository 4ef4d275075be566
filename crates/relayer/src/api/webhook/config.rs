use std::{fmt, time::Duration};

use alloy::primitives::{B256, keccak256};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::Url;

/// Who is told, and how the telling is signed.
#[derive(Clone)]
pub struct Webhook {
    url: Url,
    secret: WebhookSecret,
    /// How long the other side may take to answer.
    pub timeout: Duration,
    /// How long to wait after the first failure; twice as long after each further one, up to five minutes.
    pub first_retry: Duration,
    /// For how long something is tried to be told before it is given up.
    pub keep: Duration,
}

/// What the requests to a webhook are signed with.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(Vec<u8>);

/// Why there is no such webhook. It says nothing of the secret, and of the URL only what is public.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// It is no URL.
    #[error("not a url: {reason}")]
    NotAUrl {
        /// What is wrong with it.
        reason: String,
    },
    /// It is none of HTTP.
    #[error("unsupported scheme `{scheme}`: use https or http")]
    Scheme {
        /// The scheme.
        scheme: String,
    },
    /// The secret does not read.
    #[error("a webhook's secret is whsec_ and the base64 of 24 to 64 bytes")]
    Secret,
}

impl Webhook {
    /// Tells this URL, which may hold credentials: nothing but its origin is ever shown.
    pub fn new(url: &str, secret: WebhookSecret) -> Result<Self, WebhookError> {
        let url: Url =
            url.trim().parse().map_err(|error| WebhookError::NotAUrl { reason: format!("{error}") })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(WebhookError::Scheme { scheme: url.scheme().to_owned() });
        }
        let day = Duration::from_secs(86_400);
        let (timeout, first_retry) = (Duration::from_secs(10), Duration::from_secs(1));
        Ok(Self { url, secret, timeout, first_retry, keep: 3 * day })
    }

    /// Whether another one tells the same URL.
    pub fn is_to_same(&self, other: &Self) -> bool {
        self.url == other.url
    }

    pub(super) const fn url(&self) -> &Url {
        &self.url
    }

    pub(super) const fn secret(&self) -> &WebhookSecret {
        &self.secret
    }

    /// What stands for it in the store, where no credentials belong.
    pub(super) fn key(&self) -> B256 {
        keccak256(self.url.as_str())
    }
}

impl fmt::Display for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url.origin().ascii_serialization())
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Webhook({self})")
    }
}

impl WebhookSecret {
    /// Reads a secret as a file holds it: white space around it does not count.
    pub fn new(text: &str) -> Result<Self, WebhookError> {
        let encoded = text.trim().strip_prefix("whsec_").ok_or(WebhookError::Secret)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| WebhookError::Secret)?;
        if !(24..=64).contains(&bytes.len()) {
            return Err(WebhookError::Secret);
        }
        Ok(Self(bytes))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_secret_is_shown() {
        let secret = WebhookSecret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n").unwrap();
        let webhook =
            Webhook::new("https://user:pass@hooks.example/services/T0/key?token=abc", secret).unwrap();
        for shown in [format!("{webhook}"), format!("{webhook:?}"), format!("{:?}", webhook.secret())] {
            for part in ["user", "pass", "key", "abc", "MfKQ"] {
                assert!(!shown.contains(part), "{shown}");
            }
        }
        assert_eq!(webhook.to_string(), "https://hooks.example");
    }

    #[test]
    fn what_is_of_no_use_is_refused() {
        for text in ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_%%%%"] {
            assert_eq!(WebhookSecret::new(text).unwrap_err(), WebhookError::Secret, "{text}");
        }
        let secret = WebhookSecret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        for url in ["hooks.example", "ftp://hooks.example/", ""] {
            assert!(Webhook::new(url, secret.clone()).is_err(), "{url}");
        }
    }
}
