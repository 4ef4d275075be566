use crate::DevnetError;
use std::{io, path::Path};

/// What could not be done with a file.
pub(super) fn file(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> DevnetError + use<> {
    let path = path.to_path_buf();
    move |source| DevnetError::File { what, path, source }
}
