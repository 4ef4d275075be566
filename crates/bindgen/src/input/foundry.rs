//! What foundry.toml says of where things are.

use super::error::GatherError;
use std::{fs, path::Path};
use toml::{Table, Value};

/// Folders, from the project's root, with `/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) out: String,
    pub(super) src: String,
    pub(super) test: String,
    pub(super) script: String,
    pub(super) libs: Vec<String>,
    pub(super) broadcast: String,
}

/// Reads `root/foundry.toml`. A profile lays its settings over those of `default`.
pub(super) fn read(root: &Path, profile: Option<&str>) -> Result<Layout, GatherError> {
    let path = root.join("foundry.toml");
    let text = fs::read_to_string(&path).map_err(GatherError::io(&path))?;
    let wrong = |reason: String| GatherError::Configuration { path: path.clone(), reason };
    let table: Table = toml::from_str(&text).map_err(|error| wrong(error.message().to_owned()))?;
    let section = |name: &str| table.get("profile").and_then(|profiles| profiles.get(name));
    let profile = profile.unwrap_or("default");
    if profile != "default" && section(profile).is_none() {
        return Err(wrong(format!("it has no profile {profile:?}")));
    }
    let setting = |key: &str| {
        [section(profile), section("default")].into_iter().flatten().find_map(|section| section.get(key))
    };
    let folder = |key: &str, default: &str| -> Result<String, GatherError> {
        match setting(key) {
            None => Ok(default.to_owned()),
            Some(Value::String(folder)) => Ok(clean(folder)),
            Some(_) => Err(wrong(format!("`{key}` is no text"))),
        }
    };
    let libs = match setting("libs") {
        Some(Value::Array(libs)) => libs.iter().filter_map(Value::as_str).map(clean).collect(),
        _ => vec!["lib".to_owned()],
    };
    // forge takes this one where there is no other.
    let src = if root.join("src").is_dir() || !root.join("contracts").is_dir() { "src" } else { "contracts" };
    Ok(Layout {
        out: folder("out", "out")?,
        src: folder("src", src)?,
        test: folder("test", "test")?,
        script: folder("script", "script")?,
        libs,
        broadcast: folder("broadcast", "broadcast")?,
    })
}

/// `./src/` as `src`.
fn clean(folder: &str) -> String {
    folder.replace('\\', "/").trim_start_matches("./").trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_laid_over_the_default() {
        let folder = tempfile::tempdir().unwrap();
        let write = |text: &str| fs::write(folder.path().join("foundry.toml"), text).unwrap();
        write("[profile.default]\nout = './build/'\nlibs = ['deps']\n[profile.ci]\nsrc = 'contracts'\n");
        let layout = read(folder.path(), Some("ci")).unwrap();
        assert_eq!((&*layout.out, &*layout.src, &*layout.test), ("build", "contracts", "test"));
        assert_eq!(layout.libs, ["deps"]);
        let error = read(folder.path(), Some("cx")).unwrap_err().to_string();
        assert!(error.contains("it has no profile \"cx\""), "{error}");
        for wrong in ["out = ", "[profile.default]\nout = 5"] {
            write(wrong);
            assert!(matches!(read(folder.path(), None), Err(GatherError::Configuration { .. })), "{wrong}");
        }
    }
}
