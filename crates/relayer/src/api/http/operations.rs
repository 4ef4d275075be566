//! How the relayer stands.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    extract::State as Shared,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::api::{
    error::ApiError,
    sample::{RouteLevel, Sample},
    state::State,
    view::{ChainId, Checksummed, Decimal, rfc3339},
};

/// The type that Prometheus asks for.
const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";
/// All of this in the words of OpenAPI 3.1.
const OPENAPI: &str = include_str!("../../../../../docs/relayer.openapi.json");

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Routes {
    chains: Vec<ChainView>,
    routes: Vec<RouteView>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ChainView {
    chain_id: ChainId,
    name: String,
    /// Without what is secret of it.
    rpc_url: String,
    state: &'static str,
    reason: Option<String>,
    head: Option<u64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RouteView {
    source: ChainId,
    destination: ChainId,
    undelivered: u64,
    /// By the store's word for what they wait for; `expired` where they are too old.
    by_status: BTreeMap<&'static str, u64>,
    /// When the oldest of them was sent that nobody skipped and that has not expired, as on its chain.
    oldest_timestamp: Option<u64>,
}

#[derive(Debug, Serialize)]
pub(super) struct Signers {
    signers: Vec<SignerView>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SignerView {
    chain_id: ChainId,
    account: Checksummed,
    /// In wei; `null` while its node does not tell.
    balance: Option<Decimal>,
    /// Whether it can pay: as far as it was heard, and it has anything where it has to pay.
    is_funded: bool,
    /// Why it does not sign; `null` as far as it does.
    unwell: Option<UnwellView>,
    /// Transactions whose fate is open.
    in_flight: usize,
    /// How long the balance lasts at the pace of the last hour; `null` when nothing was paid, or it is not known.
    runway_seconds: Option<u64>,
}

/// What keeps an account from signing.
#[derive(Debug, Serialize)]
struct UnwellView {
    /// RFC 3339 in UTC.
    since: String,
    reason: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Readiness {
    ready: bool,
    /// What is not, in words.
    problems: Vec<String>,
    /// Who works, while this one stands by.
    standing_by: Option<String>,
    chains: BTreeMap<String, &'static str>,
}

pub(super) async fn routes(Shared(state): Shared<Arc<State>>) -> Result<Json<Routes>, ApiError> {
    let sample = state.sample().await.map_err(|error| ApiError::store(&error))?;
    let states = state.observer().chains().clone();
    let chains = state.present().chains.into_iter().map(|chain| {
        let known = states.get(&chain.chain_id).cloned().unwrap_or_default();
        ChainView {
            chain_id: chain.chain_id.into(),
            name: chain.name,
            rpc_url: chain.rpc_url,
            state: known.code(),
            reason: known.reason().or(known.unlabelled.as_deref()).map(str::to_owned),
            head: sample.heads.get(&chain.chain_id).map(|head| head.number),
        }
    });
    let routes = sample.routes.iter().map(RouteView::new).collect();
    Ok(Json(Routes { chains: chains.collect(), routes }))
}

pub(super) async fn signers(Shared(state): Shared<Arc<State>>) -> Result<Json<Signers>, ApiError> {
    let sample = state.sample().await.map_err(|error| ApiError::store(&error))?;
    let signers = state.accounts(&sample).into_iter().map(|account| SignerView {
        chain_id: account.chain_id.into(),
        account: Checksummed(account.address),
        balance: account.balance.map(Decimal),
        is_funded: account.is_funded,
        unwell: account.trouble.map(|it| UnwellView { since: rfc3339(it.since), reason: it.reason }),
        in_flight: account.in_flight,
        runway_seconds: account.runway,
    });
    Ok(Json(Signers { signers: signers.collect() }))
}

pub(super) async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI).into_response()
}

/// The process answers.
pub(super) async fn health() -> &'static str {
    "ok\n"
}

/// Whether messages go wherever they can, and what is in the way if not. Of one that stands by: whether it could take over.
pub(super) async fn ready(Shared(state): Shared<Arc<State>>) -> Response {
    let mut problems = Vec::new();
    let mut chains = BTreeMap::new();
    let present = state.present();
    if present.control.is_none() {
        problems.push("the relayer does not run".to_owned());
    }
    let (states, standing_by) = {
        let observer = state.observer();
        (observer.chains().clone(), observer.standing_by().map(str::to_owned))
    };
    for (chain_id, chain) in &states {
        chains.insert(chain_id.to_string(), chain.code());
        if standing_by.is_some() || chain.code() == "elsewhere" {
            continue;
        }
        if !chain.is_followed() {
            let reason = chain.reason().unwrap_or("its blocks are still being read");
            problems.push(format!("chain {chain_id} is not followed: {reason}"));
        } else if let Some(reason) = &chain.unwell {
            problems.push(format!("nothing can be sent to chain {chain_id}: {reason}"));
        }
    }
    // Who asks does not wait for it as long as the relayer does.
    let is_away = states.values().any(|chain| chain.code() == "database-away");
    let sample = if is_away { Sample::default() } else { sample(&state, &mut problems).await };
    for account in state.accounts(&sample) {
        if !account.is_funded {
            problems.push(format!("{} cannot pay for gas on chain {}", account.address, account.chain_id));
        }
        if let Some(trouble) = account.trouble {
            let (address, chain_id, reason) = (account.address, account.chain_id, trouble.reason);
            problems.push(format!("{address} does not sign for chain {chain_id}: {reason}"));
        }
    }
    let ready = problems.is_empty();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Readiness { ready, problems, standing_by, chains })).into_response()
}

/// What the database says of the whole, unless that is a problem.
async fn sample(state: &State, problems: &mut Vec<String>) -> Sample {
    let sample = state.sample().await;
    match &sample {
        Ok(sample) if sample.is_writable => {}
        Ok(_) => problems.push("the database takes no writes".to_owned()),
        Err(_) => problems.push("the database does not answer".to_owned()),
    }
    sample.unwrap_or_default()
}

pub(super) async fn metrics(Shared(state): Shared<Arc<State>>) -> Response {
    let levels = state.levels().await;
    ([(header::CONTENT_TYPE, PROMETHEUS)], state.metrics.render(&levels)).into_response()
}

impl RouteView {
    fn new(level: &RouteLevel) -> Self {
        Self {
            source: level.source.into(),
            destination: ChainId(level.destination),
            undelivered: level.total(),
            by_status: level.undelivered.into_iter().collect(),
            oldest_timestamp: level.oldest,
        }
    }
}
