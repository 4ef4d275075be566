use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Why no artifact was found under a name.
#[derive(Debug, thiserror::Error)]
pub enum LocateError {
    /// There is none.
    #[error("there is no artifact of {name}; looked for {}", looked.join(", "))]
    Missing {
        /// What was named.
        name: String,
        /// Where it could have been.
        looked: Vec<String>,
    },
    /// There are several.
    #[error("{name} names several artifacts: {}", found.join(", "))]
    Several {
        /// What was named.
        name: String,
        /// Where they are.
        found: Vec<String>,
    },
    /// A folder was named, and no contract.
    #[error("{name} is a folder, and names no contract")]
    Folder {
        /// What was named.
        name: String,
    },
    /// A file or folder cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
}

/// Where forge and hardhat put artifacts.
const FOLDERS: [&str; 2] = ["out", "artifacts"];
/// What lies at the root of a project.
const MARKS: [&str; 5] =
    ["foundry.toml", "hardhat.config.ts", "hardhat.config.js", "hardhat.config.cjs", "hardhat.config.mjs"];

/// Finds an artifact: the path of a JSON file, `src/X.sol:X` for a contract of a source file, or `PROJECT:X` for one of a
/// project. Relative to `here`.
pub fn locate(name: &str, here: &Path) -> Result<PathBuf, LocateError> {
    let path = here.join(name);
    if path.is_file() && !name.ends_with(".sol") {
        return Ok(path);
    }
    if path.is_dir() {
        return Err(LocateError::Folder { name: name.to_owned() });
    }
    let Some((place, contract)) = name.rsplit_once(':') else {
        let path =
            if name.ends_with(".sol") { format!("{name}:NAME of the contract") } else { name.to_owned() };
        return Err(LocateError::Missing { name: name.to_owned(), looked: vec![path] });
    };
    let base = here.join(place);
    let (project, source) = match base.is_dir() {
        true => (base, None),
        false => (project_of(&base, here), Path::new(place).file_name()),
    };
    let file = format!("{contract}.json");
    let mut found = Vec::new();
    for folder in FOLDERS {
        walk(&project.join(folder), &file, &mut found)?;
    }
    // Each source file has a folder of its name.
    if let Some(source) = source {
        found.retain(|path| path.parent().and_then(Path::file_name) == Some(source));
    }
    found.sort();
    let shown = |path: &PathBuf| path.display().to_string();
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => {
            let source =
                source.map_or_else(|| "*".to_owned(), |source| source.to_string_lossy().into_owned());
            let looked = FOLDERS.map(|folder| format!("{}/{source}/{file}", project.join(folder).display()));
            Err(LocateError::Missing { name: name.to_owned(), looked: looked.to_vec() })
        }
        several => {
            Err(LocateError::Several { name: name.to_owned(), found: several.iter().map(shown).collect() })
        }
    }
}

/// The nearest folder above a source file that is a project.
fn project_of(source: &Path, here: &Path) -> PathBuf {
    let is_project = |folder: &&Path| MARKS.iter().any(|mark| folder.join(mark).is_file());
    source.ancestors().skip(1).find(is_project).unwrap_or(here).to_owned()
}

fn walk(folder: &Path, file: &str, found: &mut Vec<PathBuf>) -> Result<(), LocateError> {
    let failed = |source| LocateError::Io { path: folder.to_owned(), source };
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(failed)?,
    };
    for entry in entries {
        let entry = entry.map_err(failed)?;
        // Build information of both tools is large and holds no artifacts.
        if entry.file_type().map_err(failed)?.is_dir() {
            if entry.file_name() != "build-info" {
                walk(&entry.path(), file, found)?;
            }
        } else if entry.file_name() == file {
            found.push(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_path_by_source_and_by_project() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for file in
            ["app/foundry.toml", "app/out/X.sol/X.json", "app/out/Y.sol/X.json", "app/out/Y.sol/Y.json"]
                .into_iter()
                .chain([
                    "app/out/build-info/Y.json",
                    "hard/artifacts/contracts/Z.sol/Z.json",
                    "app/src/X.sol",
                ])
        {
            fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            fs::write(root.join(file), "").unwrap();
        }
        for (name, file) in [
            ("app/out/X.sol/X.json", "app/out/X.sol/X.json"),
            ("app/src/X.sol:X", "app/out/X.sol/X.json"),
            ("app:Y", "app/out/Y.sol/Y.json"),
            ("hard:Z", "hard/artifacts/contracts/Z.sol/Z.json"),
        ] {
            assert_eq!(locate(name, root).unwrap(), root.join(file), "{name}");
        }
        let error = |name| locate(name, root).unwrap_err();
        assert!(matches!(error("app:X"), LocateError::Several { found, .. } if found.len() == 2));
        assert!(matches!(error("app"), LocateError::Folder { .. }));
        for missing in ["app/src/X.sol", "app/src/X.sol:Y", "app:W", "nowhere.json", "nowhere:X"] {
            assert!(matches!(error(missing), LocateError::Missing { .. }), "{missing}");
        }
    }
}
