//! The rules against a model of them that is written for clarity alone.

use alloy_primitives::{Address, B256, U256};
use causeway_interop::{
    rules::{admit, check},
    *,
};
use proptest::prelude::*;

/// A claim and facts of small numbers, so that every rule is met and broken often.
#[derive(Clone, Debug)]
struct Case {
    members: Vec<(u64, u64, u64)>,
    window: u64,
    /// Whether chains that are none of them may join.
    more_to_come: bool,
    claim: Claim,
    facts: Facts,
}

impl Case {
    fn set(&self) -> DependencySet {
        let set = self.members.iter().fold(
            DependencySet::builder().expiry_window(self.window),
            |set, (id, activation, block_time)| {
                set.chain(U256::from(*id), Member { activation: *activation, block_time: *block_time })
            },
        );
        set.build().expect("the window is short enough").with_more_to_come(self.more_to_come)
    }
}

/// Whether a verdict says *valid*; `None` if it leaves that open.
const fn class(verdict: &Verdict) -> Option<bool> {
    match verdict {
        Verdict::Valid => Some(true),
        Verdict::Invalid(_) => Some(false),
        Verdict::Unknown(_) => None,
    }
}

fn log_fact(origin: u8, payload: u8, hashed: bool) -> LogFact {
    let (origin, msg_hash) = (Address::repeat_byte(origin), B256::repeat_byte(payload));
    if hashed { LogFact::Hash(log_hash(origin, msg_hash)) } else { LogFact::Full { origin, msg_hash } }
}

fn case() -> impl Strategy<Value = Case> {
    let mostly_zero = || prop::bool::weighted(0.2).prop_map(u8::from);
    let members = prop::collection::vec((0..8u64, 0..3u64), 2..4);
    let log = (mostly_zero(), mostly_zero(), any::<bool>(), prop::bool::weighted(0.9));
    let position = (0..8u64, 0..40u64).prop_map(|(number, timestamp)| BlockPosition { number, timestamp });
    let block = prop_oneof![
        1 => Just(SourceBlock::Uninitialized),
        2 => position.clone().prop_map(|head| SourceBlock::Future { head }),
        2 => position.prop_map(|first| SourceBlock::Pruned { first }),
        9 => (prop::bool::weighted(0.8), 0..40u64, log).prop_map(|(same, timestamp, (origin, payload, hashed, there))| {
            // A timestamp of 0 stands for the claim's; see below.
            let timestamp = if same { 0 } else { timestamp };
            SourceBlock::Known { timestamp, log: there.then(|| log_fact(origin, payload, hashed)) }
        }),
    ];
    let claim = (0..3u64, 0..3u64, 0..40u64, 0..40u64, 0..8u64, 0..8u64, any::<[bool; 4]>());
    let far = prop_oneof![6 => Just(0u64), 1 => Just(u64::MAX - 39)];
    (members, 0..30u64, claim, block, prop::option::of(0..8u64), far).prop_map(
        |(members, window, (executing, source, a, b, number, timeout, flags), block, safety_head, far)| {
            let [declared, forbid, finalized, more_to_come] = flags;
            // Most messages are older than their execution.
            let (initiated, executed) =
                if declared && forbid && finalized { (a, b) } else { (a.min(b), a.max(b)) };
            let (initiated, executed) = (initiated + far, executed.saturating_add(far));
            let identifier = Identifier {
                origin: Address::ZERO,
                block_number: number,
                log_index: 0,
                timestamp: initiated,
                chain_id: U256::from(source),
            };
            let message = ExecutingMessage { msg_hash: B256::ZERO, identifier };
            let message = if declared {
                ClaimedMessage::Declared(message.access())
            } else {
                ClaimedMessage::Executed(message)
            };
            let mut claim = Claim::new(U256::from(executing), executed, message).with_timeout(timeout);
            if forbid {
                claim = claim.with_same_timestamp(SameTimestamp::Forbidden);
            }
            if finalized {
                claim = claim.with_min_safety(SafetyLevel::Finalized);
            }
            let block = match block {
                SourceBlock::Known { timestamp: 0, log } => SourceBlock::Known { timestamp: initiated, log },
                other => other,
            };
            let members =
                members.into_iter().zip(0..).map(|((activation, time), id)| (id, activation, time)).collect();
            Case { members, window, more_to_come, claim, facts: Facts { block, safety_head } }
        },
    )
}

/// The rules as a list of sentences, in wide integers: `None` is unknown.
fn model(case: &Case) -> Option<bool> {
    let Case { members, window, more_to_come, claim, .. } = case;
    let window = i128::from(if *window == 0 { MESSAGE_EXPIRY_WINDOW } else { *window });
    let (init, exec) = (i128::from(claim.message.timestamp()), i128::from(claim.executing_timestamp));
    let end = exec + i128::from(claim.timeout);
    let max = i128::from(u64::MAX);
    let active = |chain: U256, at: i128| {
        members.iter().any(|(id, activation, time)| {
            U256::from(*id) == chain
                && at >= i128::from(*activation)
                && (*activation == 0 || at - i128::from(*time) >= i128::from(*activation))
        })
    };
    let declared = matches!(claim.message, ClaimedMessage::Declared(_));
    let by_itself = active(claim.executing_chain, exec)
        && active(claim.message.chain_id(), init)
        && init <= exec
        && (init < exec || claim.same_timestamp == SameTimestamp::Allowed)
        && end - init <= window
        && end <= max
        && (!declared || init + window <= max);
    let is_member = |chain: U256| members.iter().any(|(id, ..)| U256::from(*id) == chain);
    let awaited = *more_to_come && !(is_member(claim.executing_chain) && is_member(claim.message.chain_id()));
    match (awaited, by_itself) {
        // A chain that may join has to be there before anything is valid.
        (true, _) => source(case).filter(|valid| !valid),
        (false, true) => source(case),
        (false, false) => Some(false),
    }
}

/// What the facts say.
fn source(case: &Case) -> Option<bool> {
    let Case { claim, facts, .. } = case;
    let (init, number) = (i128::from(claim.message.timestamp()), claim.message.block_number());
    match facts.block {
        SourceBlock::Uninitialized => None,
        SourceBlock::Future { head } => {
            (head.number < number && i128::from(head.timestamp) > init).then_some(false)
        }
        SourceBlock::Pruned { first } => {
            (first.number > number && i128::from(first.timestamp) < init).then_some(false)
        }
        SourceBlock::Known { timestamp, log } => {
            let access = Access {
                timestamp,
                ..match claim.message {
                    ClaimedMessage::Declared(access) => access,
                    ClaimedMessage::Executed(message) => message.access(),
                }
            };
            let same = log.is_some_and(|log| access.checksum_of(log.log_hash()) == claim.message.checksum());
            let safe = claim.min_safety == SafetyLevel::Unsafe || facts.safety_head >= Some(number);
            match (same, safe) {
                (false, _) => Some(false),
                (true, true) => Some(true),
                (true, false) => None,
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn verdicts_are_those_of_the_naive_model(case in case()) {
        let verdict = check(&case.claim, &case.set(), &case.facts);
        prop_assert_eq!(class(&verdict), model(&case), "{}", verdict);

        // A verdict's code is one on which clients do what the verdict means.
        let disposition = verdict.rpc_code().map(|code| RpcCode::from_value(code).unwrap().disposition());
        let expected = match verdict {
            Verdict::Valid => None,
            Verdict::Invalid(_) => Some(Disposition::Evict),
            Verdict::Unknown(_) => Some(Disposition::Retry),
        };
        prop_assert_eq!(disposition, expected);
        let text = verdict.to_string();
        prop_assert!(text.chars().next().is_some_and(char::is_lowercase), "{}", text);
    }

    /// Nobody drops what a later block may have, and nobody keeps what none may have.
    #[test]
    fn what_is_refused_for_good_is_invalid_at_every_later_time(case in case()) {
        let set = case.set();
        let verdict = admit(&case.claim, &set, &case.facts);
        let at = |timestamp| check(&Claim { executing_timestamp: timestamp, ..case.claim }, &set, &case.facts);
        let now = case.claim.executing_timestamp;
        // All times of a case are within fewer seconds than these.
        let later = (now..=u64::MAX).take(100).find(|timestamp| !at(*timestamp).is_invalid());
        prop_assert_eq!(verdict.is_invalid(), later.is_none(), "{} at {:?}", verdict, later);
        prop_assert_eq!(verdict.is_valid(), at(now).is_valid());
        if let Verdict::Unknown(Missing::Time { reason, from }) = verdict {
            prop_assert_eq!(at(now), reason.into());
            prop_assert_eq!((Some(from), true), (later, at(from).is_valid()));
        }
        let disposition = verdict.rpc_code().map(|code| RpcCode::from_value(code).unwrap().disposition());
        let expected = match verdict {
            Verdict::Valid => None,
            Verdict::Invalid(_) => Some(Disposition::Evict),
            Verdict::Unknown(_) => Some(Disposition::Retry),
        };
        prop_assert_eq!(disposition, expected);
    }
}
