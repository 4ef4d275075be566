//! Telling contracts apart that have the same name.

use super::scan::Candidate;
use crate::{
    contract::Contract,
    name::{key, pascal},
};
use std::collections::{BTreeMap, BTreeSet};

/// Gives each contract an identifier that no other has. What is the same twice becomes one; what shares a name gets the folders or files
/// that it is from before it, as few as tell them apart, and a number where nothing does. The order of the candidates does not matter.
pub(super) fn assign(candidates: Vec<Candidate>) -> (Vec<Contract>, Vec<String>) {
    let mut notes = Vec::new();
    let mut groups: BTreeMap<String, Vec<Candidate>> = BTreeMap::new();
    for candidate in unique(candidates) {
        groups.entry(key(&ident(&candidate, 0))).or_default().push(candidate);
    }
    let (alone, colliding): (Vec<_>, Vec<_>) = groups.into_values().partition(|group| group.len() == 1);
    let mut taken = BTreeSet::new();
    let mut contracts = Vec::new();
    // Who has a name alone keeps it, whatever others become.
    for group in alone.into_iter().chain(colliding) {
        let depth = depth(&group);
        for Candidate { contract, .. } in
            group.into_iter().map(|candidate| named(candidate, depth, &mut taken))
        {
            if contract.ident != pascal(&contract.name) {
                let from = contract.source.as_deref().unwrap_or("an artifact without a source");
                notes.push(format!(
                    "{} of {from} is called {} in the bindings",
                    contract.name, contract.ident
                ));
            }
            contracts.push(contract);
        }
    }
    contracts.sort_by(|a, b| a.ident.cmp(&b.ident));
    (contracts, notes)
}

/// How much has to be said of where contracts are from, at least, that as many as can be are told apart.
fn depth(group: &[Candidate]) -> usize {
    let distinct = |depth: usize| {
        group.iter().map(|candidate| key(&ident(candidate, depth))).collect::<BTreeSet<_>>().len()
    };
    let deepest = group.iter().map(|candidate| qualifiers(candidate).len()).max().unwrap_or_default();
    // The first of the best.
    (0..=deepest).rev().max_by_key(|depth| distinct(*depth)).unwrap_or_default()
}

fn named(mut candidate: Candidate, depth: usize, taken: &mut BTreeSet<String>) -> Candidate {
    let wanted = ident(&candidate, depth);
    let numbered = (2_u64..).map(|number| format!("{wanted}{number}"));
    let free = std::iter::once(wanted.clone()).chain(numbered).find(|name| !taken.contains(&key(name)));
    candidate.contract.ident = free.unwrap_or(wanted);
    taken.insert(key(&candidate.contract.ident));
    candidate
}

/// In an order that depends on nothing but what they are; the same contract once, be it in several projects.
fn unique(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    let order = |one: &Candidate| {
        let contract = &one.contract;
        (contract.name.clone(), contract.source.clone(), one.project.clone(), one.path.clone())
    };
    candidates.sort_by_cached_key(order);
    candidates.dedup_by(|next, first| {
        let (a, b) = (&next.contract, &mut first.contract);
        let is_same = a.name == b.name
            && a.source == b.source
            && a.abi == b.abi
            && a.creation == b.creation
            && (a.addresses.everywhere.is_none() || b.addresses.everywhere == a.addresses.everywhere);
        if is_same {
            b.addresses.chains.extend(a.addresses.chains.clone());
        }
        is_same
    });
    candidates
}

/// What can be said of where a contract is from, the nearest first: its file, its folders, its project.
fn qualifiers(candidate: &Candidate) -> Vec<String> {
    let Some(path) = &candidate.path else { return vec!["interop".to_owned()] };
    let source = candidate.contract.source.clone();
    let source = source.unwrap_or_else(|| path.to_string_lossy().replace('\\', "/"));
    let mut parts: Vec<_> = source
        .split('/')
        .map(|part| part.trim_end_matches(".sol").trim_end_matches(".json").to_owned())
        .filter(|part| !matches!(part.as_str(), "" | "." | ".." | "src" | "contracts"))
        .collect();
    // A file that is called as its contract says nothing new.
    if parts.last().is_some_and(|file| key(file) == key(&candidate.contract.name)) {
        parts.pop();
    }
    parts.reverse();
    parts.push(candidate.project.clone());
    parts.retain(|part| !key(part).is_empty());
    parts
}

fn ident(candidate: &Candidate, depth: usize) -> String {
    let qualifiers = qualifiers(candidate);
    let mut words: Vec<_> =
        qualifiers[..depth.min(qualifiers.len())].iter().map(|part| pascal(part)).collect();
    words.reverse();
    words.push(pascal(&candidate.contract.name));
    words.concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use causeway_artifact::Artifact;

    fn candidate(project: &str, source: &str, name: &str, abi: &str) -> Candidate {
        let mut contract = Contract::new(Artifact::parse(abi).unwrap(), name);
        contract.source = Some(source.to_owned());
        let path = Some(format!("{project}/out/{source}/{name}.json").into());
        Candidate { contract, path, project: project.to_owned(), sources: Vec::new() }
    }

    fn idents(mut candidates: Vec<Candidate>) -> Vec<String> {
        let idents = |candidates| {
            let (contracts, _) = assign(candidates);
            contracts.into_iter().map(|contract| contract.ident).collect::<Vec<_>>()
        };
        let first = idents(candidates.clone());
        candidates.reverse();
        assert_eq!(first, idents(candidates), "the order matters");
        first
    }

    #[test]
    fn what_shares_a_name_is_told_apart() {
        let one = r#"[{"type": "fallback", "stateMutability": "payable"}]"#;
        let named = |source: &str, name: &str| candidate("app", source, name, "[]");
        assert_eq!(
            idents(vec![named("src/a/Token.sol", "Token"), named("src/b/Token.sol", "Token")]),
            ["AToken", "BToken"]
        );
        assert_eq!(
            idents(vec![named("src/a/x/Token.sol", "Token"), named("src/b/x/Token.sol", "Token")]),
            ["AXToken", "BXToken"]
        );
        // By case only, or by underscores: files and names in other languages would be the same.
        assert_eq!(
            idents(vec![named("src/A.sol", "Foo_Bar"), named("src/B.sol", "fooBAR")]),
            ["AFoo_Bar", "BFooBAR"]
        );
        // What tells two apart is the name of a third.
        assert_eq!(
            idents(vec![
                named("src/a/Token.sol", "Token"),
                named("src/b/Token.sol", "Token"),
                named("src/AToken.sol", "AToken"),
            ]),
            ["AToken", "AToken2", "BToken"]
        );
        assert_eq!(idents(vec![named("src/X.sol", "$"), named("src/Y.sol", "_")]), ["XUnnamed", "YUnnamed"]);
        assert_eq!(
            idents(vec![named("src/X.sol", "CASED"), named("src/X.sol", "Cased")]),
            ["CASED", "Cased2"]
        );
        // In two projects: the same once, and others by their projects.
        let both =
            |abi| vec![candidate("app", "src/T.sol", "T", "[]"), candidate("lib", "src/T.sol", "T", abi)];
        assert_eq!(idents(both("[]")), ["T"]);
        assert_eq!(idents(both(one)), ["AppT", "LibT"]);
    }
}
