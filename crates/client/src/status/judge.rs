use super::{
    facts::{Standing, StatusFacts, Word},
    relayer::RelayerWord,
    state::{State, Waiting},
};
use crate::diagnosis::Obstacle;

/// Reads the facts. What is decided comes before what is on its way, and that before what might happen.
pub fn judge(facts: &StatusFacts) -> State {
    match &facts.delivered {
        // The messenger's mark is state of the newest block, so no reorg of the source can take it back.
        Ok(Some(delivery)) => return State::Delivered { delivery: delivery.clone() },
        Ok(None) => {}
        Err(fault) => {
            return waits(Waiting::Destination { obstacle: Obstacle::Unanswered { fault: fault.clone() } });
        }
    }
    match &facts.standing {
        Standing::Replaced => return State::Reorged,
        Standing::Pooled => return waits(Waiting::Inclusion),
        Standing::There | Standing::Moved(_) | Standing::Unknown(_) => {}
    }
    if let Some(&Obstacle::Expired { age, window }) =
        facts.obstacles.iter().find(|obstacle| matches!(obstacle, Obstacle::Expired { .. }))
    {
        return State::Expired { age, window };
    }
    if let Some(tx_hash) = facts.carrier {
        return State::InFlight { tx_hash };
    }
    // A transaction in a pool is there to be seen; what somebody says to have signed may be one that no block takes.
    if !matches!(undelivered(facts), State::Failed { .. })
        && let Some(tx_hash) = facts.relayer.as_ref().and_then(RelayerWord::carrier)
    {
        return State::InFlight { tx_hash };
    }
    if let Standing::Unknown(fault) = &facts.standing {
        return waits(Waiting::Source { fault: fault.clone() });
    }
    undelivered(facts)
}

/// A message that is there, and that nobody delivers.
fn undelivered(facts: &StatusFacts) -> State {
    match &facts.word {
        Some(Word::NotYet(fault)) => return waits(Waiting::Verifier { fault: fault.clone() }),
        Some(Word::Invalid(fault)) => {
            return State::Failed { obstacle: Obstacle::Refused { fault: fault.clone() } };
        }
        Some(Word::Valid(_) | Word::Silent(_)) | None => {}
    }
    // Where nobody tells, no more is known than that it is in a block.
    let required = facts.min_safety;
    if !facts.safety.unwrap_or_default().implies(required) {
        return waits(Waiting::Safety { required });
    }
    match facts.obstacles.first().cloned() {
        None => State::Ready,
        Some(obstacle) if obstacle.stays() => State::Failed { obstacle },
        Some(obstacle) => waits(Waiting::Destination { obstacle }),
    }
}

const fn waits(waiting: Waiting) -> State {
    State::Pending { waiting }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NodeFault, RevertReason, status::Delivered};
    use alloy::primitives::B256;
    use causeway_interop::SafetyLevel;

    fn facts() -> StatusFacts {
        StatusFacts {
            standing: Standing::There,
            safety: None,
            min_safety: SafetyLevel::Unsafe,
            delivered: Ok(None),
            carrier: None,
            word: None,
            relayer: None,
            obstacles: Vec::new(),
        }
    }

    fn name(facts: &StatusFacts) -> &'static str {
        judge(facts).as_str()
    }

    fn fault() -> NodeFault {
        NodeFault::unavailable("no answer")
    }

    fn reverts() -> Obstacle {
        Obstacle::Reverts { reason: RevertReason::Text { text: "paused".to_owned() } }
    }

    #[test]
    fn what_was_decided_stands_above_all() {
        let delivery = Delivered {
            tx_hash: B256::repeat_byte(1),
            block_number: 1,
            return_data_hash: B256::ZERO,
            safety: None,
        };
        let expired = Obstacle::Expired { age: 9, window: 8 };
        // Delivered is delivered, whatever became of the source, and also while the log is not found.
        for delivery in [Some(delivery), None] {
            let facts = StatusFacts {
                delivered: Ok(Some(delivery.clone())),
                standing: Standing::Replaced,
                obstacles: vec![expired.clone()],
                ..facts()
            };
            assert_eq!(judge(&facts), State::Delivered { delivery });
        }
        let gone = StatusFacts { standing: Standing::Replaced, carrier: Some(B256::ZERO), ..facts() };
        assert_eq!(name(&gone), "reorged");
        let old = StatusFacts { carrier: Some(B256::ZERO), obstacles: vec![reverts(), expired], ..facts() };
        assert_eq!(judge(&old), State::Expired { age: 9, window: 8 });
    }

    #[test]
    fn nothing_is_concluded_from_silence() {
        let silent = StatusFacts { delivered: Err(fault()), standing: Standing::Replaced, ..facts() };
        assert_eq!(name(&silent), "pending");
        let unknown = StatusFacts { standing: Standing::Unknown(fault()), ..facts() };
        assert_eq!(judge(&unknown), waits(Waiting::Source { fault: fault() }));
        // A verifier that is out leaves the word to the chains.
        assert_eq!(name(&StatusFacts { word: Some(Word::Silent(fault())), ..facts() }), "ready");
        let untried = Obstacle::NotTried { fault: fault() };
        assert_eq!(name(&StatusFacts { obstacles: vec![untried], ..facts() }), "pending");
    }

    #[test]
    fn what_is_on_its_way_is_in_flight() {
        let carrier = Some(B256::repeat_byte(2));
        for standing in [Standing::There, Standing::Unknown(fault())] {
            let facts = StatusFacts { carrier, standing, obstacles: vec![reverts()], ..facts() };
            assert_eq!(judge(&facts), State::InFlight { tx_hash: B256::repeat_byte(2) });
        }
        assert_eq!(name(&StatusFacts { standing: Standing::Pooled, ..facts() }), "pending");
    }

    #[test]
    fn a_relayer_is_believed_in_what_it_carries_and_nothing_else() {
        let tx_hash = Some(B256::repeat_byte(3));
        let says = |state| Some(RelayerWord { state: Some(state), tx_hash, ..RelayerWord::default() });
        let told = |state| StatusFacts { relayer: says(state), ..facts() };
        assert_eq!(judge(&told("in-flight")), State::InFlight { tx_hash: B256::repeat_byte(3) });
        for state in ["pending", "delivered", "failed", "expired", "reorged"] {
            assert_eq!(name(&told(state)), "ready", "{state}");
        }
        let expired = vec![Obstacle::Expired { age: 8, window: 7 }];
        assert_eq!(name(&StatusFacts { obstacles: expired, ..told("in-flight") }), "expired");
        assert_eq!(name(&StatusFacts { standing: Standing::Replaced, ..told("in-flight") }), "reorged");
        assert_eq!(name(&StatusFacts { word: Some(Word::Invalid(fault())), ..told("in-flight") }), "failed");
        // Whoever says so for ever would hide it for ever.
        assert_eq!(name(&StatusFacts { obstacles: vec![reverts()], ..told("in-flight") }), "failed");
        let untried = vec![Obstacle::NotTried { fault: fault() }];
        assert_eq!(name(&StatusFacts { obstacles: untried, ..told("in-flight") }), "in-flight");
        let carrier = Some(B256::repeat_byte(2));
        let pooled = StatusFacts { carrier, ..told("in-flight") };
        assert_eq!(judge(&pooled), State::InFlight { tx_hash: B256::repeat_byte(2) });
    }

    #[test]
    fn safety_is_waited_for() {
        use SafetyLevel::{Finalized, Safe, Unsafe};
        for (min_safety, safety, expected) in [
            (Unsafe, None, "ready"),
            (Safe, None, "pending"),
            (Safe, Some(Unsafe), "pending"),
            (Safe, Some(Safe), "ready"),
            (Safe, Some(Finalized), "ready"),
            (Finalized, Some(Safe), "pending"),
        ] {
            let facts = StatusFacts { min_safety, safety, ..facts() };
            assert_eq!(name(&facts), expected, "{min_safety} {safety:?}");
        }
        assert_eq!(name(&StatusFacts { word: Some(Word::NotYet(fault())), ..facts() }), "pending");
        assert_eq!(name(&StatusFacts { word: Some(Word::Invalid(fault())), ..facts() }), "failed");
    }

    #[test]
    fn what_reverts_has_failed_and_says_why() {
        let failed = judge(&StatusFacts { obstacles: vec![reverts()], ..facts() });
        assert_eq!(failed, State::Failed { obstacle: reverts() });
        assert!(failed.reason().unwrap().contains("\"paused\""));
        let early = Obstacle::Future { by: 3 };
        assert_eq!(name(&StatusFacts { obstacles: vec![early], ..facts() }), "pending");
    }
}
