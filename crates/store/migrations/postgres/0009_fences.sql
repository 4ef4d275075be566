-- An epoch is a part of a key: who writes under a lease locks its key (FOR KEY SHARE), which only a takeover changes. That
-- the lease goes on changes no key, and need not wait for what is written under it.
CREATE UNIQUE INDEX leases_by_epoch ON leases (chain_id, role, epoch);
