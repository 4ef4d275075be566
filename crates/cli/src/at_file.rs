//! `@FILE`: the file that holds what would be typed otherwise. Who forgets the @ has typed the name of a file.

use crate::environment;
use std::path::Path;

/// What to do where a text is wrong that is the name of a file. What stands there is not repeated.
pub(crate) fn forgotten(text: &str) -> Option<&'static str> {
    is_file(text)
        .then_some("there is a file of that name: with an @ before it, as @FILE, what stands in it is taken")
}

/// What to do where a path is wrong that begins with an @ and is the name of a file without it.
pub(crate) fn superfluous(path: &Path) -> Option<&'static str> {
    let name = path.to_str()?.strip_prefix('@')?;
    is_file(name).then_some("the path of a file stands here without an @ before it")
}

/// What to do where a key is wrong that is the name of a file.
pub(crate) fn no_key(text: &str) -> Option<&'static str> {
    is_file(text).then_some("there is a file of that name: --keystore takes that of a keystore, and `relayer run --key-file` that of a key")
}

fn is_file(text: &str) -> bool {
    let name = text.trim();
    let may_be = !name.is_empty() && !name.starts_with('@') && !name.contains("://");
    may_be && environment::expand(Path::new(name)).is_ok_and(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_from_what_is_wrong_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("url");
        std::fs::write(&path, "https://user:s3cret@h").unwrap();
        let name = path.to_str().unwrap();
        assert!(forgotten(name).unwrap().contains("@FILE"));
        for other in [folder.path().to_str().unwrap(), "", "@", &format!("@{name}"), "http://h", "nowhere"] {
            assert_eq!(forgotten(other), None, "{other}");
        }
        assert!(superfluous(format!("@{name}").as_ref()).is_some());
        assert_eq!((superfluous(&path), superfluous("@nowhere".as_ref())), (None, None));
    }
}
