//! The one error type of the binary: what failed, why, what to do next, and how the process ends.

mod classify;
mod code;

pub(crate) use code::ErrorCode;

use crate::exit::Exit;
use causeway_chain::Endpoint;
use eyre::Report;
use serde_json::Value;
use std::fmt::Display;

/// The result of a command.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// A failed command: the error chain, a remedy when there is one, and its kind, which decides how the process ends.
#[derive(Debug)]
pub(crate) struct Failure {
    report: Report,
    hint: Option<String>,
    code: ErrorCode,
    details: Value,
}

impl Failure {
    /// The operation was tried and failed. [`Self::with_code`] says of which kind that is, if there is one.
    pub(crate) fn failed(why: impl Display + std::fmt::Debug + Send + Sync + 'static) -> Self {
        Self { report: Report::msg(why), hint: None, code: ErrorCode::Failed, details: Value::Null }
    }

    /// The user's input is wrong; nothing was tried. What is wrong is repeated, but no credentials: a URL may stand in any
    /// place by mistake.
    pub(crate) fn usage(why: impl Display) -> Self {
        Self { code: ErrorCode::InvalidArgument, ..Self::failed(without_credentials(&why.to_string())) }
    }

    /// Replaces the remedy.
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds a remedy unless a more specific one is there.
    pub(crate) fn or_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint.get_or_insert_with(|| hint.into());
        self
    }

    /// Puts what was being done in front of the cause.
    pub(crate) fn context(mut self, what: impl Display + Send + Sync + 'static) -> Self {
        self.report = self.report.wrap_err(what.to_string());
        self
    }

    /// Says which kind of failure it is.
    pub(crate) const fn with_code(mut self, code: ErrorCode) -> Self {
        self.code = code;
        self
    }

    /// Adds machine-readable facts for `--json`.
    pub(crate) fn with_details(mut self, details: Value) -> Self {
        self.details = details;
        self
    }

    /// An error of a library with its causes, in the same form.
    pub(crate) fn message_of(error: &(dyn std::error::Error + 'static)) -> String {
        let mut parts = vec![error.to_string()];
        let mut source = error.source();
        while let Some(cause) = source {
            parts.push(cause.to_string());
            source = cause.source();
        }
        one_line(parts)
    }

    /// Adds machine-readable facts below those that are there.
    pub(crate) fn over_details(mut self, facts: &Value) -> Self {
        let mut details = facts.clone();
        if let (Value::Object(below), Value::Object(above)) = (&mut details, self.details) {
            below.extend(above);
        }
        self.details = details;
        self
    }

    /// `what failed: why: because`, on one line whatever the libraries below put into their messages.
    pub(crate) fn message(&self) -> String {
        one_line(self.report.chain().map(ToString::to_string))
    }

    pub(crate) fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    pub(crate) const fn code(&self) -> ErrorCode {
        self.code
    }

    pub(crate) const fn exit(&self) -> Exit {
        self.code.exit()
    }

    pub(crate) const fn details(&self) -> &Value {
        &self.details
    }
}

fn one_line(causes: impl IntoIterator<Item = String>) -> String {
    let mut parts: Vec<String> = Vec::new();
    for cause in causes {
        let text = cause.split_whitespace().collect::<Vec<_>>().join(" ");
        // Many errors repeat their source in their own text: saying it twice helps nobody.
        if !parts.iter().any(|said| said.contains(&text)) {
            parts.push(text);
        }
    }
    parts.join(": ")
}

impl<E> From<E> for Failure
where
    E: std::error::Error + Send + Sync + 'static,
{
    fn from(error: E) -> Self {
        let code = classify::code_of(&error);
        Self { report: Report::new(error), hint: None, code, details: Value::Null }
    }
}

/// Context and remedies on any result.
pub(crate) trait OutcomeExt<T> {
    /// Says what was being done when it failed.
    fn what(self, what: impl Display + Send + Sync + 'static) -> Outcome<T>;
    /// Says what to do about it, unless something more specific was said already.
    fn hint(self, hint: impl Into<String>) -> Outcome<T>;
    /// Says which kind of failure it is.
    fn code(self, code: ErrorCode) -> Outcome<T>;
    /// Marks the failure as the user's input being wrong, unless it is known better what of it.
    fn bad_input(self) -> Outcome<T>;
}

impl<T, E: Into<Failure>> OutcomeExt<T> for Result<T, E> {
    fn what(self, what: impl Display + Send + Sync + 'static) -> Outcome<T> {
        self.map_err(|error| error.into().context(what))
    }

    fn hint(self, hint: impl Into<String>) -> Outcome<T> {
        self.map_err(|error| error.into().or_hint(hint))
    }

    fn code(self, code: ErrorCode) -> Outcome<T> {
        self.map_err(|error| error.into().with_code(code))
    }

    fn bad_input(self) -> Outcome<T> {
        self.map_err(|error| {
            let failure = error.into();
            match failure.exit() {
                Exit::Usage => failure,
                _ => failure.with_code(ErrorCode::InvalidArgument),
            }
        })
    }
}

/// The text with its URLs as far as they are public.
fn without_credentials(text: &str) -> String {
    let is_delimiter = |c: char| c.is_whitespace() || "`'\"<>()".contains(c);
    let public = |piece: &str| {
        let word = piece.trim_end_matches(is_delimiter);
        if !word.contains("://") {
            return piece.to_owned();
        }
        let shown = word.parse::<Endpoint>().map_or_else(|_| "…".to_owned(), |url| url.to_string());
        shown + &piece[word.len()..]
    };
    text.split_inclusive(is_delimiter).map(public).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("outer: inner\n  cause")]
    struct Outer(#[source] Inner);

    #[derive(Debug, thiserror::Error)]
    #[error("inner\n  cause")]
    struct Inner;

    #[test]
    fn message_is_one_line_and_says_nothing_twice() {
        let failure = Failure::from(Outer(Inner)).context("cannot do it");
        assert_eq!(failure.message(), "cannot do it: outer: inner cause");
    }

    #[test]
    fn first_hint_wins() {
        let failure: Outcome = Err::<(), _>(Failure::usage("bad").with_hint("specific")).hint("general");
        let failure = failure.unwrap_err();
        assert_eq!(failure.hint(), Some("specific"));
        assert_eq!(failure.exit(), Exit::Usage);
    }
}
