//! What is there for operators speaks of metrics that there are.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    metrics::{everything, names},
    world::World,
};

const DASHBOARD: &str = include_str!("../../../../../ops/grafana/relayer.json");
const RULES: &str = include_str!("../../../../../ops/prometheus/relayer.rules.yml");
const UNIT: &str = include_str!("../../../../../ops/systemd/causeway-relayer.service");
const MANUAL: &str = include_str!("../../../../../docs/relayer.md");

/// The metrics that an expression names: of a histogram, that of the whole.
fn asked(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let ours = words.filter(|word| word.starts_with("causeway_") || word.starts_with("process_"));
    ours.map(|word| word.strip_suffix("_bucket").unwrap_or(word).to_owned()).collect()
}

/// Every expression of the dashboard.
fn expressions(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match value {
                    Value::String(text) if key == "expr" || key == "query" => found.push(text.clone()),
                    value => expressions(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| expressions(item, found)),
        _ => {}
    }
}

#[tokio::test]
async fn dashboard_and_alerts_ask_for_metrics_that_there_are() {
    let world = World::start().await;
    let mut served = names(&everything(&world).await);
    world.end().await;
    // Nodes that answer tell balances, and blocks what was paid.
    let paid = [
        "gas_last_hour",
        "fees_wei_last_hour",
        "vain_fees_wei_last_hour",
        "overhead_fees_wei_last_hour",
        "signer_balance_wei",
    ];
    served.extend(paid.map(|name| format!("causeway_relayer_{name}")));
    let mut found = Vec::new();
    expressions(&serde_json::from_str(DASHBOARD).unwrap(), &mut found);
    assert!(found.len() > 30, "{found:?}");
    let shown = asked(&found.join("\n"));
    assert_eq!(shown.difference(&served).collect::<Vec<_>>(), Vec::<&String>::new());
    // What is counted can be looked at.
    let ours: BTreeSet<_> = served.into_iter().filter(|name| name.starts_with("causeway_relayer_")).collect();
    assert_eq!(ours.difference(&shown).collect::<Vec<_>>(), Vec::<&String>::new());
    let alerted: String =
        RULES.lines().filter(|line| !line.contains("job_name")).collect::<Vec<_>>().join("\n");
    assert_eq!(asked(&alerted).difference(&ours).collect::<Vec<_>>(), Vec::<&String>::new());
}

/// What is read from the database is the same at each of the relayers on it.
#[test]
fn what_each_relayer_tells_alike_is_not_added_up() {
    let mut found = Vec::new();
    expressions(&serde_json::from_str(DASHBOARD).unwrap(), &mut found);
    let of = |metric: &str| found.iter().filter(|it| it.contains(metric)).cloned().collect::<Vec<_>>();
    let (queues, chains) = (of("causeway_relayer_queue_length"), of("state=\"following\""));
    assert!(!queues.is_empty() && !chains.is_empty(), "{found:?}");
    let one = "max by (source, destination, state) (causeway_relayer_queue_length";
    assert!(queues.iter().all(|it| it.contains(one)), "{queues:?}");
    // A chain is followed by one of them, and elsewhere for the others.
    let one = "max by (chain_id) (causeway_relayer_chain_state";
    assert!(chains.iter().all(|it| it.contains(one)), "{chains:?}");
}

#[test]
fn every_alert_says_what_to_do() {
    let alerts: BTreeSet<_> =
        RULES.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).map(str::to_owned).collect();
    assert!(alerts.len() >= 20, "{alerts:?}");
    let entries: BTreeSet<_> = MANUAL
        .lines()
        .filter_map(|line| line.strip_prefix("#### Relayer"))
        .map(|name| format!("Relayer{name}"))
        .collect();
    assert_eq!(alerts, entries);
    // Prometheus shows it as it is: a path alone leads nowhere. Where the manual is, the unit says, too.
    let manual = UNIT.lines().find_map(|line| line.strip_prefix("Documentation=")).unwrap();
    for alert in &alerts {
        let link = format!("runbook_url: {manual}#{}", alert.to_lowercase());
        assert!(RULES.lines().any(|line| line.trim() == link), "{link}");
    }
}

/// Of two, an operator would follow the one that is not checked.
#[test]
fn the_unit_stands_in_one_place_and_commands_beside_it_are_told_its_state_folder() {
    const OPERATIONS: &str = include_str!("../../../../../docs/operations.md");
    assert!(OPERATIONS.contains("(../ops/systemd/causeway-relayer.service)"));
    assert!(!OPERATIONS.contains("[Service]") && !MANUAL.contains("[Service]"));
    assert!(UNIT.contains("CAUSEWAY_HOME=%S/causeway"));
    for document in [OPERATIONS, MANUAL] {
        assert!(document.contains("export CAUSEWAY_HOME=/var/lib/causeway CAUSEWAY_CONFIG="));
    }
}
