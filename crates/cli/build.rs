//! Tells the binary which commit it was built from, and of which day that is: `causeway --version`.
//!
//! Both are facts of the sources, so that two builds of one commit are alike. Where there is no repository, as in an archive
//! of the sources, `CAUSEWAY_BUILD_COMMIT` can name the commit and `SOURCE_DATE_EPOCH` the time; else it is unknown. Without
//! a new commit nothing here runs again.
#![allow(clippy::disallowed_methods, clippy::print_stdout)]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

fn main() {
    // As of now, and not as of when this was compiled: what is built may have moved with its target folder.
    let here = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    list_artifacts(&here);
    for variable in ["CAUSEWAY_BUILD_COMMIT", "SOURCE_DATE_EPOCH"] {
        println!("cargo::rerun-if-env-changed={variable}");
    }
    let root = here.join("../..");
    let repository = Repository::at(&root);
    if let Some(repository) = &repository {
        repository.watch();
    }
    let named = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let git = |format| repository.as_ref().and_then(|repository| repository.show(format));
    let commit = named("CAUSEWAY_BUILD_COMMIT").map(|commit| commit.chars().take(9).collect());
    let commit = commit.or_else(|| git("%H").map(|commit| commit.chars().take(9).collect::<String>()));
    let seconds = named("SOURCE_DATE_EPOCH").or_else(|| git("%ct")).and_then(|text| text.parse::<i64>().ok());
    let version = env!("CARGO_PKG_VERSION");
    println!("cargo::rustc-env=CAUSEWAY_COMMIT={}", commit.as_deref().unwrap_or("unknown"));
    let commit = commit.unwrap_or_else(|| "unknown commit".to_owned());
    match seconds.map(day) {
        Some(day) => println!("cargo::rustc-env=CAUSEWAY_VERSION={version} ({commit} {day})"),
        None => println!("cargo::rustc-env=CAUSEWAY_VERSION={version} ({commit})"),
    }
}

/// The committed artifacts of interop's contracts, as `ARTIFACTS: &[(name, JSON)]`.
fn list_artifacts(here: &Path) {
    let folder = here.join("../bindings/artifacts");
    println!("cargo::rerun-if-changed={}", folder.display());
    let entries = fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok);
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    if paths.is_empty() {
        println!("cargo::error=no artifacts of interop's contracts in {}", folder.display());
    }
    let mut code = String::from("const ARTIFACTS: &[(&str, &str)] = &[\n");
    for path in paths {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        code += &format!("    ({name:?}, include_str!({:?})),\n", path.display().to_string());
    }
    code += "];\n";
    let out = env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default();
    if let Err(error) = fs::write(out.join("artifacts.rs"), code) {
        println!("cargo::error=cannot list the artifacts: {error}");
    }
}

/// The repository of these sources.
struct Repository<'a>(&'a Path);

impl<'a> Repository<'a> {
    /// None, if there is no git, or if this is an archive that was unpacked inside of another repository.
    fn at(root: &'a Path) -> Option<Self> {
        let repository = Self(root);
        let top = repository.git(&["rev-parse", "--show-toplevel"])?;
        (Path::new(&top).canonicalize().ok()? == root.canonicalize().ok()?).then_some(repository)
    }

    /// What changes when another commit is checked out or made.
    fn watch(&self) {
        let branch = self.git(&["symbolic-ref", "--quiet", "HEAD"]);
        for name in ["HEAD", "packed-refs"].into_iter().chain(branch.as_deref()) {
            let path = self.git(&["rev-parse", "--git-path", name]);
            // What is not there would have this run at every build.
            if let Some(path) = path.map(|path| self.0.join(path)).filter(|path| path.exists()) {
                println!("cargo::rerun-if-changed={}", path.display());
            }
        }
        println!("cargo::rerun-if-changed=build.rs");
    }

    fn show(&self, format: &str) -> Option<String> {
        self.git(&["log", "-1", &format!("--format={format}")])
    }

    fn git(&self, arguments: &[&str]) -> Option<String> {
        let mut git = Command::new("git");
        // In a hook these name another repository.
        git.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").env_remove("GIT_INDEX_FILE");
        let output = git.arg("-C").arg(self.0).args(arguments).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
        (output.status.success() && !text.is_empty()).then_some(text)
    }
}

/// A day of the Gregorian calendar in UTC.
fn day(seconds: i64) -> String {
    // Days of eras of 400 years that begin on the first of March, so that the leap day is the last of its year.
    let days = seconds.div_euclid(86_400) + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month) = (day - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}
