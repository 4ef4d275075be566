//! One thing that was looked at.

use crate::{
    chains::KnownChain,
    json::{ChainId, chain_name},
};
use serde_json::{Value, json};

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// As it should be.
    Ok,
    /// The relayer works, and something of it worse than it could.
    Warning,
    /// It could not be looked at.
    Unknown,
    /// It keeps the relayer from working.
    Error,
}

impl Level {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Unknown => "unknown",
            Self::Error => "error",
        }
    }
}

/// What was looked at, and what came of it.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) level: Level,
    /// What it is about, a stable name for programs: `key`, `node`, ….
    pub(super) subject: &'static str,
    /// Of which chain.
    chain: Option<KnownChain>,
    pub(super) text: String,
    pub(super) remedy: Option<String>,
}

impl Finding {
    pub(super) fn new(level: Level, subject: &'static str, text: impl Into<String>) -> Self {
        Self { level, subject, chain: None, text: text.into(), remedy: None }
    }

    pub(super) fn ok(subject: &'static str, text: impl Into<String>) -> Self {
        Self::new(Level::Ok, subject, text)
    }

    pub(super) fn error(subject: &'static str, text: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(Level::Error, subject, text).with_remedy(remedy)
    }

    pub(super) fn warning(subject: &'static str, text: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(Level::Warning, subject, text).with_remedy(remedy)
    }

    pub(super) fn with_remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// Says that it is about this chain.
    pub(super) fn on(mut self, chain: &KnownChain) -> Self {
        self.chain = Some(chain.clone());
        self
    }

    /// The heading that it stands under.
    fn heading(&self) -> String {
        self.chain.as_ref().map_or_else(|| "relayer".to_owned(), KnownChain::label)
    }

    /// For people: a line, and what to do about it.
    fn line(&self) -> String {
        let remedy = self.remedy.as_ref().map(|remedy| format!("; {remedy}")).unwrap_or_default();
        format!("  {:<8} {}{remedy}", self.level.name(), self.text)
    }

    fn json(&self) -> Value {
        json!({
            "level": self.level.name(),
            "subject": self.subject,
            "explanation": self.text,
            "remedy": self.remedy,
        })
    }
}

/// The findings under their headings, in the order in which these first come.
pub(super) fn text(findings: &[Finding]) -> String {
    let mut headings: Vec<String> = Vec::new();
    for finding in findings {
        if !headings.contains(&finding.heading()) {
            headings.push(finding.heading());
        }
    }
    let part = |heading: &String| {
        let lines = findings.iter().filter(|finding| finding.heading() == *heading).map(Finding::line);
        std::iter::once(heading.clone()).chain(lines).collect::<Vec<_>>().join("\n")
    };
    headings.iter().map(part).collect::<Vec<_>>().join("\n")
}

/// Those that are about no chain.
pub(super) fn general(findings: &[Finding]) -> Vec<Value> {
    findings.iter().filter(|finding| finding.chain.is_none()).map(Finding::json).collect()
}

/// The chains, each with what is about it.
pub(super) fn by_chain(findings: &[Finding], chains: &[KnownChain]) -> Vec<Value> {
    let object = |chain: &KnownChain| {
        let is_about = |finding: &&Finding| finding.chain.as_ref().is_some_and(|other| other.id == chain.id);
        json!({
            "chainId": ChainId::from(chain.id),
            "name": chain_name(&chain.name),
            "findings": findings.iter().filter(is_about).map(Finding::json).collect::<Vec<_>>(),
        })
    };
    chains.iter().map(object).collect()
}
