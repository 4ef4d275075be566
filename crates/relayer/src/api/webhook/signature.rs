use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::config::WebhookSecret;

/// The value of the `webhook-signature` header: HMAC-SHA256 over `ID.TIMESTAMP.BODY`, so that neither can be exchanged.
pub(super) fn signature(secret: &WebhookSecret, id: &str, timestamp: u64, body: &str) -> String {
    let signed = format!("{id}.{timestamp}.{body}");
    let tag = sign(&Key::new(HMAC_SHA256, secret.bytes()), signed.as_bytes());
    format!("v1,{}", STANDARD.encode(tag.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `printf 'msg_1.1700000000.{}' | openssl dgst -sha256 -mac HMAC -macopt hexkey:... -binary | base64` has it.
    #[test]
    fn it_is_what_others_compute() {
        let secret = WebhookSecret::new("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX").unwrap();
        let expected = "v1,ehZEL34p4RtokJ76Mky/c6YT0NkxG/H/gdzahhXIyv0=";
        assert_eq!(signature(&secret, "msg_1", 1_700_000_000, "{}"), expected);
    }
}
