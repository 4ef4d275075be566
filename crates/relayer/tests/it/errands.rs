//! What the relayer does beside delivering, by accounts of their own.

mod resend;
mod top_up;
