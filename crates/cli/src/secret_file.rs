//! A file with a secret that costs money in the wrong hands: who else could read it could spend what an account has.

use crate::{
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
    home,
};
use std::{
    fs::File,
    io::Read,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
};

/// Much more than that is neither a key nor a URL.
const LONGEST: u64 = 10_000;

/// Reads what stands in a file that its owner alone may read. `what` the file is, for people: `key file`.
pub(crate) fn read(path: &Path, what: &str) -> Outcome<String> {
    let shown = path.display();
    let cannot = format!("cannot read the {what} {shown}");
    let file = File::open(path).what(cannot.clone()).code(ErrorCode::InvalidKey)?;
    // Of the file that was opened, whatever stands there now.
    let meta = file.metadata().what(cannot.clone()).code(ErrorCode::InvalidKey)?;
    let mode = meta.permissions().mode() & 0o777;
    let refused = |why: String, hint: &str| {
        Err(Failure::usage(format!("the {what} {shown} is not used: {why}"))
            .with_code(ErrorCode::InvalidKey)
            .with_hint(hint))
    };
    if !meta.is_file() {
        return refused("it is no file".to_owned(), "name a file that holds it, and nothing else");
    }
    if mode & 0o077 != 0 {
        return refused(
            format!("others may read or change it (mode {mode:03o})"),
            "`chmod 600` leaves it to its owner alone; whoever has read it has what the account has",
        );
    }
    if meta.uid() != 0 && home::own_uid().is_some_and(|own| own != meta.uid()) {
        return refused("it belongs to another user".to_owned(), "give it to the user that runs this");
    }
    let mut text = String::new();
    file.take(LONGEST).read_to_string(&mut text).what(cannot).code(ErrorCode::InvalidKey)?;
    Ok(text)
}
