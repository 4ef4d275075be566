//! Sends messages of this chain again that expired before they were delivered.

use std::time::Duration;

use alloy::{
    primitives::{Address, Bytes, U256},
    providers::DynProvider,
    sol_types::SolCall,
};
use causeway_bindings::L2ToL2CrossDomainMessenger::{self, resendMessageCall};
use causeway_chain::{BlockRef, connect};
use causeway_client::{
    ChainView, FaultKind, NodeFault,
    preflight::{PreflightError, deliver_anew},
};
use causeway_interop::{L2_TO_L2_CROSS_DOMAIN_MESSENGER, SUPERCHAIN_TOKEN_BRIDGE};
use causeway_store::{Errand, ErrandKind, MessageRecord, NewErrand, Noted};

use super::{
    Node, Unanswered,
    transaction::{Call, Price},
};
use crate::{
    RelayerEvent, Resend,
    actor::restore::{HALF_LIVES, experience},
    engine::{Experience, SignedTx, is_within_budget},
    errand::{Case, Line, Memory as AllMemory, ResendHeld as Held, ResendMemory as Memory, Strangers},
};

/// How many messages of a route are looked at with a block.
const LOOKS: u32 = 4;
/// How many costs of the past are read, the newest, to know whose budget is used up.
const COSTS: u32 = 10_000;

impl Node {
    /// Sends the first message again that is to be, if nothing else of the account is open.
    pub(super) async fn resend(
        &self,
        settings: &Resend,
        open: &[Errand],
        tip: BlockRef,
        memory: &mut AllMemory,
    ) -> Result<(), Unanswered> {
        let AllMemory { resending: memory, strangers, .. } = memory;
        let account = settings.signer.address();
        if open.iter().any(|errand| errand.account == account) {
            return Ok(());
        }
        for destination in memory.turns(self.shared.resent_to(self.chain_id)) {
            if memory.rests(destination, tip.number) {
                continue;
            }
            let record = match self.next_expired(destination, tip, memory).await? {
                Look::Due(record) => record,
                // That is known with one of its blocks, and is asked at little cost.
                Look::More | Look::NoHead => continue,
                Look::Done => {
                    memory.rest(destination, tip.number);
                    continue;
                }
            };
            memory.served(destination);
            if self.is_worth_it(&record, destination).await? {
                return self.send_again(settings, &record, tip, (memory, strangers)).await;
            }
        }
        Ok(())
    }

    /// The next message of a route that expired and that nothing known speaks against.
    async fn next_expired(
        &self,
        destination: u64,
        tip: BlockRef,
        memory: &mut Memory,
    ) -> Result<Look, Unanswered> {
        let policy = self.shared.policy();
        let heads = self.store.heads(&[destination]).await?;
        let Some(there) = heads.get(&destination) else { return Ok(Look::NoHead) };
        let expired_before = [tip, *there].map(|block| policy.expired_before(block.timestamp));
        let before = expired_before[0].min(expired_before[1]);
        let cursor = memory.cursors.entry(destination).or_default();
        let page = self.store.overdue(self.chain_id, U256::from(destination), before, *cursor, LOOKS).await?;
        if page.is_empty() {
            return Ok(Look::Done);
        }
        let window = Duration::from_secs(policy.expiry_window);
        let mut past = None;
        for record in page {
            *cursor = record.seq;
            let Some(initiation) = &record.initiation else { continue };
            let sent_at = initiation.identifier.timestamp;
            let Some(message) = self.shared.deliverable(record.clone()) else { continue };
            let kind = ErrandKind::Resend;
            let was_resent = self.store.has_errand_within(self.chain_id, kind, record.hash, window).await?;
            if !(Case { sent_at, expired_before, was_resent }).is_due() {
                continue;
            }
            let past = match &past {
                Some(past) => past,
                None => past.insert(self.past_of(destination, there.timestamp).await?),
            };
            if is_within_budget(past, &message, there.timestamp, &policy) {
                return Ok(Look::Due(Box::new(record)));
            }
            tracing::debug!(chain = self.chain_id, message = %record.hash, "not sent again: a budget is used up");
        }
        Ok(Look::More)
    }

    /// What came of messages to a chain until now.
    async fn past_of(&self, destination: u64, now: u64) -> Result<Vec<Experience>, Unanswered> {
        let since = now.saturating_sub(self.shared.policy().vain_half_life.saturating_mul(HALF_LIVES));
        let past = self.store.experience(destination, since, SUPERCHAIN_TOKEN_BRIDGE, COSTS).await?;
        Ok(past.into_iter().map(experience).collect())
    }

    /// Has the destination try the delivery out, as of now, with as much gas as the relayer gives a message.
    async fn is_worth_it(&self, record: &MessageRecord, destination: u64) -> Result<bool, Unanswered> {
        let Some(account) = self.accounts.first().copied() else { return Ok(false) };
        let Some(provider) = self.provider_of(destination) else { return Ok(false) };
        let there = ChainView::new(destination, provider);
        match deliver_anew(&there, account, self.chain_id, &record.sent, self.max_item_gas).await {
            Ok(()) => Ok(true),
            Err(PreflightError::Unanswered { fault, .. }) => Err(fault.into()),
            Err(error) => {
                let (chain, message) = (self.chain_id, record.hash);
                tracing::debug!(chain, %message, %error, "not sent again: it would not be delivered");
                Ok(false)
            }
        }
    }

    /// The node of a chain, whoever works for it.
    fn provider_of(&self, chain_id: u64) -> Option<DynProvider> {
        let here = self.shared.ways().to(chain_id).map(|way| way.provider);
        here.or_else(|| {
            let chain = self.shared.config().chains.iter().find(|chain| chain.chain_id == chain_id)?;
            connect(&chain.endpoints, self.shared.connect()).ok()
        })
    }

    async fn send_again(
        &self,
        settings: &Resend,
        record: &MessageRecord,
        tip: BlockRef,
        (memory, strangers): (&mut Memory, &mut Strangers),
    ) -> Result<(), Unanswered> {
        let (chain_id, account) = (self.chain_id, settings.signer.address());
        let version = self.messenger_version().await?;
        let line = Line::of(&version);
        if line != Line::Resends {
            let over_l1 = line == Line::OverL1;
            let event = RelayerEvent::ResendImpossible { chain_id, version, over_l1 };
            self.tell_once(Held::Impossible, event, memory);
            return Ok(());
        }
        let Some(nonce) = self.errand_nonce(account, tip, strangers).await? else { return Ok(()) };
        let call = call(record);
        let Some(price) = self.price(account, &call, tip).await? else { return Ok(()) };
        let (gas, cap) = (U256::from(price.gas), settings.limits.max_gas_per_day);
        let spent = self.store.errand_spending(chain_id, ErrandKind::Resend).await?;
        if spent.saturating_add(gas) > U256::from(cap) {
            self.resends_capped(spent, cap, memory);
            return Ok(());
        }
        let balance = self.balance_at(account, tip).await?;
        if balance < price.cost {
            self.tell_once(
                Held::Unfunded,
                RelayerEvent::ResendUnfunded { chain_id, account, balance },
                memory,
            );
            return Ok(());
        }
        self.commit_resend(settings, record, Chosen { nonce, call, price }, memory).await
    }

    async fn commit_resend(
        &self,
        settings: &Resend,
        record: &MessageRecord,
        Chosen { nonce, call, price }: Chosen,
        memory: &mut Memory,
    ) -> Result<(), Unanswered> {
        let (chain, account) = (self.chain_id, settings.signer.address());
        let version = self.sign_call(&settings.signer, nonce, call, price).await?;
        let new = NewErrand {
            chain_id: chain,
            account,
            nonce,
            kind: ErrandKind::Resend,
            subject: record.hash,
            amount: U256::from(price.gas),
            version: version.clone(),
        };
        let cap = settings.limits.max_gas_per_day;
        match self.store.record_errand(&new, U256::from(cap)).await? {
            Noted::Yes => memory.held = None,
            Noted::Capped { spent } => {
                self.resends_capped(spent, cap, memory);
                return Ok(());
            }
            Noted::Busy => {
                tracing::debug!(chain, %account, nonce, "nothing is sent again: the account is busy");
                return Ok(());
            }
        }
        tracing::info!(chain, %account, message = %record.hash, tx = %version.tx_hash, "a message is sent again");
        self.send_errand(account, nonce, SignedTx { hash: version.tx_hash, raw: version.raw_tx }).await
    }

    /// What the messenger says of itself; nothing, where it says nothing.
    async fn messenger_version(&self) -> Result<String, NodeFault> {
        let messenger = L2ToL2CrossDomainMessenger::new(L2_TO_L2_CROSS_DOMAIN_MESSENGER, &self.provider);
        match messenger.version().call().await {
            Ok(version) => Ok(version),
            Err(alloy::contract::Error::TransportError(error)) => {
                let fault = NodeFault::from(error);
                if matches!(fault.kind, FaultKind::Reverted(_)) { Ok(String::new()) } else { Err(fault) }
            }
            Err(_) => Ok(String::new()),
        }
    }

    /// Something would be sent again, and with it more gas be used than the cap.
    fn resends_capped(&self, spent: U256, cap: u64, memory: &mut Memory) {
        let gas = u64::try_from(spent).unwrap_or(u64::MAX);
        let event = RelayerEvent::ResendCapped { chain_id: self.chain_id, gas, cap };
        self.tell_once(Held::Capped { spent }, event, memory);
    }

    /// Says once that nothing is sent again, until that changes.
    fn tell_once(&self, why: Held, event: RelayerEvent, memory: &mut Memory) {
        if memory.held.replace(why) != Some(why) {
            self.shared.announce(event);
        }
    }
}

/// What was found of a route.
enum Look {
    /// This one may be sent again.
    Due(Box<MessageRecord>),
    /// None of those that were looked at, and there are more.
    More,
    /// All were looked at.
    Done,
    /// Nothing is known of the clock of the destination.
    NoHead,
}

/// A resend that was decided.
struct Chosen {
    nonce: u64,
    call: Call,
    price: Price,
}

fn call(record: &MessageRecord) -> Call {
    let sent = &record.sent;
    let input = resendMessageCall {
        _destination: sent.destination,
        _nonce: sent.nonce,
        _sender: sent.sender,
        _target: sent.target,
        _message: sent.message.clone(),
    };
    let to: Address = L2_TO_L2_CROSS_DOMAIN_MESSENGER;
    Call { to, value: U256::ZERO, input: Bytes::from(input.abi_encode()) }
}
