//! What happens in a storm, and in which order: it follows from a seed and nothing else.

use super::{
    dice::Dice,
    fault::{FAULTS, Fault},
    kind::{Kind, Parcel},
};

/// One of the two chains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    A,
    B,
}

pub(crate) const SIDES: [Side; 2] = [Side::A, Side::B];

/// Where a process is killed, by what it asks its node. The rest of its work is hit by kills at any time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Point {
    /// It judges a message: nothing is signed.
    Judging,
    /// What it committed is about to be sent: no node has it.
    Committed,
    /// The node has the transaction, and nobody wrote that down.
    Sent,
    /// A block was read, and is about to be taken in.
    Read,
    /// What became of a transaction was asked for.
    Fate,
}

const POINTS: [Point; 5] = [Point::Judging, Point::Committed, Point::Sent, Point::Read, Point::Fate];

/// Points that only the process itself sees: before the commit of whatever it writes down, and after it.
pub(crate) const WITHIN: [&str; 2] = ["writing", "written"];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Messages are sent, in the order of the transactions of one block.
    Send(Side, Vec<Parcel>),
    Mine(Side),
    /// The newest blocks are replaced by empty ones at the same moment; what was sent in them, is sent again or not.
    Reorg {
        sides: Vec<Side>,
        depth: u64,
        again: bool,
    },
    /// kill -9 at any time.
    Kill,
    /// kill -9 at the so manieth time that a process comes to this point.
    KillAt(Point, u64),
    /// kill -9, and the next process ends by itself the so manieth time that it passes a point that it has a name for.
    CrashAt(&'static str, u64),
    /// Ctrl-C.
    Interrupt,
    /// So many of a hundred requests meet a fault, until further notice.
    Weather(Side, Fault, u64),
    Clear(Side),
    /// Time passes, in milliseconds.
    Pause(u64),
    /// Something happens to one of several relayers, by its place.
    To(usize, Blow),
    /// The database that they share ends in an orderly way (`stop`), or as by a loss of power (`crash`), or is started again.
    Database(&'static str),
}

/// What happens to one of several relayers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blow {
    /// kill -9.
    Kill,
    /// It gets no processor time until it is woken, at once, or from the so manieth time that it comes to a point.
    Stop,
    StopAt(Point, u64),
    Wake,
    /// Nothing goes between it and the database until that is mended; then what was under way arrives.
    Cut,
    Mend,
}

/// How long a storm is, and how hard.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Force {
    /// Rounds in which both chains get messages and blocks.
    pub(crate) rounds: u64,
    /// The most messages that a chain sends in a round.
    pub(crate) messages: u64,
    pub(crate) kills: u64,
    pub(crate) reorgs: u64,
    pub(crate) faults: u64,
    /// How long a round is, in milliseconds.
    pub(crate) pause: u64,
}

/// Draws a storm.
pub(crate) fn storm(dice: &mut Dice, force: Force) -> Vec<Step> {
    let mut rounds: Vec<Vec<Step>> = Vec::new();
    let mut keys = 0;
    let mut locked: Vec<(u64, Side, Parcel)> = Vec::new();
    for round in 0..force.rounds {
        let mut steps = Vec::new();
        for side in SIDES {
            let mut parcels: Vec<_> = locked
                .extract_if(.., |(due, from, _)| *due <= round && *from == side)
                .map(|(.., parcel)| parcel)
                .collect();
            for _ in 0..dice.below(force.messages + 1) {
                keys += 1;
                let kind = Kind::draw(dice);
                let parcel = Parcel { kind, key: keys };
                parcels.push(parcel);
                // The one that depends on it goes from the same chain, before it or after it.
                if kind == Kind::Unlocks {
                    let other = Parcel { kind: Kind::Locked, key: keys };
                    if dice.chance(50) {
                        parcels.insert(parcels.len() - 1, other);
                    } else {
                        locked.push((round + dice.below(4), side, other));
                    }
                }
            }
            steps.push(Step::Send(side, parcels));
        }
        for side in SIDES {
            if dice.chance(80) {
                steps.push(Step::Mine(side));
            }
        }
        rounds.push(steps);
    }
    scatter(dice, &mut rounds, force);
    for steps in &mut rounds {
        steps.push(Step::Pause(dice.below(force.pause) + force.pause / 2));
    }
    rounds.concat()
}

/// Puts the trouble among the rounds.
fn scatter(dice: &mut Dice, rounds: &mut [Vec<Step>], force: Force) {
    let last = rounds.len() as u64;
    let mut put = |dice: &mut Dice, at: u64, steps: Vec<Step>| {
        let round = &mut rounds[at.min(last - 1) as usize];
        let place = dice.below(round.len() as u64 + 1) as usize;
        round.splice(place..place, steps);
    };
    for _ in 0..force.kills {
        let at = dice.below(last);
        let steps = match dice.below(8) {
            0 => vec![Step::Interrupt],
            1 => vec![Step::Pause(dice.below(force.pause)), Step::Kill],
            2 | 3 => vec![Step::CrashAt(dice.pick(&WITHIN), 1 + dice.below(30))],
            _ => vec![Step::KillAt(dice.pick(&POINTS), 1 + dice.below(3))],
        };
        put(dice, at, steps);
    }
    for _ in 0..force.reorgs {
        let sides = dice.pick(&[&[Side::A][..], &[Side::B], &SIDES]).to_vec();
        let (depth, again) = (1 + dice.below(5), dice.chance(60));
        let at = dice.below(last);
        put(dice, at, vec![Step::Reorg { sides, depth, again }]);
    }
    for _ in 0..force.faults {
        let (side, fault) = (dice.pick(&SIDES), dice.pick(&FAULTS));
        let (at, share) = (dice.below(last), dice.pick(&[20, 50, 100]));
        put(dice, at, vec![Step::Weather(side, fault, share)]);
        let until = at + 1 + dice.below(6);
        put(dice, until, vec![Step::Clear(side)]);
    }
}

/// Puts what happens to so many relayers on one database among the steps of a storm.
pub(crate) fn beset(dice: &mut Dice, mut steps: Vec<Step>, replicas: u64, blows: u64) -> Vec<Step> {
    for blow in 0..blows {
        let at = dice.below(steps.len() as u64);
        // In the time of so many steps others take over, or not.
        let until = (at + 10 + dice.below(120)).min(steps.len() as u64);
        let one = dice.below(replicas) as usize;
        let (start, end) = match blow % 6 {
            0 => (Step::To(one, Blow::Kill), None),
            1 => (Step::To(one, Blow::Stop), Some(Step::To(one, Blow::Wake))),
            2 | 3 => {
                let stop = Blow::StopAt(dice.pick(&POINTS), 1 + dice.below(3));
                (Step::To(one, stop), Some(Step::To(one, Blow::Wake)))
            }
            4 => (Step::To(one, Blow::Cut), Some(Step::To(one, Blow::Mend))),
            _ => (Step::Database(dice.pick(&["stop", "crash"])), Some(Step::Database("start"))),
        };
        if let Some(end) = end {
            steps.insert(until as usize, end);
        }
        steps.insert(at as usize, start);
    }
    steps
}

#[test]
fn a_storm_follows_from_its_seed() {
    let force = Force { rounds: 40, messages: 6, kills: 8, reorgs: 6, faults: 8, pause: 50 };
    let of = |seed| storm(&mut Dice::new(seed), force);
    assert_eq!(of(1), of(1));
    assert_ne!(of(1), of(2));
    let count = |fits: fn(&Step) -> bool| of(3).iter().filter(|step| fits(step)).count() as u64;
    assert_eq!(count(|step| matches!(step, Step::Reorg { .. })), force.reorgs);
    assert_eq!(count(|step| matches!(step, Step::Weather(..))), force.faults);
    assert_eq!(count(|step| matches!(step, Step::Clear(..))), force.faults);
    assert_eq!(
        count(|step| matches!(step, Step::Kill | Step::KillAt(..) | Step::CrashAt(..) | Step::Interrupt)),
        force.kills
    );
    let keys: Vec<_> = of(4)
        .into_iter()
        .flat_map(|step| if let Step::Send(_, parcels) = step { parcels } else { Vec::new() })
        .map(|parcel| (parcel.kind, parcel.key))
        .collect();
    let unique: std::collections::BTreeSet<_> = keys.iter().collect();
    assert_eq!(unique.len(), keys.len(), "no message is like another");
}
