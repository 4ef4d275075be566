//! What is looked at on one chain.

use super::{
    finding::{Finding, Level},
    pay::Pay,
};
use crate::{
    chains::{Chain, KnownChain},
    commands::relayer::words,
    patience,
};
use alloy::{eips::BlockNumberOrTag, primitives::Address, providers::Provider, sol};
use causeway_bindings::RELAY_BATCHER;
use causeway_client::capabilities::{Ability, Capabilities, capabilities};
use causeway_interop::{CROSS_L2_INBOX, L2_TO_L2_CROSS_DOMAIN_MESSENGER};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

sol! {
    #[sol(rpc)]
    interface ISemver {
        function version() external view returns (string);
    }
}

/// Whoever is asked for many things at once may take his time.
const PATIENCE: Duration = Duration::from_secs(20);
/// Seconds that a head may be old, besides ten of its chain's blocks.
const FRESH: u64 = 30;

/// Looks at a chain, its contracts, and what the accounts have there.
pub(super) async fn look(chain: &KnownChain, pay: Pay<'_>) -> Vec<Finding> {
    let asked = async {
        match chain.clone().connect().await {
            Ok(chain) => ask(&chain, pay).await,
            Err(failure) => {
                let hint = failure.hint().unwrap_or("is the node running?").to_owned();
                vec![Finding::error("node", failure.message(), hint)]
            }
        }
    };
    let findings = match patience::within(PATIENCE, asked).await {
        Ok(findings) => findings,
        Err(silent) => vec![Finding::new(Level::Unknown, "node", silent.message())],
    };
    findings.into_iter().map(|finding| finding.on(chain)).collect()
}

async fn ask(chain: &Chain, pay: Pay<'_>) -> Vec<Finding> {
    let (head, abilities, contracts, balances) =
        tokio::join!(head(chain), capabilities(&chain.client), contracts(chain), pay.look(chain));
    let mut findings = vec![head];
    findings.extend(able(&abilities));
    findings.extend(contracts);
    findings.extend(balances);
    findings
}

async fn head(chain: &Chain) -> Finding {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let serves = format!("{} serves the chain", chain.known.endpoints);
    match chain.client.provider().get_block_by_number(BlockNumberOrTag::Latest).await {
        Ok(Some(block)) => {
            let age = now.saturating_sub(block.header.timestamp);
            let text = format!("{serves}; block {} is {} old", block.header.number, words::span(age));
            match chain.known.member.block_time.saturating_mul(10).saturating_add(FRESH) {
                longest if age > longest => {
                    Finding::warning("node", text, "does the chain stand still, or is the node behind?")
                }
                _ => Finding::ok("node", text),
            }
        }
        Ok(None) => Finding::error("node", format!("{serves}, and has no newest block"), "is it synced?"),
        Err(error) => Finding::new(Level::Unknown, "node", format!("its newest block is not known: {error}")),
    }
}

/// What the node can do.
fn able(node: &Capabilities) -> Vec<Finding> {
    /// The method, and why its absence matters: whether it keeps the relayer from working.
    struct Need<'a>(&'static str, &'a Ability, Level, &'static str);
    let needs = [
        Need("eth_getLogs", &node.logs, Level::Error, "no message is found without it: use another node"),
        Need(
            "nonces of the pool",
            &node.pending_nonces,
            Level::Error,
            "nothing is signed without them: use another node",
        ),
        Need(
            "access lists",
            &node.access_lists,
            Level::Error,
            "no delivery can be tried out: use another node",
        ),
        Need("eth_getBlockReceipts", &node.block_receipts, Level::Warning, "blocks are proven more slowly"),
        Need("eth_simulateV1", &node.simulate, Level::Warning, "messages are tried out one by one"),
        Need("state overrides", &node.state_overrides, Level::Warning, "reverts are explained less well"),
    ];
    let mut has = Vec::new();
    let mut findings = Vec::new();
    for Need(name, ability, level, remedy) in needs {
        match ability {
            Ability::Has => has.push(name),
            Ability::Lacks { reason } => {
                findings
                    .push(Finding::new(level, "method", format!("no {name}: {reason}")).with_remedy(remedy));
            }
            Ability::Unknown { fault } => {
                findings.push(Finding::new(Level::Unknown, "method", format!("{name}: {fault}")));
            }
        }
    }
    if !has.is_empty() {
        findings.insert(0, Finding::ok("method", format!("it has {}", has.join(", "))));
    }
    findings
}

async fn contracts(chain: &Chain) -> Vec<Finding> {
    let needed = [
        ("L2ToL2CrossDomainMessenger", L2_TO_L2_CROSS_DOMAIN_MESSENGER),
        ("CrossL2Inbox", CROSS_L2_INBOX),
        ("RelayBatcher", RELAY_BATCHER),
    ];
    let mut there = Vec::new();
    let mut findings = Vec::new();
    for (name, address) in needed {
        match chain.client.provider().get_code_at(address).await {
            Ok(code) if code.is_empty() && address == RELAY_BATCHER => findings.push(Finding::warning(
                "contract",
                format!("no RelayBatcher at {address}: each message takes a transaction of its own"),
                format!("`causeway deploy batcher --chains {}` puts it there", chain.id()),
            )),
            Ok(code) if code.is_empty() => findings.push(Finding::error(
                "contract",
                format!("no {name} at {address}"),
                "nothing can be delivered there: is it a chain with interop?",
            )),
            Ok(_) => there.push(match version(chain, address).await {
                Some(version) => format!("{name} {version}"),
                None => name.to_owned(),
            }),
            Err(error) => {
                findings.push(Finding::new(Level::Unknown, "contract", format!("{name}: {error}")));
            }
        }
    }
    if !there.is_empty() {
        findings.insert(0, Finding::ok("contract", there.join(", ")));
    }
    findings
}

/// What a contract says of itself, if it does, and in harmless words.
async fn version(chain: &Chain, address: Address) -> Option<String> {
    let version = ISemver::new(address, chain.client.provider()).version().call().await.ok()?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-+".contains(c);
    (!version.is_empty() && version.len() <= 40 && version.chars().all(is_plain)).then_some(version)
}
