//! `causeway deploy token`.

use super::{
    args::{DeployArgs, PlaceArgs},
    carry_out::{Looked, prepare},
    report::{Row, Status},
};
use crate::{
    amount::Currency,
    candidates,
    chains::ChainBook,
    context::Context,
    failure::{ErrorCode, Failure, Outcome},
    json::{ChainId, Checksummed, decimal},
    node_url::is_url,
    parse, patience,
};
use alloy::primitives::{Address, U256};
use causeway_deploy::{
    create2::{Creation, Factory},
    token::{Terms, Token, before, compare},
};
use clap::{Args, builder::NonEmptyStringValueParser};
use futures::future::join_all;
use serde_json::json;

/// Which token, and where.
#[derive(Debug, Args)]
pub(crate) struct TokenArgs {
    /// Its name
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    name: String,
    /// Its symbol
    #[arg(long, value_name = "SYMBOL", value_parser = NonEmptyStringValueParser::new())]
    symbol: String,
    /// Its decimals
    #[arg(long, value_name = "NUMBER", default_value_t = 18)]
    decimals: u8,
    /// Who may mint on every chain, and gets the supply; 0x0000…0000 for nobody [default: the account that pays]
    #[arg(long, value_name = "ADDRESS", value_parser = parse::address)]
    owner: Option<Address>,
    /// What there is of it from the start, once: whole base units, or 1000SYMBOL [default: nothing]
    #[arg(long, value_name = "AMOUNT", requires = "home", allow_negative_numbers = true)]
    supply: Option<String>,
    /// The chain on which the supply comes into being: id or name
    #[arg(long, value_name = "CHAIN", requires = "supply", add = candidates::chains())]
    home: Option<String>,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    deploy: DeployArgs,
}

pub(super) async fn run(args: &TokenArgs, context: &Context<'_>) -> Outcome {
    let mut token = None;
    let make = |account: Option<Address>, book: &ChainBook| {
        let found = terms(args, account, book)?;
        let creation = Creation {
            factory: args.place.factory.into(),
            salt: args.place.salt.clone().unwrap_or_default(),
            ..found.creation()
        };
        token = Some(found);
        Ok(creation)
    };
    let mut ready = prepare(make, &args.deploy, context).await?;
    let Some(terms) = token else { return Err(Failure::failed("no token is described")) };
    warn(&terms, args.supply.as_deref(), &ready.looked, context).await;
    ready.deployment.token = Some((
        json!({
            "name": terms.name,
            "symbol": terms.symbol,
            "decimals": terms.decimals,
            "owner": Checksummed(terms.owner),
            "supply": decimal(terms.supply),
            "home": (!terms.supply.is_zero()).then(|| json!(ChainId::from(terms.home))),
        }),
        words(&terms),
    ));
    let (mut done, looked, mut interrupt) = ready.carry_out(&args.deploy, context).await?;
    if !args.deploy.dry_run {
        tokio::select! {
            checked = check(&terms, done.address, &looked, &mut done.rows) => checked?,
            () = interrupt.caught() => {
                let text = "interrupted: the token is on every chain, and was not looked at";
                return Err(Failure::failed(text).with_code(ErrorCode::Interrupted));
            }
        }
    }
    done.print(context);
    Ok(())
}

/// What the token is created with. The same on every chain, or its address would not be.
fn terms(args: &TokenArgs, account: Option<Address>, book: &ChainBook) -> Outcome<Terms> {
    let owner = args.owner.or(account).ok_or_else(|| {
        Failure::usage("nobody is named who owns the token")
            .with_code(ErrorCode::NoKey)
            .with_hint("name the owner with --owner, or the account that pays with --sender")
    })?;
    let currency = Currency::token(args.symbol.clone(), args.decimals);
    let supply = match &args.supply {
        None => U256::ZERO,
        Some(text) => currency.parse(text).map_err(|error| {
            Failure::usage(error)
                .with_code(ErrorCode::InvalidAmount)
                .with_hint("`--supply` is whole base units, or a number with the token's symbol")
        })?,
    };
    let home = args.home.as_deref().map(|text| home(text, book)).transpose()?.unwrap_or_default();
    let factory = Factory::from(args.place.factory);
    if owner == factory.address() {
        return Err(Failure::usage(format!(
            "--owner is the {}, which can do nothing with it",
            factory.name()
        ))
        .with_code(ErrorCode::FactoryBecomesOwner)
        .with_hint("name an account that somebody has the key of"));
    }
    if owner.is_zero() && !supply.is_zero() {
        return Err(Failure::usage("nobody owns the token, so nobody would get its supply")
            .with_hint("name who gets it with --owner; who owns it may give that up afterwards"));
    }
    Ok(Terms {
        name: args.name.clone(),
        symbol: args.symbol.clone(),
        decimals: args.decimals,
        owner,
        supply,
        home,
    })
}

/// The chain that has the supply. It may be one that is not asked, and may not be known.
fn home(text: &str, book: &ChainBook) -> Outcome<U256> {
    let id = match parse::chain_id(text) {
        Ok(id) => id,
        Err(_) if is_url(text) => {
            return Err(Failure::usage("--home takes the id or the name of a chain, and no URL")
                .with_hint("as in --home 901: the chain's id goes into the token"));
        }
        Err(_) => U256::from(book.look_up(text)?.id),
    };
    match id.is_zero() {
        true => {
            Err(Failure::usage("--home is 0, which is no chain's id: the supply would never come into being")
                .with_hint("name the chain that has the supply, as in --home 901"))
        }
        false => Ok(id),
    }
}

/// What there is less of than one whole token, where the amount has no unit: 18 zeros may have been forgotten.
fn is_dust(terms: &Terms, supply: Option<&str>) -> bool {
    let is_bare = supply.is_some_and(|text| text.trim().bytes().all(|digit| digit.is_ascii_digit()));
    let one = U256::from(10).checked_pow(U256::from(terms.decimals));
    is_bare && one.is_none_or(|one| terms.supply < one)
}

/// A text as it is, without what is not seen on a terminal or moves its cursor.
fn visible(text: &str) -> String {
    let is_unseen = |c: char| c.escape_debug().len() > 1 && !matches!(c, '"' | '\'' | '\\');
    let parts = text.chars().map(|c| if is_unseen(c) { c.escape_debug().to_string() } else { c.to_string() });
    parts.collect()
}

fn words(terms: &Terms) -> String {
    let token = format!(
        "token     {} ({}), {} decimals\nowner     {}",
        visible(&terms.name),
        visible(&terms.symbol),
        terms.decimals,
        terms.owner
    );
    let supply = match terms.supply.is_zero() {
        true if terms.owner.is_zero() => "none".to_owned(),
        true => "none yet: the owner may mint".to_owned(),
        false => {
            let supply = Currency::token(terms.symbol.clone(), terms.decimals).show(terms.supply);
            format!("{supply} on chain {}", terms.home)
        }
    };
    format!("{token}\nsupply    {supply}")
}

/// What is not wrong, and may not be meant.
async fn warn(terms: &Terms, supply: Option<&str>, looked: &[Looked], context: &Context<'_>) {
    if let Some(given) = supply.filter(|_| is_dust(terms, supply)) {
        let currency = Currency::token(terms.symbol.clone(), terms.decimals);
        context.printer.warn(&format!(
            "the supply is {}, less than one: a number alone is in base units; for whole ones write --supply {}",
            currency.show(terms.supply),
            currency.whole(given)
        ));
    }
    if terms.owner.is_zero() {
        let text = "nobody may mint the token, and there is none of it: there never will be";
        context.printer.warn(text);
    }
    let asked = join_all(looked.iter().map(|looked| before(&looked.target.provider, terms))).await;
    let mut owners = Vec::new();
    for (looked, found) in looked.iter().zip(asked) {
        let label = looked.known.label();
        match found {
            Ok(found) => {
                if !found.missing.is_empty() {
                    let missing = found.missing.join(" and no ");
                    context.printer.warn(&format!(
                        "chain {label} has no {missing}: the token cannot move to or from there before \
                         `causeway deploy predeploys`, or `causeway upgrade` on a live chain"
                    ));
                }
                owners.push((label, found.owner_has_code));
            }
            Err(error) => context.printer.warn(&format!("{label}: {error}")),
        }
    }
    if let Some((with, _)) = owners.iter().find(|(_, code)| *code)
        && let Some((without, _)) = owners.iter().find(|(_, code)| !code)
    {
        context.printer.warn(&format!(
            "the owner {} is a contract on {with} and none on {without}: who is the owner there? What it mints, the bridge takes everywhere",
            terms.owner
        ));
    }
    let is_there = looked.iter().any(|looked| U256::from(looked.known.id) == terms.home);
    if !terms.supply.is_zero() && !is_there {
        let home = terms.home;
        context.printer.warn(&format!(
            "chain {home} is not among the chains: the supply is there once the token is on it"
        ));
    }
}

/// Looks whether each token says of itself what the others say, and has the supply that it should.
async fn check(terms: &Terms, address: Address, looked: &[Looked], rows: &mut [Row]) -> Outcome {
    let tokens = join_all(looked.iter().map(ask)).await;
    let (mut wrong, mut silent) = (Vec::new(), Vec::new());
    for (looked, token) in looked.iter().zip(tokens) {
        let row = rows.iter_mut().find(|row| row.chain_id == looked.known.id);
        let is_new = row.as_ref().is_some_and(|row| row.status == Status::Deployed);
        let (list, why) = match token {
            Ok(token) => (&mut wrong, compare(terms, looked.known.id, &token, is_new)),
            Err(failure) => (&mut silent, Some(failure.message())),
        };
        if let Some(why) = why {
            list.push(format!("{}: {why}", looked.known.label()));
            if let Some(row) = row {
                row.reason = Some(why);
            }
        }
    }
    let chains: Vec<_> = rows.iter().map(|row| row.json(address)).collect();
    if wrong.is_empty() && !silent.is_empty() {
        let said = silent.join("; ");
        return Err(Failure::failed(format!("the token is on every chain, and was not looked at: {said}"))
            .with_code(ErrorCode::ChainUnreachable)
            .with_hint("run the same command again to look at it; nothing is sent twice")
            .with_details(json!({ "chains": chains })));
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Failure::failed(format!("the token is not as it should be: {}", wrong.join("; ")))
            .with_code(ErrorCode::CodeDiffers)
            .with_hint("everything was sent; run the same command again to look again")
            .with_details(json!({ "chains": chains }))),
    }
}

/// What a token says of itself. A node may be a block behind the one that showed the contract, so an answer that is none is asked
/// for once more.
async fn ask(looked: &Looked) -> Outcome<Token> {
    let read =
        || patience::within(patience::SHORT, Token::read(&looked.target.provider, looked.plan.address));
    match read().await? {
        Ok(token) => Ok(token),
        Err(_) => Ok(read().await??),
    }
}
