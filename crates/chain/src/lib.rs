//! One chain, followed safely: fault-tolerant RPC, heads, logs, reorgs found by parent hash.
