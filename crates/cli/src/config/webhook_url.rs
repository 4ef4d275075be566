//! The URL of a webhook in the configuration.

use super::list::Item;
use crate::at_file;
use causeway_chain::Endpoint;
use std::fmt;

/// A URL that may be a secret, or `@` and the path of a file that holds it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct WebhookUrl(String);

impl WebhookUrl {
    /// As it was written. What it says must not be shown.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// The URL, unless a file holds it.
    pub(crate) fn endpoint(&self) -> Option<Endpoint> {
        self.0.parse().ok()
    }
}

impl Item for WebhookUrl {
    const EXPECTED: &'static str = "URLs of https or http, or @ and the path of a file with one";

    fn read(text: &str) -> Option<Self> {
        let is_http = || text.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http"));
        let is_good =
            text.len() > 1 && text.starts_with('@') || is_http() && text.parse::<Endpoint>().is_ok();
        is_good.then(|| Self(text.to_owned()))
    }

    fn hint(text: &str) -> Option<&'static str> {
        at_file::forgotten(text)
    }

    fn shown(&self) -> String {
        match self.endpoint() {
            Some(endpoint) => endpoint.to_string(),
            None => self.0.clone(),
        }
    }
}

impl fmt::Debug for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_secret_of_it_is_shown() {
        let url = WebhookUrl::read("https://user:hunter2@hooks.example/s3cret?key=s3cret").unwrap();
        let shown = url.shown() + &format!("{url:?}");
        assert!(shown.contains("hooks.example"), "{shown}");
        assert!(!shown.contains("hunter2") && !shown.contains("s3cret"), "{shown}");
        assert!(url.expose().contains("s3cret"));
        assert_eq!(WebhookUrl::read("@/run/secrets/hook").unwrap().shown(), "@/run/secrets/hook");
        for bad in ["", "@", "wss://a.example", "hooks.example", "s3cret"] {
            assert_eq!(WebhookUrl::read(bad), None, "{bad}");
        }
    }
}
