//! `causeway verifier check`: one message in words.

use super::explain::Explained;
use crate::{
    candidates,
    chains::{KnownChain, Silent, unknown_chain},
    context::Context,
    dependencies,
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
    parse,
    printer::Printer,
};
use alloy::{
    primitives::{Address, B256, Bytes, U256, keccak256},
    providers::Provider,
};
use causeway_chain::{BlockReader, BlockRef, ConnectOptions, Content, LogEntry, connect};
use causeway_interop::{Claim, DependencySet, ExecutingMessage, Identifier, SentMessage, msg_hash};
use causeway_verifier::{Finding, Inspector, executed_by};
use clap::Args;
use futures::future::join_all;
use serde_json::{Value, json};

/// Which message.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  causeway verifier check 0x8c1f…03aa   what a transaction executes, or sends
  causeway verifier check --chain 901 --block-number 14 --log-index 0
  causeway verifier check --chain 901 --block-number 14 --log-index 0 --on 902 \\
    --origin 0x4200…0023 --payload 0x3824…

Exits with 0 if every message is valid, else with 1.")]
pub(crate) struct CheckArgs {
    /// Hash of a transaction, on any chain that is known
    #[arg(value_name = "HASH", value_parser = parse::hash, conflicts_with_all = ["chain", "block_number", "log_index"], required_unless_present = "chain")]
    hash: Option<B256>,
    /// Chain of the initiating message: id, name or URL
    #[arg(long, value_name = "CHAIN", requires_all = ["block_number", "log_index"], add = candidates::chains())]
    chain: Option<String>,
    /// Number of the block that holds the message's log
    #[arg(long, value_name = "NUMBER", value_parser = parse::number, requires = "chain")]
    block_number: Option<u64>,
    /// Index of the log in its block
    #[arg(long, value_name = "INDEX", value_parser = parse::small_number, requires = "chain")]
    log_index: Option<u32>,
    /// Timestamp of that block, in seconds [default: what the chain has there]
    #[arg(long, value_name = "SECONDS", value_parser = parse::number, requires = "chain")]
    timestamp: Option<u64>,
    /// Contract that emitted the log [default: what the chain has there]
    #[arg(long, value_name = "ADDRESS", value_parser = parse::address, requires = "chain")]
    origin: Option<Address>,
    /// The log's topics concatenated, then its data [default: what the chain has there]
    #[arg(long, value_name = "HEX", value_parser = parse::bytes, requires = "chain")]
    payload: Option<Bytes>,
    /// The chain that would execute it: id or name [default: every chain that accepts it]
    #[arg(long, value_name = "CHAIN", requires = "chain", add = candidates::chains())]
    on: Option<String>,
    /// When it would be executed, in seconds since the epoch [default: in that chain's next block]
    #[arg(long, value_name = "SECONDS", value_parser = parse::number, requires = "chain")]
    at: Option<u64>,
    /// One more chain, by URL, or by @FILE that holds it: `ps` shows URLs to everybody on this machine (repeatable)
    /// [env: ETH_RPC_URL, where no devnet runs]
    #[arg(long, value_name = "URL")]
    rpc_url: Vec<String>,
}

/// The chains, and the means to look at them.
struct Scene<'a> {
    printer: &'a Printer,
    chains: Vec<KnownChain>,
    inspector: Inspector,
    /// The chain of the initiating message, if it was named.
    source: Option<KnownChain>,
}

pub(super) async fn run(args: &CheckArgs, context: &Context<'_>) -> Outcome {
    let scene = Scene::set(args, context).await?;
    let spinner = context.printer.spinner("reading");
    let explained = match (args.hash, &scene.source, args.block_number, args.log_index) {
        (Some(hash), ..) => scene.transaction(hash).await?,
        (None, Some(chain), Some(number), Some(log_index)) => {
            scene.identifier(args, chain, number, log_index).await?
        }
        _ => return Err(Failure::usage("no message was named").with_hint("`causeway verifier check --help`")),
    };
    drop(spinner);
    let invalid = explained.iter().filter(|message| !message.is_valid).count();
    let text = explained.iter().map(|message| message.text.as_str()).collect::<Vec<_>>().join("\n\n");
    let data: Vec<&Value> = explained.iter().map(|message| &message.data).collect();
    if invalid == 0 {
        context.printer.result(&text, &json!({ "messages": data }));
        return Ok(());
    }
    context.printer.note(&text);
    Err(Failure::failed(match explained.len() {
        1 => "the message is not valid".to_owned(),
        count => format!("{invalid} of {count} messages are not valid"),
    })
    .with_code(ErrorCode::InvalidMessage)
    .with_details(json!({ "messages": data })))
}

impl<'a> Scene<'a> {
    async fn set(args: &CheckArgs, context: &Context<'a>) -> Outcome<Self> {
        let network = context.network().await?;
        let (mut book, silent) = context.chains_to_look_at(network.as_ref(), &args.rpc_url).await?;
        for node in silent {
            context.printer.warn(&format!("not looked at: {}: {}", node.endpoint, node.reason()));
        }
        let source = match &args.chain {
            Some(named) => {
                let (mut selected, silent) = book.select(std::slice::from_ref(named)).await?;
                if let Some(node) = silent.into_iter().next() {
                    return Err(Silent::into_failure(node));
                }
                selected.pop()
            }
            None => None,
        };
        if let Some(source) = &source {
            book.add(source.clone());
        }
        let chains = book.all()?;
        let set = dependencies::of_chains(&chains, network.as_ref(), &context.loaded.config)?;
        let content = Content::Receipts { trusted: context.loaded.config.verifier.trust_nodes };
        let options = ConnectOptions { read_retries: 1, ..ConnectOptions::default() };
        let reader = |chain: &KnownChain| {
            Ok((chain.id, BlockReader::new(chain.id, &chain.endpoint, &content, &options)?))
        };
        let readers: Result<Vec<_>, causeway_chain::ConnectError> = chains.iter().map(reader).collect();
        let inspector = Inspector::new(set, readers.what("cannot make a client")?);
        Ok(Self { printer: context.printer, inspector, chains, source })
    }

    fn set_of(&self) -> &DependencySet {
        self.inspector.dependency_set()
    }

    fn label(&self, chain_id: U256) -> String {
        let known = self.chains.iter().find(|chain| U256::from(chain.id) == chain_id);
        known.map_or_else(|| chain_id.to_string(), KnownChain::label)
    }

    fn named(&self, text: &str) -> Outcome<&KnownChain> {
        let found = self.chains.iter().find(|chain| chain.name == text || chain.id.to_string() == text);
        found.ok_or_else(|| {
            let known = self.chains.iter().map(KnownChain::label).collect::<Vec<_>>().join(", ");
            unknown_chain(text).with_hint(format!("known chains: {known}"))
        })
    }

    /// Every message that a transaction executed.
    async fn transaction(&self, hash: B256) -> Outcome<Vec<Explained>> {
        let (chain, number) = self.find(hash).await?;
        let chain_id = U256::from(chain.id);
        let found =
            self.inspector.block(chain_id, number).await.what("cannot read the transaction's block")?;
        let found = found.ok_or_else(|| {
            Failure::failed(format!("block {number} is gone: the chain reorganised"))
                .with_code(ErrorCode::NotFound)
        })?;
        let mut explained = Vec::new();
        for (log_index, message) in executed_by(&found, hash) {
            let claim = Claim::executed(chain_id, found.block.timestamp, message);
            let finding = self.inspector.check(&claim).await.what("cannot check the message")?;
            let place = format!(
                "{}: block {} log {log_index} (timestamp {}) executes",
                chain.label(),
                number,
                found.block.timestamp
            );
            explained.push(self.explain(&place, &message, chain_id, found.block.timestamp, &finding));
        }
        // What a transaction sent is looked at where it goes, unless it executed something itself.
        if explained.is_empty() {
            for log in found.logs.iter().filter(|log| log.tx_hash == hash) {
                if let Some(Ok(sent)) = SentMessage::from_log(log.address, &log.topics, &log.data) {
                    explained.push(self.sent(chain_id, &found.block, log, &sent).await?);
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
    async fn sent(
        &self,
        chain_id: U256,
        block: &BlockRef,
        log: &LogEntry,
        sent: &SentMessage,
    ) -> Outcome<Explained> {
        let executing = self.named(&sent.destination.to_string())?;
        let identifier = Identifier {
            origin: log.address,
            block_number: block.number,
            log_index: log.log_index,
            timestamp: block.timestamp,
            chain_id,
        };
        let message = ExecutingMessage { msg_hash: msg_hash(&log.topics, &log.data), identifier };
        self.judged_on(executing, self.next_time(None, executing).await?, &message).await
    }

    /// A message as a chain would judge it at a time.
    async fn judged_on(
        &self,
        executing: &KnownChain,
        time: u64,
        message: &ExecutingMessage,
    ) -> Outcome<Explained> {
        let executing_id = U256::from(executing.id);
        let claim = Claim::executed(executing_id, time, *message);
        let finding = self.inspector.check(&claim).await.what("cannot check the message")?;
        let place = format!("on {} at timestamp {time}:", executing.label());
        Ok(self.explain(&place, message, executing_id, time, &finding))
    }

    /// The chain and block that a transaction is in.
    async fn find(&self, hash: B256) -> Outcome<(&KnownChain, u64)> {
        let mut gaps = Vec::new();
        let looked = join_all(self.chains.iter().map(|chain| block_of(hash, chain))).await;
        for (chain, found) in self.chains.iter().zip(looked) {
            match found {
                Ok(Some(number)) => return Ok((chain, number)),
                Ok(None) => {}
                Err(failure) => gaps.push(format!("{}: {}", chain.label(), failure.message())),
            }
        }
        let known = self.chains.iter().map(KnownChain::label).collect::<Vec<_>>().join(", ");
        if !gaps.is_empty() {
            // What could not be asked may have it.
            return Err(Failure::failed(format!(
                "cannot tell where transaction {hash} is: not every chain can be asked ({})",
                gaps.join("; ")
            ))
            .with_code(ErrorCode::SearchIncomplete)
            .with_hint("ask again when every chain answers"));
        }
        Err(Failure::failed(format!("no transaction {hash} in a block of {known}"))
            .with_code(ErrorCode::NotFound)
            .with_hint("name its chain with --rpc-url; the transactions of a message are told by `causeway message status HASH`"))
    }

    /// A message by its identifier; what the user left away is taken from the chain.
    async fn identifier(
        &self,
        args: &CheckArgs,
        chain: &KnownChain,
        number: u64,
        log_index: u32,
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
        let origin = args.origin.or(log.map(|log| log.address));
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
        let mut last = None;
        for executing in self.executing(args, chain_id)? {
            let judged = async {
                let time = self.next_time(args.at, executing).await?;
                self.judged_on(executing, time, &message).await
            };
            match judged.await {
                Ok(judged) => explained.push(judged),
                Err(failure) => {
                    let label = executing.label();
                    if let Some((label, before)) = last.replace((label, failure)) {
                        self.warn(&label, &before);
                    }
                }
            }
        }
        // One chain that cannot be asked is no reason to say nothing of the others.
        match last {
            Some((_, failure)) if explained.is_empty() => return Err(failure),
            Some((label, failure)) => self.warn(&label, &failure),
            None => {}
        }
        Ok(explained)
    }

    fn warn(&self, label: &str, failure: &Failure) {
        self.printer.warn(&format!("not judged on {label}: {}", failure.message()));
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

    fn explain(
        &self,
        place: &str,
        message: &ExecutingMessage,
        executing: U256,
        time: u64,
        finding: &Finding,
    ) -> Explained {
        let id = &message.identifier;
        let source = self.label(id.chain_id);
        let place = format!("{place} log {} of block {} of {source}", id.log_index, id.block_number);
        Explained::new(&place, message, executing, time, finding)
    }
}

/// The block of a chain that a transaction is in, if it is in one.
async fn block_of(hash: B256, chain: &KnownChain) -> Outcome<Option<u64>> {
    let provider = connect(&chain.endpoint, &ConnectOptions { read_retries: 1, ..Default::default() })
        .what("cannot make a client")?;
    let receipt: Option<Value> = provider
        .client()
        .request("eth_getTransactionReceipt", (hash,))
        .await
        .what("cannot ask for the transaction")?;
    let number = receipt.as_ref().and_then(|receipt| receipt["blockNumber"].as_str());
    Ok(number.and_then(|number| u64::from_str_radix(number.trim_start_matches("0x"), 16).ok()))
}
