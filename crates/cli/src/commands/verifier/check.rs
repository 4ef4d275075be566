//! `causeway verifier check`: one message in words.

use super::{
    explain::{Explained, Judged},
    transaction,
};
use crate::{
    account::Account,
    candidates,
    chains::{ChainBook, KnownChain, none_answers, unknown_chain},
    commands::message::{
        SearchArgs,
        find::{self, NamedArgs},
    },
    context::Context,
    dependencies,
    ends::{End, Naming},
    exit::Exit,
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
    parse,
};
use alloy::primitives::{B256, Bytes, U256, keccak256};
use causeway_chain::{BlockReader, BlockRef, ConnectOptions, Content, LogEntry};
use causeway_interop::{
    Claim, DependencySet, ExecutingMessage, Identifier, InvalidReason, SentMessage, Verdict, msg_hash,
};
use causeway_verifier::{Finding, Inspector, executed_by};
use clap::{ArgGroup, Args};
use serde_json::{Value, json};

/// Which message.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("source").args(["chain", "origin"]).multiple(true),
    after_help = "Examples:
  causeway verifier check 0x8c1f…03aa   what a transaction executes, or sends
  causeway verifier check --chain 901 --block-number 14 --log-index 0
  causeway verifier check --block-number 14 --log-index 0 --on 902 \\
    --origin 0x4200…0023@eip155:901 --payload 0x3824…

Exits with 0 if every message is valid, else with 1."
)]
pub(crate) struct CheckArgs {
    /// Hash of a transaction on any chain that is known, of a message, or of its payload
    #[arg(value_name = "HASH", value_parser = parse::hash, conflicts_with_all = ["chain", "origin", "block_number", "log_index"], required_unless_present_any = ["chain", "origin"])]
    hash: Option<B256>,
    /// Chain of the initiating message: id, name or URL [default: that of --origin]
    #[arg(long, value_name = "CHAIN", requires_all = ["block_number", "log_index"], add = candidates::chains())]
    chain: Option<String>,
    /// Number of the block that holds the message's log
    #[arg(long, value_name = "NUMBER", value_parser = parse::number, requires = "source")]
    block_number: Option<u64>,
    /// Index of the log in its block
    #[arg(long, value_name = "INDEX", value_parser = parse::small_number, requires = "source")]
    log_index: Option<u32>,
    /// Timestamp of that block, in seconds [default: what the chain has there]
    #[arg(long, value_name = "SECONDS", value_parser = parse::number, requires = "source")]
    timestamp: Option<u64>,
    /// Contract that emitted the log, with its chain (0x…@eip155:901, 0x…@NAME) or without [default: what the chain has there]
    #[arg(long, value_name = "ADDRESS", value_parser = Account::parse, requires_all = ["block_number", "log_index"])]
    origin: Option<Account>,
    /// The log's topics concatenated, then its data [default: what the chain has there]
    #[arg(long, value_name = "HEX", value_parser = parse::bytes, requires = "source")]
    payload: Option<Bytes>,
    /// The chain that would execute it: id or name [default: every chain that accepts it]
    #[arg(long, value_name = "CHAIN", requires = "source", add = candidates::chains())]
    on: Option<String>,
    /// When it would be executed, in seconds since the epoch [default: in that chain's next block]
    #[arg(long, value_name = "SECONDS", value_parser = parse::number, requires = "source")]
    at: Option<u64>,
    /// One more chain, by URL, or by @FILE that holds it: `ps` shows URLs to everybody on this machine (repeatable)
    /// [env: ETH_RPC_URL, where no devnet runs]
    #[arg(long, value_name = "URL")]
    rpc_url: Vec<String>,
}

/// The chains, and the means to look at them.
struct Scene {
    chains: Vec<KnownChain>,
    inspector: Inspector,
    /// Whether the dependency set names every chain that there is, as a devnet's and a file's does: what it lacks is in none.
    is_complete: bool,
    /// The chain of the initiating message, if it was named.
    source: Option<KnownChain>,
}

pub(super) async fn run(args: &CheckArgs, context: &Context<'_>) -> Outcome {
    let scene = Scene::set(args, context).await?;
    let spinner = context.printer.spinner("reading");
    let explained = match (args.hash, &scene.source, args.block_number, args.log_index) {
        (Some(hash), ..) => scene.by_hash(hash, args, context).await?,
        (None, Some(chain), Some(number), Some(log_index)) => {
            scene.identifier(args, chain, number, log_index, context).await?
        }
        _ => return Err(Failure::usage("no message was named").with_hint("`causeway verifier check --help`")),
    };
    drop(spinner);
    let count = |judged| explained.iter().filter(|message| message.judged == judged).count();
    let (invalid, unjudged) = (count(Judged::Invalid), count(Judged::Unjudged));
    let text = explained.iter().map(|message| message.text.as_str()).collect::<Vec<_>>().join("\n\n");
    let data: Vec<&Value> = explained.iter().map(|message| &message.data).collect();
    if invalid + unjudged == 0 {
        context.printer.report(&text, &json!({ "messages": data }));
        return Ok(());
    }
    context.printer.note(&text);
    let failure = Failure::failed(match (explained.len(), invalid, unjudged) {
        (1, 1, _) => "the message is not valid".to_owned(),
        (1, ..) => "the message cannot be judged".to_owned(),
        (all, invalid, 0) => format!("{invalid} of {all} messages are not valid"),
        (all, 0, unjudged) => format!("{unjudged} of {all} messages cannot be judged"),
        (all, invalid, unjudged) => {
            format!("{invalid} of {all} messages are not valid, and {unjudged} cannot be judged")
        }
    });
    let code = if invalid > 0 { ErrorCode::InvalidMessage } else { ErrorCode::ChainUnreachable };
    let failure = failure.with_code(code);
    let failure = match unjudged {
        0 => failure,
        _ => failure.with_hint(
            "name the node of each chain that is not known with --rpc-url, or ask again when it answers",
        ),
    };
    Err(failure.with_details(json!({ "messages": data })))
}

impl Scene {
    async fn set(args: &CheckArgs, context: &Context<'_>) -> Outcome<Self> {
        let network = context.network().await?;
        let (mut book, silent) = context.chains_to_look_at(network.as_ref(), &args.rpc_url).await?;
        let mut gaps = Vec::new();
        for node in silent {
            let gap = format!("{}: {}", node.endpoint, node.reason());
            context.printer.warn(&format!("not looked at: {gap}"));
            gaps.push(gap);
        }
        let source = match args.hash {
            Some(_) => None,
            None => Some(source(args, &book).await?),
        };
        if let Some(source) = &source {
            book.add(source.clone());
        }
        let chains = book.all().map_err(|none| if gaps.is_empty() { none } else { none_answers(&gaps) })?;
        let set = dependencies::of_chains(&chains, network.as_ref(), &context.loaded.config)?;
        let by_file = context.loaded.config.verifier.dependency_set.is_some();
        let is_complete = by_file
            || network.as_ref().is_some_and(|network| {
                dependencies::of_devnet(network, chains.iter().map(|chain| chain.id)).is_some()
            });
        let content = Content::Receipts { trusted: context.loaded.config.verifier.trust_nodes };
        let options = ConnectOptions { read_retries: 1, ..ConnectOptions::default() };
        let reader = |chain: &KnownChain| {
            Ok((chain.id, BlockReader::new(chain.id, &chain.endpoints, &content, &options)?))
        };
        let readers: Result<Vec<_>, causeway_chain::ConnectError> = chains.iter().map(reader).collect();
        let inspector = Inspector::new(set, readers.what("cannot make a client")?);
        Ok(Self { inspector, is_complete, chains, source })
    }

    fn set_of(&self) -> &DependencySet {
        self.inspector.dependency_set()
    }

    fn label(&self, chain_id: U256) -> String {
        let known = self.chains.iter().find(|chain| U256::from(chain.id) == chain_id);
        known.map_or_else(|| chain_id.to_string(), KnownChain::label)
    }

    fn named(&self, text: &str) -> Outcome<&KnownChain> {
        let found = self.chains.iter().find(|chain| chain.is_named(text));
        found.ok_or_else(|| {
            let known = self.chains.iter().map(KnownChain::label).collect::<Vec<_>>().join(", ");
            unknown_chain(text).with_hint(format!("known chains: {known}"))
        })
    }

    /// What a hash names: a transaction, or else a message.
    async fn by_hash(&self, hash: B256, args: &CheckArgs, context: &Context<'_>) -> Outcome<Vec<Explained>> {
        let missing = match self.transaction(hash).await {
            Err(failure) if failure.exit() == Exit::Failed => failure,
            explained => return explained,
        };
        let search = SearchArgs { rpc_url: args.rpc_url.clone(), from_block: None };
        let Ok(found) = find::by_hash(&NamedArgs { hash, index: None }, &search, context).await else {
            return Err(missing);
        };
        let mut explained = Vec::new();
        for message in &found.messages {
            let identifier = message.identifier();
            let executing = ExecutingMessage { msg_hash: message.payload_hash(), identifier };
            let destination = message.message.destination;
            let judged = match message.delivered {
                Some(place) => {
                    let label = self.label(destination);
                    let place_of = format!("transaction {}\non {label} executes", place.tx_hash);
                    self.judge(&place_of, destination, place.timestamp, &executing).await
                }
                None => self.pending(&executing, destination, None).await,
            };
            explained.push(judged);
        }
        Ok(explained)
    }

    /// Every message that a transaction executed.
    async fn transaction(&self, hash: B256) -> Outcome<Vec<Explained>> {
        let (chain, number) = transaction::find(hash, &self.chains).await?;
        let chain_id = U256::from(chain.id);
        let found =
            self.inspector.block(chain_id, number).await.what("cannot read the transaction's block")?;
        let found = found.ok_or_else(|| {
            Failure::failed(format!("block {number} is gone: the chain reorganised"))
                .with_code(ErrorCode::NotFound)
        })?;
        let mut explained = Vec::new();
        for (log_index, message) in executed_by(&found, hash) {
            let place = format!(
                "on {}, log {log_index} of block {} at timestamp {} executes",
                chain.label(),
                number,
                found.block.timestamp
            );
            explained.push(self.judge(&place, chain_id, found.block.timestamp, &message).await);
        }
        // What a transaction sent is looked at where it goes, unless it executed something itself.
        if explained.is_empty() {
            for log in found.logs.iter().filter(|log| log.tx_hash == hash) {
                if let Some(Ok(sent)) = SentMessage::from_log(log.address, &log.topics, &log.data) {
                    explained.push(self.sent(chain_id, &found.block, log, &sent).await);
                }
            }
        }
        if explained.is_empty() {
            return Err(Failure::failed(format!(
                "transaction {hash} on {} neither executed nor sent a message",
                chain.label()
            ))
            .with_code(ErrorCode::NoMessage)
            .with_hint("any log can be a message: name one with --chain, --block-number and --log-index"));
        }
        Ok(explained)
    }

    /// A message that was sent, as the chain that it goes to would judge it in its next block.
    async fn sent(&self, chain_id: U256, block: &BlockRef, log: &LogEntry, sent: &SentMessage) -> Explained {
        let identifier = Identifier {
            origin: log.address,
            block_number: block.number,
            log_index: log.log_index,
            timestamp: block.timestamp,
            chain_id,
        };
        let message = ExecutingMessage { msg_hash: msg_hash(&log.topics, &log.data), identifier };
        self.pending(&message, sent.destination, None).await
    }

    /// A message as a chain would judge it, at a time or in its next block. One chain that is not known, or away, is no reason
    /// to say nothing of what goes to others.
    async fn pending(&self, message: &ExecutingMessage, destination: U256, at: Option<u64>) -> Explained {
        let why = match self.named(&destination.to_string()) {
            Ok(executing) => match self.next_time(at, executing).await {
                Ok(time) => return self.judged_on(executing, time, message).await,
                Err(failure) => failure.message(),
            },
            Err(_) => unknown(destination),
        };
        let place = self.place(&format!("on {}:", self.label(destination)), message);
        Explained::unjudged(&place, message, destination, None, &why)
    }

    /// A message as a chain would judge it at a time.
    async fn judged_on(&self, executing: &KnownChain, time: u64, message: &ExecutingMessage) -> Explained {
        let place = format!("on {} at timestamp {time}:", executing.label());
        self.judge(&place, U256::from(executing.id), time, message).await
    }

    /// A message as a chain judges it at a time, as far as the chains that it takes are known and answer.
    async fn judge(&self, place: &str, executing: U256, time: u64, message: &ExecutingMessage) -> Explained {
        let place = self.place(place, message);
        let finding = self.inspector.check(&Claim::executed(executing, time, *message)).await;
        let why =
            match finding.what("cannot check the message") {
                Ok(Finding {
                    verdict: Verdict::Invalid(InvalidReason::UnknownChain { chain_id }), ..
                }) if !self.is_complete => unknown(chain_id),
                Ok(finding) => return Explained::new(&place, message, executing, time, &finding),
                Err(failure) => failure.message(),
            };
        Explained::unjudged(&place, message, executing, Some(time), &why)
    }

    fn place(&self, place: &str, message: &ExecutingMessage) -> String {
        let id = &message.identifier;
        format!("{place}\n  log {} of block {} of {}", id.log_index, id.block_number, self.label(id.chain_id))
    }

    /// A message by its identifier; what the user left away is taken from the chain.
    async fn identifier(
        &self,
        args: &CheckArgs,
        chain: &KnownChain,
        number: u64,
        log_index: u32,
        context: &Context<'_>,
    ) -> Outcome<Vec<Explained>> {
        let chain_id = U256::from(chain.id);
        let there = self.inspector.block(chain_id, number).await.what("cannot read the message's block")?;
        let log = there.as_ref().and_then(|found| found.logs.iter().find(|log| log.log_index == log_index));
        let missing = |what: &str| {
            let why = match &there {
                None => format!("{} has no block {number} yet", chain.label()),
                Some(found) => format!(
                    "block {number} of {} has {} logs, and none with index {log_index}",
                    chain.label(),
                    found.logs.len()
                ),
            };
            Failure::failed(why)
                .with_code(ErrorCode::NotFound)
                .with_hint(format!("give {what} to judge a message that is not there"))
        };
        let timestamp = args.timestamp.or(there.as_ref().map(|found| found.block.timestamp));
        let origin = args.origin.as_ref().map(|origin| origin.address).or(log.map(|log| log.address));
        let hash = args.payload.as_ref().map(keccak256).or(log.map(|log| msg_hash(&log.topics, &log.data)));
        let message = ExecutingMessage {
            msg_hash: hash.ok_or_else(|| missing("--payload"))?,
            identifier: Identifier {
                origin: origin.ok_or_else(|| missing("--origin"))?,
                block_number: number,
                log_index,
                timestamp: timestamp.ok_or_else(|| missing("--timestamp"))?,
                chain_id,
            },
        };
        let mut explained = Vec::new();
        for executing in self.executing(args, chain_id)? {
            explained.push(self.pending(&message, U256::from(executing.id), args.at).await);
        }
        // What is asked of every chain is answered by those that can be.
        if explained.iter().any(|message| message.judged != Judged::Unjudged) {
            for unjudged in explained.extract_if(.., |message| message.judged == Judged::Unjudged) {
                let executing = unjudged.data["executingChainId"].as_str().and_then(|id| id.parse().ok());
                let why = unjudged.data["explanation"].as_str().unwrap_or_default();
                let label = self.label(executing.unwrap_or_default());
                context.printer.warn(&format!("not judged on {label}: {why}"));
            }
        }
        Ok(explained)
    }

    /// The chains that are asked about.
    fn executing(&self, args: &CheckArgs, source: U256) -> Outcome<Vec<&KnownChain>> {
        if let Some(on) = &args.on {
            return Ok(vec![self.named(on)?]);
        }
        let accepts = |chain: &&KnownChain| {
            let id = U256::from(chain.id);
            id != source && self.set_of().can_execute(id, source)
        };
        let found: Vec<_> = self.chains.iter().filter(accepts).collect();
        if found.is_empty() {
            return Err(Failure::usage(format!(
                "no chain that is known accepts messages of {}",
                self.label(source)
            ))
            .with_code(ErrorCode::NotADependency)
            .with_hint("name one with --on, or its node with --rpc-url"));
        }
        Ok(found)
    }

    /// When a chain executes what is sent to it now, unless that is given: in its next block.
    async fn next_time(&self, given: Option<u64>, chain: &KnownChain) -> Outcome<u64> {
        if let Some(time) = given {
            return Ok(time);
        }
        let BlockRef { timestamp, .. } =
            self.inspector.head(U256::from(chain.id)).await.what("cannot read the chain's newest block")?;
        Ok(timestamp.saturating_add(chain.member.block_time.max(1)))
    }
}

/// The chain of the initiating message, as one of two flags names it, or both alike.
async fn source(args: &CheckArgs, book: &ChainBook) -> Outcome<KnownChain> {
    let origin = args.origin.as_ref().map(|origin| ("--origin", origin));
    let end = End::read(Naming { flag: "--chain", chain: args.chain.as_deref(), account: origin }, book)?;
    let source = book.select_one(&end.chain).await?;
    end.accept(U256::from(source.id))?;
    Ok(source)
}

/// Why nothing can be said of a chain.
fn unknown(chain_id: U256) -> String {
    format!("chain {chain_id} is not known here")
}
