use super::ChainSet;
use serde::{Serialize, Serializer, ser::SerializeMap};
use std::fmt::Write as _;

/// A set as op-node and op-supernode read it, on one line.
pub fn op_node_json(set: &ChainSet) -> String {
    let mut text = serde_json::to_string(&OpNode(set)).unwrap_or_default();
    text.push('\n');
    text
}

/// Sets as kona reads them. It has chain ids of up to 64 bits, and says that nothing shortens the expiry window.
pub fn kona_json(sets: &[ChainSet]) -> String {
    let sets: Vec<_> = sets.iter().map(Kona).collect();
    let mut text = serde_json::to_string_pretty(&sets).unwrap_or_default();
    text.push('\n');
    text
}

/// The part of a chain's file in the superchain registry that holds its dependency set. The registry has no key for an expiry
/// window: that of the set is left out.
pub fn registry_toml(chain_id: u64, set: &ChainSet) -> String {
    let mut text = format!("chain_id = {chain_id}\n");
    for dependency in &set.chain_ids {
        let _ = write!(text, "\n[interop.dependencies.{dependency}]\n");
    }
    text
}

struct OpNode<'a>(&'a ChainSet);

impl Serialize for OpNode<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("dependencies", &Dependencies(self.0))?;
        if let Some(seconds) = self.0.expiry_window {
            map.serialize_entry("overrideMessageExpiryWindow", &seconds)?;
        }
        map.end()
    }
}

struct Kona<'a>(&'a ChainSet);

impl Serialize for Kona<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("dependencies", &Dependencies(self.0))?;
        map.serialize_entry("overrideMessageExpiryWindow", &self.0.expiry_window)?;
        map.end()
    }
}

/// Ids in ascending order as numbers, each with an empty object.
struct Dependencies<'a>(&'a ChainSet);

impl Serialize for Dependencies<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let nothing = serde_json::Map::new();
        serializer.collect_map(self.0.chain_ids.iter().map(|id| (id.to_string(), &nothing)))
    }
}
