//! Whether messages can be delivered now: asked together where the node can be asked so, else one by one.

use alloy::{network::TransactionBuilder, primitives::B256};
use futures::{StreamExt, stream};

use super::{
    answer::Answer,
    carrier::intrinsic,
    fees::Fees,
    node::Node,
    simulation::{Terms, Trial},
};
use crate::{
    RelayerEvent,
    engine::{Event, GuardOutcome, Guarded, Message},
};
use causeway_client::{
    FaultKind, NodeFault, RevertReason,
    delivery::{Estimate, estimate, is_delivered, relay_request},
};

/// How many messages are asked about at once where it takes a request for each.
const CONCURRENT: usize = 16;
impl Node {
    /// Asks whether messages can be delivered, in this order.
    pub(super) async fn guard(&self, messages: Vec<Message>, head: u64) -> Answer {
        let outcomes = match self.fees.at(head, &self.provider).await {
            Ok(fees) => self.judge_all(&messages, fees).await,
            Err(fault) => messages.iter().map(|_| unavailable(&fault)).collect(),
        };
        let guarded = messages.iter().zip(outcomes).map(|(message, outcome)| Guarded {
            message: message.hash,
            identifier: message.identifier,
            outcome,
        });
        Answer::Event(Event::Guarded { outcomes: guarded.collect() })
    }

    async fn judge_all(&self, messages: &[Message], fees: Fees) -> Vec<GuardOutcome> {
        let mut outcomes = match self.without_contracts(messages).await {
            Ok(outcomes) => outcomes,
            Err(fault) => return messages.iter().map(|_| unavailable(&fault)).collect(),
        };
        self.try_out(messages, fees, &mut outcomes).await;
        let mut rest = Vec::new();
        for (message, outcome) in messages.iter().zip(outcomes) {
            rest.push(self.settle(message, outcome, fees));
        }
        stream::iter(rest).buffered(CONCURRENT).collect().await
    }

    async fn settle(&self, message: &Message, outcome: Option<GuardOutcome>, fees: Fees) -> GuardOutcome {
        match outcome {
            Some(outcome) => outcome,
            None => self.ask_alone(message, fees).await,
        }
    }

    /// What is to be said of those that need a contract which is missing: without its messenger a chain cannot say what was
    /// delivered there.
    async fn without_contracts(&self, messages: &[Message]) -> Result<Vec<Option<GuardOutcome>>, NodeFault> {
        let mut outcomes = Vec::with_capacity(messages.len());
        for message in messages {
            let missing = self.contracts.missing(&self.provider, &message.payload).await?;
            outcomes.push(missing.map(|(name, address)| {
                let reason = format!("chain {} has no {name} ({address})", self.chain_id);
                GuardOutcome::Reverts { reason }
            }));
        }
        Ok(outcomes)
    }

    /// Judges together those that have no outcome so far, as far as that is possible.
    async fn try_out(&self, messages: &[Message], fees: Fees, outcomes: &mut [Option<GuardOutcome>]) {
        let open: Vec<usize> = messages
            .iter()
            .enumerate()
            .filter(|(index, message)| outcomes[*index].is_none() && !self.doubtful.has(message.hash))
            .map(|(index, _)| index)
            .collect();
        let tried: Vec<&Message> = open.iter().map(|index| &messages[*index]).collect();
        if tried.is_empty() {
            return;
        }
        let Some(account) = self.accounts.first().copied() else { return };
        let terms = Terms { account, fees, max_gas: self.max_item_gas };
        let trials = match self.simulator.run(&self.provider, &tried, terms).await {
            Ok(Some(trials)) => trials,
            Ok(None) => return,
            // The node's trouble is no verdict on any of them.
            Err(fault) => {
                open.iter().for_each(|index| outcomes[*index] = Some(unavailable(&fault)));
                return;
            }
        };
        for (index, trial) in open.into_iter().zip(trials) {
            outcomes[index] = match trial {
                Trial::Delivers { gas } => Some(GuardOutcome::Deliverable { gas }),
                Trial::Fails(fault) => Some(refused(fault)),
                Trial::Oversized => Some(self.oversized(messages[index].hash)),
                Trial::Unjudged => None,
            };
        }
    }

    /// Asks about one message by itself, as of the latest block.
    async fn ask_alone(&self, message: &Message, fees: Fees) -> GuardOutcome {
        let (delivered, outcome) =
            tokio::join!(is_delivered(&self.provider, message.hash), self.estimate(message, fees));
        match (delivered, outcome) {
            (Ok(true), _) => GuardOutcome::AlreadyDelivered,
            (Err(fault), _) => unavailable(&fault),
            (Ok(false), Ok(outcome)) => outcome,
            (Ok(false), Err(fault)) => refused(fault),
        }
    }

    /// Asks what it takes, for whichever account can pay for that.
    async fn estimate(&self, message: &Message, fees: Fees) -> Result<GuardOutcome, NodeFault> {
        let request = relay_request(&message.identifier, &message.payload);
        let intrinsic = intrinsic(&request);
        let request =
            request.with_max_fee_per_gas(fees.max_fee).with_max_priority_fee_per_gas(fees.priority_fee);
        let mut outcome = GuardOutcome::Unfunded { reason: "there is no account".to_owned() };
        for account in self.accounts.iter().copied() {
            match estimate(&self.provider, account, request.clone().with_from(account)).await? {
                Estimate::Gas(gas) => {
                    return Ok(self.within_limits(message.hash, gas.saturating_sub(intrinsic), fees));
                }
                Estimate::Unaffordable { have, need } => {
                    outcome = GuardOutcome::Unfunded { reason: format!("it has {have} wei, needs {need}") };
                }
            }
        }
        Ok(outcome)
    }

    /// An estimate has a fifth to spare.
    fn within_limits(&self, message: B256, gas: u64, fees: Fees) -> GuardOutcome {
        let max = self.max_item_gas;
        if gas / 6 * 5 > max {
            return self.oversized(message);
        }
        GuardOutcome::Deliverable { gas: gas.min(max).min(fees.block_gas) }
    }

    /// It takes more gas than one may, which whoever set that limit has to know.
    fn oversized(&self, message_hash: B256) -> GuardOutcome {
        let (destination, max_gas) = (self.chain_id, self.max_item_gas);
        self.shared.announce(RelayerEvent::Oversized { message_hash, destination, max_gas });
        GuardOutcome::Reverts { reason: format!("it takes more than {max_gas} gas") }
    }
}

fn unavailable(fault: &NodeFault) -> GuardOutcome {
    GuardOutcome::Unavailable { reason: fault.reason.clone() }
}

fn refused(fault: NodeFault) -> GuardOutcome {
    let NodeFault { kind, reason } = fault;
    match kind {
        FaultKind::Reverted(RevertReason::AlreadyRelayed) => GuardOutcome::AlreadyDelivered,
        FaultKind::NotYet | FaultKind::Closed => GuardOutcome::NotYet { reason },
        FaultKind::Unfunded => GuardOutcome::Unfunded { reason },
        FaultKind::Unavailable | FaultKind::Underpriced => GuardOutcome::Unavailable { reason },
        FaultKind::Reverted(_)
        | FaultKind::OutOfGas
        | FaultKind::Refused
        | FaultKind::AlreadyKnown
        | FaultKind::NonceTooLow
        | FaultKind::NonceTaken => GuardOutcome::Reverts { reason },
    }
}

#[cfg(test)]
mod tests;
