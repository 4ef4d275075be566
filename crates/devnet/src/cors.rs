use tower_http::cors::CorsLayer;

/// Lets pages of any origin in, those of public networks too: a devnet is there to be played with.
pub(crate) fn everybody() -> CorsLayer {
    CorsLayer::permissive().allow_private_network(true)
}
