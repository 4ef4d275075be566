use super::{
    JwtSecret, ServerConfig,
    args::{Arg, Args},
    caller::Caller,
    check::CheckRequest,
    connection::transport,
    gate::{Gate, Gates},
    http::json_post,
    limiter::Limiter,
    methods::methods,
    service::Service,
};
use crate::{BuildInfo, ExecutingDescriptor, Verifier, metrics::Metrics};
use alloy_primitives::{B256, U256};
use bytes::Bytes;
use causeway_interop::SafetyLevel;
use http_body_util::{BodyExt, Full};
use jsonrpsee_server::{
    ConnectionState, Methods, StopHandle,
    middleware::rpc::{RpcService, RpcServiceBuilder},
    stop_channel,
    types::ErrorObjectOwned,
};
use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};
use tokio::sync::Semaphore;

/// Code and message of an error.
pub type Failure = (i32, String);

/// A request of one check.
pub type Check = (Vec<B256>, SafetyLevel, ExecutingDescriptor);

/// The one parameter of a call, read as everything that a parameter can be.
#[derive(Debug)]
#[expect(missing_docs, reason = "each is the method of its name")]
pub struct Scalars {
    pub chain_id: Result<U256, Failure>,
    pub quantity: Result<u64, Failure>,
    pub safety_level: Result<SafetyLevel, Failure>,
    pub text: Result<String, Failure>,
    pub boolean: Result<bool, Failure>,
}

/// Reads the parameters of `checkAccessList`.
pub fn check(params: &str) -> Result<Check, Failure> {
    CheckRequest::parse(Some(params)).map(CheckRequest::into_parts).map_err(failure)
}

/// Reads the parameters of `checkAccessLists`.
pub fn checks(params: &str) -> Result<Vec<Check>, Failure> {
    let requests = CheckRequest::parse_many(Some(params)).map_err(failure)?;
    Ok(requests.into_iter().map(CheckRequest::into_parts).collect())
}

/// Reads parameters of which there is one, which is called `it`.
pub fn scalars(params: &str) -> Result<Scalars, Failure> {
    let [it]: [Arg<'_>; 1] = Args::parse(Some(params), ["it"]).map_err(failure)?.into_inner();
    Ok(Scalars {
        chain_id: it.chain_id().map_err(failure),
        quantity: it.quantity().map_err(failure),
        safety_level: it.safety_level().map_err(failure),
        text: it.text("text").map(Into::into).map_err(failure),
        boolean: it.boolean().map_err(failure),
    })
}

fn failure(error: ErrorObjectOwned) -> Failure {
    (error.code(), error.message().to_owned())
}

/// Whether the value of an `Authorization` header is good at a time, in seconds since the epoch.
pub fn verify_token(secret: &JwtSecret, authorization: &str, now: u64) -> bool {
    secret.verify_at(authorization, now).is_ok()
}

/// A server without a port: what comes in is bodies of requests.
#[derive(Debug)]
pub struct Counter {
    gates: Arc<Gates>,
    methods: Methods,
    transport: jsonrpsee_server::ServerConfig,
    stop: StopHandle,
    _running: jsonrpsee_server::ServerHandle,
}

impl Counter {
    /// Puts the server together as [`Server`](crate::Server) does. Every caller may use the admin methods.
    ///
    /// Gives nothing if the metrics or the methods contradict each other.
    pub fn new(verifier: Verifier, config: &ServerConfig) -> Option<Self> {
        const MAX_RESPONSE: u32 = 10 << 20;
        let chain_ids = verifier.dependency_set().members().map(|(id, _)| id);
        let metrics = Metrics::new(chain_ids, &BuildInfo::default()).ok()?;
        let limiter = Limiter::new(config.rate_limit);
        let service = Arc::new(Service { verifier, metrics: Arc::new(metrics), limiter });
        let transport = transport(config, MAX_RESPONSE);
        let methods = methods(service.clone()).ok()?;
        let gates = Arc::new(Gates::new(service, true, MAX_RESPONSE));
        let (stop, running) = stop_channel();
        Some(Self { gates, methods, transport, stop, _running: running })
    }

    /// Answers the body of a request with a status and a body.
    pub async fn answer(&self, body: &[u8]) -> (u16, Vec<u8>) {
        let permit = Arc::new(Semaphore::new(1)).try_acquire_owned();
        let Ok(permit) = permit else { return (503, Vec::new()) };
        let state = ConnectionState::new(self.stop.clone(), 0, permit);
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let caller = Caller { address, key: address, authorized: true };
        let gates = self.gates.clone();
        let gate = RpcServiceBuilder::new()
            .layer_fn(move |inner: RpcService| Gate::new(gates.clone(), caller, inner));
        let request = json_post(Bytes::copy_from_slice(body)).map(Full::new);
        let (transport, methods) = (self.transport.clone(), self.methods.clone());
        let answer =
            jsonrpsee_server::http::call_with_service_builder(request, transport, state, methods, gate).await;
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.map(|body| body.to_bytes().to_vec());
        (status, body.unwrap_or_default())
    }
}
