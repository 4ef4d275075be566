use super::{ChainSet, ChooseSetError, SetFileError, SetForm, json, toml};
use alloy::primitives::U256;
use std::collections::BTreeSet;

/// What a file says of dependency sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetFile {
    form: SetForm,
    sets: Vec<ChainSet>,
}

impl SetFile {
    /// Reads a text. Its form is told by what stands in it, not by the name of a file.
    pub fn parse(text: &str) -> Result<Self, SetFileError> {
        let text = text.trim_start_matches('\u{feff}');
        let (form, sets) = match text.trim_start().as_bytes() {
            [b'{', ..] => (SetForm::OpNode, vec![json::one(text)?]),
            [b'[', rest @ ..] if is_list(rest) => (SetForm::Kona, json::list(text)?),
            [] => return Err(SetFileError::Json { why: "it is empty".to_owned() }),
            _ => {
                let (form, set) = toml::one(text)?;
                (form, vec![set])
            }
        };
        Ok(Self { form, sets: distinct(sets)? })
    }

    /// Its form.
    pub const fn form(&self) -> SetForm {
        self.form
    }

    /// The sets, one at least. No chain is in two of them.
    pub fn sets(&self) -> &[ChainSet] {
        &self.sets
    }

    /// The set that a chain is in.
    pub fn set_with(&self, chain_id: U256) -> Option<&ChainSet> {
        self.sets.iter().find(|set| set.chain_ids.contains(&chain_id))
    }

    /// The set by which messages of these chains are judged: the only one there is, or the one that some of them are in. Not
    /// all of them need be in it.
    pub fn set_for(&self, chain_ids: impl IntoIterator<Item = U256>) -> Result<&ChainSet, ChooseSetError> {
        if let [set] = self.sets.as_slice() {
            return Ok(set);
        }
        let chain_ids: BTreeSet<_> = chain_ids.into_iter().collect();
        let mut found: Option<(U256, &ChainSet)> = None;
        for &chain_id in &chain_ids {
            match (self.set_with(chain_id), found) {
                (Some(set), None) => found = Some((chain_id, set)),
                (Some(set), Some((one, other))) if set != other => {
                    return Err(ChooseSetError::Several { one, other: chain_id });
                }
                _ => {}
            }
        }
        found.map(|(_, set)| set).ok_or_else(|| ChooseSetError::None {
            sets: self.sets.len(),
            chain_ids: if chain_ids.is_empty() {
                "a chain that was asked for".to_owned()
            } else {
                ChainSet::new(chain_ids).to_string()
            },
        })
    }
}

/// Whether what follows a bracket makes it a list of objects, and no header of a TOML table.
fn is_list(rest: &[u8]) -> bool {
    let next = rest.iter().find(|byte| !byte.is_ascii_whitespace());
    matches!(next, None | Some(b'{' | b']'))
}

/// Sets that are there more than once count once.
fn distinct(sets: Vec<ChainSet>) -> Result<Vec<ChainSet>, SetFileError> {
    let mut kept: Vec<ChainSet> = Vec::new();
    for set in sets {
        if kept.contains(&set) {
            continue;
        }
        let overlap = kept.iter().find_map(|other| other.chain_ids.intersection(&set.chain_ids).next());
        if let Some(&chain_id) = overlap {
            return Err(SetFileError::Overlap { chain_id });
        }
        kept.push(set);
    }
    Ok(kept)
}
