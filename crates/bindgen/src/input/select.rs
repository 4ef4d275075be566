//! Which contracts are meant.

use super::{
    error::GatherError,
    project::{Project, Tool},
    scan::Candidate,
};
use globset::{GlobBuilder, GlobMatcher};
use std::path::{Component, Path};

/// Patterns, and what they met.
#[derive(Debug)]
pub(super) struct Selection {
    include: Vec<Pattern>,
    exclude: Vec<Pattern>,
    known: Vec<String>,
    tests: usize,
    others: usize,
    empty: usize,
}

#[derive(Debug)]
struct Pattern {
    text: String,
    glob: GlobMatcher,
    has_matched: bool,
}

impl Pattern {
    fn new(text: &str) -> Result<Self, GatherError> {
        // `src/*.sol` means the files of one folder, `src/**` all below.
        let glob = GlobBuilder::new(text.trim_start_matches("./")).literal_separator(true).build();
        let glob = glob.map_err(|error| GatherError::Pattern {
            pattern: text.to_owned(),
            reason: error.kind().to_string(),
        })?;
        Ok(Self { text: text.to_owned(), glob: glob.compile_matcher(), has_matched: false })
    }

    fn matches(&mut self, candidate: &Candidate) -> bool {
        let contract = &candidate.contract;
        let source = contract.source.as_deref().unwrap_or_default();
        let is_match = self.glob.is_match(&contract.name)
            || self.glob.is_match(source)
            || self.glob.is_match(format!("{source}:{}", contract.name));
        self.has_matched |= is_match;
        is_match
    }
}

/// Where a contract comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Own,
    Test,
    /// Somebody else's library.
    Other,
}

impl Selection {
    pub(super) fn new(include: &[String], exclude: &[String]) -> Result<Self, GatherError> {
        let patterns =
            |texts: &[String]| texts.iter().map(|text| Pattern::new(text)).collect::<Result<_, _>>();
        Ok(Self {
            include: patterns(include)?,
            exclude: patterns(exclude)?,
            known: Vec::new(),
            tests: 0,
            others: 0,
            empty: 0,
        })
    }

    /// Whether a contract of a project is meant: by name, or else if it is the project's own, no test, and offers anything.
    pub(super) fn takes(&mut self, project: &Project, candidate: &Candidate) -> bool {
        self.known.push(candidate.contract.name.clone());
        if let Some(said) = self.said(candidate) {
            return said;
        }
        let is_named = candidate.path.as_ref().is_some_and(|path| project.artifacts.contains(path));
        match origin(project, candidate) {
            _ if is_named => {}
            Origin::Own => {}
            Origin::Test => {
                self.tests += 1;
                return false;
            }
            Origin::Other => {
                self.others += 1;
                return false;
            }
        }
        let is_empty = candidate.contract.abi.is_empty();
        self.empty += usize::from(is_empty);
        is_named || !is_empty
    }

    /// Whether one of interop's own contracts is meant.
    pub(super) fn takes_predeploy(&mut self, candidate: &Candidate) -> bool {
        self.known.push(candidate.contract.name.clone());
        self.said(candidate).unwrap_or(true)
    }

    /// What the patterns say, if they say anything. Every pattern is asked: each has to match something.
    fn said(&mut self, candidate: &Candidate) -> Option<bool> {
        let any = |patterns: &mut [Pattern]| {
            patterns.iter_mut().filter_map(|pattern| pattern.matches(candidate).then_some(())).count() > 0
        };
        let (is_included, is_excluded) = (any(&mut self.include), any(&mut self.exclude));
        if is_excluded {
            return Some(false);
        }
        (!self.include.is_empty()).then_some(is_included)
    }

    /// A pattern of `--include` that matches nothing is a typo, or something that is not compiled.
    pub(super) fn check(&self) -> Result<(), GatherError> {
        match self.include.iter().find(|pattern| !pattern.has_matched) {
            None => Ok(()),
            Some(pattern) => {
                Err(GatherError::NoMatch { pattern: pattern.text.clone(), known: self.known.clone() })
            }
        }
    }

    /// Why nothing is left, in words.
    pub(super) fn left_out(&self) -> String {
        if self.known.is_empty() {
            return "there are no artifacts".to_owned();
        }
        let mut parts = Vec::new();
        let mut part = |count: usize, what: &str| {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        };
        part(self.tests, "of tests and scripts");
        part(self.others, "of libraries of others");
        part(self.empty, "with an empty ABI");
        part(self.known.len() - self.tests - self.others - self.empty, "excluded");
        format!("{} left out", parts.join(", "))
    }
}

fn origin(project: &Project, candidate: &Candidate) -> Origin {
    let Some(source) = candidate.contract.source.as_deref() else { return Origin::Own };
    let layout = &project.layout;
    if source.ends_with(".t.sol") || source.ends_with(".s.sol") {
        return Origin::Test;
    }
    let path = Path::new(source);
    let within = |folder: &str| !folder.is_empty() && path.starts_with(folder);
    let is_around_src = |folder: &str| Path::new(&layout.src).starts_with(folder);
    if [&layout.test, &layout.script].into_iter().any(|folder| within(folder) && !is_around_src(folder)) {
        return Origin::Test;
    }
    if within(&layout.src) {
        return Origin::Own;
    }
    let of_others = ["node_modules", "dependencies"];
    if layout.libs.iter().any(|folder| within(folder)) || of_others.into_iter().any(within) {
        return Origin::Other;
    }
    let leads_out = path.is_absolute() || path.components().any(|part| part == Component::ParentDir);
    // hardhat names what npm brought by the package: `@openzeppelin/contracts/…`.
    let is_package = project.tool == Tool::Hardhat
        && project
            .root
            .as_ref()
            .is_some_and(|root| path.parent() != Some(Path::new("")) && !root.join(path).exists());
    let is_scoped = source.starts_with('@');
    if leads_out || is_package || is_scoped { Origin::Other } else { Origin::Own }
}
