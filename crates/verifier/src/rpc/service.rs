use super::{
    call_error::busy,
    check::{CheckRequest, outcome, refused},
    limiter::Limiter,
};
use crate::{
    Refusal, Verifier, View,
    metrics::{Metrics, Outcome},
};
use jsonrpsee_server::types::ErrorObjectOwned;
use std::{net::IpAddr, sync::Arc, time::Instant};

/// The shortest text of an access-list entry: a comma, quotes, `0x` and 64 digits.
pub(super) const ENTRY_TEXT: usize = 69;

/// What the methods work with.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) verifier: Verifier,
    pub(super) metrics: Arc<Metrics>,
    pub(super) limiter: Limiter,
}

/// Why a check is not answered with its result.
#[derive(Debug)]
pub(super) enum CheckError {
    /// The caller has used up its units.
    TooFast,
    /// Whatever else it is.
    Refused(ErrorObjectOwned),
}

impl From<ErrorObjectOwned> for CheckError {
    fn from(error: ErrorObjectOwned) -> Self {
        Self::Refused(error)
    }
}

impl Service {
    /// Judges one access list.
    pub(super) fn check(&self, caller: IpAddr, params: Option<&str>) -> Result<(), CheckError> {
        let start = Instant::now();
        let request = match CheckRequest::parse(params) {
            Ok(request) => request,
            Err(error) => return Err(self.malformed(caller, params, start, error).into()),
        };
        self.pay(caller, request.entries.len())?;
        Ok(self.judge(&request, &self.verifier.view(), start)?)
    }

    /// Judges several access lists by one view.
    pub(super) fn check_many(
        &self,
        caller: IpAddr,
        params: Option<&str>,
    ) -> Result<Vec<Option<ErrorObjectOwned>>, CheckError> {
        let start = Instant::now();
        let requests = match CheckRequest::parse_many(params) {
            Ok(requests) => requests,
            Err(error) => return Err(self.malformed(caller, params, start, error).into()),
        };
        let (count, max) = (
            requests.iter().map(|request| request.entries.len()).sum(),
            self.verifier.admission().max_entries(),
        );
        self.pay(caller, count + requests.len())?;
        if count > max {
            self.metrics.checked(Outcome::Malformed, 0, start.elapsed());
            return Err(refused(&Refusal::TooManyEntries { count, max }).into());
        }
        let view = self.verifier.view();
        Ok(requests.iter().map(|request| self.judge(request, &view, Instant::now()).err()).collect())
    }

    fn judge(&self, request: &CheckRequest, view: &View, start: Instant) -> Result<(), ErrorObjectOwned> {
        let verdict = request.judge(&self.verifier, view);
        self.metrics.judged(&verdict);
        let counted = verdict.as_ref().map_or_else(outcome, |()| Outcome::Admitted);
        self.metrics.checked(counted, request.entries.len(), start.elapsed());
        verdict.map_err(|refusal| refused(&refusal))
    }

    /// Parameters that could not be read cost what reading them did.
    fn malformed(
        &self,
        caller: IpAddr,
        params: Option<&str>,
        start: Instant,
        error: ErrorObjectOwned,
    ) -> ErrorObjectOwned {
        self.metrics.checked(Outcome::Malformed, 0, start.elapsed());
        let _ = self.limiter.take(caller, units(params.map_or(0, str::len) / ENTRY_TEXT));
        error
    }

    /// Takes units from a caller for the entries of a check. Its call has taken one already.
    fn pay(&self, caller: IpAddr, entries: usize) -> Result<(), CheckError> {
        if self.limiter.take_more(caller, units(entries)) {
            return Ok(());
        }
        self.metrics.turned_away();
        Err(CheckError::TooFast)
    }
}

/// The answer to a caller that used up its units: a code on which clients try again, never one on which they evict.
pub(super) fn too_fast() -> ErrorObjectOwned {
    busy(
        "rate-limited",
        "rate limit exceeded: this caller has used up its units, which come back within a second; try again",
    )
}

/// The answer while too many large requests wait.
pub(super) fn too_busy() -> ErrorObjectOwned {
    busy("busy", "too many large requests are waiting; try again, or with fewer entries")
}

fn units(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
