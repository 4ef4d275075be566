//! What every command starts from: the printer, the configuration, the devnet that runs, the chains known.

use crate::{
    chains::{Chain, ChainBook, Silent},
    config::{self, Loaded},
    environment,
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
    global::GlobalArgs,
    home,
    printer::Printer,
    wallet::{self, WalletArgs},
};
use alloy::signers::local::PrivateKeySigner;
use causeway_devnet::{DiscoverError, Network};
use std::path::{Path, PathBuf};

/// The surroundings of a command.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) printer: &'a Printer,
    pub(crate) loaded: Loaded,
    network_file: Option<PathBuf>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(global: &GlobalArgs, printer: &'a Printer) -> Outcome<Self> {
        let working_directory = std::env::current_dir().what("cannot find the working directory")?;
        let loaded =
            config::load(global.config.as_deref(), &working_directory).code(ErrorCode::InvalidConfig)?;
        loaded.warnings.iter().for_each(|warning| printer.warn(warning));
        for (name, chain) in &loaded.config.chains {
            printer.hidden().keep(name);
            chain.nodes().for_each(|endpoint| printer.hidden().endpoint(endpoint));
        }
        printer.hidden().database(loaded.config.relayer.database.as_deref());
        let hooks = loaded.config.relayer.webhook_urls.iter().filter_map(|url| url.endpoint());
        hooks.for_each(|endpoint| printer.hidden().endpoint(&endpoint));
        loaded.config.relayer.remote_accounts().for_each(|signer| signer.hide(printer.hidden()));
        Ok(Self { printer, loaded, network_file: global.network.clone() })
    }

    /// Which configuration file was read, or where none is: who works in the wrong folder sees it by that.
    pub(crate) fn file_in_words(&self) -> String {
        let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        match &self.loaded.file {
            Some(file) => format!("{} was read", whole(file).display()),
            None => format!("there is no {}", whole(Path::new(config::DEFAULT_FILE)).display()),
        }
    }

    /// The devnet to use: the one whose network file was named, else the one that runs, if any.
    pub(crate) async fn network(&self) -> Outcome<Option<Network>> {
        if let Some(path) = &self.network_file {
            let named = environment::named_by("--network", environment::NETWORK, path);
            let network = Network::read(path)
                .what(format!("cannot use the network file {}, which {named} names", path.display()))
                .code(ErrorCode::InvalidNetworkFile)
                .hint(format!("a running devnet writes it; leave {named} away to use the one that runs"))?;
            return Ok(Some(network));
        }
        const WHAT: &str = "cannot tell which devnet is meant";
        match home::discover().await {
            Err(error @ DiscoverError::Silent { .. }) => Err(error).what(WHAT).hint(
                "is the machine busy? try again; --network FILE or CAUSEWAY_NETWORK chooses one that is not asked; remove its file if it is no devnet",
            ),
            found => found
                .what(WHAT)
                .bad_input()
                .hint("choose one with --network FILE or CAUSEWAY_NETWORK"),
        }
    }

    /// Every chain that can be named, those that `urls` name with them: each of these has to answer.
    pub(crate) async fn chains(&self, network: Option<&Network>, urls: &[String]) -> Outcome<ChainBook> {
        let (book, silent) = self.chains_that_answer(network, urls).await?;
        match silent.into_iter().next() {
            Some(node) => Err(node.into_failure()),
            None => Ok(book),
        }
    }

    /// The same for those who can do without some: the nodes that do not say which chain they serve are returned, too.
    pub(crate) async fn chains_that_answer(
        &self,
        network: Option<&Network>,
        urls: &[String],
    ) -> Outcome<(ChainBook, Vec<Silent>)> {
        let mut book = ChainBook::new(&self.loaded.config, network, self.printer.hidden())?;
        let silent = book.add_urls(urls).await?;
        Ok((book, silent))
    }

    /// The same for commands that look around. Where no devnet runs and no URL was named, `ETH_RPC_URL` names one more
    /// chain, and is said to; it is the default of other tools, and no service begins to spend on such a chain.
    pub(crate) async fn chains_to_look_at(
        &self,
        network: Option<&Network>,
        urls: &[String],
    ) -> Outcome<(ChainBook, Vec<Silent>)> {
        let (mut book, mut silent) = self.chains_that_answer(network, urls).await?;
        let named =
            environment::read(environment::ETH_RPC_URL).filter(|_| network.is_none() && urls.is_empty());
        let Some(url) = named else { return Ok((book, silent)) };
        match book.find(&url.to_string_lossy()).await {
            Ok(Ok(found)) => {
                if !book.has(found.id) {
                    let text = format!("ETH_RPC_URL adds chain {} at {}", found.id, found.endpoints);
                    self.printer.note(&text);
                    book.add(found);
                }
            }
            Ok(Err(node)) => silent.push(node.named_by(environment::ETH_RPC_URL)),
            // In other tools it may be a name for a URL.
            Err(failure) if book.is_empty() => {
                return Err(failure.context("ETH_RPC_URL names no chain").with_hint(book.known()));
            }
            Err(failure) => {
                self.printer.warn(&format!("ETH_RPC_URL is not used: {}", failure.message()));
            }
        }
        Ok((book, silent))
    }

    /// The account that signs for work on `chains`. Without a flag or variable, the devnet's funded account signs,
    /// and only if every chain belongs to the devnet.
    pub(crate) fn signer(
        &self,
        wallet: &WalletArgs,
        network: Option<&Network>,
        chains: &[&Chain],
    ) -> Outcome<PrivateKeySigner> {
        match wallet.signer(self.printer.hidden())? {
            Some(signer) => Ok(signer),
            None => self.funded(network, chains),
        }
    }

    /// The devnet's funded account, for work on chains which all belong to the devnet.
    pub(crate) fn funded(&self, network: Option<&Network>, chains: &[&Chain]) -> Outcome<PrivateKeySigner> {
        match network {
            Some(network) if chains.iter().all(|chain| chain.known.on_devnet) => {
                wallet::from_key(network.funded_key()).what("the network file holds no usable key")
            }
            _ => Err(Failure::usage("no key to sign with")
                .with_code(ErrorCode::NoKey)
                .with_hint("name one with --account NAME, --keystore PATH or CAUSEWAY_PRIVATE_KEY")),
        }
    }
}

impl Context<'_> {
    /// Where a service keeps what it knows, unless `flag` names a place. See [`home::state_file`].
    pub(crate) async fn state_file(
        &self,
        name: &str,
        flag: &str,
        network: Option<&Network>,
    ) -> Outcome<PathBuf> {
        home::state_file(name, flag, network, |text| self.printer.warn(text)).await
    }
}
