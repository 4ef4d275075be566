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

    /// Says that it is about something else than whoever found it thought.
    pub(super) fn about(self, subject: &'static str) -> Self {
        Self { subject, ..self }
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

    /// For people: a line, and what to do about it in another one.
    fn line(&self) -> String {
        let remedy =
            self.remedy.as_ref().map(|remedy| format!("\n           -> {remedy}")).unwrap_or_default();
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

/// How much is wrong, and what to do about it: what is said of one thing would be wrong of another.
pub(super) fn summary(findings: &[Finding]) -> (String, String) {
    let of = |level| findings.iter().filter(move |finding| finding.level == level);
    let (errors, unknown) = (of(Level::Error).count(), of(Level::Unknown).count());
    let things = |count| if count == 1 { "one thing".to_owned() } else { format!("{count} things") };
    let (would, cannot) = ("would keep the relayer from working", "cannot be looked at");
    let what = match (errors, unknown) {
        (0, unknown) => format!("{} {cannot}", things(unknown)),
        (errors, 0) => format!("{} {would}", things(errors)),
        (errors, unknown) => format!("{} {would}, and {} {cannot}", things(errors), things(unknown)),
    };
    let level = if errors > 0 { Level::Error } else { Level::Unknown };
    let hint = match errors.max(unknown) {
        1 => of(level).find_map(|finding| finding.remedy.clone()),
        _ if errors > 0 => Some("what to do about each is said below it".to_owned()),
        _ => None,
    };
    (what, hint.unwrap_or_else(|| "ask again when the nodes answer".to_owned()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_do_about_one_thing_is_said_of_no_other() {
        let [one, two] = ["one", "two"].map(|name| Finding::error("key", name, format!("mend {name}")));
        let unknown = Finding::new(Level::Unknown, "node", "silent");
        let fine = Finding::warning("balance", "little", "send ether");
        let summary = |findings: &[&Finding]| {
            summary(&findings.iter().map(|finding| (*finding).clone()).collect::<Vec<_>>())
        };
        assert_eq!(
            summary(&[&one, &fine]),
            ("one thing would keep the relayer from working".to_owned(), "mend one".to_owned())
        );
        let (what, hint) = summary(&[&one, &fine, &two]);
        assert_eq!(what, "2 things would keep the relayer from working");
        assert!(!hint.contains("mend"), "{hint}");
        let (what, hint) = summary(&[&unknown, &one, &unknown]);
        assert_eq!(what, "one thing would keep the relayer from working, and 2 things cannot be looked at");
        assert!(!hint.contains("mend"), "{hint}");
        let (what, hint) = summary(&[&unknown]);
        assert_eq!(
            (what.as_str(), hint.as_str()),
            ("one thing cannot be looked at", "ask again when the nodes answer")
        );
    }
}
