//! The gateway's decoders, for the fuzz targets. No part of the API: it changes without notice.

pub use crate::gateway::fuzzing::{Fate, fate, raw_transaction, reorg, request};
