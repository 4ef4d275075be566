//! Of several relayers on one store one works, and the others stand by: the one that has all the leases.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use causeway_store::{Acquired, Lease, Role, Store, StoreError};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::{RelayerControls, RelayerEvent, actor::Shared};

/// How often who stands by looks whether the leases are free, at the most.
const LOOK: Duration = Duration::from_millis(500);
/// How long giving leases back may take: nobody is harmed by leases that expire.
const PARTING: Duration = Duration::from_secs(5);

/// Gets, keeps and gives back the leases of one of several relayers.
pub(crate) struct Keeper {
    shared: Arc<Shared>,
    controls: RelayerControls,
    /// In the order in which everybody takes them: two that want the same never wait for each other.
    roles: BTreeSet<(u64, Role)>,
}

impl Keeper {
    /// `None` where the store is one relayer's alone.
    pub(crate) fn of(shared: &Arc<Shared>, controls: &RelayerControls) -> Option<Self> {
        if !shared.store().is_shared() {
            return None;
        }
        let config = shared.config();
        let of_chain = |chain_id: u64| {
            let signers = config.accounts().into_iter().map(Role::Signer);
            std::iter::once(Role::Index).chain(signers).map(move |role| (chain_id, role))
        };
        let roles = config.chains.iter().flat_map(|chain| of_chain(chain.chain_id)).collect();
        Some(Self { shared: Arc::clone(shared), controls: controls.clone(), roles })
    }

    /// Waits until it has all leases. Returns whether it does, rather than that all was cancelled.
    pub(crate) async fn stand_by(&self, cancel: &CancellationToken) -> Result<bool, StoreError> {
        let look = async {
            let mut told = None;
            loop {
                let asked = Instant::now();
                let Some(lease) = self.take_all().await? else {
                    self.last_since(asked);
                    self.shared.announce(RelayerEvent::Active);
                    return Ok(());
                };
                if told.as_ref() != Some(&lease.holder) {
                    self.controls.stand_by(&lease.holder);
                    self.shared.announce(RelayerEvent::StandingBy { holder: lease.holder.clone() });
                    told = Some(lease.holder);
                }
                sleep(LOOK.min(self.ttl() / 4)).await;
            }
        };
        match cancel.run_until_cancelled(look).await {
            Some(result) => result.map(|()| true),
            None => Ok(false),
        }
    }

    /// Keeps the leases as long as that is possible: returns when one is lost, or when it could not be asked in time whether
    /// all are still ours.
    pub(crate) async fn keep(&self) {
        let mut pause = self.ttl() / 3;
        loop {
            let renew = async {
                sleep(pause).await;
                // Counted from before it is asked: the answer may take its time.
                let asked = Instant::now();
                (asked, self.store().renew(self.ttl()).await)
            };
            let (asked, renewed) = tokio::select! {
                biased;
                () = self.shared.tenure().over() => {
                    tracing::warn!("the leases could not be renewed in time: others may work by now");
                    return;
                }
                renewed = renew => renewed,
            };
            pause = match renewed {
                Ok(lost) if lost.is_empty() => {
                    self.last_since(asked);
                    self.ttl() / 3
                }
                Ok(lost) => {
                    let lost: Vec<_> =
                        lost.iter().map(|(chain, role)| format!("{role} on {chain}")).collect();
                    tracing::warn!(lost = lost.join(", "), "another relayer has taken over");
                    return;
                }
                Err(error) => {
                    tracing::warn!(%error, "the leases are not renewed, and it is tried again");
                    self.ttl() / 12
                }
            };
        }
    }

    /// Sends and writes nothing more. If the store can be asked, others need not wait until the leases expire.
    pub(crate) async fn step_down(&self, is_store_well: bool) {
        self.shared.tenure().end();
        // What is not given back can be taken anew: whatever was written last then comes too late.
        self.store().let_go();
        if !is_store_well {
            return;
        }
        match timeout(PARTING, self.store().release_all()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the leases are not given back, and expire"),
            Err(_) => tracing::warn!("the leases are not given back in time, and expire"),
        }
    }

    /// Takes all leases, or gives back what it has got and returns one that another one has.
    async fn take_all(&self) -> Result<Option<Lease>, StoreError> {
        // Only read: whoever tried to take a lease would lock it for a moment, and hold up those who write under it.
        let others = self.store().leases().await?.into_iter().find(|lease| {
            let is_wanted = self.roles.contains(&(lease.chain_id, lease.role));
            is_wanted && !lease.is_ours && !lease.expires_in.is_zero()
        });
        if others.is_some() {
            return Ok(others);
        }
        for (chain_id, role) in &self.roles {
            if let Acquired::Others(lease) = self.store().acquire(*chain_id, *role, self.ttl()).await? {
                self.store().release_all().await?;
                return Ok(Some(lease));
            }
        }
        Ok(None)
    }

    /// The leases are good for a while since then. What is sent at the end of that has to arrive before others begin.
    fn last_since(&self, asked: Instant) {
        let ttl = self.ttl();
        self.shared.tenure().last_until(asked + (ttl - ttl / 8));
    }

    fn ttl(&self) -> Duration {
        self.shared.config().lease
    }

    fn store(&self) -> &Store {
        self.shared.store()
    }
}
