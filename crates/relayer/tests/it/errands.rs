//! What the relayer does beside delivering, by accounts of their own.

mod top_up;
