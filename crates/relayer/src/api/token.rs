use aws_lc_rs::constant_time::verify_slices_are_equal;

/// What somebody has to show who wants to change something.
#[derive(Clone)]
pub struct ApiToken(String);

/// Why a text is no token. It does not say the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiTokenError {
    /// Whoever tries some would find it.
    #[error("a token has at least {least} characters, this one has {length}")]
    Short {
        /// How many there are.
        length: usize,
        /// How many there have to be.
        least: usize,
    },
    /// An HTTP header does not carry it.
    #[error("a token has visible ASCII characters only, and no spaces")]
    Character,
}

impl ApiToken {
    /// The fewest characters of a token.
    pub const LEAST: usize = 16;

    /// Reads a token as a file holds it: white space around it does not count.
    pub fn new(text: &str) -> Result<Self, ApiTokenError> {
        let text = text.trim();
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ApiTokenError::Character);
        }
        if text.len() < Self::LEAST {
            return Err(ApiTokenError::Short { length: text.len(), least: Self::LEAST });
        }
        Ok(Self(text.to_owned()))
    }

    /// Whether the value of an `Authorization` header is `Bearer` and this token. How long that takes says nothing of the
    /// token but its length.
    pub(super) fn admits(&self, authorization: &[u8]) -> bool {
        let Some((scheme, token)) = authorization.split_at_checked(7) else { return false };
        scheme.eq_ignore_ascii_case(b"bearer ")
            && verify_slices_are_equal(token.trim_ascii(), self.0.as_bytes()).is_ok()
    }
}

impl std::fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiToken(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_token_is_let_in() {
        let token = ApiToken::new(" 0123456789abcdef\n").unwrap();
        assert!(token.admits(b"Bearer 0123456789abcdef") && token.admits(b"bearer  0123456789abcdef "));
        for other in [
            "",
            "Bearer",
            "Bearer ",
            "Bearer 0123456789abcde",
            "Bearer 0123456789abcdeff",
            "Basic 0123456789abcdef",
        ] {
            assert!(!token.admits(other.as_bytes()), "{other}");
        }
        assert_eq!(format!("{token:?}"), "ApiToken(..)");
    }

    #[test]
    fn what_is_soon_guessed_is_no_token() {
        assert_eq!(ApiToken::new("short").unwrap_err(), ApiTokenError::Short { length: 5, least: 16 });
        assert_eq!(ApiToken::new("0123456789 abcdef").unwrap_err(), ApiTokenError::Character);
    }
}
