//! Lists the sources of the TypeScript library, which are written beside bindings.
// cargo tells a build script by its environment and its output.
#![allow(clippy::disallowed_methods, clippy::print_stdout)]

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let variable = |name: &str| env::var_os(name).map(PathBuf::from).unwrap_or_default();
    let folder = variable("CARGO_MANIFEST_DIR").join("../../packages/viem/src");
    let mut paths = Vec::new();
    list(&folder, &mut paths)?;
    paths.sort();
    let mut code = String::from("const SOURCES: &[(&str, &str)] = &[\n");
    for path in paths {
        let name = path.strip_prefix(&folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        code += &format!("    ({name:?}, include_str!({:?})),\n", path.display().to_string());
    }
    code += "];\n";
    fs::write(variable("OUT_DIR").join("runtime.rs"), code)
}

fn list(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "ts") {
            paths.push(path);
        }
    }
    Ok(())
}
