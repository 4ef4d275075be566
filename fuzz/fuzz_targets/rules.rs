//! The rules: a verdict on every claim, *unknown* only for want of facts, and codes that do what the verdict means.

#![no_main]

use alloy::primitives::{Address, B256, U256};
use causeway_interop::{
    Claim, ClaimedMessage, DependencySet, Disposition, ExecutingMessage, Facts, Identifier, LogFact, Member,
    Missing, RpcCode, SafetyLevel, SameTimestamp, SourceBlock, Verdict, log_hash,
    rules::{check, check_claim, check_source},
};
use libfuzzer_sys::{arbitrary, arbitrary::Arbitrary, fuzz_target};

/// Numbers are small or full-width, so that rules are met and broken, and sums overflow.
#[derive(Clone, Copy, Debug, Arbitrary)]
enum Number {
    Small(u8),
    FromTheEnd(u8),
    Any(u64),
}

impl Number {
    fn get(self) -> u64 {
        match self {
            Self::Small(number) => number.into(),
            Self::FromTheEnd(number) => u64::MAX - u64::from(number),
            Self::Any(number) => number,
        }
    }
}

#[derive(Clone, Copy, Debug, Arbitrary)]
enum Block {
    Uninitialized,
    Future(Number, Number),
    Pruned(Number, Number),
    Known { timestamp: Option<Number>, log: Option<Log> },
}

#[derive(Clone, Copy, Debug, Arbitrary)]
struct Log {
    origin: bool,
    payload: bool,
    hashed: bool,
}

#[derive(Debug, Arbitrary)]
struct Case {
    members: [(Number, u8); 3],
    restricted: Option<bool>,
    window: u16,
    executing: u8,
    initiating: u8,
    executed: Number,
    initiated: Number,
    number: Number,
    log_index: u32,
    timeout: Number,
    level: u8,
    declared: bool,
    forbidden: bool,
    block: Block,
    safety_head: Option<Number>,
}

fuzz_target!(|case: Case| {
    let (set, claim, facts) = (set(&case), claim(&case), facts(&case));
    let verdict = check(&claim, &set, &facts);

    let by_halves = match check_claim(&claim, &set) {
        Ok(()) => check_source(&claim, &facts),
        Err(reason) => reason.into(),
    };
    assert_eq!(verdict, by_halves);
    let disposition = verdict.rpc_code().map(|code| RpcCode::from_value(code).expect("a code").disposition());
    let message = claim.message;
    match verdict {
        Verdict::Valid => {
            assert_eq!(disposition, None);
            is_sound(&claim, &set, &facts);
            // What may be executed for long may be executed now, and by those who demand less.
            assert!(check(&claim.with_timeout(0), &set, &facts).is_valid());
            assert!(check(&claim.with_min_safety(SafetyLevel::Unsafe), &set, &facts).is_valid());
        }
        Verdict::Invalid(_) => assert_eq!(disposition, Some(Disposition::Evict)),
        Verdict::Unknown(missing) => {
            assert_eq!(disposition, Some(Disposition::Retry));
            let is_missing = match (missing, facts.block) {
                (Missing::Chain { .. }, SourceBlock::Uninitialized)
                | (Missing::Block { .. }, SourceBlock::Future { .. })
                | (Missing::History { .. }, SourceBlock::Pruned { .. }) => true,
                (Missing::Safety { .. }, SourceBlock::Known { .. }) => {
                    claim.min_safety != SafetyLevel::Unsafe
                        && facts.safety_head.is_none_or(|head| head < message.block_number())
                }
                _ => false,
            };
            assert!(is_missing, "{missing} with {facts:?}");
        }
    }
    assert!(!verdict.to_string().is_empty() && !verdict.code().is_empty());
});

/// What a valid claim must be, in wide integers.
fn is_sound(claim: &Claim, set: &DependencySet, facts: &Facts) {
    let message = &claim.message;
    let (initiated, executed) = (u128::from(message.timestamp()), u128::from(claim.executing_timestamp));
    assert!(set.can_execute(claim.executing_chain, message.chain_id()));
    assert!(initiated <= executed);
    assert!(executed + u128::from(claim.timeout) <= initiated + u128::from(set.expiry_window()));
    assert!(initiated < executed || claim.same_timestamp == SameTimestamp::Allowed);
    for (chain, at) in [(claim.executing_chain, executed), (message.chain_id(), initiated)] {
        let member = set.member(chain).expect("a member");
        let activation = u128::from(member.activation);
        assert!(activation == 0 || at >= activation + u128::from(member.block_time));
    }
    let SourceBlock::Known { timestamp, log: Some(log) } = facts.block else { panic!("valid without a log") };
    assert_eq!(timestamp, message.timestamp());
    let (number, index, chain) = (message.block_number(), message.log_index(), message.chain_id());
    let checksum = causeway_interop::Checksum::of_log(log.log_hash(), number, timestamp, index, chain);
    assert_eq!(checksum, message.checksum());
}

fn set(case: &Case) -> DependencySet {
    let chains = (0u8..).zip(case.members);
    let mut builder = DependencySet::builder().expiry_window(case.window.into());
    for (id, (activation, block_time)) in chains {
        builder = builder
            .chain(U256::from(id), Member { activation: activation.get(), block_time: block_time.into() });
    }
    if let Some(own) = case.restricted {
        builder = builder.restrict(U256::from(0), [U256::from(u8::from(own))]);
    }
    builder.build().expect("a set")
}

fn claim(case: &Case) -> Claim {
    let identifier = Identifier {
        origin: Address::ZERO,
        block_number: case.number.get(),
        log_index: case.log_index,
        timestamp: case.initiated.get(),
        chain_id: U256::from(case.initiating % 4),
    };
    let message = ExecutingMessage { msg_hash: B256::ZERO, identifier };
    let message = match case.declared {
        true => ClaimedMessage::Declared(message.access()),
        false => ClaimedMessage::Executed(message),
    };
    let level = SafetyLevel::ALL[usize::from(case.level) % SafetyLevel::ALL.len()];
    let same = if case.forbidden { SameTimestamp::Forbidden } else { SameTimestamp::Allowed };
    Claim::new(U256::from(case.executing % 4), case.executed.get(), message)
        .with_timeout(case.timeout.get())
        .with_min_safety(level)
        .with_same_timestamp(same)
}

fn facts(case: &Case) -> Facts {
    let position = |number: Number, timestamp: Number| causeway_interop::BlockPosition {
        number: number.get(),
        timestamp: timestamp.get(),
    };
    let block = match case.block {
        Block::Uninitialized => SourceBlock::Uninitialized,
        Block::Future(number, timestamp) => SourceBlock::Future { head: position(number, timestamp) },
        Block::Pruned(number, timestamp) => SourceBlock::Pruned { first: position(number, timestamp) },
        Block::Known { timestamp, log } => {
            SourceBlock::Known { timestamp: timestamp.unwrap_or(case.initiated).get(), log: log.map(fact) }
        }
    };
    Facts::new(block).with_safety_head(case.safety_head.map(Number::get))
}

fn fact(log: Log) -> LogFact {
    let origin = Address::repeat_byte(log.origin.into());
    let msg_hash = B256::repeat_byte(log.payload.into());
    if log.hashed { LogFact::Hash(log_hash(origin, msg_hash)) } else { LogFact::Full { origin, msg_hash } }
}
