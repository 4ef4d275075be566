//! Telling others what became of messages, by HTTP requests that are signed as <https://www.standardwebhooks.com> has it.

mod config;
mod desk;
mod expiring;
mod notice;
mod signature;
mod teller;

pub use config::{Webhook, WebhookError, WebhookSecret};
pub(super) use desk::Desk;
