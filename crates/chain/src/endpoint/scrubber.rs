use super::{
    Endpoint,
    secrets::{REDACTED, Secrets},
};
use serde_json::Value;
use std::{borrow::Cow, collections::BTreeSet, fmt};

/// Removes the secrets of many endpoints at once, whoever repeats them: the last step before a text leaves a program.
///
/// What nodes answer is free of them already. This is for what libraries log on their own, such as the handshake of a
/// WebSocket.
#[derive(Clone, Default)]
pub struct Scrubber {
    /// Whole URLs, and what is shown of them.
    urls: Vec<(String, String)>,
    secrets: Secrets,
    /// Those that are looked for in data.
    unmistakable: Secrets,
    public: BTreeSet<String>,
}

impl Scrubber {
    /// Removes the secrets of this endpoint, too.
    pub fn hide(&mut self, endpoint: &Endpoint) {
        let url = endpoint.expose().trim_end_matches('/');
        let shown = endpoint.to_string();
        if shown.contains(REDACTED) && !self.urls.iter().any(|(known, _)| known == url) {
            self.urls.push((url.to_owned(), shown));
            // One may begin with another.
            self.urls.sort_by_key(|(url, _)| std::cmp::Reverse(url.len()));
        }
        self.add(&endpoint.inner.secrets);
    }

    /// Removes this text, too: a key, for instance.
    pub fn hide_value(&mut self, value: &str) {
        self.add(&Secrets::of_value(value));
    }

    /// Leaves this text as it is, though it is part of a URL: the name of a chain, for instance.
    pub fn keep(&mut self, public: &str) {
        self.public.insert(public.to_owned());
        self.add(&Secrets::default());
    }

    fn add(&mut self, secrets: &Secrets) {
        self.secrets = std::mem::take(&mut self.secrets).and(secrets).except(&self.public);
        self.unmistakable = self.secrets.clone().without_words();
    }

    /// Whether there is nothing to remove.
    pub const fn is_empty(&self) -> bool {
        self.secrets.is_empty() && self.urls.is_empty()
    }

    /// A text for people, such as a line of a log. What is JSON stays JSON: only the texts in it are changed.
    pub fn scrub<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.clean(text, &|text| self.scrub_text(text))
    }

    /// Every text in a value, as [`scrub`](Self::scrub) does it.
    pub fn scrub_value(&self, value: &mut Value) {
        if !self.is_empty() {
            clean_value(value, &|text| self.scrub_text(text));
        }
    }

    /// A result, such as a table of messages. Short secrets, digits that may be part of a hash or an amount, and plain words
    /// stay: it has to remain what it is.
    pub fn scrub_data<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.clean(text, &|text| {
            let text = self.without_urls(text);
            self.unmistakable.scrub_data(&text).unwrap_or(text)
        })
    }

    fn scrub_text(&self, text: &str) -> String {
        self.secrets.scrub(self.without_urls(text))
    }

    fn without_urls(&self, text: &str) -> String {
        self.urls.iter().fold(text.to_owned(), |text, (url, shown)| text.replace(url, shown))
    }

    fn clean<'a>(&self, text: &'a str, scrub: &impl Fn(&str) -> String) -> Cow<'a, str> {
        if self.is_empty() {
            return text.into();
        }
        let scrubbed = scrub(text);
        if scrubbed == text {
            return text.into();
        }
        if !text.starts_with('{') {
            return scrubbed.into();
        }
        let Ok(mut json) = serde_json::from_str(text) else { return scrubbed.into() };
        clean_value(&mut json, scrub);
        let end = if text.ends_with('\n') { "\n" } else { "" };
        let is_pretty = text.trim_end().contains('\n');
        let json = if is_pretty { format!("{json:#}") } else { json.to_string() };
        (json + end).into()
    }
}

fn clean_value(value: &mut Value, scrub: &impl Fn(&str) -> String) {
    match value {
        Value::String(text) => *text = scrub(text),
        Value::Array(values) => values.iter_mut().for_each(|value| clean_value(value, scrub)),
        Value::Object(fields) => fields.values_mut().for_each(|value| clean_value(value, scrub)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

impl fmt::Debug for Scrubber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scrubber").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scrubber(urls: &[&str]) -> Scrubber {
        let mut scrubber = Scrubber::default();
        urls.iter().for_each(|url| scrubber.hide(&url.parse().unwrap()));
        scrubber
    }

    #[test]
    fn one_secret_may_be_part_of_another_endpoints() {
        let scrubber =
            scrubber(&["https://rpc.example/abcdef0123456789", "wss://rpc.example/abcdef0123456789-canary"]);
        assert_eq!(scrubber.scrub("no route: /abcdef0123456789-canary"), "no route: /…");
        assert_eq!(
            scrubber.scrub("at https://rpc.example/abcdef0123456789, refused"),
            "at https://rpc.example/…, refused"
        );
    }

    #[test]
    fn json_stays_json() {
        let scrubber = scrubber(&["https://true:901@rpc.example/v2/s3cret-canary"]);
        let line = r#"{"chain":901,"fields":{"ok":true,"message":"GET /v2/s3cret-canary, of \"901\""}}"#
            .to_owned()
            + "\n";
        let expected = r#"{"chain":901,"fields":{"message":"GET /…, of \"…\"","ok":true}}"#.to_owned() + "\n";
        assert_eq!(scrubber.scrub(&line), expected);
        let pretty = "{\n  \"at\": \"s3cret-canary\"\n}\n";
        assert_eq!(scrubber.scrub(pretty), "{\n  \"at\": \"…\"\n}\n");
    }

    #[test]
    fn results_stay_what_they_are() {
        let mut scrubber =
            scrubber(&["https://u:00000000@rpc.example/optimism/delivered?key=901&id=s3cret-canary"]);
        let data = r#"{"chain":"optimism","id":"901","status":"delivered","to":"0x0000000000"}"#;
        assert_eq!(scrubber.scrub_data(data), data);
        assert_eq!(scrubber.scrub_data("at s3cret-canary"), "at …");
        assert_eq!(scrubber.scrub("following optimism"), "following …");
        scrubber.keep("optimism");
        assert_eq!(scrubber.scrub("following optimism"), "following optimism");
    }

    #[test]
    fn keys_are_hidden_and_nothing_is_done_without_secrets() {
        let mut scrubber = scrubber(&["http://127.0.0.1:8545"]);
        assert!(scrubber.is_empty());
        let key = "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";
        scrubber.hide_value(key);
        assert_eq!(scrubber.scrub_data(&format!("with 0x{key}")), "with 0x…");
    }
}
