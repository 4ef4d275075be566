//! What is in a folder, and what should be: compared, or brought about.

use crate::{contract::Files, header::is_ours};
use causeway_files::{FileReport, Terms, WriteFilesError, replace_files};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
};

/// The languages that bindings can be made in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// `sol!` types.
    Rust,
    /// For viem.
    TypeScript,
    /// For everybody else.
    Json,
}

impl Language {
    /// What the command line calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::TypeScript => "typescript",
            Self::Json => "json",
        }
    }

    /// Where files of an earlier run may be: folders below the output, and whether with all that is below them.
    const fn places(self) -> &'static [(&'static str, bool)] {
        match self {
            Self::Rust => &[("", false), ("src", false)],
            Self::TypeScript => &[("", false), ("interop", true)],
            Self::Json => &[],
        }
    }
}

/// How a folder differs from what should be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The file, from the folder.
    pub path: PathBuf,
    /// What is wrong with it.
    pub kind: DifferenceKind,
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DifferenceKind {
    /// It is not there.
    Missing,
    /// Something else is in it.
    Changed,
    /// Nothing makes it any more.
    Stale,
}

impl DifferenceKind {
    /// In a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Changed => "changed",
            Self::Stale => "stale",
        }
    }
}

/// Compares a folder with what should be in it, in the order of paths. What cannot be read, is taken for changed; how lines end, which
/// git may change when it checks files out, makes no difference.
pub fn compare(folder: &Path, files: &Files, language: Language) -> Vec<Difference> {
    let wanted = files.iter().filter_map(|(path, content)| {
        let kind = match fs::read(folder.join(path)) {
            Ok(found) if is_same(&found, content) => return None,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => DifferenceKind::Missing,
            _ => DifferenceKind::Changed,
        };
        Some(Difference { path: path.clone(), kind })
    });
    let stale = stale(folder, files, language).into_iter();
    let stale = stale.map(|path| Difference { path, kind: DifferenceKind::Stale });
    let mut differences: Vec<_> = wanted.chain(stale).collect();
    differences.sort_by(|a, b| a.path.cmp(&b.path));
    differences
}

/// Whether they are the same, but for `\r\n` in place of `\n`.
fn is_same(found: &[u8], content: &str) -> bool {
    found == content.as_bytes()
        || std::str::from_utf8(found).is_ok_and(|found| found.replace("\r\n", "\n") == content)
}

/// Brings a folder to what should be in it: whole or not at all, nothing that is not ours overwritten unless `force` is set, files of
/// an earlier run removed that nothing makes any more.
pub fn write(
    folder: &Path,
    files: &Files,
    language: Language,
    force: bool,
    cancelled: &AtomicBool,
) -> Result<Vec<FileReport>, WriteFilesError> {
    let stale = || stale(folder, files, language).iter().map(|path| folder.join(path)).collect();
    let contents =
        files.iter().map(|(path, content)| (path.to_string_lossy().into_owned(), move || content.clone()));
    let may_replace = |_: &Path, found: &[u8]| force || begins_as_ours(found, language);
    // They can be made again.
    let terms = Terms { may_replace: &may_replace, stale: &stale, is_durable: false };
    replace_files(folder, contents, &terms, cancelled)
}

fn begins_as_ours(content: &[u8], language: Language) -> bool {
    const HEAD: usize = 400;
    let head = String::from_utf8_lossy(&content[..content.len().min(HEAD)]);
    is_ours(&head, language.name())
}

/// Files with our header for this language where an earlier run may have put them.
fn stale(folder: &Path, files: &Files, language: Language) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for (place, is_deep) in language.places() {
        list(folder, Path::new(place), *is_deep, &mut found);
    }
    let is_stale = |path: &PathBuf| {
        !files.contains_key(path)
            && fs::read(folder.join(path)).is_ok_and(|content| begins_as_ours(&content, language))
    };
    found.into_iter().filter(is_stale).collect()
}

/// Regular files, by their paths from the root; no links are followed.
fn list(root: &Path, place: &Path, is_deep: bool, found: &mut BTreeSet<PathBuf>) {
    let entries = fs::read_dir(root.join(place)).into_iter().flatten().filter_map(Result::ok);
    for entry in entries {
        let path = place.join(entry.file_name());
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && is_deep => list(root, &path, true, found),
            Ok(kind) if kind.is_file() => {
                found.insert(path);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_at_once_the_later_one_is_what_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let names = ["one.ts", "other.ts"];
        let of = |name: &str| -> Files {
            let text = format!("// Generated by causeway 0.1.0 (`causeway bindings typescript`). {name}\n");
            [("index.ts", text.clone()), (name, text)].map(|(path, text)| (PathBuf::from(path), text)).into()
        };
        // Both begin, and wait for their turn.
        let other_writer = fs::File::open(folder.path()).unwrap();
        other_writer.lock().unwrap();
        std::thread::scope(|scope| {
            for files in names.map(of) {
                scope.spawn({
                    let folder = folder.path();
                    move || {
                        write(folder, &files, Language::TypeScript, false, &AtomicBool::new(false)).unwrap()
                    }
                });
            }
            std::thread::sleep(std::time::Duration::from_millis(200));
            drop(other_writer);
        });
        let whole = names
            .map(of)
            .iter()
            .filter(|files| compare(folder.path(), files, Language::TypeScript).is_empty())
            .count();
        assert_eq!(whole, 1);
    }

    #[test]
    fn only_what_is_ours_is_replaced_or_removed() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        let ours =
            |language: &str| format!("// Generated by causeway 0.1.0 (`causeway bindings {language}`). x\n");
        let nobody = AtomicBool::new(false);
        let files: Files = [("a.ts", "1"), ("interop/b.ts", "2")]
            .map(|(path, text)| (PathBuf::from(path), ours("typescript") + text))
            .into();
        let language = Language::TypeScript;
        let run = |force| write(folder.path(), &files, language, force, &nobody);
        put("mine.ts", "mine");
        put("old.ts", &ours("typescript"));
        put("old.rs", &ours("rust"));
        let kinds = || -> Vec<_> {
            let found = compare(folder.path(), &files, language);
            found.into_iter().map(|one| (one.path.display().to_string(), one.kind.as_str())).collect()
        };
        let expected = [("a.ts", "missing"), ("interop/b.ts", "missing"), ("old.ts", "stale")];
        assert_eq!(kinds(), expected.map(|(path, kind)| (path.to_owned(), kind)));
        assert_eq!(run(false).unwrap().len(), 3);
        assert_eq!(kinds(), []);
        // As git checks it out on other systems.
        put("a.ts", &fs::read_to_string(folder.path().join("a.ts")).unwrap().replace('\n', "\r\n"));
        assert_eq!(kinds(), []);
        assert!(folder.path().join("mine.ts").exists() && folder.path().join("old.rs").exists());
        // Changed by hand, but ours.
        put("a.ts", &(ours("typescript") + "by hand"));
        assert_eq!(kinds(), [("a.ts".to_owned(), "changed")]);
        run(false).unwrap();
        // Somebody else's.
        put("a.ts", "mine");
        assert!(matches!(run(false), Err(WriteFilesError::Differ { .. })));
        run(true).unwrap();
        assert_eq!(kinds(), []);
    }
}
