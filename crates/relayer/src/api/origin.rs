use axum::http::{HeaderValue, Method};
use reqwest::Url;
use tower_http::cors::CorsLayer;

/// The origins whose pages may read what the API answers, in a browser. None, unless they are named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedOrigins(Vec<HeaderValue>);

/// Why a text is no origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an origin is http:// or https://, a host, perhaps a port, and nothing behind them")]
pub struct AllowedOriginsError;

impl AllowedOrigins {
    /// Reads origins as browsers write them: `https://dapp.example`, `http://localhost:5173`.
    pub fn new<'a>(origins: impl IntoIterator<Item = &'a str>) -> Result<Self, AllowedOriginsError> {
        origins.into_iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    /// What tells browsers so, where somebody is allowed something. Commands are none of it.
    pub(super) fn layer(&self) -> Option<CorsLayer> {
        let layer = CorsLayer::new()
            .allow_origin(self.0.clone())
            .allow_methods([Method::GET])
            .allow_private_network(true);
        (!self.0.is_empty()).then_some(layer)
    }
}

fn read(text: &str) -> Result<HeaderValue, AllowedOriginsError> {
    let origin = Url::parse(text).map_err(|_| AllowedOriginsError)?.origin();
    let written = origin.ascii_serialization();
    // With a path, a name, a trailing slash or in place of several it would never be what a browser sends.
    if written.contains('*')
        || !origin.is_tuple()
        || !written.starts_with("http")
        || written != text.to_ascii_lowercase()
    {
        return Err(AllowedOriginsError);
    }
    HeaderValue::from_str(&written).map_err(|_| AllowedOriginsError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_what_browsers_send() {
        for origin in
            ["https://dapp.example", "http://localhost:5173", "http://[::1]:80", "https://Dapp.example"]
        {
            let read = AllowedOrigins::new([origin]);
            assert_eq!(read.is_ok(), origin != "http://[::1]:80", "{origin}");
        }
        for other in [
            "",
            "*",
            "https://*.example",
            "null",
            "dapp.example",
            "https://dapp.example/",
            "https://a.example/x",
            "ftp://a.example",
            "https://u:p@a.example",
            "file:///x",
        ] {
            assert_eq!(AllowedOrigins::new([other]), Err(AllowedOriginsError), "{other}");
        }
    }
}
