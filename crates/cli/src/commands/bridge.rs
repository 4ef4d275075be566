//! `causeway bridge`: move tokens or ETH from one chain to another.

use crate::{
    account::Account,
    amount::Currency,
    candidates,
    chains::Chain,
    context::Context,
    delivery::{self, DeliveryArgs},
    ends::{Ends, Naming},
    failure::{ErrorCode, Failure, Outcome},
    interoperable,
    interrupt::Interrupt,
    json::{ChainId, Checksummed, decimal},
    route::Route,
    wallet::WalletArgs,
};
use alloy::primitives::{Address, U256};
use causeway_bindings::{DEVNET_TOKEN, SuperchainERC20};
use causeway_client::{
    ChainClient, FaultKind, Shipment,
    bridge::{self, BridgeError, Prepared},
    delivery::contract_fault,
};
use causeway_devnet::DEV_ACCOUNTS;
use clap::{Args, Subcommand};
use serde_json::json;

/// What is moved.
#[derive(Debug, Subcommand)]
pub(crate) enum BridgeCommand {
    /// Move a SuperchainERC20: burnt here, minted there
    #[command(
        override_usage = "causeway bridge erc20 [OPTIONS] --token <ADDRESS>
         --amount <AMOUNT> --from <CHAIN> --to <CHAIN>",
        after_help = "Examples:
  causeway bridge erc20 --token 0x420beeF000000000000000000000000000000001 \\
    --amount 1.5token --from 901 --to 902
  causeway bridge erc20 --token 0x420beeF000000000000000000000000000000001 \\
    --amount 1.5token --from 901 \\
    --recipient 0x70997970C51812dc3A010C7d01b50e0d17dc79C8@eip155:902"
    )]
    Erc20 {
        /// The token, the same on both chains; 0x…@eip155:901 names the one to send from, too
        #[arg(long, value_name = "ADDRESS", value_parser = Account::parse)]
        token: Account,
        #[command(flatten)]
        transfer: TransferArgs,
    },
    /// Move ETH
    #[command(
        override_usage = "causeway bridge eth [OPTIONS]
         --amount <AMOUNT> --from <CHAIN> --to <CHAIN>",
        after_help = "Example:
  causeway bridge eth --amount 0.1ether --from 901 --to 902"
    )]
    Eth {
        #[command(flatten)]
        transfer: TransferArgs,
    },
}

/// A transfer.
#[derive(Debug, Args)]
pub(crate) struct TransferArgs {
    /// How much: whole base units (wei), or with a unit: 1.5ether, 20gwei; of a token
    /// 1.5token
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    amount: String,
    /// Chain to send from: id, name or URL
    #[arg(long, value_name = "CHAIN", add = candidates::chains())]
    from: Option<String>,
    /// Chain to send to: id, name or URL [default: that of the recipient]
    #[arg(long, value_name = "CHAIN", required_unless_present = "recipient", add = candidates::chains())]
    to: Option<String>,
    /// Who receives it, with the chain (0x…@eip155:902, 0x…@NAME) or without [default: the sender]
    #[arg(long, value_name = "ADDRESS", value_parser = Account::parse)]
    recipient: Option<Account>,
    #[command(flatten)]
    delivery: DeliveryArgs,
    #[command(flatten)]
    wallet: WalletArgs,
}

pub(crate) async fn run(command: &BridgeCommand, context: &Context<'_>) -> Outcome {
    let (transfer, token) = match command {
        BridgeCommand::Erc20 { token, transfer } => (transfer, Some(token)),
        BridgeCommand::Eth { transfer } => (transfer, None),
    };
    let from = Naming {
        flag: "--from",
        chain: transfer.from.as_deref(),
        account: token.map(|token| ("--token", token)),
    };
    let to = Naming {
        flag: "--to",
        chain: transfer.to.as_deref(),
        account: transfer.recipient.as_ref().map(|recipient| ("--recipient", recipient)),
    };
    let ends = Ends::read(from, to, context).await?;
    let named = transfer.wallet.signer(context.printer.hidden())?;
    // Not before: a password is asked for, and Ctrl-C must end that.
    let mut interrupt = Interrupt::listen()?;
    let route = Route::find(ends, transfer.delivery.care());
    let route = interrupt.before_sending(route).await?;
    let signer = named.map_or_else(|| context.funded(route.network.as_ref(), &route.chains()), Ok)?;
    let sender = signer.address();
    let recipient = transfer.recipient.as_ref().map_or(sender, |recipient| recipient.address);
    let token = token.map(|token| token.address);
    let source = route.from.client.clone().with_signer(signer);

    let prepared = prepare(transfer, token, recipient, &source, &route, context);
    let (prepared, amount, shown) = interrupt.before_sending(prepared).await?;
    let source_id = U256::from(route.from.id());
    let subject = json!({
        "token": token.map(Checksummed),
        "tokenInteroperable": token.map(|token| interoperable::text(source_id, token)),
        "amount": decimal(amount),
        "sender": Checksummed(sender),
        "senderInteroperable": interoperable::text(source_id, sender),
        "recipient": Checksummed(recipient),
        "recipientInteroperable": interoperable::text(route.to.id(), recipient),
    });
    delivery::carry_out(context, &mut interrupt, &transfer.delivery, &route, &prepared, &shown, subject).await
}

/// Everything up to the signature: the amount, the look at both ends, the transaction.
async fn prepare(
    transfer: &TransferArgs,
    token: Option<Address>,
    recipient: Address,
    source: &ChainClient,
    route: &Route,
    context: &Context<'_>,
) -> Outcome<(Prepared, U256, String)> {
    let currency = match token {
        Some(token) => route.ask_source(transfer.delivery.care(), token_currency(source, token)).await?,
        None => Currency::eth(),
    };
    let amount = currency.parse(&transfer.amount).map_err(|error| {
        Failure::usage(error)
            .with_code(ErrorCode::InvalidAmount)
            .with_hint("`--amount` is whole base units, or a number with a unit of what is moved")
    })?;
    let shown = currency.show(amount);
    let shipment = match token {
        Some(token) => Shipment::Erc20 { token, recipient, amount },
        None => Shipment::Ether { recipient, amount },
    };
    let fail = |error| explain(error, token, &route.from, &currency).context(format!("cannot send {shown}"));
    let args = &transfer.delivery;
    let check = async { bridge::check(source, &shipment, route.to.id()).await.map_err(fail) };
    route.ask_source(args.care(), check).await?;
    route.look(source, &shipment, args.care(), context).await?;
    let prepared = async { bridge::prepare(source, &shipment, route.to.id()).await.map_err(fail) };
    let prepared = route.ask_source(args.care(), prepared).await?;
    Ok((prepared, amount, shown))
}

/// What the token calls itself. One that does not tell its decimals is none: an amount could not be read.
async fn token_currency(source: &ChainClient, token: Address) -> Outcome<Currency> {
    let contract = SuperchainERC20::new(token, source.provider());
    let decimals = contract.decimals().call().await.map_err(|error| {
        let chain = source.chain_id();
        if contract_fault(&error).kind == FaultKind::Unavailable {
            return Failure::failed(error)
                .with_code(ErrorCode::ChainUnreachable)
                .context(format!("cannot ask chain {chain} about the token {token}"));
        }
        Failure::usage(error)
            .with_code(ErrorCode::UnknownToken)
            .context(format!("{token} is no token on chain {chain}"))
            .with_hint("a SuperchainERC20 has one address on every chain: is it deployed on this one?")
    })?;
    let symbol = contract.symbol().call().await.unwrap_or_default();
    Ok(Currency::token(symbol, decimals))
}

/// The remedy for each way in which a transfer fails, in the user's own units.
fn explain(error: BridgeError, token: Option<Address>, from: &Chain, currency: &Currency) -> Failure {
    let devnet = from.known.on_devnet;
    match error {
        BridgeError::InsufficientBalance { account, have, need } => {
            let failure = Failure::usage(format!(
                "insufficient balance: {account} has {} on {}, and {} were to be sent",
                currency.show(have),
                from.label(),
                currency.show(need)
            ))
            .with_code(ErrorCode::InsufficientBalance)
            .with_details(json!({
                "account": Checksummed(account),
                "accountInteroperable": interoperable::text(U256::from(from.id()), account),
                "chainId": ChainId::from(from.id()),
                "token": token.map(Checksummed),
                "tokenInteroperable": token.map(|token| interoperable::text(U256::from(from.id()), token)),
                "have": decimal(have),
                "need": decimal(need),
            }));
            match token.filter(|token| devnet && *token == DEVNET_TOKEN) {
                Some(token) => failure.with_hint(format!(
                    "anybody may mint it: cast send {token} \"mint(address,uint256)\" {account} {need} --rpc-url {} --unlocked --from {}",
                    from.known.endpoints, DEV_ACCOUNTS[0]
                )),
                None => failure.with_hint("send less, or from another account"),
            }
        }
        BridgeError::Unfunded { account, .. } => Failure::from(error)
            .with_hint(format!("{account} needs ETH on {} for the amount and for gas", from.label())),
        BridgeError::SameChain { .. } => {
            Failure::from(error).with_hint("name two different chains with --from and --to")
        }
        BridgeError::NoToken { .. } => Failure::from(error)
            .with_hint("a SuperchainERC20 has one address on every chain: is it deployed on this one?"),
        BridgeError::ZeroRecipient => Failure::from(error).with_hint("name another address with --recipient"),
        other => Failure::from(other),
    }
}
