//! The durable record of every message and delivery attempt.
