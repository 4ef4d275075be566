//! What reads a caller's bytes and the index's, for the fuzz targets. No part of the API: it changes without notice.

pub use crate::{
    index::fuzzing::{chunk, executing, header, record},
    rpc::fuzzing::{Check, Counter, Failure, Scalars, check, checks, scalars, verify_token},
};
