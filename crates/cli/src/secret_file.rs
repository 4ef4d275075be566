//! A file with a secret that costs money in the wrong hands: who else could read it could spend what an account has.

use crate::{
    at_file,
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
    home,
};
use std::{
    fs::{File, Metadata},
    io::Read,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
};

/// Much more than that is neither a key nor a URL.
const LONGEST: u64 = 10_000;

/// Reads what stands in a file that its owner alone may read. `what` the file is, for people: `key file`.
pub(crate) fn read(path: &Path, what: &str) -> Outcome<String> {
    let opened = Opened::new(path, what)?;
    if opened.mode & 0o077 != 0 {
        return Err(opened.refused(
            format!("others may read or change it (mode {:03o})", opened.mode),
            "`chmod 600` leaves it to its owner alone; whoever has read it has what the account has",
        ));
    }
    if opened.owner != 0 && home::own_uid().is_some_and(|own| own != opened.owner) {
        return Err(
            opened.refused("it belongs to another user".to_owned(), "give it to the user that runs this")
        );
    }
    opened.text()
}

/// The same where services of the system hand it out, readable by more than one: nobody else may change it, and that others may
/// read it is told to `warn`.
pub(crate) fn read_shared(path: &Path, what: &str, warn: impl FnOnce(&str)) -> Outcome<String> {
    let opened = Opened::new(path, what)?;
    let mode = opened.mode;
    if mode & 0o022 != 0 {
        return Err(opened.refused(
            format!("others may change it (mode {mode:03o})"),
            "`chmod 600` leaves it to its owner alone; whoever changes it says who is obeyed and who is told",
        ));
    }
    if mode & 0o044 != 0 {
        let shown = path.display();
        warn(&format!(
            "the {what} {shown} may be read by others (mode {mode:03o}): `chmod 600` leaves it to its owner alone"
        ));
    }
    opened.text()
}

/// A file that is open, and what is known of it: of this very one, whatever stands there now.
struct Opened<'a> {
    what: &'a str,
    path: &'a Path,
    file: File,
    mode: u32,
    owner: u32,
}

impl<'a> Opened<'a> {
    fn new(path: &'a Path, what: &'a str) -> Outcome<Self> {
        // A path in a configuration file looks as if it began where that file is.
        let place = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let cannot = || format!("cannot read the {what} {}", place.display());
        let known = |meta: std::io::Result<Metadata>| {
            let meta = meta.what(cannot()).code(ErrorCode::InvalidKey);
            meta.map_err(|failure| match at_file::superfluous(path) {
                Some(hint) => failure.with_hint(hint),
                None => failure,
            })
        };
        // To open what is no file may take for ever.
        if !known(path.metadata())?.is_file() {
            return Err(refused(what, path, "it is no file", "name a file that holds it, and nothing else"));
        }
        let file = File::open(path).what(cannot()).code(ErrorCode::InvalidKey)?;
        let meta = known(file.metadata())?;
        Ok(Self { what, path, file, mode: meta.permissions().mode() & 0o777, owner: meta.uid() })
    }

    fn refused(&self, why: String, hint: &str) -> Failure {
        refused(self.what, self.path, &why, hint)
    }

    fn text(self) -> Outcome<String> {
        let mut text = String::new();
        let cannot = format!("cannot read the {} {}", self.what, self.path.display());
        let read = (&self.file).take(LONGEST + 1).read_to_string(&mut text);
        read.what(cannot).code(ErrorCode::InvalidKey)?;
        if text.len() as u64 > LONGEST {
            let hint = "name a file that holds it, and nothing else";
            return Err(self.refused(format!("it is longer than {LONGEST} bytes"), hint));
        }
        Ok(text)
    }
}

fn refused(what: &str, path: &Path, why: &str, hint: &str) -> Failure {
    Failure::usage(format!("the {what} {} is not used: {why}", path.display()))
        .with_code(ErrorCode::InvalidKey)
        .with_hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{cell::RefCell, fs};

    #[test]
    fn what_others_may_change_is_not_used_and_what_they_may_read_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        fs::write(&path, "text").unwrap();
        let told = RefCell::new(String::new());
        let with = |mode| {
            told.borrow_mut().clear();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            read_shared(&path, "file", |text| told.borrow_mut().push_str(text))
        };
        for mode in [0o600, 0o400] {
            assert_eq!(with(mode).unwrap(), "text");
            assert_eq!(*told.borrow(), "");
        }
        for mode in [0o644, 0o640, 0o604, 0o444] {
            assert_eq!(with(mode).unwrap(), "text");
            assert!(told.borrow().contains(&format!("(mode {mode:o})")), "{told:?}");
        }
        for mode in [0o666, 0o660, 0o602, 0o620] {
            let failure = with(mode).unwrap_err();
            assert!(failure.message().contains("others may change it"), "{}", failure.message());
        }
    }

    #[test]
    fn what_is_no_file_or_far_too_long_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read_shared(folder.path(), "file", |_| {}).unwrap_err().message().contains("no file"));
        let path = folder.path().join("token");
        fs::write(&path, "a".repeat(10_001)).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        for read in [read_shared(&path, "file", |_| {}), read(&path, "file")] {
            let message = read.unwrap_err().message();
            assert!(message.contains("longer than 10000 bytes"), "{message}");
        }
    }
}
