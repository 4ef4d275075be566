//! How it is shown.

use super::{
    super::{nodes::Nodes, place::Place, words},
    gather::{ChainState, Lane, Report, Signer},
    spend::{Overhead, Paid, Runway, Spend},
    work::Crew,
};
use crate::{
    interoperable,
    json::{ChainId, Checksummed, chain_name, decimal},
};
use alloy::primitives::U256;
use causeway_store::{Lease, Role};
use serde_json::{Value, json};

/// The largest number that every reader of JSON has.
const LARGEST: u64 = (1 << 53) - 1;

const HOURS_OF_A_YEAR: u64 = 365 * 24;
const MANY_MESSAGES: u64 = 1_000_001;

pub(super) fn text(report: &Report, place: &Place, nodes: &Nodes) -> String {
    let crew = Crew::new(&report.crew, &report.leases);
    let works = crew.text().unwrap_or_else(|| place.relayer());
    let mut parts = vec![format!("database  {}\nrelayer   {works}", place.database)];
    let mut lanes = vec![
        ["to", "queued", "in flight", "failed", "skipped", "expired", "delivered", "oldest"]
            .map(str::to_owned),
    ];
    lanes.extend(report.lanes.iter().map(|lane| lane_row(lane, nodes)));
    parts.push(if report.lanes.is_empty() { "no messages yet".to_owned() } else { words::table(&lanes) });
    let mut chains = vec![["chain", "taken in", "behind"].map(str::to_owned)];
    chains.extend(report.chains.iter().map(|chain| chain_row(chain, nodes)));
    parts.push(words::table(&chains));
    if !report.signers.is_empty() {
        let signers = report.signers.iter().map(|signer| signer_lines(signer, nodes));
        parts.push(signers.collect::<Vec<_>>().join("\n"));
    }
    if !report.spend.is_empty() {
        let head = ["paid", "messages", "in an hour", "messages", "in a day", "of that in vain"];
        let mut spend = vec![head.map(str::to_owned)];
        spend.extend(report.spend.iter().map(spend_row));
        parts.push(words::table(&spend));
    }
    if !report.overheads.is_empty() {
        let mut paid = vec![["paid for no message", "on", "in an hour", "in a day"].map(str::to_owned)];
        paid.extend(report.overheads.iter().map(|overhead| overhead_row(overhead, nodes)));
        parts.push(words::table(&paid));
    }
    if !report.leases.is_empty() {
        parts.push(crew.leases(&report.leases, nodes));
    }
    parts.join("\n\n")
}

fn lease_object(lease: &Lease) -> Value {
    let account = match lease.role {
        Role::Index | Role::Member(_) | Role::Away(_) => None,
        Role::Signer(account) => Some(Checksummed(account)),
    };
    json!({
        "chainId": ChainId::from(lease.chain_id),
        "account": account,
        "holder": lease.holder,
        "held": !lease.expires_in.is_zero(),
        "expiresInSeconds": lease.expires_in.as_secs(),
    })
}

fn lane_row(lane: &Lane, nodes: &Nodes) -> [String; 8] {
    let counts = [lane.queued, lane.in_flight, lane.failed, lane.skipped, lane.expired, lane.delivered];
    let [queued, in_flight, failed, skipped, expired, delivered] = counts.map(|count| count.to_string());
    let oldest = match lane.oldest {
        Some(seconds) => words::span(seconds),
        None => "-".to_owned(),
    };
    let oldest = if lane.is_followed { oldest } else { format!("{oldest} (not followed)") };
    [nodes.label(lane.destination), queued, in_flight, failed, skipped, expired, delivered, oldest]
}

fn chain_row(chain: &ChainState, nodes: &Nodes) -> [String; 3] {
    let taken_in = chain.taken_in.map_or_else(
        || "nothing".to_owned(),
        |head| format!("block {}, {} old", head.number, words::span(head.age)),
    );
    let behind = match (chain.behind(), &chain.head) {
        (Some(blocks), _) => words::counted(blocks, "block"),
        (None, Ok(head)) => format!("not followed; its head is block {head}"),
        (None, Err(reason)) => format!("unknown: {reason}"),
    };
    [nodes.label(chain.id), taken_in, behind]
}

fn signer_lines(signer: &Signer, nodes: &Nodes) -> String {
    let has = match &signer.balance {
        Ok(balance) => words::ether(*balance),
        Err(reason) => format!("unknown: {reason}"),
    };
    let lasts = match (&signer.runway, &signer.balance) {
        (Some(runway), _) => format!(", enough for {}", lasting(*runway)),
        (None, Ok(_)) => ", for how long is not known: nothing was spent lately".to_owned(),
        (None, Err(_)) => String::new(),
    };
    format!("{} on {}\n  {has}{lasts}", signer.account, nodes.label(U256::from(signer.chain_id)))
}

/// So much that nobody has to look after it is not counted.
fn lasting(Runway { hours, messages }: Runway) -> String {
    let time = match hours {
        0..HOURS_OF_A_YEAR => words::span(hours.saturating_mul(3_600)),
        _ => "more than a year".to_owned(),
    };
    let count = match messages {
        0..MANY_MESSAGES => words::counted(messages, "message"),
        _ => "more than a million messages".to_owned(),
    };
    format!("{time}, or {count}")
}

fn spend_row(spend: &Spend) -> [String; 6] {
    [
        format!("{} -> {}", spend.source, spend.destination),
        spend.hour.messages.to_string(),
        words::ether(spend.hour.fee),
        spend.day.messages.to_string(),
        words::ether(spend.day.fee),
        words::ether(spend.day.in_vain),
    ]
}

fn overhead_row(overhead: &Overhead, nodes: &Nodes) -> [String; 4] {
    [
        overhead.account.to_string(),
        nodes.label(U256::from(overhead.chain_id)),
        words::ether(overhead.hour.fee),
        words::ether(overhead.day.fee),
    ]
}

pub(super) fn data(report: &Report, place: &Place, nodes: &Nodes) -> Value {
    json!({
        "database": place.database.to_string(),
        "relayer": place.holder,
        "lanes": report.lanes.iter().map(|lane| lane_object(lane, nodes)).collect::<Vec<_>>(),
        "chains": report.chains.iter().map(|chain| chain_object(chain, nodes)).collect::<Vec<_>>(),
        "signers": report.signers.iter().map(signer_object).collect::<Vec<_>>(),
        "spend": report.spend.iter().map(spend_object).collect::<Vec<_>>(),
        "overheads": report.overheads.iter().map(overhead_object).collect::<Vec<_>>(),
        "leases": report.leases.iter().map(lease_object).collect::<Vec<_>>(),
    })
}

fn lane_object(lane: &Lane, nodes: &Nodes) -> Value {
    json!({
        "chainId": ChainId::from(lane.destination),
        "name": chain_name(nodes.name(lane.destination)),
        "followed": lane.is_followed,
        "queued": lane.queued,
        "inFlight": lane.in_flight,
        "failed": lane.failed,
        "skipped": lane.skipped,
        "expired": lane.expired,
        "delivered": lane.delivered,
        "oldestSeconds": lane.oldest,
    })
}

fn chain_object(chain: &ChainState, nodes: &Nodes) -> Value {
    json!({
        "chainId": ChainId::from(chain.id),
        "name": chain_name(nodes.name(chain.id)),
        "blockNumber": chain.taken_in.map(|head| head.number),
        "timestamp": chain.taken_in.map(|head| head.timestamp),
        "ageSeconds": chain.taken_in.map(|head| head.age),
        "head": chain.head.as_ref().ok(),
        "behind": chain.behind(),
        "reason": chain.head.as_ref().err(),
    })
}

fn signer_object(signer: &Signer) -> Value {
    json!({
        "account": Checksummed(signer.account),
        "accountInteroperable": interoperable::text(U256::from(signer.chain_id), signer.account),
        "chainId": ChainId::from(signer.chain_id),
        "balance": signer.balance.as_ref().ok().map(|balance| decimal(*balance)),
        "reason": signer.balance.as_ref().err(),
        "runwaySeconds": signer.runway.map(|runway| runway.hours.saturating_mul(3_600).min(LARGEST)),
        "runwayMessages": signer.runway.map(|runway| runway.messages.min(LARGEST)),
    })
}

fn overhead_object(overhead: &Overhead) -> Value {
    let paid = |paid: &Paid| json!({ "gas": paid.gas, "fee": decimal(paid.fee) });
    json!({
        "account": Checksummed(overhead.account),
        "accountInteroperable": interoperable::text(U256::from(overhead.chain_id), overhead.account),
        "chainId": ChainId::from(overhead.chain_id),
        "hour": paid(&overhead.hour),
        "day": paid(&overhead.day),
    })
}

fn spend_object(spend: &Spend) -> Value {
    let paid = |paid: &Paid| {
        json!({
            "messages": paid.messages,
            "gas": paid.gas,
            "fee": decimal(paid.fee),
            "feeInVain": decimal(paid.in_vain),
        })
    };
    json!({
        "source": ChainId::from(spend.source),
        "destination": ChainId::from(spend.destination),
        "hour": paid(&spend.hour),
        "day": paid(&spend.day),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_of_thousands_of_years() {
        let lasts = |hours, messages| lasting(Runway { hours, messages });
        assert_eq!(lasts(5, 1), "5 h, or 1 message");
        assert_eq!(lasts(8_759, 1_000_000), "364 d, or 1000000 messages");
        assert_eq!(lasts(8_760, 1_000_001), "more than a year, or more than a million messages");
        assert_eq!(lasts(u64::MAX, 7), "more than a year, or 7 messages");
    }
}
