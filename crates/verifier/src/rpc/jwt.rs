use super::object::Object;
use alloy_primitives::hex;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    time::{SystemTime, UNIX_EPOCH},
};

/// How far the clocks of caller and server may be apart, in seconds.
const MAX_SKEW: u64 = 60;

/// The 32 bytes that the operator shares with those who may use the admin methods.
///
/// Tokens are as those of the Engine API: signed by HS256, with an `iat` claim within 60 seconds of now. Execution APIs:
/// "Engine API: Authentication".
#[derive(Clone)]
pub struct JwtSecret([u8; 32]);

/// Why a text is no secret. It does not say the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwtSecretError {
    /// It is not 32 bytes long.
    #[error("a JWT secret has 64 hex digits, got {digits}")]
    Length {
        /// How many characters there are, without `0x`.
        digits: usize,
    },
    /// Some character is no hex digit.
    #[error("a JWT secret has hex digits only")]
    Digit,
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum TokenError {
    /// The header is not `Bearer` and a token.
    #[error("the authorization header holds no bearer token")]
    NoBearer,
    /// It was signed with another secret or by another algorithm, or is no token at all.
    #[error("the token is not signed with this server's secret by HS256")]
    Signature,
    /// Its header or its claims do not read.
    #[error("the token's header and claims do not read: HS256 and an iat claim are expected")]
    Malformed,
    /// It was made too long ago, or will be.
    #[error("the token's iat claim is not within 60 seconds of now")]
    IssuedAt,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iat: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<u64>,
}

impl JwtSecret {
    /// Reads a secret as the files of execution clients hold it: 64 hex digits, `0x` and white space around allowed.
    pub fn from_hex(text: &str) -> Result<Self, JwtSecretError> {
        let text = text.trim();
        let digits = text.strip_prefix("0x").unwrap_or(text);
        let length = digits.chars().count();
        if length != 64 {
            return Err(JwtSecretError::Length { digits: length });
        }
        let mut secret = [0; 32];
        hex::decode_to_slice(digits, &mut secret).map_err(|_| JwtSecretError::Digit)?;
        Ok(Self(secret))
    }

    /// A token that is good for the next minute.
    ///
    /// Gives nothing if the system's clock is before 1970.
    pub fn token(&self) -> Option<String> {
        self.token_at(now()?)
    }

    fn token_at(&self, iat: u64) -> Option<String> {
        let key = EncodingKey::from_secret(&self.0);
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &Claims { iat, exp: None }, &key).ok()
    }

    /// Checks the value of an `Authorization` header. The signature is compared in constant time.
    pub(super) fn verify(&self, authorization: &str) -> Result<(), TokenError> {
        self.verify_at(authorization, now().ok_or(TokenError::IssuedAt)?)
    }

    pub(super) fn verify_at(&self, authorization: &str, now: u64) -> Result<(), TokenError> {
        let (scheme, token) = authorization.split_once(' ').ok_or(TokenError::NoBearer)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(TokenError::NoBearer);
        }
        let mut validation = Validation::new(Algorithm::HS256);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        let key = DecodingKey::from_secret(&self.0);
        let token = jsonwebtoken::decode::<Object<Claims>>(token.trim(), &key, &validation);
        let Object(Claims { iat, exp }) = token.map_err(|error| of_library(&error))?.claims;
        let expired = exp.is_some_and(|exp| exp.saturating_add(MAX_SKEW) < now);
        if now.abs_diff(iat) > MAX_SKEW || expired {
            return Err(TokenError::IssuedAt);
        }
        Ok(())
    }
}

impl fmt::Debug for JwtSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JwtSecret(..)")
    }
}

fn of_library(error: &jsonwebtoken::errors::Error) -> TokenError {
    match error.kind() {
        jsonwebtoken::errors::ErrorKind::Json(_) => TokenError::Malformed,
        _ => TokenError::Signature,
    }
}

fn now() -> Option<u64> {
    SystemTime::now().duration_since(UNIX_EPOCH).ok().map(|since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(byte: u8) -> JwtSecret {
        JwtSecret([byte; 32])
    }

    fn bearer(secret: &JwtSecret, iat: u64) -> String {
        format!("Bearer {}", secret.token_at(iat).unwrap())
    }

    #[test]
    fn tokens_are_good_for_a_minute_either_way() {
        let (ours, at) = (secret(7), 1_700_000_000);
        for (iat, verdict) in [
            (at - 61, Err(TokenError::IssuedAt)),
            (at - 60, Ok(())),
            (at, Ok(())),
            (at + 60, Ok(())),
            (at + 61, Err(TokenError::IssuedAt)),
            (u64::MAX, Err(TokenError::IssuedAt)),
        ] {
            assert_eq!(ours.verify_at(&bearer(&ours, iat), at), verdict, "{iat}");
        }
    }

    #[test]
    fn only_our_own_tokens_are_good() {
        let (ours, at) = (secret(7), 1_700_000_000);
        assert_eq!(ours.verify_at(&bearer(&secret(8), at), at), Err(TokenError::Signature));
        let token = ours.token_at(at).unwrap();
        for text in ["", "Bearer", "Basic x", &token] {
            assert_eq!(ours.verify_at(text, at), Err(TokenError::NoBearer), "{text}");
        }
        for text in ["Bearer ", "Bearer x", "Bearer a.b.c", &format!("Bearer {token}x")] {
            assert_eq!(ours.verify_at(text, at), Err(TokenError::Signature), "{text}");
        }
        // {"alg":"none"} with the right claims, and HS512 under the same secret.
        let payload = token.split('.').nth(1).unwrap();
        let none = format!("bearer eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.");
        assert_eq!(ours.verify_at(&none, at), Err(TokenError::Malformed));
        let claims = Claims { iat: at, exp: None };
        let key = EncodingKey::from_secret(&ours.0);
        let other = jsonwebtoken::encode(&Header::new(Algorithm::HS512), &claims, &key).unwrap();
        assert_eq!(ours.verify_at(&format!("Bearer {other}"), at), Err(TokenError::Signature));
        let array = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &(at, None::<u64>), &key).unwrap();
        assert_eq!(ours.verify_at(&format!("Bearer {array}"), at), Err(TokenError::Malformed));
        let expired = Claims { iat: at, exp: Some(at - 61) };
        let expired = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &expired, &key).unwrap();
        assert_eq!(ours.verify_at(&format!("Bearer {expired}"), at), Err(TokenError::IssuedAt));
    }

    #[test]
    fn secrets_are_64_hex_digits_and_never_shown() {
        let digits = "0a".repeat(32);
        for text in [digits.clone(), format!("0x{digits}\n"), format!("  {}  ", digits.to_uppercase())] {
            assert_eq!(JwtSecret::from_hex(&text).unwrap().0, [10; 32]);
        }
        assert_eq!(JwtSecret::from_hex("0x00").unwrap_err(), JwtSecretError::Length { digits: 2 });
        assert_eq!(JwtSecret::from_hex(&"zz".repeat(32)).unwrap_err(), JwtSecretError::Digit);
        assert_eq!(JwtSecret::from_hex(&"é".repeat(64)).unwrap_err(), JwtSecretError::Digit);
        assert_eq!(format!("{:?}", secret(7)), "JwtSecret(..)");
    }
}
