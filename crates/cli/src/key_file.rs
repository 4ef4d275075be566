//! A key in a file of its own. Who else could read the file could spend what the account has.

use crate::{
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
    hidden::Hidden,
    home, wallet,
};
use alloy::signers::local::PrivateKeySigner;
use std::{
    fs::File,
    io::Read,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
};

/// Much more than a key is no key.
const LONGEST: u64 = 1_000;

/// Reads the key in a file that its owner alone may read.
pub(crate) fn read(path: &Path, hidden: &Hidden) -> Outcome<PrivateKeySigner> {
    let shown = path.display();
    let cannot = format!("cannot read the key file {shown}");
    let file = File::open(path).what(cannot.clone()).code(ErrorCode::InvalidKey)?;
    // Of the file that was opened, whatever stands there now.
    let meta = file.metadata().what(cannot.clone()).code(ErrorCode::InvalidKey)?;
    let mode = meta.permissions().mode() & 0o777;
    let refused = |why: String, hint: &str| {
        Err(Failure::usage(format!("the key file {shown} is not used: {why}"))
            .with_code(ErrorCode::InvalidKey)
            .with_hint(hint))
    };
    if !meta.is_file() {
        return refused("it is no file".to_owned(), "name a file that holds one key");
    }
    if mode & 0o077 != 0 {
        return refused(
            format!("others may read or change it (mode {mode:03o})"),
            "`chmod 600` leaves it to its owner alone; whoever has read it has the key",
        );
    }
    if meta.uid() != 0 && home::own_uid().is_some_and(|own| own != meta.uid()) {
        return refused("it belongs to another user".to_owned(), "give it to the user that runs this");
    }
    let mut text = String::new();
    file.take(LONGEST).read_to_string(&mut text).what(cannot).code(ErrorCode::InvalidKey)?;
    hidden.key(text.trim());
    wallet::from_key(&text).map_err(|failure| {
        failure
            .context(format!("the key file {shown} holds no key"))
            .with_hint("it holds 0x and 64 digits, and nothing else")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const KEY: &str = "0x1111111111111111111111111111111111111111111111111111111111111111";

    #[test]
    fn a_key_is_read_from_a_file_of_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        fs::write(&path, format!("{KEY}\n")).unwrap();
        let with = |mode| {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            read(&path, &Hidden::default())
        };
        for mode in [0o600, 0o400] {
            assert_eq!(with(mode).unwrap().address(), wallet::from_key(KEY).unwrap().address());
        }
        for mode in [0o644, 0o640, 0o604, 0o620] {
            let failure = with(mode).unwrap_err();
            assert!(failure.message().contains(&format!("(mode {mode:o})")), "{}", failure.message());
            assert_eq!(failure.code(), ErrorCode::InvalidKey);
        }
    }

    #[test]
    fn what_is_no_key_is_not_repeated() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        assert!(read(&path, &Hidden::default()).is_err());
        assert!(read(folder.path(), &Hidden::default()).is_err());
        for text in ["", "s3cret", &KEY[..40]] {
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            let failure = read(&path, &Hidden::default()).unwrap_err();
            let said = failure.message() + failure.hint().unwrap_or_default();
            assert!(text.is_empty() || !said.contains(text), "{said}");
        }
    }
}
