//! Authorization headers: none is good but a bearer token that is signed with the secret by HS256 and made just now.
//!
//! The first line is a header's value as it comes. The second and the third are the header and the claims of a token that
//! is signed here.

#![no_main]

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use causeway_verifier::{JwtSecret, fuzzing::verify_token};
use hmac::{Hmac, KeyInit, Mac};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use sha2::Sha256;
use std::sync::LazyLock;

const SECRET: [u8; 32] = [7; 32];
const NOW: u64 = 1_700_000_000;

static OURS: LazyLock<JwtSecret> = LazyLock::new(|| JwtSecret::from_hex(&"07".repeat(32)).expect("a secret"));

fuzz_target!(|text: &str| {
    let mut lines = text.splitn(3, '\n');
    let raw = lines.next().unwrap_or_default();
    if verify_token(&OURS, raw, NOW) {
        is_ours(raw);
    }
    if let (Some(header), Some(claims)) = (lines.next(), lines.next()) {
        signed(header, claims);
    }
    let digits = text.trim().strip_prefix("0x").unwrap_or(text.trim());
    let is_secret = digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    assert_eq!(JwtSecret::from_hex(text).is_ok(), is_secret);
});

fn mac(message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(&SECRET).expect("a key");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

/// A token that is good is signed, says HS256, and has a time within a minute of now.
fn is_ours(authorization: &str) {
    let (scheme, token) = authorization.split_once(' ').expect("a scheme");
    assert!(scheme.eq_ignore_ascii_case("bearer"));
    let (message, signature) = token.trim().rsplit_once('.').expect("a signature");
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).expect("base64");
    assert_eq!(signature, mac(message.as_bytes()));
    let (header, claims) = message.split_once('.').expect("two parts");
    let read = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).expect("base64");
    let (header, claims) = (read(header), read(claims));
    let header: Value = serde_json::from_slice(&header).expect("JSON");
    // Without names, the algorithm comes second.
    assert_eq!(header.get("alg").or(header.get(1)).and_then(Value::as_str), Some("HS256"));
    let claims: Value = serde_json::from_slice(&claims).expect("JSON");
    // Claims without names are read in their order.
    let claim = |name: &str, place: usize| claims.get(name).or(claims.get(place)).and_then(Value::as_u64);
    assert!(claim("iat", 0).is_some_and(|iat| iat.abs_diff(NOW) <= 60));
    assert!(claim("exp", 1).is_none_or(|exp| exp.saturating_add(60) >= NOW));
}

fn signed(header: &str, claims: &str) {
    let message = [header, claims].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part)).join(".");
    let mut signature = mac(message.as_bytes());
    let token = format!("Bearer {message}.{}", BASE64_URL_SAFE_NO_PAD.encode(&signature));
    let is_good = verify_token(&OURS, &token, NOW);
    if is_good {
        is_ours(&token);
    }
    if let Some(expected) = expected(header, claims) {
        assert_eq!(is_good, expected, "{header} {claims}");
    }
    let at = header.len() % signature.len();
    signature[at] ^= 1 << (claims.len() % 8);
    let forged = format!("Bearer {message}.{}", BASE64_URL_SAFE_NO_PAD.encode(&signature));
    assert!(!verify_token(&OURS, &forged, NOW));
}

/// Whether a token of plain header and claims is good.
fn expected(header: &str, claims: &str) -> Option<bool> {
    let plain = [json!({"alg": "HS256"}), json!({"alg": "HS256", "typ": "JWT"})];
    let read: Value = serde_json::from_str(claims).ok()?;
    // As they are written here, neither has a key twice.
    let is_plain = plain.iter().any(|plain| plain.to_string() == header) && read.to_string() == claims;
    let fields = read.as_object().filter(|_| is_plain)?;
    if fields.keys().any(|key| key != "iat" && key != "exp") {
        return None;
    }
    let (iat, exp) = (fields.get("iat")?.as_u64()?, fields.get("exp"));
    let exp = exp.map(|exp| exp.as_u64().ok_or(())).transpose().ok()?;
    Some(iat.abs_diff(NOW) <= 60 && exp.is_none_or(|exp| exp.saturating_add(60) >= NOW))
}
