use alloy_primitives::{Address, B256, U256, keccak256};
use causeway_interop::{
    graph::{Block, fallen},
    rules::{admit, check, check_claim},
    *,
};

use crate::vectors::VECTORS;

const A: U256 = U256::from_limbs([1, 0, 0, 0]);
const B: U256 = U256::from_limbs([2, 0, 0, 0]);

fn message(timestamp: u64) -> ExecutingMessage {
    let identifier =
        Identifier { origin: Address::repeat_byte(7), block_number: 5, log_index: 3, timestamp, chain_id: A };
    ExecutingMessage { msg_hash: B256::repeat_byte(8), identifier }
}

/// Facts that prove a message, given the timestamp of its block.
fn proof(message: &ExecutingMessage, timestamp: u64) -> Facts {
    let log = LogFact::Full { origin: message.identifier.origin, msg_hash: message.msg_hash };
    Facts::new(SourceBlock::Known { timestamp, log: Some(log) })
}

fn set_with_window(seconds: u64) -> DependencySet {
    DependencySet::builder()
        .chain(A, Member::default())
        .chain(B, Member::default())
        .expiry_window(seconds)
        .build()
        .expect("the window is short enough")
}

fn code(result: Result<(), InvalidReason>) -> &'static str {
    result.map_or_else(|reason| reason.code(), |()| "ok")
}

#[test]
fn expiry_matches_the_vectors() {
    let cases = &VECTORS.expiry_window_differential.cases;
    assert!(!cases.is_empty());
    for case in cases {
        let set = set_with_window(case.window);
        let message = message(case.init);
        let verdict = check(&Claim::executed(B, case.exec, message), &set, &proof(&message, case.init));
        let expected = match case.reason.as_str() {
            "ok" => "valid",
            "future" => "future-message",
            other => other,
        };
        assert_eq!(verdict.code(), expected, "{case:?}");
    }
    let too_long = DependencySet::builder().chain(A, Member::default()).expiry_window(604_801).build();
    assert!(too_long.is_err());
}

#[test]
fn admission_timing_matches_the_vectors() {
    let cases = &VECTORS.access_check_timing.cases;
    assert!(!cases.is_empty());
    for case in cases {
        let access = message(case.init_timestamp).access();
        let claim = Claim::declared(B, case.exec_timestamp, access)
            .with_timeout(case.timeout)
            .with_same_timestamp(SameTimestamp::Forbidden);
        let expected = match case.error.as_deref() {
            None => "ok",
            Some("broke timestamp invariant") => "future-message",
            Some("not allow intra-timestamp") => "same-timestamp",
            Some("overflow") => "timestamp-overflow",
            Some("expired") => "expired",
            Some("timeout") => "expires-before-timeout",
            Some(other) => panic!("no rule for {other}"),
        };
        let result = check_claim(&claim, &set_with_window(case.expiry_window));
        assert_eq!(code(result), expected, "{}", case.name);
        if let Err(reason) = result {
            assert_eq!(reason.rpc_code(), -320600, "{}", case.name);
        }
    }
}

/// The scene of the `message_graph` vectors: B executes a message of A.
struct Scene {
    set: Vec<(U256, Member)>,
    claim: Claim,
    facts: Facts,
}

impl Scene {
    fn new() -> Self {
        let defaults = &VECTORS.message_graph.defaults;
        assert_eq!(keccak256(&defaults.message), defaults.msg_hash);
        let mut message = message(defaults.chain_a_timestamp);
        message.msg_hash = msg_hash(&[], &defaults.message);
        let member = Member { activation: defaults.interop_time, block_time: defaults.block_time };
        Self {
            set: vec![(A, member), (B, member)],
            claim: Claim::executed(B, defaults.chain_b_timestamp, message),
            facts: proof(&message, defaults.chain_a_timestamp),
        }
    }

    fn verdict(&self) -> Verdict {
        let builder =
            self.set.iter().fold(DependencySet::builder(), |all, (id, member)| all.chain(*id, *member));
        check(&self.claim, &builder.build().expect("the chains differ"), &self.facts)
    }
}

#[test]
fn message_graph_matches_the_vectors() {
    for case in &VECTORS.message_graph.cases {
        let mut scene = Scene::new();
        let expected = match case.name.as_str() {
            "happy path: B executes A's message at ts 2" => Verdict::Valid,
            "init chain not in depset" => {
                scene.set.remove(0);
                InvalidReason::UnknownChain { chain_id: A }.into()
            }
            "A interopTime 50" => {
                scene.set[0].1.activation = 50;
                InvalidReason::InitiatedTooEarly { chain_id: A, activation: 50, timestamp: 2 }.into()
            }
            "A interopTime 2 (activation block itself)" => {
                scene.set[0].1.activation = 2;
                InvalidReason::InitiatedTooEarly { chain_id: A, activation: 2, timestamp: 2 }.into()
            }
            "B interopTime 50 / 1 / 2" => {
                for activation in [50, 1] {
                    scene.set[1].1.activation = activation;
                    let reason = InvalidReason::ExecutedTooEarly { chain_id: B, activation, timestamp: 2 };
                    assert_eq!(scene.verdict(), reason.into());
                }
                scene.set[1].1.activation = 2;
                InvalidReason::ExecutedTooEarly { chain_id: B, activation: 2, timestamp: 2 }.into()
            }
            "exec = init+604800" => {
                scene.claim.executing_timestamp = 2 + 604_800;
                Verdict::Valid
            }
            "wrong origin 0x..ff" => {
                let ClaimedMessage::Executed(message) = &mut scene.claim.message else { unreachable!() };
                let actual = message.identifier.origin;
                let expected = Address::with_last_byte(0xff);
                message.identifier.origin = expected;
                InvalidReason::OriginMismatch { expected, actual }.into()
            }
            "identifier.timestamp 3 vs header 4 (exec 4)" => {
                let message = message(3);
                scene.claim = Claim::executed(B, 4, message);
                scene.facts = proof(&message, 4);
                InvalidReason::TimestampMismatch { block_number: 5, expected: 3, actual: 4 }.into()
            }
            "replaced (deposit-only) chain excluded from headers" => {
                let block = |chain_id, invalid| Block { chain_id, timestamp: 2, invalid, ..Block::default() };
                assert_eq!(fallen(2, &[block(A, false), block(B, true)]).len(), 1);
                assert!(fallen(2, &[block(A, false)]).is_empty());
                Verdict::Valid
            }
            other => panic!("no scene for {other}"),
        };
        assert_eq!(scene.verdict(), expected, "{}: {}", case.name, case.expected);
        assert_eq!(expected.is_valid(), case.expected == "ok");
    }
}

#[test]
fn same_timestamp_is_allowed_unless_the_claim_forbids_it() {
    let set = set_with_window(0);
    let claim = Claim::declared(B, 100, message(100).access());
    assert_eq!(check_claim(&claim, &set), Ok(()));
    let reason = check_claim(&claim.with_same_timestamp(SameTimestamp::Forbidden), &set).unwrap_err();
    assert_eq!(reason.to_string(), "same-timestamp message not allowed: initiated and executed at 100");
}

#[test]
fn admission_waits_for_what_is_merely_too_early() {
    let set = DependencySet::builder()
        .chain(A, Member::default())
        .chain(B, Member { activation: 50, block_time: 2 })
        .expiry_window(100)
        .build()
        .unwrap();
    let verdict = |message: &ExecutingMessage, executed, same| {
        let claim = Claim::declared(B, executed, message.access()).with_same_timestamp(same);
        admit(&claim, &set, &proof(message, message.identifier.timestamp))
    };
    let waits = |verdict: Verdict, rule: &str, until: u64| {
        assert_eq!((verdict.code(), verdict.rpc_code()), (rule, Some(-321401)), "{verdict}");
        assert!(
            matches!(verdict, Verdict::Unknown(Missing::Time { from, .. }) if from == until),
            "{verdict}"
        );
    };
    use SameTimestamp::{Allowed, Forbidden};
    let m = message(90);
    assert!(verdict(&m, 90, Allowed).is_valid() && verdict(&m, 91, Forbidden).is_valid());
    waits(verdict(&m, 90, Forbidden), "same-timestamp", 91);
    waits(verdict(&m, 89, Allowed), "future-message", 90);
    waits(verdict(&m, 89, Forbidden), "future-message", 91);
    // The chain is behind by more than the message lives: it can still catch up.
    waits(verdict(&message(u64::MAX - 100), 60, Allowed), "future-message", u64::MAX - 100);
    waits(verdict(&message(10), 20, Forbidden), "executed-too-early", 52);
    assert_eq!(
        verdict(&m, 90, Forbidden).to_string(),
        "unknown: same-timestamp message not allowed: initiated and executed at 90; \
         it may be executed from timestamp 91 on"
    );

    // Blocks do not wait.
    let executed = check(&Claim::executed(B, 89, m), &set, &proof(&m, 90));
    assert_eq!((executed.code(), executed.rpc_code()), ("future-message", Some(-320600)));
}

#[test]
fn waiting_mends_nothing_else() {
    let set = DependencySet::builder()
        .chain(A, Member { activation: 70, block_time: 2 })
        .chain(B, Member { activation: 300, block_time: 2 })
        .expiry_window(100)
        .build()
        .unwrap();
    let claim = |timestamp| Claim::declared(A, 60, message(timestamp).access());
    let code = |claim: &Claim, facts: &Facts| {
        let verdict = admit(claim, &set, facts);
        assert!(verdict.is_invalid(), "{verdict}");
        verdict.code()
    };
    let proof = |timestamp| proof(&message(timestamp), timestamp);
    assert_eq!(code(&claim(65), &proof(65)), "initiated-too-early");
    assert_eq!(code(&claim(90), &proof(89)), "timestamp-mismatch");
    assert_eq!(code(&claim(90).with_timeout(101), &proof(90)), "expires-before-timeout");
    assert_eq!(code(&Claim::declared(B, 100, message(90).access()), &proof(90)), "expired");
    let last = claim(90).with_timeout(100);
    assert_eq!(admit(&last, &set, &proof(90)).rpc_code(), Some(-321401));
    assert_eq!(
        code(&last.with_same_timestamp(SameTimestamp::Forbidden), &proof(90)),
        "expires-before-timeout"
    );
}

#[test]
fn blocks_are_judged_by_age_and_declarations_by_expiry() {
    let set = set_with_window(10);
    let last = message(u64::MAX);
    assert_eq!(check_claim(&Claim::executed(B, u64::MAX, last), &set), Ok(()));
    let declared = check_claim(&Claim::declared(B, u64::MAX, last.access()), &set);
    assert_eq!(declared, Err(InvalidReason::TimestampOverflow { timestamp: u64::MAX, added: 10 }));
}

#[test]
fn chain_that_is_restricted_executes_what_it_accepts() {
    let set = DependencySet::builder()
        .chain(A, Member::default())
        .chain(B, Member::default())
        .restrict(B, [])
        .build()
        .unwrap();
    let reason = check_claim(&Claim::executed(B, 100, message(100)), &set).unwrap_err();
    assert_eq!(reason.to_string(), "chain 2 does not accept messages of chain 1");
    assert_eq!((reason.code(), reason.rpc_code()), ("not-a-dependency", -320501));
    assert_eq!(check_claim(&Claim::executed(A, 100, message(100)), &set), Ok(()));
}

#[test]
fn chain_id_beyond_64_bits_is_another_chain() {
    let mut alias = message(100);
    alias.identifier.chain_id = A + (U256::ONE << 64);
    let verdict = check(&Claim::declared(B, 100, alias.access()), &set_with_window(0), &proof(&alias, 100));
    assert_eq!(verdict.rpc_code(), Some(-320501));
}

fn verdict_of(block: SourceBlock) -> Verdict {
    check(&Claim::declared(B, 100, message(90).access()), &set_with_window(0), &Facts::new(block))
}

fn at(number: u64, timestamp: u64) -> BlockPosition {
    BlockPosition { number, timestamp }
}

#[test]
fn what_was_not_seen_is_unknown_and_clients_retry() {
    let future = verdict_of(SourceBlock::Future { head: at(4, 89) });
    assert_eq!(future.rpc_code(), Some(-321401));
    assert_eq!(
        future.to_string(),
        "unknown: block 5 of chain 1 is not known yet: the newest is 4 at timestamp 89"
    );
    let uninitialized = verdict_of(SourceBlock::Uninitialized);
    assert_eq!(uninitialized.rpc_code(), Some(-320400));
    assert_eq!(uninitialized.to_string(), "unknown: no block of chain 1 is known yet");
    let pruned = verdict_of(SourceBlock::Pruned { first: at(6, 91) });
    assert_eq!(pruned.rpc_code(), Some(-320400));
    assert_eq!(
        pruned.to_string(),
        "unknown: block 5 of chain 1 is not known: the oldest is 6 at timestamp 91"
    );
    for verdict in [future, uninitialized, pruned] {
        let code = verdict.rpc_code().and_then(RpcCode::from_value).unwrap();
        assert_eq!(code.disposition(), Disposition::Retry);
    }
}

#[test]
fn neighbours_can_refute_a_block() {
    for block in [SourceBlock::Future { head: at(4, 91) }, SourceBlock::Pruned { first: at(6, 89) }] {
        let verdict = verdict_of(block);
        assert_eq!((verdict.code(), verdict.rpc_code()), ("block-conflict", Some(-320600)));
    }
    // A block may have the timestamp of the one before it: what is not there yet may be true.
    let next = verdict_of(SourceBlock::Future { head: at(4, 90) });
    assert_eq!((next.code(), next.rpc_code()), ("block-not-known", Some(-321401)));
    let before = verdict_of(SourceBlock::Pruned { first: at(6, 90) });
    assert_eq!((before.code(), before.rpc_code()), ("history-not-known", Some(-320400)));
    // Facts that contradict themselves refute nothing.
    assert!(verdict_of(SourceBlock::Future { head: at(5, 91) }).is_unknown());
    assert!(verdict_of(SourceBlock::Pruned { first: at(5, 89) }).is_unknown());
}

#[test]
fn of_chains_that_may_join_the_set_nothing_is_refused_for_good() {
    let alone = |chain| DependencySet::mesh([chain]).expect("it has a chain");
    let claim = Claim::executed(B, 100, message(90));
    for (known, missing) in [(A, B), (B, A)] {
        let invalid = InvalidReason::UnknownChain { chain_id: missing }.into();
        let waits = Missing::Chain { chain_id: missing }.into();
        let facts = proof(&message(90), 90);
        let whole = alone(known);
        assert_eq!((check(&claim, &whole, &facts), admit(&claim, &whole, &facts)), (invalid, invalid));
        let growing = whole.with_more_to_come(true);
        assert_eq!((check(&claim, &growing, &facts), admit(&claim, &growing, &facts)), (waits, waits));
        let code = waits.rpc_code().and_then(RpcCode::from_value);
        assert_eq!(code.map(RpcCode::disposition), Some(Disposition::Retry));
        // What its own chain refutes is refuted.
        let forged = Facts::new(SourceBlock::Known { timestamp: 90, log: None });
        assert!(
            check(&claim, &growing, &forged).is_invalid() && admit(&claim, &growing, &forged).is_invalid()
        );
    }
}

#[test]
fn wrong_logs_are_refuted_with_both_values() {
    let known = |log| verdict_of(SourceBlock::Known { timestamp: 90, log });
    assert_eq!(known(None).to_string(), "invalid: log not found: block 5 has no log 3");
    let other = LogFact::Hash(B256::ZERO);
    let Verdict::Invalid(InvalidReason::ChecksumMismatch { expected, actual }) = known(Some(other)) else {
        panic!("a checksum mismatch");
    };
    let access = message(90).access();
    assert_eq!((expected, actual), (access.checksum, access.checksum_of(B256::ZERO)));

    let claim = Claim::executed(B, 100, message(90));
    let check =
        |log| check(&claim, &set_with_window(0), &Facts::new(SourceBlock::Known { timestamp: 90, log }));
    assert_eq!(check(Some(other)), known(Some(other)));
    let log = LogFact::Full { origin: Address::repeat_byte(7), msg_hash: B256::ZERO };
    let reason = InvalidReason::PayloadMismatch { expected: message(90).msg_hash, actual: B256::ZERO };
    assert_eq!(check(Some(log)), reason.into());
}

#[test]
fn block_must_be_as_safe_as_the_claim_demands() {
    let message = message(90);
    let verdict = |level, head| {
        let claim = Claim::declared(B, 100, message.access()).with_min_safety(level);
        check(&claim, &set_with_window(0), &proof(&message, 90).with_safety_head(head))
    };
    assert!(verdict(SafetyLevel::Unsafe, None).is_valid());
    assert!(verdict(SafetyLevel::Finalized, Some(5)).is_valid());
    let early = verdict(SafetyLevel::CrossUnsafe, Some(4));
    assert_eq!(early.rpc_code(), Some(-321401));
    assert_eq!(
        early.to_string(),
        "unknown: block 5 of chain 1 is not cross-unsafe yet: the newest cross-unsafe block is 4"
    );
    assert!(verdict(SafetyLevel::Safe, None).to_string().ends_with("no block is safe"));
}
