use crate::failure::{ErrorCode, Failure};
use causeway_files::WriteFilesError;

/// What to do when files that --out names were not written. `again` is the command that ends what was begun.
pub(crate) fn unwritten(error: WriteFilesError, again: &str) -> Failure {
    match &error {
        WriteFilesError::Differ { .. } => Failure::usage(error)
            .with_code(ErrorCode::WouldOverwrite)
            .with_hint("nothing was written; --force replaces them, another --out leaves them alone"),
        WriteFilesError::Cancelled => Failure::failed(error).with_code(ErrorCode::Interrupted),
        WriteFilesError::Io { .. } => Failure::failed(error)
            .with_code(ErrorCode::StorageUnusable)
            .with_hint("nothing was changed; is --out a file, or a folder that you may not write to, or is the disk full?"),
        WriteFilesError::Halfway { .. } => Failure::failed(error)
            .with_code(ErrorCode::StorageUnusable)
            .with_hint(format!("every file is whole; run {again}")),
    }
}
