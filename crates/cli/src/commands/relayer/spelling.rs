//! Where a path leads, whether there is anything or not.

use std::{
    fs,
    path::{Component, Path, PathBuf},
};

/// As many links in a row as the system follows.
const LINKS: usize = 40;

/// A path without symbolic links and `..`. As far as its folders are there, they say where they are; a link that leads to
/// nothing any more still says where that was.
pub(super) fn resolved(path: &Path) -> PathBuf {
    let mut path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for _ in 0..LINKS {
        let Some((there, rest)) = split(&path) else { break };
        let mut names = rest.components();
        let Some(first) = names.next() else { return there };
        let Ok(target) = fs::read_link(there.join(first)) else { return joined(there, &rest) };
        path = there.join(target).join(names.as_path());
    }
    path
}

/// The nearest folder that is there, and what is below it.
fn split(path: &Path) -> Option<(PathBuf, PathBuf)> {
    path.ancestors().find_map(|folder| {
        let rest = path.strip_prefix(folder).ok()?;
        Some((folder.canonicalize().ok()?, rest.to_owned()))
    })
}

/// What is not there has no links.
fn joined(mut folder: PathBuf, rest: &Path) -> PathBuf {
    for component in rest.components() {
        match component {
            Component::ParentDir => {
                folder.pop();
            }
            Component::CurDir => {}
            name => folder.push(name),
        }
    }
    folder
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn every_spelling_leads_to_one_place_whether_the_file_is_there_or_not() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir(root.join("real")).unwrap();
        symlink(root.join("real"), root.join("link")).unwrap();
        symlink("x.sqlite", root.join("real/other.sqlite")).unwrap();
        symlink("link/other.sqlite", root.join("far.sqlite")).unwrap();
        for round in 0..3 {
            for spelled in [
                "real/x.sqlite",
                "real/./x.sqlite",
                "real/../real/x.sqlite",
                "link/x.sqlite",
                "link/../link/x.sqlite",
                "real/other.sqlite",
                "far.sqlite",
            ] {
                assert_eq!(resolved(&root.join(spelled)), root.join("real/x.sqlite"), "{round}: {spelled}");
            }
            match round {
                0 => fs::write(root.join("real/x.sqlite"), "").unwrap(),
                _ => fs::remove_file(root.join("real/x.sqlite")).unwrap_or_default(),
            }
        }
        fs::remove_file(root.join("real/other.sqlite")).unwrap();
        fs::remove_dir(root.join("real")).unwrap();
        for spelled in ["real/x.sqlite", "link/x.sqlite", "gone/../real/x.sqlite"] {
            assert_eq!(resolved(&root.join(spelled)), root.join("real/x.sqlite"), "{spelled}");
        }
    }

    #[test]
    fn links_that_lead_in_a_circle_end() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        symlink("b", root.join("a")).unwrap();
        symlink("a", root.join("b")).unwrap();
        assert!(resolved(&root.join("a/x.sqlite")).starts_with(&root));
    }
}
