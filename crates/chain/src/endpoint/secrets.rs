use alloy::transports::{Authorization, http::reqwest::Url};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::collections::BTreeSet;

/// What stands where a secret was.
pub(super) const REDACTED: &str = "…";
/// From this length on a part of a URL is taken for a secret whatever it looks like, and looked for inside of words.
const LONG: usize = 8;
/// From this length on it cannot be part of a hash or an amount by accident.
const UNMISTAKABLE: usize = 16;
/// Names of query parameters whose values are secrets, however short.
const TELLING_NAMES: [&str; 6] = ["key", "token", "secret", "auth", "pass", "sig"];

/// The parts of a URL that identify its owner, in every form in which another text may repeat them; the longest first,
/// since a short one may be part of another, of which the rest would stay.
#[derive(Clone, Default)]
pub(super) struct Secrets(Vec<String>);

impl Secrets {
    pub(super) fn of(url: &Url) -> Self {
        let mut parts = BTreeSet::new();
        add_login(url, &mut parts);
        add_path(url.path(), &mut parts);
        // A query may be nothing but a key, however plain it looks.
        parts.extend(
            url.query()
                .into_iter()
                .chain(url.fragment().filter(|whole| looks_secret(whole)))
                .map(str::to_owned),
        );
        let pairs = url.query().into_iter().flat_map(|query| query.split('&'));
        for pair in pairs {
            let (name, value) = pair.split_once('=').unwrap_or_default();
            let name = name.to_lowercase();
            if looks_secret(value) || TELLING_NAMES.iter().any(|telling| name.contains(telling)) {
                parts.insert(value.to_owned());
            }
        }
        Self::sorted(parts.iter().flat_map(|part| forms(part)))
    }

    /// A secret that is no URL, such as a key.
    pub(super) fn of_value(value: &str) -> Self {
        Self::sorted(forms(value.trim()))
    }

    /// All of both.
    pub(super) fn and(self, other: &Self) -> Self {
        Self::sorted(self.0.into_iter().chain(other.0.iter().cloned()))
    }

    /// Without those that are no secret elsewhere.
    pub(super) fn except(mut self, public: &BTreeSet<String>) -> Self {
        self.0.retain(|form| !public.contains(form));
        self
    }

    /// Without those that consist of plain words, in which results abound.
    pub(super) fn without_words(mut self) -> Self {
        let is_words = |form: &str| form.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        self.0.retain(|form| !is_words(form));
        self
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn sorted(forms: impl IntoIterator<Item = String>) -> Self {
        let forms: BTreeSet<String> = forms.into_iter().filter(|form| !form.is_empty()).collect();
        let mut forms: Vec<_> = forms.into_iter().collect();
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        Self(forms)
    }

    /// The text without the secrets. Short ones are only looked for as whole words: replacing them anywhere would garble
    /// what a node says.
    pub(super) fn scrub(&self, mut text: String) -> String {
        loop {
            let scrubbed = self.scrub_once(text.clone());
            // What was next to a secret that is gone stands alone now.
            if scrubbed == text {
                return text;
            }
            text = scrubbed;
        }
    }

    fn scrub_once(&self, mut text: String) -> String {
        for secret in &self.0 {
            if secret.len() >= LONG {
                if text.contains(secret.as_str()) {
                    text = text.replace(secret.as_str(), REDACTED);
                }
                text = scrub_hex(text, secret);
            } else {
                text = replace_words(text, secret);
            }
        }
        text
    }

    /// The data of an error without the secrets, those included that the reason of a revert spells.
    pub(super) fn scrub_error_data(&self, data: &str) -> String {
        let data = self.scrub_data(data).unwrap_or_else(|| data.to_owned());
        self.0.iter().filter(|secret| secret.len() >= LONG).fold(data, |data, secret| scrub_hex(data, secret))
    }

    /// The data without the secrets, if it holds any. Only those count that no hash and no amount holds by accident: data
    /// has to stay what it is.
    pub(super) fn scrub_data(&self, data: &str) -> Option<String> {
        let is_hex = |secret: &str| secret.bytes().all(|byte| byte.is_ascii_hexdigit());
        let counts = |secret: &&String| {
            secret.len() >= UNMISTAKABLE || (secret.len() >= LONG && !is_hex(secret.as_str()))
        };
        let found = self.0.iter().filter(counts).filter(|secret| data.contains(secret.as_str()));
        let mut scrubbed = None;
        for secret in found {
            scrubbed = Some(scrubbed.as_deref().unwrap_or(data).replace(secret.as_str(), REDACTED));
        }
        scrubbed
    }
}

/// The text with the secret overwritten where hexadecimal data in it spells it, as the reason of a revert does. Its length
/// stays, for that stands beside it.
fn scrub_hex(mut text: String, secret: &str) -> String {
    let hex = alloy::hex::encode(secret);
    let lower = text.to_ascii_lowercase();
    // Onwards only: of a secret that is nothing but stars, there would be no end.
    let mut from = 0;
    while let Some(found) = lower[from..].find(&hex) {
        let at = from + found;
        text.replace_range(at..at + hex.len(), &"2a".repeat(secret.len()));
        from = at + hex.len();
    }
    text
}

/// The user, the password, and both as the header `Authorization` has them.
fn add_login(url: &Url, parts: &mut BTreeSet<String>) {
    let (user, password) = (url.username(), url.password());
    parts.extend(password.map(str::to_owned));
    if looks_secret(user) {
        parts.insert(user.to_owned());
    }
    if user.is_empty() && password.is_none() {
        return;
    }
    for decode in [false, true] {
        let read = |part: &str| if decode { decoded(part) } else { part.to_owned() };
        let login = Authorization::basic(read(user), read(password.unwrap_or_default())).to_string();
        let encoded = login.trim_start_matches("Basic ");
        let unpadded = encoded.trim_end_matches('=');
        parts.insert(encoded.to_owned());
        parts.insert(unpadded.to_owned());
        parts.insert(unpadded.replace('+', "-").replace('/', "_"));
    }
}

fn add_path(path: &str, parts: &mut BTreeSet<String>) {
    let whole = path.trim_matches('/');
    // Short words are no credentials: `v2`, `rpc`, the name of a network.
    let long = std::iter::once(whole).chain(path.split('/')).filter(|part| looks_secret(part));
    parts.extend(long.map(str::to_owned));
}

/// Whether a part of a URL may be a credential: it is long, or no plain word.
fn looks_secret(part: &str) -> bool {
    let is_word = part.bytes().all(|byte| byte.is_ascii_lowercase());
    part.len() >= LONG || (part.len() >= 5 && !is_word)
}

/// How a text may repeat a part of a URL.
fn forms(part: &str) -> [String; 6] {
    let plain = decoded(part);
    let encoded = utf8_percent_encode(&plain, NON_ALPHANUMERIC).to_string();
    let in_json = serde_json::Value::from(plain.as_str()).to_string();
    let in_json = in_json.trim_matches('"').to_owned();
    let in_javascript = in_json.replace('/', "\\/");
    [part.to_owned(), plain, encoded.to_lowercase(), encoded, in_json, in_javascript]
}

pub(super) fn decoded(part: &str) -> String {
    percent_decode_str(part).decode_utf8_lossy().into_owned()
}

/// The text without the word where it stands alone. What was next to one that is gone stands alone as well then.
fn replace_words(mut text: String, word: &str) -> String {
    loop {
        let replaced = replace_words_once(&text, word);
        if replaced == text {
            return text;
        }
        text = replaced;
    }
}

fn replace_words_once(text: &str, word: &str) -> String {
    let mut result = String::new();
    let (mut done, mut from) = (0, 0);
    while let Some(found) = text[from..].find(word) {
        let (at, end) = (from + found, from + found + word.len());
        if text[done..at].ends_with(char::is_alphanumeric) || text[end..].starts_with(char::is_alphanumeric) {
            // Another may begin within this one.
            from = at + word.chars().next().map_or(word.len(), char::len_utf8);
            continue;
        }
        result.push_str(&text[done..at]);
        result.push_str(REDACTED);
        (done, from) = (end, end);
    }
    result + &text[done..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(url: &str) -> Secrets {
        Secrets::of(&url.parse().unwrap())
    }

    #[test]
    fn every_part_is_found_in_every_form() {
        let secrets = secrets(
            "https://us%40er-canary:p%2Fss%20canary@rpc.example/v2/path-canary%2B1/x?id=query+canary&apikey=abc#part-canary",
        );
        for text in [
            "us@er-canary",
            "us%40er-canary",
            "us%40er%2Dcanary",
            "p/ss canary",
            "p%2Fss%20canary",
            "p%2fss%20canary",
            r"p\/ss canary",
            "path-canary+1",
            "path-canary%2B1",
            "query+canary",
            "query%2Bcanary",
            "(abc)",
            "part-canary",
            // us@er-canary:p/ss canary, and the same as it stands in the URL
            "dXNAZXItY2FuYXJ5OnAvc3MgY2FuYXJ5",
            "dXMlNDBlci1jYW5hcnk6cCUyRnNzJTIwY2FuYXJ5",
        ] {
            let scrubbed = secrets.scrub(format!("no {text}!"));
            assert!(scrubbed.contains(REDACTED) && !scrubbed.contains("canary"), "{text}: {scrubbed}");
            assert!(!scrubbed.contains(text.trim_matches(['(', ')'])), "{text}: {scrubbed}");
        }
    }

    #[test]
    fn what_nodes_say_stays_readable() {
        let secrets = secrets("https://user:no@rpc.example/v2/base?chain=base&key=ab");
        for text in
            ["max fee per gas less than block base fee", "nonce too low", "known user v2", "abba 0xab12"]
        {
            assert_eq!(secrets.scrub(text.to_owned()), text);
        }
        assert_eq!(secrets.scrub("user:no@ key=ab, no".to_owned()), "user:…@ key=…, …");
    }

    #[test]
    fn words_that_overlap_are_found() {
        let secrets = secrets("https://user:x1-x1@rpc.example/");
        for (text, scrubbed) in
            [("ax1-x1-x1", "ax1-…"), ("x1-x1-x1", "…-x1"), ("bx1-x1", "bx1-x1"), ("x1-x1x1-x1", "x1-x1x1-x1")]
        {
            assert_eq!(secrets.scrub(text.to_owned()), scrubbed);
        }
        let two = Secrets::of(&"http://a:-@h/?x".parse().unwrap());
        assert_eq!(two.scrub("--x".to_owned()), "………");
        let stars = Secrets::of(&"http://a:********@h/".parse().unwrap());
        assert_eq!(stars.scrub("at ******** 2a2a2a2a2a2a2a2a".to_owned()), "at … 2a2a2a2a2a2a2a2a");
        assert_eq!(replace_words("-ab1-ab1".to_owned(), "-ab1"), "……");
        assert_eq!(replace_words("ab1-ab1-".to_owned(), "ab1-"), "……");
        assert_eq!(replace_words("a … b".to_owned(), REDACTED), "a … b");
    }

    #[test]
    fn the_reason_of_a_revert_is_scrubbed() {
        let secrets = secrets("https://rpc.example/v2/path-canary-1");
        let spelled = alloy::hex::encode("at path-canary-1");
        for hex in [spelled.clone(), spelled.to_uppercase()] {
            let said = format!(r#""0x08c379a0{hex}""#);
            let scrubbed = secrets.scrub_error_data(&said);
            assert_eq!(scrubbed.len(), said.len());
            let bytes = alloy::hex::decode(scrubbed.trim_matches('"')).unwrap();
            assert!(bytes.ends_with(b"at *************"), "{scrubbed}");
            assert_eq!(secrets.scrub(format!("reverted: 0x{hex}")).len(), 12 + hex.len());
            assert!(!secrets.scrub(format!("reverted: 0x{hex}")).contains(&hex));
        }
        assert_eq!(secrets.scrub_error_data(r#""0x08c379a0""#), r#""0x08c379a0""#);
    }

    #[test]
    fn data_stays_what_it_is() {
        let secrets = secrets("https://x:00000000@rpc.example/0123456789abcdef/hunter2hunter2");
        assert_eq!(secrets.scrub_data(r#""0x08c379a00000000000000000""#), None);
        assert_eq!(secrets.scrub_data(r#""at hunter2hunter2""#).as_deref(), Some(r#""at …""#));
        assert_eq!(secrets.scrub_data(r#""0123456789abcdef""#).as_deref(), Some(r#""…""#));
    }
}
