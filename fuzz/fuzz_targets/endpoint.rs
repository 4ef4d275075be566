//! URLs of nodes: what is shown has scheme, host and port, and what is scrubbed has no secret.

#![no_main]

use causeway_chain::{Endpoint, EndpointError};
use libfuzzer_sys::fuzz_target;
use url::Url;

/// From this length on secrets are looked for inside of words as well.
const LONG: usize = 8;

fuzz_target!(|text: &str| {
    let known = Url::parse(text.trim());
    match text.parse::<Endpoint>() {
        Ok(endpoint) => {
            let url = known.expect("a URL");
            assert_eq!(endpoint.expose(), url.as_str());
            shows_no_secret(&endpoint, &url);
            scrubs(&endpoint, &url);
            let twin = endpoint.to_websocket();
            assert!(twin.is_websocket() && twin.to_websocket() == twin);
            assert_eq!(
                twin.expose().split_once(':').map(|(_, rest)| rest),
                url.as_str().split_once(':').map(|(_, rest)| rest)
            );
        }
        Err(EndpointError::NotAUrl { reason }) => {
            assert_eq!(Some(reason), known.err().map(|error| error.to_string()))
        }
        Err(EndpointError::Scheme { scheme }) => assert_eq!(scheme, known.expect("a URL").scheme()),
        Err(EndpointError::NoHost) => assert!(known.expect("a URL").host_str().is_none_or(str::is_empty)),
    }
});

fn shows_no_secret(endpoint: &Endpoint, url: &Url) {
    let has_user = !url.username().is_empty() || url.password().is_some();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let expected = [
        url.scheme(),
        "://",
        if has_user { "…@" } else { "" },
        url.host_str().unwrap_or_default(),
        &port,
        if url.path() == "/" { "" } else { "/…" },
        if url.query().is_some() || url.fragment().is_some() { "?…" } else { "" },
    ]
    .concat();
    assert_eq!(endpoint.to_string(), expected);
    assert_eq!(format!("{endpoint:?}"), format!("Endpoint({expected})"));
}

/// Messages as libraries write them, with the whole URL or parts of it.
fn scrubs(endpoint: &Endpoint, url: &Url) {
    let query = url.query().unwrap_or_default();
    let user = url
        .password()
        .map_or_else(|| url.username().to_owned(), |password| format!("{}:{password}", url.username()));
    let messages = [
        format!("error sending request for url ({url})"),
        format!("error for {}", url.as_str().trim_end_matches('/')),
        format!("no route for {}?{query}", url.path()),
        format!("unauthorized: {user}"),
        format!("bad fragment {}", url.fragment().unwrap_or_default()),
    ];
    // Whatever stands where only secrets stand, and elsewhere what is long or no plain word.
    let always = [url.query(), url.password()].into_iter().flatten();
    let others = [Some(url.username()), url.fragment()].into_iter().flatten().chain(url.path().split('/'));
    let looks_secret = |part: &&str| {
        part.len() >= LONG || (part.len() >= 5 && !part.bytes().all(|byte| byte.is_ascii_lowercase()))
    };
    let secrets: Vec<&str> =
        always.chain(others.filter(looks_secret)).filter(|secret| !secret.is_empty()).collect();
    for message in messages {
        let scrubbed = endpoint.scrub(&message);
        for secret in &secrets {
            let is_shown =
                if secret.len() >= LONG { scrubbed.contains(secret) } else { has_word(&scrubbed, secret) };
            assert!(!is_shown, "{message} becomes {scrubbed}, which shows {secret}");
        }
    }
}

/// Whether a text has a part that no letter or digit stands next to.
fn has_word(text: &str, word: &str) -> bool {
    let starts = text.char_indices().map(|(at, _)| at).filter(|at| text[*at..].starts_with(word));
    let mut around = starts.map(|at| (&text[..at], &text[at + word.len()..]));
    around.any(|(before, after)| {
        !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric)
    })
}
