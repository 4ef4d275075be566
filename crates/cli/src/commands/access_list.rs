//! `causeway access-list`: the codec by hand.

use crate::{
    account::Account,
    chains::ChainBook,
    context::Context,
    failure::{Failure, Outcome},
    global::GlobalArgs,
    json::{ChainId, Checksummed},
    parse,
    printer::Printer,
};
use alloy::primitives::{B256, Bytes, U256, keccak256};
use causeway_interop::{Access, CROSS_L2_INBOX, Identifier, decode_access_list, encode_access_list};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

/// Encode or decode the access list that an executing transaction carries.
#[derive(Debug, Subcommand)]
pub(crate) enum AccessListCommand {
    /// Print the storage keys that declare one message
    #[command(
        override_usage = "causeway access-list encode --origin <ADDRESS> [--chain-id <ID>]
         --block-number <NUMBER> --log-index <INDEX> --timestamp <SECONDS>
         --payload <HEX>",
        after_help = "Examples:
  causeway access-list encode --chain-id 901 --block-number 14 --log-index 2 \\
    --timestamp 1743801675 --payload 0x382409ac… \\
    --origin 0x4200000000000000000000000000000000000023
  causeway access-list encode --block-number 14 --log-index 2 \\
    --timestamp 1743801675 --payload 0x382409ac… \\
    --origin 0x4200000000000000000000000000000000000023@eip155:901"
    )]
    Encode(EncodeArgs),
    /// Print the messages that storage keys declare
    #[command(after_help = "Example:
  causeway access-list decode 0x0100…0002 0x03c6…cb8d")]
    Decode {
        /// Storage keys of the inbox, in the access list's order
        #[arg(required = true, value_name = "KEY", value_parser = parse::hash)]
        keys: Vec<B256>,
    },
}

/// The identifier of the initiating message, and its payload.
#[derive(Debug, Args)]
pub(crate) struct EncodeArgs {
    /// Contract that emitted the log, with its chain: 0x…@eip155:901, or without
    #[arg(long, value_name = "ADDRESS", value_parser = Account::parse)]
    origin: Account,
    /// Number of the block that holds the log
    #[arg(long, value_name = "NUMBER", value_parser = parse::number)]
    block_number: u64,
    /// Index of the log in its block
    #[arg(long, value_name = "INDEX", value_parser = parse::small_number)]
    log_index: u32,
    /// Timestamp of that block, in seconds
    #[arg(long, value_name = "SECONDS", value_parser = parse::number)]
    timestamp: u64,
    /// Id of the source chain [default: that of --origin]
    #[arg(long, value_name = "ID", value_parser = parse::chain_id)]
    chain_id: Option<U256>,
    /// The log's topics concatenated, then its data
    #[arg(long, value_name = "HEX", value_parser = parse::bytes)]
    payload: Bytes,
}

pub(crate) async fn run(command: &AccessListCommand, global: &GlobalArgs, printer: &Printer) -> Outcome {
    match command {
        AccessListCommand::Encode(args) => {
            let chain_id = args.chain(global, printer).await?;
            encode(args, chain_id, printer);
            Ok(())
        }
        AccessListCommand::Decode { keys } => decode(keys, printer),
    }
}

impl EncodeArgs {
    /// The source chain, as one of two flags names it, or both alike.
    async fn chain(&self, global: &GlobalArgs, printer: &Printer) -> Outcome<U256> {
        let book = if self.origin.needs_chains() {
            let context = Context::new(global, printer)?;
            let network = context.network().await?;
            context.chains(network.as_ref(), &[]).await?
        } else {
            // That needs no configuration.
            ChainBook::default()
        };
        match (self.chain_id, self.origin.chain_id(&book)?) {
            (Some(id), Some(other)) if id != other => {
                Err(Failure::usage(format!("--origin is on chain {other}, and --chain-id is {id}"))
                    .with_hint("is the right contract named? --chain-id can be left away then"))
            }
            (Some(id), _) | (None, Some(id)) => Ok(id),
            (None, None) => Err(Failure::usage("no chain is named: --chain-id is missing").with_hint(
                "name the chain with --chain-id, or in --origin, as in 0x…@eip155:901 or 0x…@NAME",
            )),
        }
    }
}

fn encode(args: &EncodeArgs, chain_id: U256, printer: &Printer) {
    let identifier = Identifier {
        origin: args.origin.address,
        block_number: args.block_number,
        log_index: args.log_index,
        timestamp: args.timestamp,
        chain_id,
    };
    let payload_hash = keccak256(&args.payload);
    let keys = encode_access_list([(&identifier, payload_hash)]);
    let text = keys.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let data = json!({
        "accessList": [{ "address": Checksummed(CROSS_L2_INBOX), "storageKeys": keys }],
        "payloadHash": payload_hash,
        "checksum": identifier.checksum(payload_hash).0,
    });
    printer.report(&text, &data);
}

fn decode(keys: &[B256], printer: &Printer) -> Outcome {
    let messages = decode_access_list(keys).map_err(|error| {
        Failure::usage(error).context("the keys are no valid access list").with_hint(
            "per message: a lookup key 0x01…, for chain ids above 64 bits a key 0x02…, then its checksum 0x03…",
        )
    })?;
    let text = messages.iter().map(describe).collect::<Vec<_>>().join("\n\n");
    printer.report(&text, &json!({ "messages": messages.iter().map(to_json).collect::<Vec<_>>() }));
    Ok(())
}

fn describe(access: &Access) -> String {
    format!(
        "chain id      {}\nblock number  {}\nlog index     {}\ntimestamp     {}\nchecksum      {}",
        access.chain_id, access.block_number, access.log_index, access.timestamp, access.checksum.0
    )
}

fn to_json(access: &Access) -> Value {
    json!({
        "chainId": ChainId::from(access.chain_id),
        "blockNumber": access.block_number,
        "logIndex": access.log_index,
        "timestamp": access.timestamp,
        "checksum": access.checksum.0,
    })
}
