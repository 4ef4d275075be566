//! Manifests, and what is wrong with them.

use causeway_deploy::upgrade::{Artifacts, Code, Form, Manifest, ManifestError, PlanOptions, plan};

/// What comes of the bundle's manifest with one piece of it replaced.
fn with(piece: &str, other: &str) -> Result<(), ManifestError> {
    let text = Form::Bundle.text();
    assert!(text.contains(piece), "{piece}");
    planned(&text.replacen(piece, other, 1))
}

fn planned(text: &str) -> Result<(), ManifestError> {
    plan(&Manifest::parse(text)?, &Artifacts::ours(), &PlanOptions::default()).map(drop)
}

/// The text of one step.
fn step(intent: &str) -> &'static str {
    let text = Form::Bundle.text();
    let at = text.find(intent).unwrap();
    let start = text[..at].rfind("[[step]]").unwrap();
    let end = text[at..].find("\n\n").map_or(text.len(), |end| at + end + 2);
    &text[start..end]
}

#[test]
fn a_sender_that_can_send_no_more_is_refused() {
    let manifest = Form::Create.manifest().unwrap();
    let planned = |sender_nonce| {
        plan(&manifest, &Artifacts::ours(), &PlanOptions { sender_nonce, ..PlanOptions::default() })
    };
    let error = planned(u64::MAX).unwrap_err();
    assert_eq!(error.key, Some("from"), "{error}");
    assert!(planned(1).is_ok());
}

#[test]
fn what_is_wrong_is_named_with_its_line_and_a_remedy() {
    let sender = "from = \"0xDeaDDEaDDeAdDeAdDEAdDEaddeAddEAdDEAd0001\"";
    for (piece, other, key, words) in [
        ("margin = 150", "margin = 99", "margin", "99 is no margin"),
        ("margin = 150", "margin = \"150\"", "", "invalid type"),
        ("label = ", "labl = ", "", "unknown field `labl`"),
        ("fixed = true", "fixd = true", "", "unknown field `fixd`"),
        ("label = \"Interop\"", "label = \"Interop", "", "invalid"),
        (sender, "from = \"0xdead\"", "from", "no address"),
        (sender, "from = \"0xdeaDDEaDDeAdDeAdDEAdDEaddeAddEAdDEAd0001\"", "from", "checksum"),
        ("to = \"L1Block\"", "to = \"L1Blok\"", "to", "\"L1Blok\" is no address"),
        ("to = \"L1Block\"", "deploy = \"ETHLiquidity\"", "intent", "neither creates nor calls"),
        ("call = \"setFeature(bytes32)\"", "call = \"setFeature(\"", "call", "is no function"),
        ("call = \"setFeature(bytes32)\"", "call = \"setFeature()\"", "args", "takes 0 arguments, not 1"),
        ("text:INTEROP", "text:INTEROPINTEROPINTEROPINTEROPINTEROP", "args", "is no bytes32"),
        ("text:INTEROP", "INTEROP", "args", "\"INTEROP\" is no bytes32"),
        ("\"first-time\"", "\"always\"", "when", "\"always\" is no condition"),
        ("through = \"deterministic", "through = \"somehow-deterministic", "through", "creates no contracts"),
        ("keccak:optimism", "kecak:optimism", "salt", "is no salt"),
        (
            "deploy = \"CrossL2Inbox\"",
            "deploy = \"CrosL2Inbox\"",
            "deploy",
            "there is no code of CrosL2Inbox",
        ),
        ("deploy = \"CrossL2Inbox\"", "deploy = \"ETHLiquidity\"", "deploy", "ETHLiquidity is created twice"),
        (
            "0xB9415c6cA93bdC545D4c5177512FCC22EFa38F28",
            "0x4200000000000000000000000000000000000099",
            "link",
            "is not in the code",
        ),
        (
            "mint = \"3402823669209384634633746",
            "mint = \"93402823669209384634633746",
            "mint",
            "no amount that fits",
        ),
        ("gas = 50_000", "gas = 27_000", "gas", "less than the measured"),
        ("gas = 50_000", "gas = 21_000", "gas", "does not pay for the transaction's data"),
        ("gas = 71_000", "gas = 70_999", "gas", "70999 is not 150 % of the measured"),
    ] {
        let error = with(piece, other).unwrap_err();
        assert!(error.cause.contains(words), "{other}: {error}");
        assert_eq!(error.key.unwrap_or_default(), key, "{other}: {error}");
        assert!(!error.remedy.is_empty(), "{other}");
        // A parser of TOML may notice a line later, and what a step does not have is named at its intent.
        let line = 1 + Form::Bundle.text()[..Form::Bundle.text().find(piece).unwrap()].matches('\n').count();
        let near = error.line.abs_diff(line) <= 10 || words == "ETHLiquidity is created twice";
        assert!(near, "{other}: line {line}, {error}");
        assert!(error.to_string().starts_with(&format!("line {}", error.line)), "{error}");
    }
    assert_eq!(planned("").unwrap_err().line, 1);
}

/// Whatever would break something of worth is refused, in whatever order a manifest has it.
#[test]
fn orders_that_break_something_are_refused() {
    let upgrade = |contract| step(&format!("Upgrade {contract} Implementation"));
    let moved = |what: &str, before: &str| {
        let text = Form::Bundle.text().replacen(what, "", 1).replacen(before, &format!("{what}{before}"), 1);
        planned(&text).unwrap_err().cause
    };
    let [bridge, liquidity] = [upgrade("SuperchainETHBridge"), upgrade("ETHLiquidity")];
    let fund = step("post: ETHLiquidity Funding");
    assert!(moved(liquidity, bridge).contains("ETHLiquidity is upgraded before SuperchainETHBridge"));
    assert!(moved(fund, liquidity).contains("funded before it is upgraded"));
    let factory = upgrade("OptimismSuperchainERC20Factory");
    let beacon = upgrade("OptimismSuperchainERC20Beacon");
    assert!(moved(factory, beacon).contains("Factory is upgraded before OptimismSuperchainERC20Beacon"));
    assert!(moved(bridge, step("Deploy CrossL2Inbox")).contains("SuperchainETHBridge is not created"));

    let text = Form::Bundle.text();
    let twice = format!("{text}\n{}", fund.replace("post:", "post, again:"));
    assert!(planned(&twice).unwrap_err().cause.contains("funded twice"));
    let same = format!("{text}\n{fund}");
    assert!(planned(&same).unwrap_err().cause.contains("is the intent of the step on line"));
    let without = text.replacen(bridge, "", 1);
    assert!(planned(&without).unwrap_err().cause.contains("before SuperchainETHBridge"));
    let unpaid = with("mint = \"340282366920938463463374607431768211455\"", "mint = \"1\"").unwrap_err();
    assert!(unpaid.cause.contains("sends more than its sender is minted"), "{unpaid}");
    let kept = with("value = \"340282366920938463463374607431768211455\"", "value = \"1\"").unwrap_err();
    assert!(kept.cause.contains("mints other than it sends"), "{kept}");
}

/// Other code has other costs: what was measured with ours is not said of it.
#[test]
fn figures_hold_for_our_code_only() {
    let mut artifacts = Artifacts::ours();
    let creation = [artifacts.get("CrossL2Inbox").unwrap().creation.as_ref(), &[0; 32]].concat().into();
    artifacts.insert("CrossL2Inbox", Code { creation, runtime: None });
    let plan = plan(&Form::Bundle.manifest().unwrap(), &artifacts, &PlanOptions::default()).unwrap();
    let unmeasured: Vec<_> =
        plan.steps.iter().filter(|step| step.measured.is_none()).map(|step| &step.intent).collect();
    assert_eq!(unmeasured, ["Interop 0: Deploy CrossL2Inbox Implementation"]);
}

#[test]
fn code_that_is_too_long_is_refused() {
    let mut artifacts = Artifacts::ours();
    artifacts.insert("CrossL2Inbox", Code { creation: vec![0; 49_153].into(), runtime: None });
    let error = plan(&Form::Bundle.manifest().unwrap(), &artifacts, &PlanOptions::default()).unwrap_err();
    assert!(error.cause.contains("49153 bytes") && error.remedy.contains("EIP-3860"), "{error}");
}

/// The addresses are those of the deployment proxy, and the call is the reference's.
#[test]
fn the_conditional_deployer_creates_at_the_same_addresses() {
    let options = PlanOptions::default();
    let text = Form::Bundle.text();
    let ours = plan(&Manifest::parse(text).unwrap(), &Artifacts::ours(), &options).unwrap();
    let mut other =
        Manifest::parse(&text.replace("deterministic-deployment-proxy", "conditional-deployer")).unwrap();
    for step in &mut other.steps {
        (step.gas, step.measured) = (5_000_000, None);
    }
    let other = plan(&other, &Artifacts::ours(), &options).unwrap();
    for (one, other) in ours.steps.iter().zip(&other.steps) {
        assert_eq!(one.creates, other.creates);
        if one.creates.is_some() {
            assert_eq!(
                other.deposit.to.to().unwrap().to_string(),
                "0x420000000000000000000000000000000000002C"
            );
            assert!(other.deposit.input.to_string().starts_with("0xcdcb760a"));
        }
    }
}
