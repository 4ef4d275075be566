//! The secrets of the process's user: what of the URLs and keys that were given must not leave it.

use causeway_chain::{Endpoint, Scrubber};
use causeway_store::Store;
use serde_json::Value;
use std::{
    borrow::Cow,
    path::Path,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
};

/// Every secret that became known; clones share them. Whoever reads one says so here before anything is done with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hidden(Arc<RwLock<Scrubber>>);

impl Hidden {
    /// A node's URL.
    pub(crate) fn endpoint(&self, endpoint: &Endpoint) {
        self.change(|scrubber| scrubber.hide(endpoint));
    }

    /// A key.
    pub(crate) fn key(&self, key: &str) {
        let key = key.trim();
        let digits = key.strip_prefix("0x").unwrap_or(key);
        // Less cannot be told from what is no secret.
        if digits.len() >= 16 {
            for form in [digits.to_owned(), digits.to_lowercase(), digits.to_uppercase()] {
                self.change(|scrubber| scrubber.hide_value(&form));
            }
        }
    }

    /// A relayer's database, by what the configuration calls it: the URL of one may be a credential.
    pub(crate) fn database(&self, name: Option<&Path>) {
        if let Some(url) = name.and_then(Path::to_str).filter(|text| Store::is_url(text)) {
            self.key(url);
        }
    }

    /// An argument of which nobody knows what it was meant to be.
    pub(crate) fn argument(&self, text: &str) {
        let value =
            if text.starts_with('-') { text.split_once('=').map_or("", |(_, value)| value) } else { text };
        let is_digit = |byte: u8| byte.is_ascii_hexdigit();
        if let Ok(endpoint) = value.parse() {
            self.endpoint(&endpoint);
        } else if value.len() >= 60 && value.strip_prefix("0x").unwrap_or(value).bytes().all(is_digit) {
            self.key(value);
        }
    }

    /// The name of a chain is no secret, though providers put it into their URLs.
    pub(crate) fn keep(&self, name: &str) {
        self.change(|scrubber| scrubber.keep(name));
    }

    /// A text for people, without them.
    pub(crate) fn scrub<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.read().scrub(text)
    }

    /// A result, without those that no result holds by accident.
    pub(crate) fn scrub_data<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.read().scrub_data(text)
    }

    /// The same for every text in a value.
    pub(crate) fn scrub_texts(&self, mut value: Value) -> Value {
        self.read().scrub_value(&mut value);
        value
    }

    fn read(&self) -> RwLockReadGuard<'_, Scrubber> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Scrubber)) {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner));
    }
}
