//! The service's face: messages, routes, accounts and costs over HTTP, events as they happen, health and metrics.

mod accounts;
mod balances;
mod chain_state;
mod config;
mod control;
mod error;
mod host;
mod http;
mod journal;
mod metrics;
mod observer;
mod origin;
mod payers;
mod resends;
mod sample;
mod server;
mod state;
mod streams;
mod token;
mod view;
mod webhook;

pub use config::ApiConfig;
pub use control::{Control, ControlFault, StoreControl};
pub use host::AllowedHosts;
pub use origin::{AllowedOrigins, AllowedOriginsError};
pub use server::{Api, ApiHandle, ApiSetupError};
pub use token::{ApiToken, ApiTokenError};
pub use webhook::{Webhook, WebhookError, WebhookSecret};
