//! What the ledger says.

use std::sync::Arc;

use axum::{Json, extract::State as Shared};
use causeway_store::CostBy;
use serde::{Deserialize, Serialize};

use super::query::{Asked, number};
use crate::api::{error::ApiError, state::State, view::CostTotalView};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CostsQuery {
    by: Option<String>,
    since: Option<String>,
    until: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Costs {
    by: &'static str,
    costs: Vec<CostTotalView>,
}

pub(super) async fn costs(
    Shared(state): Shared<Arc<State>>,
    Asked(asked): Asked<CostsQuery>,
) -> Result<Json<Costs>, ApiError> {
    let (name, by) = match asked.by.as_deref() {
        None | Some("route") => ("route", CostBy::Route),
        Some("sender") => ("sender", CostBy::Sender),
        Some("target") => ("target", CostBy::Target),
        Some("application") => ("application", CostBy::Application),
        Some("account") => ("account", CostBy::Account),
        Some("day") => ("day", CostBy::Day),
        Some(other) => {
            return Err(ApiError::bad_request(format!("costs are not summed up by {other:?}"))
                .with_hint("one of route, sender, target, application, account, day"));
        }
    };
    let since = asked.since.map(|text| number("since", &text)).transpose()?;
    let until = asked.until.map(|text| number("until", &text)).transpose()?;
    let costs = state.store.costs(by, since, until).await.map_err(|error| ApiError::store(&error))?;
    Ok(Json(Costs { by: name, costs: costs.into_iter().map(CostTotalView::from).collect() }))
}
