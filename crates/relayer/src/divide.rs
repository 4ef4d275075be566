//! One of several relayers at work: it takes chains, keeps them, and leaves them to others.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use causeway_client::Disposition;
use causeway_store::StoreError;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::{
    Left, RelayerError, RelayerEvent,
    actor::Shared,
    caution::Caution,
    crew::Crew,
    feed::{Feed, KEEP},
    keeper::{Keeper, View},
    reach::Reach,
    trouble::{Trouble, hopeless},
};

/// How often it is looked who is there and who works for what, at the most.
const LOOK: Duration = Duration::from_millis(500);
/// Whoever has lost a chain waits so long before it looks for chains again.
const AFTER_LOSS: Duration = Duration::from_secs(1);
/// How often what is old is forgotten.
const TIDY: Duration = Duration::from_secs(60);

/// Works until it is cancelled or something fails that concerns all chains. Nothing goes on afterwards, and the leases are
/// given back.
pub(crate) async fn divide(
    shared: &Arc<Shared>,
    feed: &Feed,
    cancel: &CancellationToken,
) -> Result<(), RelayerError> {
    let missed = CancellationToken::new();
    let mut shift = Shift::new(shared, feed, cancel);
    // Beside all that is done meanwhile, and not anew after each look: with a database that is far away it would never come to an
    // end. The shift may wait for it, and it never waits for the shift.
    let telling = async {
        feed.run().await;
        missed.cancel();
        std::future::pending().await
    };
    let result = tokio::select! {
        biased;
        result = shift.work(cancel, &missed) => result,
        never = telling => never,
    };
    let result = match shift.close(result).await {
        Err(error) if error.is_fenced() => Ok(()),
        result => result,
    };
    let is_store_away = result.as_ref().is_err_and(|error| error.disposition() == Disposition::Wait);
    shift.keeper.step_down(!is_store_away).await;
    // Who does not look does not know.
    shared.ways().set_nobodys(BTreeSet::new());
    result
}

struct Shift<'a> {
    shared: Arc<Shared>,
    feed: &'a Feed,
    keeper: Keeper,
    crew: Crew,
    /// The chain that is being left to others.
    leaving: Option<u64>,
    /// What came of those that were.
    caution: Caution,
    /// Those that were left because the store was away: who works for them is not known yet.
    unclear: BTreeSet<u64>,
    /// The chains that it cannot work for.
    reach: Reach,
    /// Who was told to work in place of this relayer, while it stands by.
    told: Option<String>,
    /// When it is looked next, the leases were renewed last, and what is old was forgotten last.
    look: Instant,
    renewed: Instant,
    tidied: Instant,
}

/// What comes next.
enum Occasion {
    Cancelled,
    /// Nothing may be sent to the chain any more.
    Over(u64),
    Ended(u64, Result<(), RelayerError>),
    Missed,
    /// A chain can be followed again.
    Regained(u64),
    Seen(Result<Seen, StoreError>),
}

/// What was seen in the store.
struct Seen {
    renewed: Option<Instant>,
    lost: BTreeSet<u64>,
    view: View,
}

impl<'a> Shift<'a> {
    fn new(shared: &Arc<Shared>, feed: &'a Feed, cancel: &CancellationToken) -> Self {
        let now = Instant::now();
        Self {
            shared: Arc::clone(shared),
            feed,
            keeper: Keeper::new(shared),
            crew: Crew::new(shared, cancel),
            leaving: None,
            caution: Caution::new(shared.config().lease),
            unclear: BTreeSet::new(),
            reach: Reach::default(),
            told: None,
            look: now,
            renewed: now,
            tidied: now,
        }
    }

    async fn work(
        &mut self,
        cancel: &CancellationToken,
        missed: &CancellationToken,
    ) -> Result<(), RelayerError> {
        loop {
            match self.next(cancel, missed).await {
                Occasion::Cancelled | Occasion::Missed => return Ok(()),
                Occasion::Regained(chain) => {
                    tracing::info!(chain, "the chain can be followed again: this relayer is there for it");
                }
                Occasion::Over(chain) => {
                    tracing::warn!(chain, "the leases could not be renewed in time: others may work by now");
                    self.crew.abort(chain).await;
                    self.left(chain, Left::StoreAway).await;
                }
                Occasion::Ended(chain, Err(error)) if error.is_fenced() => {
                    tracing::warn!(chain, %error, "the work is another relayer's");
                    self.left(chain, Left::ToAnother).await;
                    self.look = Instant::now() + AFTER_LOSS;
                }
                Occasion::Ended(chain, end) => {
                    self.left(chain, end.as_ref().err().map_or(Left::ToAnother, why)).await;
                    end?;
                    // Others take it before this one looks whether it is free.
                    self.look = Instant::now() + self.pause();
                }
                Occasion::Seen(Ok(seen)) => match cancel.run_until_cancelled(self.act(seen)).await {
                    Some(done) => done.map_err(leases)?,
                    None => return Ok(()),
                },
                // As long as there is work, it is tried again until the leases end.
                Occasion::Seen(Err(error)) if !self.crew.is_empty() => {
                    tracing::warn!(%error, "the leases are not renewed, and it is tried again");
                    self.look = Instant::now() + self.keeper.ttl() / 12;
                }
                Occasion::Seen(Err(error)) => return Err(leases(error)),
            }
        }
    }

    async fn next(&mut self, cancel: &CancellationToken, missed: &CancellationToken) -> Occasion {
        let mine: BTreeSet<u64> = self.crew.chains().collect();
        let is_renewal_due = self.is_renewal_due();
        let (keeper, look, out) = (&self.keeper, self.look, self.reach.out().clone());
        let see = async {
            sleep_until(look).await;
            let asked = Instant::now();
            let lost = if is_renewal_due { keeper.renew(&mine).await? } else { BTreeSet::new() };
            let view = keeper.look(&mine, &out).await?;
            let lost = lost.union(&view.lost).copied().collect();
            Ok(Seen { renewed: is_renewal_due.then_some(asked), lost, view })
        };
        tokio::select! {
            biased;
            () = cancel.cancelled() => Occasion::Cancelled,
            chain = keeper.over(&mine) => Occasion::Over(chain),
            Some((chain, end)) = self.crew.next() => Occasion::Ended(chain, end),
            chain = self.reach.regained() => Occasion::Regained(chain),
            () = missed.cancelled() => Occasion::Missed,
            seen = see => Occasion::Seen(seen),
        }
    }

    /// Does what was seen to be done.
    async fn act(&mut self, seen: Seen) -> Result<(), StoreError> {
        let Seen { renewed, lost, view } = seen;
        self.look = Instant::now() + self.pause();
        self.renewed = renewed.unwrap_or(self.renewed);
        for chain in &lost {
            self.crew.abort(*chain).await;
            self.left(*chain, Left::ToAnother).await;
            self.look = Instant::now() + AFTER_LOSS;
        }
        self.keeper.show_up(&view).await?;
        self.shared.ways().set_others(view.others.clone());
        // What was to be done was said of what was there before.
        if lost.is_empty() {
            self.even_out(&view).await?;
            self.leave_hopeless(&view.rivals);
        }
        // What was not taken nobody has yet, or has gone to who was quicker: the next look tells.
        let mine: BTreeSet<u64> = self.crew.chains().collect();
        self.shared.ways().set_nobodys(view.nobodys.difference(&mine).copied().collect());
        self.tell_taken_over(&view.others);
        self.tell_standing_by(&view.others);
        if self.tidied.elapsed() >= TIDY {
            self.tidied = Instant::now();
            self.shared.store().forget_changes(KEEP).await?;
        }
        Ok(())
    }

    async fn even_out(&mut self, view: &View) -> Result<(), StoreError> {
        let (now, View { step, free, deserted, .. }) = (Instant::now(), view);
        if let (None, Some(chain), true) = (self.leaving, step.give, self.caution.may_give(now)) {
            tracing::info!(chain, "another relayer has less to do: the chain is left to it");
            self.leaving = Some(chain);
            self.caution.gave(chain, now);
            self.crew.end(chain);
        }
        let overdue = self.caution.overdue(free, now);
        for (index, chain) in overdue.iter().chain(&step.take).enumerate() {
            // What it has goes first: the rest is taken when the leases are renewed, and one at least each time.
            if index > 0 && self.is_renewal_due() {
                self.look = Instant::now();
                break;
            }
            if self.take(*chain).await? {
                let is_deserted = deserted.contains(chain);
                self.caution.took(*chain, overdue.contains(chain), is_deserted, Instant::now());
            }
        }
        Ok(())
    }

    /// Leaves a chain that it cannot work for to who can.
    fn leave_hopeless(&mut self, rivals: &BTreeSet<u64>) {
        let (ttl, shared) = (self.keeper.ttl(), Arc::clone(&self.shared));
        let troubled = shared.ways().troubled();
        let Some((chain_id, Trouble { is_halted, .. })) =
            hopeless(&troubled, rivals, 2 * ttl, Instant::now()).filter(|_| self.leaving.is_none())
        else {
            return;
        };
        let Some(chain) = shared.chain(chain_id) else { return };
        tracing::warn!(chain = chain_id, "it cannot be followed here: the chain is left to another relayer");
        // Where it is the chain's fault, the other one will not fare better.
        let pause = if is_halted { 20 * ttl } else { ttl / 3 };
        self.reach.lose(chain, &shared, pause);
        self.leaving = Some(chain_id);
        self.crew.end(chain_id);
    }

    /// Begins to work for a chain, if nobody was quicker. Returns whether it did.
    async fn take(&mut self, chain_id: u64) -> Result<bool, StoreError> {
        let Some(chain) = self.shared.chain(chain_id).cloned() else { return Ok(false) };
        let mut mine: BTreeSet<u64> = self.crew.chains().collect();
        if mine.contains(&chain_id) {
            return Ok(false);
        }
        // Who had it may have something to finish, and the lanes here may be slow to be told.
        let (keeper, feed, is_first) = (&self.keeper, self.feed, mine.is_empty());
        if !keeper.renewing(&mine, &mut self.renewed, keeper.take(chain_id)).await? {
            return Ok(false);
        }
        mine.insert(chain_id);
        let told = async {
            if is_first {
                feed.begin().await?;
            }
            feed.adopt(chain_id).await
        };
        keeper.renewing(&mine, &mut self.renewed, told).await?;
        if is_first {
            self.told = None;
            self.shared.announce(RelayerEvent::Active);
        }
        // It could be made at the start; a client that cannot be made now is tried again.
        match self.crew.recruit(&chain) {
            Ok(recruit) => {
                self.unclear.remove(&chain_id);
                self.shared.announce(RelayerEvent::ChainTaken { chain_id });
                self.crew.start(recruit);
            }
            Err(error) => {
                tracing::error!(chain = chain_id, %error, "cannot begin to work for the chain");
                self.keeper.leave(chain_id, true).await;
                self.feed.resign(chain_id);
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Nobody here works for the chain any more.
    async fn left(&mut self, chain_id: u64, why: Left) {
        self.shared.ways().close(chain_id);
        self.leaving = self.leaving.take().filter(|leaving| *leaving != chain_id);
        self.feed.resign(chain_id);
        self.shared.announce(RelayerEvent::ChainLeft { chain_id, why });
        if why == Left::StoreAway {
            self.unclear.insert(chain_id);
        }
        self.keeper.leave(chain_id, why != Left::StoreAway).await;
    }

    /// Says of the chains of which it was not known which are others' by now.
    fn tell_taken_over(&mut self, others: &BTreeMap<u64, String>) {
        for chain_id in self.unclear.extract_if(.., |chain| others.contains_key(chain)) {
            self.shared.announce(RelayerEvent::ChainLeft { chain_id, why: Left::ToAnother });
        }
    }

    /// If there is nothing to do here, says who works: each one once.
    fn tell_standing_by(&mut self, others: &BTreeMap<u64, String>) {
        let Some(holder) = others.values().next().filter(|_| self.crew.is_empty()) else { return };
        if self.told.as_ref() != Some(holder) {
            self.shared.announce(RelayerEvent::StandingBy { holder: holder.clone() });
            self.told = Some(holder.clone());
        }
    }

    /// Ends all that is at work, whatever it was that ended it. What does not pass by itself is told rather than what does.
    async fn close(&mut self, mut result: Result<(), RelayerError>) -> Result<(), RelayerError> {
        self.crew.end_all();
        while let Some((chain_id, end)) = self.crew.next().await {
            self.shared.ways().close(chain_id);
            let error = end.as_ref().err().or(result.as_ref().err());
            let why = error.map_or(Left::Ended, why);
            self.shared.announce(RelayerEvent::ChainLeft { chain_id, why });
            result = match (result, end) {
                (Err(first), Err(error)) if error.gravity() > first.gravity() => Err(error),
                // The others go on when it is another relayer's.
                (Ok(()), Err(error)) if !error.is_fenced() => Err(error),
                (result, _) => result,
            };
        }
        result
    }

    fn is_renewal_due(&self) -> bool {
        self.renewed.elapsed() >= self.keeper.ttl() / 3
    }

    fn pause(&self) -> Duration {
        LOOK.min(self.keeper.ttl() / 4)
    }
}

/// Why a chain is left whose work an error has ended.
fn why(error: &RelayerError) -> Left {
    match error.disposition() {
        Disposition::Wait => Left::StoreAway,
        _ if error.is_fenced() => Left::ToAnother,
        _ => Left::Ended,
    }
}

const fn leases(source: StoreError) -> RelayerError {
    RelayerError::Leases { source }
}
