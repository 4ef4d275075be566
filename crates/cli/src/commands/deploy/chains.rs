//! The chains that something is put on: any, the devnet's L1 too.

use crate::{
    chains::{ChainBook, KnownChain, Silent},
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
    node_url::{self, is_url},
    parse,
};
use alloy::primitives::U256;
use causeway_devnet::Network;
use causeway_interop::Member;

/// The texts that name chains: one may be a list with commas.
pub(super) fn names(named: &[String]) -> Vec<&str> {
    let mut texts = Vec::new();
    for named in named {
        let mut start = 0;
        for (comma, _) in named.match_indices(',') {
            let next = named[comma + 1..].split(',').next().unwrap_or_default();
            if !is_inside_url(named[start..comma].trim(), next.trim()) {
                texts.push(&named[start..comma]);
                start = comma + 1;
            }
        }
        texts.push(&named[start..]);
    }
    texts.into_iter().map(str::trim).collect()
}

/// Whether a comma between the two belongs to a URL: to its query, or to the password in it.
fn is_inside_url(before: &str, next: &str) -> bool {
    is_url(before) && !is_url(next) && (before.contains('?') || next.contains('@'))
}

/// The chains that are named, in this order, and the nodes that do not say which chain they serve. None is asked but those that are
/// named by URL, for their ids.
pub(super) async fn select(
    named: &[String],
    book: &ChainBook,
    network: Option<&Network>,
) -> Outcome<(Vec<KnownChain>, Vec<Silent>)> {
    let (mut selected, mut silent): (Vec<KnownChain>, _) = (Vec::new(), Vec::new());
    for text in names(named) {
        if text.is_empty() {
            return Err(Failure::usage("--chains names a chain without a name: is a comma too much?")
                .with_hint("separate ids, names or URLs by commas, as in --chains 901,902"));
        }
        let chain = match l1(text, network)? {
            Some(chain) => chain,
            None if is_url(text) => match book.find(text).await? {
                Ok(found) => book.with_its_name(found),
                Err(node) => {
                    silent.push(node);
                    continue;
                }
            },
            None => book.look_up(text)?.clone(),
        };
        if selected.iter().any(|other| other.id == chain.id) {
            return Err(Failure::usage(format!("--chains names {} twice", chain.label()))
                .with_code(ErrorCode::DuplicateChain)
                .with_hint("name each chain once"));
        }
        selected.push(chain);
    }
    Ok((selected, silent))
}

/// The devnet's L1, which takes contracts as any chain does.
fn l1(text: &str, network: Option<&Network>) -> Outcome<Option<KnownChain>> {
    let is_named = |l1: &&causeway_devnet::NetworkChain| {
        l1.name == text || parse::chain_id(text) == Ok(U256::from(l1.chain_id))
    };
    let Some(l1) = network.map(|network| &network.l1).filter(is_named) else { return Ok(None) };
    Ok(Some(KnownChain {
        id: l1.chain_id,
        name: l1.name.clone(),
        endpoints: node_url::endpoint(&l1.rpc_url).what("the network file holds a wrong URL")?.into(),
        by_url: false,
        start_block: None,
        on_devnet: true,
        member: Member { activation: 0, block_time: l1.block_time },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_with_commas_names_several_chains() {
        for (named, expected) in [
            (&["901"][..], &["901"][..]),
            (&["901,902", "base"], &["901", "902", "base"]),
            (&["901, 902,"], &["901", "902", ""]),
            (&["901,,902"], &["901", "", "902"]),
            (&["http://a:1,901", "902,http://b/"], &["http://a:1", "901", "902", "http://b/"]),
            (&["http://me:a,b@c,901"], &["http://me:a,b@c", "901"]),
            (&["http://a/?x=1,2,http://b,@file"], &["http://a/?x=1,2", "http://b", "@file"]),
            (&["http://a/?x=1,2"], &["http://a/?x=1,2"]),
            (&["http://a,http://b", "901"], &["http://a", "http://b", "901"]),
            (&["http://a, http://b"], &["http://a", "http://b"]),
            (&["901,http://a,@file"], &["901", "http://a", "@file"]),
        ] {
            let named: Vec<String> = named.iter().map(|&text| text.to_owned()).collect();
            assert_eq!(names(&named), expected, "{named:?}");
        }
    }
}
