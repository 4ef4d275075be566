//! A key in a file of its own.

use crate::{failure::Outcome, hidden::Hidden, secret_file, wallet};
use alloy::signers::local::PrivateKeySigner;
use std::path::Path;

/// Reads the key in a file that its owner alone may read.
pub(crate) fn read(path: &Path, hidden: &Hidden) -> Outcome<PrivateKeySigner> {
    let text = secret_file::read(path, "key file")?;
    hidden.key(text.trim());
    wallet::from_key(&text).map_err(|failure| {
        failure
            .context(format!("the key file {} holds no key", path.display()))
            .with_hint("it holds 0x and 64 digits, and nothing else")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::ErrorCode;
    use std::{fs, os::unix::fs::PermissionsExt};

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
