//! Between which two chains something goes: as flags name them, or as the accounts do that were named with their chains.

use crate::{
    account::Account,
    chains::ChainBook,
    context::Context,
    failure::{Failure, Outcome},
    node_url::is_url,
    parse,
};
use alloy::primitives::U256;
use causeway_devnet::Network;

/// Both ends, before any node is asked.
#[derive(Debug)]
pub(crate) struct Ends {
    /// The devnet that runs, if one does.
    pub(crate) network: Option<Network>,
    pub(crate) book: ChainBook,
    pub(crate) from: End,
    pub(crate) to: End,
}

/// What names one end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Naming<'a> {
    /// `--from` or `--to`.
    pub(crate) flag: &'static str,
    /// Its value.
    pub(crate) chain: Option<&'a str>,
    /// The flag and the value of an account at that end.
    pub(crate) account: Option<(&'static str, &'a Account)>,
}

/// One end.
#[derive(Debug)]
pub(crate) struct End {
    /// Id, name or URL of the chain.
    pub(crate) chain: String,
    flag: &'static str,
    /// The flag of the account that was named with its chain, and the id of that.
    account: Option<(&'static str, U256)>,
}

impl Ends {
    /// Finds out which chains are meant. That one end is named in two ways which contradict each other is told at once,
    /// or, where a URL has to be asked for it, by [`End::accept`].
    pub(crate) async fn read(from: Naming<'_>, to: Naming<'_>, context: &Context<'_>) -> Outcome<Self> {
        let network = context.network().await?;
        let book = context.chains(network.as_ref(), &[]).await?;
        let (from, to) = (End::read(from, &book)?, End::read(to, &book)?);
        Ok(Self { network, book, from, to })
    }
}

impl End {
    /// Finds out which chain is meant, without asking any.
    pub(crate) fn read(naming: Naming<'_>, book: &ChainBook) -> Outcome<Self> {
        let Naming { flag, chain, account } = naming;
        let named = match account {
            Some((of, account)) => account.chain_id(book)?.map(|id| (of, id)),
            None => None,
        };
        let Some(text) = chain else {
            let Some((of, id)) = named else { return Err(missing(flag, account.map(|(of, _)| of))) };
            return Ok(Self { chain: id.to_string(), flag, account: Some((of, id)) });
        };
        let end = Self { chain: text.to_owned(), flag, account: named };
        if !is_url(text) {
            let known = book.look_up(text).map(|known| U256::from(known.id)).ok();
            if let Some(id) = known.or_else(|| parse::chain_id(text).ok()) {
                end.accept(id)?;
            }
        }
        Ok(end)
    }

    /// Refuses what cannot be a chain, as far as that shows without asking any. A file with a URL may be a pipe, which is read
    /// once.
    pub(crate) fn is_known(&self, book: &ChainBook) -> Outcome {
        match self.chain.as_str() {
            text if text.starts_with('@') => Ok(()),
            text if is_url(text) => book.endpoint(text).map(drop),
            text => book.look_up(text).map(drop),
        }
    }

    /// Refuses a chain that is not that of the account which was named with its own.
    pub(crate) fn accept(&self, chain_id: U256) -> Outcome {
        match self.account {
            Some((of, id)) if id != chain_id => {
                let flag = self.flag;
                Err(Failure::usage(format!("{of} is on chain {id}, and {flag} names chain {chain_id}"))
                    .with_hint(format!("is the right account named? {flag} can be left away then")))
            }
            _ => Ok(()),
        }
    }
}

/// Nothing names one end.
fn missing(flag: &str, account: Option<&str>) -> Failure {
    let failure = Failure::usage(format!("no chain is named: {flag} is missing"));
    match account {
        Some(of) => failure
            .with_hint(format!("name the chain with {flag}, or in {of}, as in 0x…@eip155:902 or 0x…@NAME")),
        None => failure.with_hint(format!("name the chain with {flag}")),
    }
}
