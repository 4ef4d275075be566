//! URLs of nodes: what is shown has scheme, host and port, and what is scrubbed has no secret.

#![no_main]

use causeway_chain::{Endpoint, EndpointError};
use libfuzzer_sys::fuzz_target;
use url::Url;

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
    let long = |part: &&str| part.len() >= 8;
    // Shorter ones are only looked for as whole words.
    let secrets = [url.query(), url.password(), Some(url.username()), url.fragment()];
    let secrets: Vec<&str> =
        secrets.into_iter().flatten().chain(url.path().split('/')).filter(long).collect();
    for message in messages {
        let scrubbed = endpoint.scrub(&message);
        for secret in &secrets {
            assert!(!scrubbed.contains(secret), "{message} becomes {scrubbed}, which shows {secret}");
        }
    }
}
