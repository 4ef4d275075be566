//! What hardhat keeps beside its artifacts: the compiler's output, with documentation, versions and sources' hashes.

use super::error::GatherError;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Build information that was read, by its file: many contracts share one.
#[derive(Debug, Default)]
pub(super) struct BuildInfo {
    outputs: BTreeMap<PathBuf, Value>,
}

impl BuildInfo {
    /// Adds to an artifact what the compiler said of it. Where there is no build information, nothing.
    pub(super) fn complete(&mut self, artifact: &Path, json: &mut Value) -> Result<(), GatherError> {
        let Some(file) = file_of(artifact, json) else { return Ok(()) };
        if !self.outputs.contains_key(&file) {
            let output = match fs::read_to_string(&file) {
                Ok(text) => serde_json::from_str::<Value>(&text)
                    .map(|mut json| json["output"]["contracts"].take())
                    .map_err(|error| GatherError::Artifact {
                        path: file.clone(),
                        reason: error.to_string(),
                    })?,
                Err(_) => Value::Null,
            };
            self.outputs.insert(file.clone(), output);
        }
        let text = |key: &str| json[key].as_str().unwrap_or_default().to_owned();
        let (source, input, name) = (text("sourceName"), text("inputSourceName"), text("contractName"));
        let output = &self.outputs[&file];
        let said =
            [input, source].into_iter().map(|source| &output[source][&name]).find(|said| !said.is_null());
        let (Some(said), Some(fields)) = (said, json.as_object_mut()) else { return Ok(()) };
        for key in ["metadata", "devdoc", "userdoc"] {
            if !said[key].is_null() {
                fields.entry(key).or_insert_with(|| said[key].clone());
            }
        }
        Ok(())
    }
}

/// Hardhat 3 names it in the artifact, hardhat 2 in a file beside it.
fn file_of(artifact: &Path, json: &Value) -> Option<PathBuf> {
    if let Some(id) = json["buildInfoId"].as_str() {
        let is_plain = id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
        let folders = artifact.ancestors().skip(1).map(|folder| folder.join("build-info"));
        let folder = folders.into_iter().find(|folder| folder.is_dir())?;
        return is_plain.then(|| folder.join(format!("{id}.output.json")));
    }
    json["_format"].as_str().filter(|format| format.starts_with("hh-sol-artifact"))?;
    let text = fs::read_to_string(artifact.with_extension("dbg.json")).ok()?;
    let beside: Value = serde_json::from_str(&text).ok()?;
    Some(artifact.parent()?.join(beside["buildInfo"].as_str()?))
}
