use alloy::{
    eips::BlockNumberOrTag,
    primitives::{B256, U256, keccak256},
    providers::Provider,
};
use causeway_interop::ExecutingMessage;

use super::{Interop, InteropError, MessageRef, locate::resent, trust::Trust};
use crate::{
    ChainView, NodeFault,
    delivery::{SentReceipt, find_relayed, is_delivered},
    diagnosis::{Obstacle, Subject, explain, inspect},
    status::{
        Delivered, RelayerWord, Standing, State, Status, StatusFacts, Waiting, Word, ask_safety,
        block_safety, find_carrier, judge, standing,
    },
};

impl Interop {
    /// Asks what has become of a message: given as what its receipt told, or by a hash (see
    /// [`find_messages`](Interop::find_messages)).
    ///
    /// Both of its chains are asked: the provider's own, and those that [`with_chain`](Interop::with_chain) added. Without a
    /// provider of the source, the log is taken to be where the receipt says, and its safety is not known. With a verifier
    /// ([`with_verifier`](Interop::with_verifier)), that is asked too, and knows more levels of safety than a node has; a relayer
    /// ([`with_relayer`](Interop::with_relayer)) knows of transactions that wait where no node of ours sees them.
    pub async fn status(&self, message: impl Into<MessageRef>) -> Result<Status, InteropError> {
        let mut sent = match self.locate(message.into()).await {
            Ok(sent) => sent,
            Err(InteropError::NotIncluded { .. }) => {
                let state = State::Pending { waiting: Waiting::Inclusion };
                return Ok(Status { message: None, state, safety: None, relayer: None });
            }
            Err(error) => return Err(error),
        };
        let source = self.source_of(&sent).await?;
        let there = match self.destination_of(&sent).await {
            Ok(there) => there,
            Err(InteropError::Node(fault)) => {
                let waiting = Waiting::Destination { obstacle: Obstacle::Unanswered { fault } };
                let state = State::Pending { waiting };
                return Ok(Status { message: Some(sent), state, safety: None, relayer: None });
            }
            Err(error) => return Err(error),
        };
        let mut status = self.look(sent.clone(), &source, &there).await;
        // Whoever sent it again made it young again, or put it back.
        if matches!(status.state, State::Expired { .. } | State::Reorged)
            && let Ok(Some(known)) = &source
            && let Some(resent) = resent(known, &sent).await
        {
            sent = resent;
            status = self.look(sent, &source, &there).await;
        }
        Ok(status)
    }

    /// The chain that a message is from, if there is a provider of it, or why that does not answer.
    pub(super) async fn source_of(
        &self,
        sent: &SentReceipt,
    ) -> Result<Result<Option<ChainView>, NodeFault>, InteropError> {
        Ok(self.find(chain_id(sent.identifier.chain_id)?).await)
    }

    /// The chain that a message goes to.
    pub(super) async fn destination_of(&self, sent: &SentReceipt) -> Result<ChainView, InteropError> {
        self.chain(chain_id(sent.message.destination)?).await
    }

    /// Asks both ends of a message whose log is known.
    async fn look(
        &self,
        mut sent: SentReceipt,
        source: &Result<Option<ChainView>, NodeFault>,
        there: &ChainView,
    ) -> Status {
        let (source, standing) = match source {
            Ok(Some(source)) => (Some(source), standing(source, &sent).await),
            Ok(None) => (None, Standing::There),
            Err(fault) => (None, Standing::Unknown(fault.clone())),
        };
        if let Standing::Moved(moved) = &standing {
            sent = (**moved).clone();
        }
        let facts = self.facts(&sent, standing, source, there).await;
        let state = judge(&facts);
        let relayer = facts.relayer.map(|word| word.beside(state.as_str()));
        Status { state, safety: facts.safety, message: Some(sent), relayer }
    }

    async fn facts(
        &self,
        sent: &SentReceipt,
        standing: Standing,
        source: Option<&ChainView>,
        there: &ChainView,
    ) -> StatusFacts {
        let delivered = delivery(there, sent).await;
        let is_open = matches!(delivered, Ok(None)) && standing != Standing::Replaced;
        let (safety, told, (word, carrier, obstacles)) = tokio::join!(
            async {
                // Only a block that is there has any.
                match (source, &standing) {
                    (Some(source), Standing::There | Standing::Moved(_)) => {
                        block_safety(source, sent.identifier.block_number).await
                    }
                    _ => None,
                }
            },
            async { if is_open { self.told(sent, there).await } else { None } },
            async { if is_open { self.open(sent, there).await } else { (None, None, Vec::new()) } },
        );
        let safety = match word {
            Some(Word::Valid(level)) if level.implies(safety.unwrap_or_default()) => Some(level),
            _ => safety,
        };
        let min_safety = self.min_safety;
        StatusFacts { standing, safety, min_safety, delivered, carrier, word, relayer: told, obstacles }
    }

    /// What is known of a message that is not delivered.
    async fn open(
        &self,
        sent: &SentReceipt,
        there: &ChainView,
    ) -> (Option<Word>, Option<B256>, Vec<Obstacle>) {
        let message = executing(sent);
        tokio::join!(self.word(sent, there), find_carrier(there, &message), self.obstacles(sent, there))
    }

    /// What a relayer says, unless the destination's node knows better of the transaction that it names.
    async fn told(&self, sent: &SentReceipt, there: &ChainView) -> Option<RelayerWord> {
        Some(self.relayer.as_ref()?.ask(sent).await.held_to(there, &executing(sent)).await)
    }

    async fn word(&self, sent: &SentReceipt, there: &ChainView) -> Option<Word> {
        let Trust::Verifier(verifier) = &self.trust else { return None };
        let head = there.provider().get_block_by_number(BlockNumberOrTag::Latest).await.ok().flatten()?;
        Some(ask_safety(verifier, sent, there.chain_id(), head.header.timestamp).await)
    }

    async fn obstacles(&self, sent: &SentReceipt, there: &ChainView) -> Vec<Obstacle> {
        let source_id = u64::try_from(sent.identifier.chain_id).unwrap_or(u64::MAX);
        let terms = match self.terms(source_id, there).await {
            Ok(terms) => terms,
            Err(fault) => return vec![Obstacle::Unanswered { fault }],
        };
        let subject = Subject { message: &sent.message, identifier: sent.identifier, tx_hash: sent.tx_hash };
        explain(&inspect(None, there, &subject, terms).await)
    }
}

fn executing(sent: &SentReceipt) -> ExecutingMessage {
    ExecutingMessage { msg_hash: keccak256(&sent.payload), identifier: sent.identifier }
}

fn chain_id(id: U256) -> Result<u64, InteropError> {
    u64::try_from(id).map_err(|_| InteropError::NoProvider { chain_id: u64::MAX })
}

/// Whether the destination's messenger holds a message for delivered, and the log that says so.
pub(super) async fn delivery(
    there: &ChainView,
    sent: &SentReceipt,
) -> Result<Option<Option<Delivered>>, NodeFault> {
    if !is_delivered(there.provider(), sent.message_hash).await? {
        return Ok(None);
    }
    // The mark is there; of the log, an index may not know yet, and a node may not tell.
    let found = find_relayed(there.provider(), sent.message_hash).await.ok().flatten();
    let Some((relayed, tx_hash, block_number)) = found else { return Ok(Some(None)) };
    let safety = block_safety(there, block_number).await;
    Ok(Some(Some(Delivered { tx_hash, block_number, return_data_hash: relayed.return_data_hash, safety })))
}
