use crate::parse;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::{fmt, str::FromStr, time::Duration};

/// A span of time in the configuration: seconds, or text such as `500ms`, `10m` or `8d`. Never none at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span(Duration);

impl Span {
    pub(crate) const SECOND: Self = Self(Duration::from_secs(1));
    pub(crate) const QUARTER: Self = Self(Duration::from_millis(250));
    pub(crate) const LEASE: Self = Self(Duration::from_secs(15));
    pub(crate) const TEN_MINUTES: Self = Self(Duration::from_secs(600));
    /// The shortest: what is done oftener is done all the time.
    const SHORTEST: Duration = Duration::from_millis(10);

    pub(crate) const fn get(self) -> Duration {
        self.0
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match parse::duration(text)? {
            span if span >= Self::SHORTEST => Ok(Self(span)),
            _ => Err("expected a time of 10ms or more".to_owned()),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, millis) = (self.0.as_secs(), self.0.subsec_millis());
        match seconds {
            _ if millis > 0 => write!(f, "{}ms", self.0.as_millis()),
            _ if seconds.is_multiple_of(86_400) => write!(f, "{}d", seconds / 86_400),
            _ if seconds.is_multiple_of(3_600) => write!(f, "{}h", seconds / 3_600),
            _ if seconds.is_multiple_of(60) => write!(f, "{}m", seconds / 60),
            _ => write!(f, "{seconds}s"),
        }
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Given {
            Text(String),
            Seconds(f64),
        }
        let text = match Given::deserialize(deserializer) {
            Ok(Given::Text(text)) => text,
            Ok(Given::Seconds(seconds)) => seconds.to_string(),
            Err(_) => return Err(D::Error::custom("expected a time such as 30s, 5m or 8d")),
        };
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_written_as_they_are_read() {
        for text in ["8d", "36h", "90m", "45s", "500ms", "1s"] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
        }
        assert_eq!("604800".parse::<Span>().unwrap().to_string(), "7d");
        assert_eq!(serde_json::from_str::<Span>("2").unwrap(), serde_json::from_str(r#""2s""#).unwrap());
        for bad in ["0", "0s", "9ms", "-1s", "soon", ""] {
            assert!(bad.parse::<Span>().is_err(), "{bad} was taken");
        }
    }
}
