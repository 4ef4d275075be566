//! `causeway verifier status|failsafe|resume`: a running verifier, steered from the shell.

use super::run::read_secret;
use crate::{
    context::Context,
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
    json::{ChainId, with_camel_case_keys},
    parse,
};
use alloy::primitives::U256;
use causeway_chain::Endpoint;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use std::{fmt::Write as _, path::PathBuf, time::Duration};

/// Which verifier.
#[derive(Clone, Debug, Args)]
pub(crate) struct VerifierUrl {
    /// URL of the verifier [default: that of the running devnet, else port 8450 of this machine]
    #[arg(long, value_name = "URL")]
    verifier_url: Option<String>,
}

/// How it stands with the chains.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  causeway verifier status")]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    url: VerifierUrl,
}

/// Switches all checks off or on.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  causeway verifier failsafe on --jwt-secret jwt.hex \\
    --reason 'the source chain halts'")]
pub(crate) struct FailsafeArgs {
    /// Whether every check is refused
    #[arg(value_enum, value_name = "on|off")]
    switch: Switch,
    /// Why, for the verifier's log
    #[arg(long, value_name = "TEXT", default_value = "not given")]
    reason: String,
    #[command(flatten)]
    admin: AdminArgs,
}

/// Ends the suspension of a chain: what is known of it is forgotten and fetched anew.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  causeway verifier resume 901 --jwt-secret jwt.hex \\
    --reason 'the reorg was announced'")]
pub(crate) struct ResumeArgs {
    /// Id of the chain
    #[arg(value_name = "ID", value_parser = parse::chain_id)]
    chain_id: U256,
    /// Why, for the verifier's log
    #[arg(long, value_name = "TEXT", default_value = "not given")]
    reason: String,
    #[command(flatten)]
    admin: AdminArgs,
}

/// What the admin methods need.
#[derive(Clone, Debug, Args)]
pub(crate) struct AdminArgs {
    /// File with the secret that the verifier was started with [default: verifier.jwt-secret of the configuration]
    #[arg(long, value_name = "PATH", value_parser = parse::path())]
    jwt_secret: Option<PathBuf>,
    #[command(flatten)]
    url: VerifierUrl,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    // Every check is refused. (As documentation it would double the length of the help.)
    On,
    // Checks are answered.
    Off,
}

pub(super) async fn status(args: &StatusArgs, context: &Context<'_>) -> Outcome {
    let url = args.url.find(context).await?;
    let status = call(&url, "interop_status", &json!([]), None).await?;
    let mut text = String::new();
    for (chain_id, chain) in status["chains"].as_object().into_iter().flatten() {
        let reason = chain["reason"].as_str().map(|reason| format!(": {reason}")).unwrap_or_default();
        let state = chain["state"].as_str().unwrap_or_default();
        let polled = if chain["pushed"] == false { " (polled)" } else { "" };
        let _ = writeln!(text, "chain {chain_id}  {state}{polled}{reason}");
        for level in ["unsafe", "cross-unsafe", "local-safe", "safe", "finalized"] {
            match chain["heads"][level]["number"].as_u64() {
                Some(number) => {
                    let _ = writeln!(text, "  {level:<13}{number}");
                }
                None => {
                    let _ = writeln!(text, "  {level:<13}-");
                }
            }
        }
        if let Some(first) = chain["first"]["number"].as_u64() {
            let complete = chain["historyComplete"].as_bool().unwrap_or_default();
            let how = match chain["historyEnds"].as_str() {
                _ if complete => "complete",
                Some(reason) => reason,
                None => "being fetched",
            };
            let _ = writeln!(text, "  history      from {first}, {how}");
        }
    }
    for block in status["fallen"].as_array().into_iter().flatten() {
        let _ = writeln!(
            text,
            "block {} of chain {} has to be replaced: {}",
            block["block"]["number"].as_u64().unwrap_or_default(),
            block["chainId"].as_str().unwrap_or_default(),
            block["words"].as_str().unwrap_or_default()
        );
        for other in block["takesAlong"].as_array().into_iter().flatten() {
            let _ = writeln!(
                text,
                "  and with it block {} of chain {}",
                other["number"].as_u64().unwrap_or_default(),
                other["chainId"].as_str().unwrap_or_default()
            );
        }
    }
    let failsafe =
        if status["failsafe"].as_bool().unwrap_or_default() { "on: every check is refused" } else { "off" };
    let _ = write!(text, "failsafe  {failsafe}");
    context.printer.report(&text, &status_object(status));
    Ok(())
}

/// What the verifier answered, in the forms of `--json`: every field is there, and none has a dash in its name.
fn status_object(status: Value) -> Value {
    let mut status = with_camel_case_keys(status);
    for (_, chain) in status["chains"].as_object_mut().into_iter().flatten() {
        if let Some(chain) = chain.as_object_mut() {
            chain.entry("reason").or_insert(Value::Null);
            chain.entry("historyEnds").or_insert(Value::Null);
        }
    }
    status
}

pub(super) async fn failsafe(args: &FailsafeArgs, context: &Context<'_>) -> Outcome {
    let enabled = args.switch == Switch::On;
    args.admin.call("admin_setFailsafeEnabled", &json!([enabled, args.reason]), context).await?;
    let text = if enabled { "failsafe on: every check is refused" } else { "failsafe off" };
    context.printer.report(text, &json!({ "failsafe": enabled }));
    Ok(())
}

pub(super) async fn resume(args: &ResumeArgs, context: &Context<'_>) -> Outcome {
    let chain = args.chain_id.to_string();
    args.admin.call("admin_resumeChain", &json!([chain, args.reason]), context).await?;
    context.printer.report(
        &format!("chain {chain} is fetched anew"),
        &json!({ "chainId": ChainId::from(args.chain_id) }),
    );
    Ok(())
}

impl AdminArgs {
    async fn call(&self, method: &str, params: &Value, context: &Context<'_>) -> Outcome<Value> {
        let configured = &context.loaded.config.verifier.jwt_secret;
        let path = self.jwt_secret.as_ref().or(configured.as_ref()).ok_or_else(|| {
            Failure::usage("this needs the secret of the verifier").with_code(ErrorCode::NoKey).with_hint(
                "name its file with --jwt-secret, or as jwt-secret under [verifier] in causeway.toml",
            )
        })?;
        let secret = read_secret(path)?;
        let token = secret.token().ok_or_else(|| Failure::failed("the system's clock is before 1970"))?;
        call(&self.url.find(context).await?, method, params, Some(&token)).await
    }
}

impl VerifierUrl {
    async fn find(&self, context: &Context<'_>) -> Outcome<Endpoint> {
        let url = match &self.verifier_url {
            Some(url) => url.clone(),
            None => {
                let network = context.network().await?;
                let of_devnet = network.and_then(|network| network.verifier_url);
                of_devnet.unwrap_or_else(|| format!("http://{}", context.loaded.config.verifier.listen))
            }
        };
        let endpoint = url
            .parse()
            .what("wrong URL for the verifier")
            .bad_input()
            .hint("expected http:// or https:// and a host")?;
        context.printer.hidden().endpoint(&endpoint);
        Ok(endpoint)
    }
}

async fn call(url: &Endpoint, method: &str, params: &Value, token: Option<&str>) -> Outcome<Value> {
    let what = format!("cannot ask the verifier at {url}");
    let mut client = reqwest::Client::builder().timeout(Duration::from_secs(10));
    if url.is_loopback() {
        // A proxy on the way out knows nothing about a verifier on this machine.
        client = client.no_proxy();
    }
    let client = client.build().what(what.clone())?;
    let mut request = client
        .post(url.expose())
        .json(&json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    // The client's own words would repeat the URL, which may hold a credential.
    let scrubbed = |error: reqwest::Error| {
        Failure::failed(url.scrub(&Failure::message_of(&error.without_url())))
            .with_code(ErrorCode::VerifierUnreachable)
    };
    let answer = request.send().await.map_err(|error| {
        scrubbed(error).context(what.clone()).with_hint("is it running? `causeway verifier run` starts one")
    })?;
    if answer.status().as_u16() == 401 {
        return Err(Failure::failed("the verifier refuses the token: its secret is another one")
            .with_code(ErrorCode::Unauthorized)
            .with_hint("name the file that it was started with by --jwt-secret"));
    }
    let answer: Value = answer.json().await.map_err(|error| scrubbed(error).context(what))?;
    match answer.get("error") {
        None => Ok(answer["result"].clone()),
        Some(error) => {
            Err(Failure::failed(error["message"].as_str().unwrap_or("it gives no reason").to_owned())
                .with_code(ErrorCode::VerifierRefused)
                .context(format!("the verifier refuses {method}"))
                .with_details(error.clone()))
        }
    }
}
