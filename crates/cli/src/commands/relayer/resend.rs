//! Who sends messages again that expired.

use super::{
    args::RunArgs,
    top_up::{named_key, wrong},
};
use crate::{context::Context, failure::Outcome};
use alloy::primitives::Address;
use causeway_relayer::{Resend, TopUp, errand::ResendLimits};
use std::{num::NonZeroU64, sync::Arc};

const HINT: &str = "relayer.auto-resend (or auto-resend of a route) says which messages, relayer.resend-key-file (or resend-keystore) \
                    who sends them, and relayer.resend-max-gas-per-day how much gas that may use";

/// The account that sends again what expired and its limits, if that is wanted. It does nothing else.
pub(super) fn resend(
    args: &RunArgs,
    context: &Context<'_>,
    signers: &[Address],
    top_up: Option<&TopUp>,
) -> Outcome<Option<Resend>> {
    let section = &context.loaded.config.relayer;
    let routes = section.routes();
    let is_wanted = routes.auto_resend || routes.rules.iter().any(|rule| rule.auto_resend == Some(true));
    let files = (section.resend_key_file.as_deref(), section.resend_keystore.as_deref());
    let key = match named_key(args.resend_key_file.as_deref(), files, "resend", context)? {
        Some(key) if is_wanted => key,
        None if !is_wanted => return Ok(None),
        Some(_) => {
            let text = "somebody is named who sends messages again, and none is to be sent again";
            return Err(wrong(text.to_owned(), HINT));
        }
        None => {
            let text = "messages that expire are to be sent again, and nobody is named who does";
            return Err(wrong(text.to_owned(), HINT));
        }
    };
    let Some(max_gas_per_day) = section.resend_max_gas_per_day.map(NonZeroU64::get) else {
        return Err(wrong(
            "messages that expire are to be sent again, and relayer.resend-max-gas-per-day is missing"
                .to_owned(),
            HINT,
        ));
    };
    let account = key.address();
    let is_taken = signers.contains(&account) || top_up.is_some_and(|it| it.signer.address() == account);
    if is_taken {
        let text = format!(
            "{account} is to send messages again and does something else, too: its nonces are for one thing"
        );
        return Err(wrong(text, "name another account with relayer.resend-key-file or resend-keystore"));
    }
    Ok(Some(Resend { signer: Arc::new(key), limits: ResendLimits { max_gas_per_day } }))
}
