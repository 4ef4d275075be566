use super::{
    call_error::UNAUTHORIZED,
    caller::Caller,
    service::{CheckError, ENTRY_TEXT, Service, too_busy, too_fast},
    subscriptions::{Subscriptions, needs_socket},
};
use http::Extensions;
use jsonrpsee_server::{
    BatchResponseBuilder, MethodResponse, ResponsePayload,
    middleware::rpc::{Batch, BatchEntry, Notification, Request, RpcService, RpcServiceT},
    types::{ErrorObject, ErrorObjectOwned, Id},
};
use serde::Serialize;
use serde_json::{Value, value::RawValue};
use std::{borrow::Cow, net::IpAddr, sync::Arc};
use tokio::sync::Semaphore;

/// Parameters of more text than 256 entries have are looked at apart from the others.
const LARGE: usize = 256 * ENTRY_TEXT;
/// How many large requests may wait.
const WAITING: usize = 64;

/// Methods that change something.
const ADMIN: [&str; 2] = ["admin_setFailsafeEnabled", "admin_resumeChain"];

/// What all gates share.
#[derive(Debug)]
pub(super) struct Gates {
    pub(super) service: Arc<Service>,
    /// Whether a secret is configured.
    admin: bool,
    /// Room for large requests: those that are looked at, and those that wait.
    working: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    max_response: usize,
}

/// Stands before the methods: takes the callers' units and tokens, answers checks itself, passes the rest on.
#[derive(Clone, Debug)]
pub(super) struct Gate {
    gates: Arc<Gates>,
    caller: Caller,
    inner: RpcService,
    /// Those of the caller's WebSocket, if it has one.
    subscriptions: Option<Subscriptions>,
}

/// Marks an answer that is not given as the others are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Special {
    /// A token was missing.
    Unauthorized,
    /// Nobody asked for an answer.
    NoContent,
    /// The caller has used up its units.
    TooFast,
}

#[derive(Clone, Copy)]
enum Check {
    One,
    Many,
}

impl Gates {
    pub(super) fn new(service: Arc<Service>, admin: bool, max_response: u32) -> Self {
        // Half of the machine stays with the small requests.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            service,
            admin,
            working: Arc::new(Semaphore::new((cores / 2).max(1))),
            waiting: Arc::new(Semaphore::new(WAITING)),
            max_response: max_response as usize,
        }
    }
}

impl Gate {
    pub(super) const fn new(gates: Arc<Gates>, caller: Caller, inner: RpcService) -> Self {
        Self { gates, caller, inner, subscriptions: None }
    }

    pub(super) fn with_subscriptions(self, subscriptions: Option<Subscriptions>) -> Self {
        Self { subscriptions, ..self }
    }

    /// Answers what can be answered in microseconds.
    fn at_once(&self, request: &Request<'_>) -> Option<MethodResponse> {
        let service = &self.gates.service;
        service.metrics.called();
        let check = check_of(&request.method);
        if !service.limiter.take(self.caller.key, 1) {
            if check.is_some() {
                service.metrics.turned_away();
            }
            return Some(slow_down(request.id()));
        }
        let params = request.params.as_deref().map(RawValue::get);
        if let Some(check) = check {
            let small = params.is_none_or(|params| params.len() <= LARGE);
            return small.then(|| self.gates.check(check, self.caller.key, request.id(), params));
        }
        match request.method.as_ref() {
            "interop_ping" => return Some(answer(request.id(), Ok(()), self.gates.max_response)),
            "interop_subscribe" | "interop_unsubscribe" => {
                let result = self.subscribe(&request.method, params).map_err(CheckError::from);
                return Some(answer(request.id(), result, self.gates.max_response));
            }
            _ => {}
        }
        ADMIN.contains(&request.method.as_ref()).then(|| self.unauthorized(request.id())).flatten()
    }

    fn subscribe(&self, method: &str, params: Option<&str>) -> Result<Value, ErrorObjectOwned> {
        let subscriptions = self.subscriptions.as_ref().ok_or_else(needs_socket)?;
        match method {
            "interop_subscribe" => subscriptions.begin(&self.gates.service.verifier, params),
            _ => subscriptions.end(params),
        }
    }

    /// Why the caller may not use the admin methods, if so.
    fn unauthorized(&self, id: Id<'_>) -> Option<MethodResponse> {
        if self.caller.authorized {
            return None;
        }
        if !self.gates.admin {
            let message =
                "the admin methods are disabled: start the verifier with a JWT secret to enable them";
            return Some(MethodResponse::error(id, ErrorObject::borrowed(UNAUTHORIZED, message, None)));
        }
        let message = "this method needs an authorization header with a bearer token (JWT, HS256)";
        let mut response = MethodResponse::error(id, ErrorObject::borrowed(UNAUTHORIZED, message, None));
        response.extensions_mut().insert(Special::Unauthorized);
        Some(response)
    }

    async fn at_leisure(self, mut request: Request<'_>) -> MethodResponse {
        let Some(check) = check_of(&request.method) else {
            request.extensions_mut().insert(self.caller);
            return self.inner.call(request).await;
        };
        let params = request.params.map(Cow::into_owned);
        let id = request.id;
        match self.gates.check_apart(check, self.caller.key, id.clone().into_owned(), params).await {
            Some(response) => response,
            None => MethodResponse::error(id, too_busy()),
        }
    }
}

impl Gates {
    fn check(&self, check: Check, caller: IpAddr, id: Id<'_>, params: Option<&str>) -> MethodResponse {
        match check {
            Check::One => answer(id, self.service.check(caller, params), self.max_response),
            Check::Many => answer(id, self.service.check_many(caller, params), self.max_response),
        }
    }

    /// Looks at a large request on a thread of its own, a few at a time. Gives nothing if too many wait.
    async fn check_apart(
        self: Arc<Self>,
        check: Check,
        caller: IpAddr,
        id: Id<'static>,
        params: Option<Box<RawValue>>,
    ) -> Option<MethodResponse> {
        let waiting = self.waiting.clone().try_acquire_owned().ok()?;
        let working = self.working.clone().acquire_owned().await.ok()?;
        drop(waiting);
        let work = move || {
            let response = self.check(check, caller, id, params.as_deref().map(RawValue::get));
            drop(working);
            response
        };
        tokio::task::spawn_blocking(work).await.ok()
    }
}

impl RpcServiceT for Gate {
    type MethodResponse = MethodResponse;
    type NotificationResponse = MethodResponse;
    type BatchResponse = MethodResponse;

    fn call<'a>(&self, request: Request<'a>) -> impl Future<Output = MethodResponse> + Send + 'a {
        let ready = self.at_once(&request);
        let rest = ready.is_none().then(|| self.clone());
        async move {
            match (ready, rest) {
                (Some(response), _) => response,
                (None, Some(gate)) => gate.at_leisure(request).await,
                // One of the two is always there.
                (None, None) => MethodResponse::notification(),
            }
        }
    }

    fn batch<'a>(&self, batch: Batch<'a>) -> impl Future<Output = MethodResponse> + Send + 'a {
        let gate = self.clone();
        async move {
            let mut responses = BatchResponseBuilder::new_with_limit(gate.gates.max_response);
            let (mut notified, mut too_fast) = (false, false);
            for entry in batch {
                let response = match entry {
                    Ok(BatchEntry::Call(request)) => gate.call(request).await,
                    Ok(BatchEntry::Notification(notification)) => {
                        notified = true;
                        gate.notification(notification).await;
                        continue;
                    }
                    Err(error) => {
                        let (error, id) = error.into_parts();
                        MethodResponse::error(id, error)
                    }
                };
                too_fast |= matches!(response.extensions().get(), Some(Special::TooFast));
                if let Err(too_large) = responses.append(response) {
                    return too_large;
                }
                // A batch is many requests; those of others come in between.
                tokio::task::yield_now().await;
            }
            if responses.is_empty() && notified {
                return no_content(Extensions::new());
            }
            let mut response = MethodResponse::from_batch(responses.finish());
            if too_fast {
                response.extensions_mut().insert(Special::TooFast);
            }
            response
        }
    }

    fn notification<'a>(
        &self,
        notification: Notification<'a>,
    ) -> impl Future<Output = MethodResponse> + Send + 'a {
        // Nobody hears the answer, so nothing is done.
        let _ = self.gates.service.limiter.take(self.caller.key, 1);
        async move { no_content(notification.extensions) }
    }
}

fn no_content(extensions: Extensions) -> MethodResponse {
    let mut response = MethodResponse::notification().with_extensions(extensions);
    response.extensions_mut().insert(Special::NoContent);
    response
}

fn check_of(method: &str) -> Option<Check> {
    match method {
        "interop_checkAccessList" | "supervisor_checkAccessList" => Some(Check::One),
        "interop_checkAccessLists" => Some(Check::Many),
        _ => None,
    }
}

fn answer<T: Serialize + Clone>(
    id: Id<'_>,
    result: Result<T, CheckError>,
    max_response: usize,
) -> MethodResponse {
    match result {
        Ok(value) => MethodResponse::response(id, ResponsePayload::success(value), max_response),
        Err(CheckError::Refused(error)) => MethodResponse::error(id, error),
        Err(CheckError::TooFast) => slow_down(id),
    }
}

fn slow_down(id: Id<'_>) -> MethodResponse {
    let mut response = MethodResponse::error(id, too_fast());
    response.extensions_mut().insert(Special::TooFast);
    response
}
