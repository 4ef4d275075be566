use std::{
    ffi::OsStr,
    fmt,
    io::Read,
    path::{Path, PathBuf},
};

/// An anvil that can be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnvilBinary {
    path: PathBuf,
    script: bool,
}

/// Why there is no anvil to start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FindAnvilError {
    /// The program that was asked for by name is not there.
    #[error("no executable anvil at `{}`, which {origin} names", path.display())]
    NotThere {
        /// What was asked for.
        path: PathBuf,
        /// Who asked for it.
        origin: AnvilOrigin,
    },
    /// No name was given and none of the usual places has one.
    #[error(
        "anvil not found in {}: install it with `npm install @foundry-rs/anvil` or `foundryup`",
        Places(looked_at)
    )]
    NotFound {
        /// The places that were looked at, in their order.
        looked_at: Vec<PathBuf>,
    },
}

/// Who named an anvil.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnvilOrigin {
    /// The command line or the configuration.
    Flag,
    /// The environment.
    Environment,
}

impl fmt::Display for AnvilOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flag => "the flag",
            Self::Environment => "the environment",
        })
    }
}

/// The tail of the sentence "not found in".
struct Places<'a>(&'a [PathBuf]);

impl fmt::Display for Places<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((first, rest)) = self.0.split_first() else { return f.write_str("PATH, which is empty") };
        write!(f, "{}", first.display())?;
        rest.iter().try_for_each(|place| write!(f, ", {}", place.display()))
    }
}

/// Finds anvil: the flag's value, else the environment's, else on the search path, else in the `node_modules`
/// of the start directory or of a directory above it.
///
/// Whatever is named explicitly is used or refused, never silently replaced by another one. A name without a
/// slash is looked up on the search path. npm's launcher script is resolved to the program that it starts.
pub fn find_anvil(
    flag: Option<&Path>,
    environment: Option<&OsStr>,
    search_path: Option<&OsStr>,
    start_dir: &Path,
) -> Result<AnvilBinary, FindAnvilError> {
    let named = flag.map(|path| (path, AnvilOrigin::Flag)).or_else(|| {
        let value = environment.filter(|value| !value.is_empty())?;
        Some((Path::new(value), AnvilOrigin::Environment))
    });
    if let Some((path, origin)) = named {
        let found = if path.components().count() == 1 && !path.is_absolute() {
            directories(search_path).map(|dir| dir.join(path)).find(|path| is_executable(path))
        } else {
            Some(start_dir.join(path)).filter(|path| is_executable(path))
        };
        return match found {
            Some(path) => Ok(AnvilBinary::new(&path)),
            None => Err(FindAnvilError::NotThere { path: path.to_path_buf(), origin }),
        };
    }

    let mut looked_at = Vec::new();
    let places = directories(search_path)
        .chain(start_dir.ancestors().map(|dir| dir.join("node_modules").join(".bin")))
        .map(|dir| dir.join("anvil"));
    for place in places {
        if is_executable(&place) {
            return Ok(AnvilBinary::new(&place));
        }
        if !looked_at.contains(&place) {
            looked_at.push(place);
        }
    }
    Err(FindAnvilError::NotFound { looked_at })
}

impl AnvilBinary {
    /// Takes the program at this path; npm's launcher script is resolved to the program that it starts.
    ///
    /// The launcher would cost a Node.js process per chain, and a kill that reaches the launcher only would
    /// leave anvil behind.
    pub fn new(path: &Path) -> Self {
        let real = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        if !is_script(&real) {
            return Self { path: real, script: false };
        }
        match behind_npm_launcher(&real) {
            Some(program) => Self { path: program, script: false },
            None => Self { path: real, script: true },
        }
    }

    /// The path of the program.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it is a script, which has to be asked to end so that it can take its own child along.
    pub(crate) const fn is_script(&self) -> bool {
        self.script
    }
}

fn directories(search_path: Option<&OsStr>) -> impl Iterator<Item = PathBuf> {
    let dirs: Vec<_> = search_path.map(|value| std::env::split_paths(value).collect()).unwrap_or_default();
    // An empty element means the working directory to a shell; a library has no business there.
    dirs.into_iter().filter(|dir| !dir.as_os_str().is_empty())
}

fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

fn is_script(path: &Path) -> bool {
    let mut start = [0; 2];
    std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && &start == b"#!"
}

/// The program that the npm package `@foundry-rs/anvil` starts: npm puts it in a package per platform.
fn behind_npm_launcher(launcher: &Path) -> Option<PathBuf> {
    let package = launcher.parent()?;
    let scope = package.parent()?;
    if scope.file_name()? != "@foundry-rs" {
        return None;
    }
    let os = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let arch = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    let platform = format!("anvil-{os}-{arch}");
    [
        scope.join(&platform).join("bin/anvil"),
        package.join("node_modules/@foundry-rs").join(&platform).join("bin/anvil"),
        scope.join("dist/anvil"),
    ]
    .into_iter()
    .find(|path| is_executable(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, os::unix::fs::PermissionsExt};

    fn program(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    #[test]
    fn named_programs_are_used_or_refused() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        program(&root.join("bin/anvil"), "elf");
        program(&root.join("other/anvil"), "elf");
        let path = root.join("bin").into_os_string();
        let find = |flag: Option<&str>, env: Option<&str>| {
            find_anvil(flag.map(Path::new), env.map(OsStr::new), Some(&path), &root)
        };

        assert_eq!(find(None, None).unwrap().path(), root.join("bin/anvil"));
        assert_eq!(find(None, Some("")).unwrap().path(), root.join("bin/anvil"));
        assert_eq!(find(Some("other/anvil"), None).unwrap().path(), root.join("other/anvil"));
        assert_eq!(find(Some("anvil"), None).unwrap().path(), root.join("bin/anvil"));
        assert_eq!(find(Some("bin/anvil"), Some("other/anvil")).unwrap().path(), root.join("bin/anvil"));
        let error = find(None, Some("nowhere/anvil")).unwrap_err();
        assert_eq!(error.to_string(), "no executable anvil at `nowhere/anvil`, which the environment names");
    }

    #[test]
    fn nearest_checkout_comes_last() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let deep = root.join("a/b");
        fs::create_dir_all(&deep).unwrap();

        let error = find_anvil(None, None, Some(OsStr::new("/nonexistent")), &deep).unwrap_err();
        let FindAnvilError::NotFound { looked_at } = &error else { panic!("{error}") };
        assert_eq!(looked_at[0], Path::new("/nonexistent/anvil"));
        assert!(looked_at.contains(&root.join("node_modules/.bin/anvil")));
        assert!(error.to_string().contains("npm install @foundry-rs/anvil"));

        program(&root.join("node_modules/.bin/anvil"), "elf");
        let found = find_anvil(None, None, None, &deep).unwrap();
        assert_eq!(found.path(), root.join("node_modules/.bin/anvil"));
    }

    #[test]
    fn npm_launcher_is_resolved() {
        let dir = tempfile::tempdir().unwrap();
        let scope = dir.path().canonicalize().unwrap().join("node_modules/@foundry-rs");
        let launcher = scope.join("anvil/bin.mjs");
        program(&launcher, "#!/usr/bin/env node");
        assert!(AnvilBinary::new(&launcher).is_script());

        let os = if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS };
        let arch = if cfg!(target_arch = "x86_64") { "amd64" } else { "arm64" };
        let native = scope.join(format!("anvil-{os}-{arch}/bin/anvil"));
        program(&native, "elf");
        let link = dir.path().join("anvil");
        std::os::unix::fs::symlink(&launcher, &link).unwrap();
        let found = AnvilBinary::new(&link);
        assert_eq!((found.path(), found.is_script()), (native.as_path(), false));
    }
}
