//! Several relayers on one store divide the chains: who works for which, its leases say.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use causeway_store::{Acquired, Lease, Role, Store, StoreError};
use tokio::time::{Instant, timeout};

use crate::{
    actor::Shared,
    share::{Crowd, Step},
};

/// How long giving leases back may take: nobody is harmed by leases that expire.
const PARTING: Duration = Duration::from_secs(5);

/// Gets, keeps and gives back the leases of one of several relayers: for each chain that of its blocks and those of all
/// accounts there, together, and one that says that it is there.
pub(crate) struct Keeper {
    shared: Arc<Shared>,
    chains: BTreeSet<u64>,
    /// Of a chain, in the order in which everybody takes them: who has the first one gets the rest.
    roles: BTreeSet<Role>,
}

/// How it all stands.
#[derive(Debug)]
pub(crate) struct View {
    /// What is to be done.
    pub(crate) step: Step,
    /// The chains that are worked for here and are another one's by now.
    pub(crate) lost: BTreeSet<u64>,
    /// Who works for the chains that are others'.
    pub(crate) others: BTreeMap<u64, String>,
    /// Whether the others know that this relayer is there.
    pub(crate) is_present: bool,
    /// The first place that nobody has among those who are there.
    place: u32,
}

impl Keeper {
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        let config = shared.config();
        let signers = config.accounts().into_iter().map(Role::Signer);
        Self {
            shared: Arc::clone(shared),
            chains: config.chains.iter().map(|chain| chain.chain_id).collect(),
            roles: std::iter::once(Role::Index).chain(signers).collect(),
        }
    }

    /// Looks who is there and who works for what. Only read: whoever tried to take a lease would lock it for a moment, and hold
    /// up those who write under it.
    pub(crate) async fn look(&self, mine: &BTreeSet<u64>) -> Result<View, StoreError> {
        let leases = self.store().leases().await?;
        let mut view = view(&leases, &self.shared.config().holder, &self.chains, mine);
        let is_others = |lease: &&Lease| {
            !lease.is_ours && mine.contains(&lease.chain_id) && self.roles.contains(&lease.role)
        };
        view.lost = leases.iter().filter(is_others).map(|lease| lease.chain_id).collect();
        Ok(view)
    }

    /// Says that this relayer is there.
    pub(crate) async fn show_up(&self, view: &View) -> Result<(), StoreError> {
        // If another one was quicker, the next look finds another place.
        self.store().acquire(Role::MEMBERS, Role::Member(view.place), self.ttl()).await.map(drop)
    }

    /// Takes all leases of a chain, or none. Returns whether it has them.
    pub(crate) async fn take(&self, chain_id: u64) -> Result<bool, StoreError> {
        let asked = Instant::now();
        for role in &self.roles {
            if let Acquired::Others(lease) = self.store().acquire(chain_id, *role, self.ttl()).await? {
                tracing::debug!(chain = chain_id, holder = lease.holder, "another relayer was quicker");
                self.store().release_chain(chain_id).await?;
                return Ok(false);
            }
        }
        self.last_since(asked, chain_id);
        Ok(true)
    }

    /// Goes on with all leases. Returns the chains that were lost.
    pub(crate) async fn renew(&self, mine: &BTreeSet<u64>) -> Result<BTreeSet<u64>, StoreError> {
        // Counted from before it is asked: the answer may take its time.
        let asked = Instant::now();
        let lost = self.store().renew(self.ttl()).await?;
        for (chain, role) in &lost {
            tracing::warn!(chain, %role, "another relayer has taken over");
        }
        let lost: BTreeSet<u64> = lost.into_iter().map(|(chain, _)| chain).collect();
        for chain in mine.difference(&lost) {
            self.last_since(asked, *chain);
        }
        Ok(lost.intersection(mine).copied().collect())
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
fn view(leases: &[Lease], me: &str, chains: &BTreeSet<u64>, mine: &BTreeSet<u64>) -> View {
    let (mut crowd, mut others) = (Crowd::default(), BTreeMap::new());
    crowd.members.insert(me.to_owned(), mine.clone());
    let (mut is_present, mut places) = (false, BTreeSet::new());
    // Its own that it does not work under it can take at once.
    for lease in leases.iter().filter(|lease| !lease.expires_in.is_zero()) {
        match lease.role {
            Role::Member(place) => drop(places.insert(place)),
            Role::Index | Role::Signer(_) if !chains.contains(&lease.chain_id) => continue,
            Role::Index | Role::Signer(_) => {}
        }
        if lease.is_ours {
            is_present |= matches!(lease.role, Role::Member(_));
            continue;
        }
        // Two should not have the same name; if they do, they are two all the same.
        let name = if lease.holder == me { format!("{me}, another one") } else { lease.holder.clone() };
        let of_other = crowd.members.entry(name).or_default();
        if !matches!(lease.role, Role::Member(_)) && !mine.contains(&lease.chain_id) {
            // A chain's leases are one relayer's, but for a moment.
            if others.insert(lease.chain_id, lease.holder.clone()).is_none() {
                of_other.insert(lease.chain_id);
            }
        }
    }
    let is_free = |chain: &u64| !mine.contains(chain) && !others.contains_key(chain);
    crowd.free = chains.iter().copied().filter(is_free).collect();
    let place = (0..=u32::MAX).find(|place| !places.contains(place)).unwrap_or_default();
    View { step: crowd.step(me), lost: BTreeSet::new(), others, is_present, place }
}

#[cfg(test)]
mod tests;
