//! Dividing the work among several relayers.
//!
//! A lease is taken over when it expires, and gets a new epoch then. Who wrote under the epoch before is refused from
//! that moment on, by the transaction that writes: it locks the lease's epoch until it is done, so that no write of the
//! holder before comes after the new holder has begun. The epoch is a part of a key, the time of expiry is not: that a lease
//! goes on never waits for what is written under it, however long that takes. Until somebody takes a lease over, it does no harm that it expired.

use crate::{
    Acquired, Lease, Role, Store, StoreError,
    codec::int,
    database::{Connection, Query, Row, sql},
    lease::Replica,
};
use alloy_primitives::B256;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

impl Store {
    /// The same store for one of several relayers: whatever it writes of a chain's blocks, or of the transactions of a
    /// signer, it must have the lease for. `holder` says who it is, in one line. Each call makes a new one, without
    /// leases; clones are the same one.
    pub fn replica(&self, holder: &str) -> Self {
        Self { replica: Some(Arc::new(Replica::new(holder))), ..self.clone() }
    }

    /// Takes a lease for this long, if it is free, expired or ours. One that was [let go](Self::let_go) is taken anew, whether or
    /// not it has expired, and gets a new epoch.
    ///
    /// # Errors
    ///
    /// [`StoreError::Fenced`] when the store is not a replica's.
    pub async fn acquire(&self, chain_id: u64, role: Role, ttl: Duration) -> Result<Acquired, StoreError> {
        let lease = (chain_id, role);
        let taken = self.acquire_some(&[lease].into(), ttl, false).await?;
        if let Some(epoch) = taken.get(&lease) {
            return Ok(Acquired::Ours { epoch: *epoch });
        }
        let leases = self.leases().await?;
        let other = leases.into_iter().find(|lease| lease.chain_id == chain_id && lease.role == role);
        Ok(Acquired::Others(other.ok_or(StoreError::Fenced { chain_id, role })?))
    }

    /// Takes leases as [`acquire`](Self::acquire) does, all of them or none, in as many round trips as one. Returns whether it has
    /// them.
    ///
    /// # Errors
    ///
    /// [`StoreError::Fenced`] when the store is not a replica's.
    pub async fn acquire_all(
        &self,
        leases: &BTreeSet<(u64, Role)>,
        ttl: Duration,
    ) -> Result<bool, StoreError> {
        Ok(self.acquire_some(leases, ttl, true).await?.len() == leases.len())
    }

    /// Takes those of these leases that are free, expired or ours, in as many round trips as one. Returns which.
    ///
    /// # Errors
    ///
    /// [`StoreError::Fenced`] when the store is not a replica's.
    pub async fn acquire_each(
        &self,
        leases: &BTreeSet<(u64, Role)>,
        ttl: Duration,
    ) -> Result<BTreeSet<(u64, Role)>, StoreError> {
        Ok(self.acquire_some(leases, ttl, false).await?.into_keys().collect())
    }

    /// Takes these leases by one statement, so that it takes no longer with a database that is far away. Returns the epochs of
    /// those that are ours: if all are wanted and one is another's, none was taken.
    async fn acquire_some(
        &self,
        leases: &BTreeSet<(u64, Role)>,
        ttl: Duration,
        all: bool,
    ) -> Result<BTreeMap<(u64, Role), u64>, StoreError> {
        let Some((chain_id, role)) = leases.first().copied() else { return Ok(BTreeMap::new()) };
        let replica = self.replica.as_ref().ok_or(StoreError::Fenced { chain_id, role })?;
        let mut transaction = self.begin().await?;
        let query = acquisition(leases, replica, millis(ttl)?, transaction.clock())?;
        let mut taken = BTreeMap::new();
        for row in transaction.fetch_all(query).await? {
            taken.insert((row.uint("chain_id")?, role_of(&row)?), row.uint("epoch")?);
        }
        let is_kept = taken.len() == leases.len() || !all;
        if is_kept {
            self.commit(transaction).await?;
        } else {
            drop(transaction);
        }
        let mut epochs = replica.epochs();
        for lease in leases {
            match taken.get(lease) {
                Some(epoch) if is_kept => {
                    epochs.held.insert(*lease, *epoch);
                    epochs.former.remove(lease);
                }
                // It is as it was.
                Some(_) => {}
                None => {
                    epochs.held.remove(lease);
                    epochs.former.remove(lease);
                }
            }
        }
        Ok(taken)
    }

    /// Goes on with all leases that this replica has. Returns those that it has lost: nothing may be sent for them.
    pub async fn renew(&self, ttl: Duration) -> Result<Vec<(u64, Role)>, StoreError> {
        let Some(replica) = &self.replica else { return Ok(Vec::new()) };
        let mut lost = replica.epochs().held.clone();
        if lost.is_empty() {
            return Ok(Vec::new());
        }
        let mut transaction = self.begin().await?;
        let leases: Vec<_> = lost.iter().map(|(lease, epoch)| (*lease, *epoch)).collect();
        let mut query = new_expiry(&leases, |query| {
            query.push(transaction.clock()).push(" + ").push_bind(millis(ttl)?);
            Ok(())
        })?;
        query.push(" RETURNING chain_id, role");
        for row in transaction.fetch_all(query).await? {
            lost.remove(&(row.uint("chain_id")?, role_of(&row)?));
        }
        self.commit(transaction).await?;
        for (lease, epoch) in &lost {
            let held = &mut replica.epochs().held;
            if held.get(lease) == Some(epoch) {
                held.remove(lease);
            }
        }
        Ok(lost.into_keys().collect())
    }

    /// Writes nothing more under the leases that this replica has, from now on and without asking the database. Until they are
    /// given back, or expire, it can take them anew, and nobody else.
    pub fn let_go(&self) {
        if let Some(replica) = &self.replica {
            replica.epochs().let_go();
        }
    }

    /// The same for the leases of one chain, but for the one by which it is there.
    pub fn let_go_of(&self, chain_id: u64) {
        if let Some(replica) = &self.replica {
            replica.epochs().let_go_of(chain_id);
        }
    }

    /// Gives all leases of a chain back, those that were let go, too, but for the one by which it is there.
    pub async fn release_chain(&self, chain_id: u64) -> Result<(), StoreError> {
        let Some(replica) = &self.replica else { return Ok(()) };
        let leases: Vec<_> = {
            let mut epochs = replica.epochs();
            epochs.let_go_of(chain_id);
            let is_its = |(of, role): &(u64, Role)| *of == chain_id && role.is_work();
            let of_chain = epochs.former.iter().filter(|(lease, _)| is_its(lease));
            of_chain.map(|(lease, epoch)| (*lease, *epoch)).collect()
        };
        self.give_back(&leases).await
    }

    /// Gives a lease back, so that another one need not wait until it expires.
    pub async fn release(&self, chain_id: u64, role: Role) -> Result<(), StoreError> {
        let Some(replica) = &self.replica else { return Ok(()) };
        let epoch = replica.epochs().held.remove(&(chain_id, role));
        let Some(epoch) = epoch else { return Ok(()) };
        self.give_back(&[((chain_id, role), epoch)]).await
    }

    /// Gives all leases of this replica back, those that it let go, too. Nothing more is written under them, even if the
    /// database does not answer.
    pub async fn release_all(&self) -> Result<(), StoreError> {
        let Some(replica) = &self.replica else { return Ok(()) };
        let leases: Vec<_> = {
            let mut epochs = replica.epochs();
            epochs.let_go();
            epochs.former.clone().into_iter().collect()
        };
        self.give_back(&leases).await
    }

    async fn give_back(&self, leases: &[((u64, Role), u64)]) -> Result<(), StoreError> {
        let (Some(replica), false) = (&self.replica, leases.is_empty()) else { return Ok(()) };
        let mut transaction = self.begin().await?;
        let query = new_expiry(leases, |query| {
            query.push("0");
            Ok(())
        })?;
        transaction.execute(query).await?;
        self.commit(transaction).await?;
        replica.epochs().former.retain(|lease, epoch| !leases.contains(&(*lease, *epoch)));
        Ok(())
    }

    /// Who does what, expired leases included.
    pub async fn leases(&self) -> Result<Vec<Lease>, StoreError> {
        let mut connection = self.read().await?;
        let mut query = sql("SELECT chain_id, role, holder, epoch, expires_ms - ");
        query.push(connection.clock()).push(" AS rest, expires_ms FROM leases ORDER BY chain_id, role");
        let rows = connection.fetch_all(query).await?;
        rows.iter()
            .map(|row| {
                let (chain_id, role, epoch) = (row.uint("chain_id")?, role_of(row)?, row.uint("epoch")?);
                let rest = u64::try_from(row.int("rest")?).unwrap_or(0);
                Ok(Lease {
                    chain_id,
                    role,
                    holder: row.text("holder")?,
                    epoch,
                    expires_in: Duration::from_millis(rest),
                    is_given_back: row.int("expires_ms")? == 0,
                    is_ours: self
                        .replica
                        .as_ref()
                        .is_some_and(|replica| replica.is_holder(chain_id, role, epoch)),
                })
            })
            .collect()
    }

    /// Makes sure that a transaction may write for a role, and that nobody takes the lease over before it ends.
    pub(crate) async fn check_lease(
        &self,
        transaction: &mut Connection,
        chain_id: u64,
        role: Role,
    ) -> Result<(), StoreError> {
        let Some(replica) = &self.replica else { return Ok(()) };
        let fenced = StoreError::Fenced { chain_id, role };
        let Some(epoch) = replica.epoch(chain_id, role) else { return Err(fenced) };
        let mut query = sql("SELECT epoch FROM leases WHERE chain_id = $1 AND role = $2 AND epoch = $3")
            .bind(int("chain id", chain_id)?)
            .bind(role.name())
            .bind(int("epoch", epoch)?);
        query.push(transaction.for_key_share());
        transaction.fetch_optional(query).await?.map(drop).ok_or(fenced)
    }

    /// The same for the signer of a recorded transaction. Where nobody signs with that account any more, whoever reads the chain's
    /// blocks may write what became of it.
    pub(crate) async fn check_lease_of(
        &self,
        transaction: &mut Connection,
        tx_hash: B256,
    ) -> Result<(), StoreError> {
        if self.replica.is_none() {
            return Ok(());
        }
        let query = sql("SELECT chain_id, signer FROM attempts WHERE tx_hash = $1").bind(tx_hash);
        let row = transaction.fetch_optional(query).await?.ok_or(StoreError::UnknownAttempt { tx_hash })?;
        let (chain_id, role) = (row.uint("chain_id")?, Role::Signer(row.address("signer")?));
        let role = if self.is_orphaned(transaction, chain_id, role).await? { Role::Index } else { role };
        self.check_lease(transaction, chain_id, role).await
    }

    /// Whether a lease is neither ours nor anybody's who may be at work.
    async fn is_orphaned(
        &self,
        transaction: &mut Connection,
        chain_id: u64,
        role: Role,
    ) -> Result<bool, StoreError> {
        if self.replica.as_ref().is_some_and(|replica| replica.epoch(chain_id, role).is_some()) {
            return Ok(false);
        }
        let mut query = sql("SELECT epoch FROM leases WHERE chain_id = $1 AND role = $2 AND expires_ms > ")
            .bind(int("chain id", chain_id)?)
            .bind(role.name());
        query.push(transaction.clock());
        Ok(transaction.fetch_optional(query).await?.is_none())
    }
}

/// Takes those of these leases that are free, expired or the replica's, and tells their epochs.
///
/// They are written in their order, which is everybody's: of two that want the same, one waits for the other, and not each.
fn acquisition(
    leases: &BTreeSet<(u64, Role)>,
    replica: &Replica,
    ttl: i64,
    now: &str,
) -> Result<Query, StoreError> {
    let of = |epochs: &BTreeMap<(u64, Role), u64>| -> Vec<_> {
        let its = epochs.iter().filter(|(lease, _)| leases.contains(lease));
        its.map(|(lease, epoch)| (*lease, *epoch)).collect()
    };
    let (ours, former) = {
        let epochs = replica.epochs();
        (of(&epochs.held), of(&epochs.former))
    };
    let new: Vec<_> = leases.iter().map(|lease| (*lease, 1)).collect();
    let mut query = sql("INSERT INTO leases (chain_id, role, holder, epoch, expires_ms) VALUES ");
    query.push_rows(rows(&new)?, |query, (chain, role, epoch)| {
        query.push("(").push_values(vec![
            chain.into(),
            role.into(),
            replica.holder.as_str().into(),
            epoch.into(),
        ]);
        query.push(", ").push(now).push(" + ").push_bind(ttl).push(")");
    });
    query.push(
        " ON CONFLICT (chain_id, role) DO UPDATE SET holder = excluded.holder, expires_ms = excluded.expires_ms,
         epoch = CASE WHEN ",
    );
    push_is_one_of(&mut query, &ours)?;
    query
        .push(" THEN leases.epoch ELSE leases.epoch + 1 END WHERE leases.expires_ms <= ")
        .push(now)
        .push(" OR ");
    push_is_one_of(&mut query, &[ours, former].concat())?;
    query.push(" RETURNING chain_id, role, epoch");
    Ok(query)
}

/// Has those of these leases that nobody else has taken over expire at another time.
///
/// They are written in the order in which [they are taken](acquisition). An update writes them in any order, and would wait for who
/// takes some of them over while that one waits for it.
fn new_expiry(
    leases: &[((u64, Role), u64)],
    push_time: impl FnOnce(&mut Query) -> Result<(), StoreError>,
) -> Result<Query, StoreError> {
    let mut query = sql("WITH wanted (place, chain_id, role, epoch) AS (VALUES ");
    query.push_rows((0_i64..).zip(rows(leases)?), |query, (place, (chain, role, epoch))| {
        query.push_row(vec![place.into(), chain.into(), role.into(), epoch.into()]);
    });
    query.push(
        ") INSERT INTO leases (chain_id, role, holder, epoch, expires_ms)
         SELECT chain_id, role, leases.holder, epoch, ",
    );
    push_time(&mut query)?;
    query.push(
        " FROM wanted JOIN leases USING (chain_id, role, epoch) WHERE TRUE ORDER BY place
         ON CONFLICT (chain_id, role) DO UPDATE SET expires_ms = excluded.expires_ms
         WHERE leases.epoch = excluded.epoch",
    );
    Ok(query)
}

/// Adds whether a lease in the database is one of these, under this epoch.
fn push_is_one_of(query: &mut Query, leases: &[((u64, Role), u64)]) -> Result<(), StoreError> {
    if leases.is_empty() {
        query.push("1 = 0");
        return Ok(());
    }
    query.push("(leases.chain_id, leases.role, leases.epoch) IN (VALUES ");
    query.push_rows(rows(leases)?, |query, (chain, role, epoch)| {
        query.push_row(vec![chain.into(), role.into(), epoch.into()]);
    });
    query.push(")");
    Ok(())
}

/// As the database has them.
fn rows(leases: &[((u64, Role), u64)]) -> Result<Vec<(i64, String, i64)>, StoreError> {
    let row = |((chain_id, role), epoch): &((u64, Role), u64)| {
        Ok((int("chain id", *chain_id)?, role.name(), int("epoch", *epoch)?))
    };
    leases.iter().map(row).collect()
}

fn role_of(row: &Row) -> Result<Role, StoreError> {
    let name = row.text("role")?;
    Role::from_name(&name)
        .ok_or_else(|| StoreError::Decode { column: "role", reason: format!("unknown role `{name}`") })
}

fn millis(duration: Duration) -> Result<i64, StoreError> {
    int("lease in milliseconds", u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}
