use super::{
    args::{Arg, Args},
    call_error::{SERVER_ERROR, server_error},
    caller::Caller,
    service::Service,
    status::Status,
    super_root, supernode, supervisor,
    view::chain,
};
use alloy_primitives::B256;
use jsonrpsee_server::{
    Extensions, Methods, RegisterMethodError, RpcModule,
    types::{ErrorObject, ErrorObjectOwned, Params},
};
use std::sync::Arc;

/// Every method but the checks, the ping and the subscriptions, which the gate answers.
pub(super) fn methods(service: Arc<Service>) -> Result<Methods, RegisterMethodError> {
    let mut module = RpcModule::from_arc(service);
    module
        .register_method("interop_getBlockHashByNumber", |params, service, _| block_hash(&params, service))?;
    module.register_method("interop_status", |_, service, _| Status::of(&service.verifier))?;
    module.register_method("admin_getFailsafeEnabled", |_, service, _| {
        Ok::<_, ErrorObjectOwned>(service.verifier.view().failsafe())
    })?;
    module.register_async_method("admin_setFailsafeEnabled", |params, service, extensions| async move {
        set_failsafe(&params, &service, &extensions).await
    })?;
    module.register_async_method("admin_resumeChain", |params, service, extensions| async move {
        resume(&params, &service, &extensions).await
    })?;
    module.register_async_method("superroot_atTimestamp", |params, service, extensions| async move {
        let [timestamp] = Args::parse(params.as_str(), ["timestamp"])?.into_inner();
        super_root::at_timestamp(&service, extensions.get::<Caller>(), timestamp.quantity()?).await
    })?;
    supervisor::register(&mut module)?;
    supernode::register(&mut module)?;
    Ok(module.into())
}

fn block_hash(params: &Params<'_>, service: &Service) -> Result<B256, ErrorObjectOwned> {
    let [chain_id, number] = Args::parse(params.as_str(), ["chainID", "blockNumber"])?.into_inner();
    let chain_id = chain_id.chain_id()?;
    let view = service.verifier.view();
    let status = chain(&view, chain_id)?;
    if number.text("a block number or latest").is_ok_and(|text| text == "latest") {
        let head = status.heads.local_unsafe.map(|head| head.hash);
        return head.ok_or_else(|| not_found(&format!("no block of chain {chain_id} is known yet")));
    }
    let number = number.quantity()?;
    let header = view.snapshot().header(chain_id, number).map_err(|error| server_error(&error))?;
    let hash = header.map(|header| header.hash);
    hash.ok_or_else(|| not_found(&format!("block {number} of chain {chain_id}")))
}

fn not_found(what: &str) -> ErrorObjectOwned {
    ErrorObject::owned(SERVER_ERROR, format!("not found: {what}"), None::<()>)
}

/// Specs have one parameter; who gives a second says why.
async fn set_failsafe(
    params: &Params<'_>,
    service: &Service,
    extensions: &Extensions,
) -> Result<(), ErrorObjectOwned> {
    let [enabled, reason] = Args::parse(params.as_str(), ["enabled", "reason"])?.into_inner();
    let enabled = enabled.boolean()?;
    let words = words("admin_setFailsafeEnabled", &reason, extensions)?;
    service.verifier.set_failsafe(enabled, words).await.map_err(|error| server_error(&error))
}

async fn resume(
    params: &Params<'_>,
    service: &Service,
    extensions: &Extensions,
) -> Result<(), ErrorObjectOwned> {
    let [chain_id, reason] = Args::parse(params.as_str(), ["chainID", "reason"])?.into_inner();
    let chain_id = chain_id.chain_id()?;
    chain(&service.verifier.view(), chain_id)?;
    let words = words("admin_resumeChain", &reason, extensions)?;
    service.verifier.resume(chain_id, words).await.map_err(|error| server_error(&error))
}

/// Who wants something, and why, for the log.
fn words(method: &str, reason: &Arg<'_>, extensions: &Extensions) -> Result<String, ErrorObjectOwned> {
    let mut words = format!("by {method}");
    if let Some(caller) = extensions.get::<Caller>() {
        words.push_str(&format!(" from {}", caller.address));
    }
    if reason.is_given() {
        words.push_str(&format!(": {}", reason.text("a reason in words")?));
    }
    Ok(words)
}
