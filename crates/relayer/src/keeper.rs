//! Several relayers on one store divide the chains: who works for which, its leases say.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use causeway_store::{Lease, Role, Store, StoreError};
use tokio::time::{Instant, sleep_until, timeout};

use crate::{
    actor::Shared,
    share::{Crowd, Member, Step},
};

/// How long giving leases back may take: nobody is harmed by leases that expire.
const PARTING: Duration = Duration::from_secs(5);

/// Gets, keeps and gives back the leases of one of several relayers: for each chain that of its blocks and those of all
/// accounts there, together, and one that says that it could work for it.
pub(crate) struct Keeper {
    shared: Arc<Shared>,
    /// Since when it is here.
    since: Instant,
    chains: BTreeSet<u64>,
    /// As what it says that it is there, by chain.
    shown: BTreeMap<u64, Role>,
    /// Of a chain: who works for it has all of them.
    roles: BTreeSet<Role>,
}

/// How it all stands.
#[derive(Debug, Default)]
pub(crate) struct View {
    /// What is to be done.
    pub(crate) step: Step,
    /// The chains that are worked for here and are another one's by now.
    pub(crate) lost: BTreeSet<u64>,
    /// Who works for the chains that are others'.
    pub(crate) others: BTreeMap<u64, String>,
    /// The chains that nobody works for and that this relayer could.
    pub(crate) free: BTreeSet<u64>,
    /// The chains that nobody works for, whoever could.
    pub(crate) nobodys: BTreeSet<u64>,
    /// The chains that another one is there for, too.
    pub(crate) rivals: BTreeSet<u64>,
    /// The chains that another one has left in disorder: its leases have expired, or it cannot reach the node.
    pub(crate) deserted: BTreeSet<u64>,
    /// What the others do not know yet of this relayer, by chain: as what it is there, in the first place that nobody has.
    pub(crate) unseen: BTreeMap<u64, Role>,
}

/// What one of several knows of itself.
struct Me<'a> {
    name: &'a str,
    /// The chains that it is configured for.
    knows: &'a BTreeSet<u64>,
    /// Those of them that it cannot work for at present.
    out: &'a BTreeSet<u64>,
    /// Those that it works for.
    mine: &'a BTreeSet<u64>,
    /// It is not here for long enough.
    is_new: bool,
}

impl Me<'_> {
    /// Of what others work for, what it is configured for.
    fn among(&self, mut others: BTreeMap<u64, String>) -> BTreeMap<u64, String> {
        others.retain(|chain, _| self.knows.contains(chain));
        others
    }
}

impl Keeper {
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        let config = shared.config();
        let signers = config.accounts().into_iter().map(Role::Signer);
        Self {
            shared: Arc::clone(shared),
            since: Instant::now(),
            shown: BTreeMap::new(),
            chains: config.chains.iter().map(|chain| chain.chain_id).collect(),
            roles: std::iter::once(Role::Index).chain(signers).collect(),
        }
    }

    /// Looks who is there and who works for what. Only read: whoever tried to take a lease would lock it for a moment, and hold
    /// up those who write under it. For the chains in `out` it cannot work.
    pub(crate) async fn look(&self, mine: &BTreeSet<u64>, out: &BTreeSet<u64>) -> Result<View, StoreError> {
        let leases = self.store().leases().await?;
        let config = self.shared.config();
        let is_new = self.since.elapsed() < config.probation;
        let me = Me { name: &config.holder, knows: &self.chains, out, mine, is_new };
        let mut view = view(&leases, &me);
        let is_others = |lease: &&Lease| {
            !lease.is_ours && mine.contains(&lease.chain_id) && self.roles.contains(&lease.role)
        };
        view.lost = leases.iter().filter(is_others).map(|lease| lease.chain_id).collect();
        Ok(view)
    }

    /// Says that this relayer is there, and for which chains.
    pub(crate) async fn show_up(&mut self, view: &View) -> Result<(), StoreError> {
        let places = view.unseen.iter().map(|(chain, role)| (*chain, *role)).collect();
        // If another one was quicker, the next look finds another place.
        for (chain, role) in self.store().acquire_each(&places, self.ttl()).await? {
            if let Some(former) = self.shown.insert(chain, role).filter(|former| *former != role) {
                self.store().release(chain, former).await?;
            }
        }
        Ok(())
    }

    /// Takes all leases of a chain, or none. Returns whether it has them.
    pub(crate) async fn take(&self, chain_id: u64) -> Result<bool, StoreError> {
        let asked = Instant::now();
        // At once: one by one they would take longer, with a database that is far away, than the leases of other chains last.
        let leases = self.roles.iter().map(|role| (chain_id, *role)).collect();
        if !self.store().acquire_all(&leases, self.ttl()).await? {
            tracing::debug!(chain = chain_id, "another relayer was quicker");
            self.store().release_chain(chain_id).await?;
            return Ok(false);
        }
        self.last_since(asked, chain_id);
        Ok(true)
    }

    /// Goes on with all leases. Returns the chains that were lost.
    pub(crate) async fn renew(&self, mine: &BTreeSet<u64>) -> Result<BTreeSet<u64>, StoreError> {
        // Counted from before it is asked: the answer may take its time.
        let asked = Instant::now();
        let mut lost = self.store().renew(self.ttl()).await?;
        // Whoever is not seen any more shows up again: that ends no work.
        lost.retain(|(_, role)| role.is_work());
        for (chain, role) in &lost {
            tracing::warn!(chain, %role, "another relayer has taken over");
        }
        let lost: BTreeSet<u64> = lost.into_iter().map(|(chain, _)| chain).collect();
        for chain in mine.difference(&lost) {
            self.last_since(asked, *chain);
        }
        Ok(lost.intersection(mine).copied().collect())
    }

    /// Does what may take its time, and goes on with all leases meanwhile. What is lost by then, the next look tells.
    pub(crate) async fn renewing<T>(
        &self,
        mine: &BTreeSet<u64>,
        renewed: &mut Instant,
        work: impl Future<Output = T>,
    ) -> T {
        tokio::pin!(work);
        let mut due = *renewed + self.ttl() / 3;
        loop {
            let renew = async {
                sleep_until(due).await;
                (Instant::now(), self.renew(mine).await)
            };
            let (asked, answer) = tokio::select! {
                biased;
                done = &mut work => return done,
                renewal = renew => renewal,
            };
            match answer {
                Ok(_) => (*renewed, due) = (asked, asked + self.ttl() / 3),
                Err(error) => {
                    tracing::warn!(%error, "the leases are not renewed, and it is tried again");
                    due = Instant::now() + self.ttl() / 12;
                }
            }
        }
    }

    /// Waits until nothing may be sent any more to one of these chains. Returns which.
    pub(crate) async fn over(&self, mine: &BTreeSet<u64>) -> u64 {
        if mine.is_empty() {
            return std::future::pending().await;
        }
        let over = |chain: u64| {
            Box::pin(async move {
                self.shared.tenure(chain).over().await;
                chain
            })
        };
        futures::future::select_all(mine.iter().copied().map(over)).await.0
    }

    /// Sends and writes nothing more for a chain. If the store can be asked, others need not wait until the leases expire.
    pub(crate) async fn leave(&self, chain_id: u64, is_store_well: bool) {
        self.shared.tenure(chain_id).end();
        // What is not given back can be taken anew: whatever was written last then comes too late.
        self.store().let_go_of(chain_id);
        if is_store_well {
            part(self.store().release_chain(chain_id)).await;
        }
    }

    /// The same for all chains, and it is not there any more.
    pub(crate) async fn step_down(&self, is_store_well: bool) {
        self.chains.iter().for_each(|chain| self.shared.tenure(*chain).end());
        self.store().let_go();
        if is_store_well {
            part(self.store().release_all()).await;
        }
    }

    /// How long a lease goes on that is not renewed.
    pub(crate) fn ttl(&self) -> Duration {
        self.shared.config().lease
    }

    /// The leases are good for a while since then. What is sent at the end of that has to arrive before others begin.
    fn last_since(&self, asked: Instant, chain_id: u64) {
        let ttl = self.ttl();
        self.shared.tenure(chain_id).last_until(asked + (ttl - ttl / 8));
    }

    fn store(&self) -> &Store {
        self.shared.store()
    }
}

async fn part(parting: impl Future<Output = Result<(), StoreError>>) {
    match timeout(PARTING, parting).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the leases are not given back, and expire"),
        Err(_) => tracing::warn!("the leases are not given back in time, and expire"),
    }
}

/// What leases say to one of several.
fn view(leases: &[Lease], me: &Me<'_>) -> View {
    let (mut crowd, mut others) = (Crowd::default(), BTreeMap::new());
    let (mut seen, mut places) = (BTreeSet::new(), BTreeSet::new());
    let is_deserted = |lease: &&Lease| {
        let has_expired = lease.role == Role::Index && lease.expires_in.is_zero() && !lease.is_given_back;
        has_expired || (matches!(lease.role, Role::Away(_)) && !lease.is_ours && !lease.expires_in.is_zero())
    };
    let deserted = leases.iter().filter(is_deserted).map(|lease| lease.chain_id).collect();
    // Its own that it does not work under it can take at once.
    for lease in leases.iter().filter(|lease| !lease.expires_in.is_zero()) {
        let chain = lease.chain_id;
        if let Role::Member(place) | Role::Away(place) = lease.role {
            places.insert((chain, place));
        }
        if lease.is_ours {
            let is_true = matches!(lease.role, Role::Away(_)) == me.out.contains(&chain);
            if !lease.role.is_work() && is_true {
                seen.insert(chain);
            }
            continue;
        }
        // Two should not have the same name; if they do, they are two all the same.
        let twin = || format!("{}, another one", me.name);
        let name = if lease.holder == me.name { twin() } else { lease.holder.clone() };
        let of_other: &mut Member = crowd.members.entry(name).or_default();
        of_other.knows.insert(chain);
        if !matches!(lease.role, Role::Away(_)) {
            of_other.able.insert(chain);
        }
        // A chain's leases are one relayer's, but for a moment.
        if lease.role.is_work() && !me.mine.contains(&chain) && !others.contains_key(&chain) {
            others.insert(chain, lease.holder.clone());
            of_other.has.insert(chain);
        }
    }
    // Who is new and not alone waits, and is not counted.
    if me.is_new && me.mine.is_empty() && seen.is_empty() && !crowd.members.is_empty() {
        return View { others: me.among(others), ..View::default() };
    }
    let able: BTreeSet<u64> = me.knows.difference(me.out).copied().collect();
    let of_others = crowd.members.values().flat_map(|member| &member.able);
    let rivals = of_others.copied().filter(|chain| able.contains(chain)).collect();
    let is_free = |chain: &u64| !me.mine.contains(chain) && !others.contains_key(chain);
    let free = able.iter().copied().filter(is_free).collect();
    let nobodys = me.knows.iter().copied().filter(is_free).collect();
    let member = Member { knows: me.knows.clone(), able, has: me.mine.clone() };
    crowd.members.insert(me.name.to_owned(), member);
    let unseen = me.knows.difference(&seen).map(|chain| {
        let place = (0..u32::MAX).find(|place| !places.contains(&(*chain, *place))).unwrap_or_default();
        let is_out = me.out.contains(chain);
        (*chain, if is_out { Role::Away(place) } else { Role::Member(place) })
    });
    let unseen = unseen.collect();
    View {
        step: crowd.step(me.name),
        lost: BTreeSet::new(),
        others: me.among(others),
        free,
        nobodys,
        rivals,
        deserted,
        unseen,
    }
}

#[cfg(test)]
mod tests;
