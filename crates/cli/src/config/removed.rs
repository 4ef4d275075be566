//! What is taken out of a configuration because it is wrong, so that the rest can be read, too.

use figment::value::{Dict, Value};

/// What was taken out, by where it stands in the file.
#[derive(Debug, Default)]
pub(super) struct Removed {
    keys: Vec<Vec<String>>,
    /// Entries of lists.
    entries: Vec<Vec<String>>,
}

impl Removed {
    /// Whether something was taken out of what the path names.
    pub(super) fn is_below(&self, path: &[String]) -> bool {
        self.keys.iter().any(|key| key.starts_with(path))
    }

    /// Where something stands in the file that is found at a path now: an entry of a list has moved up by those before it
    /// that were taken out.
    pub(super) fn original(&self, mut path: Vec<String>) -> Vec<String> {
        for depth in 0..path.len() {
            let Ok(mut place) = path[depth].parse::<usize>() else { continue };
            let mut gone = self.gone(&path[..depth]);
            gone.sort_unstable();
            for other in gone {
                place += usize::from(other <= place);
            }
            path[depth] = place.to_string();
        }
        path
    }

    /// Takes out what stands at a path in the file; false if it was not there.
    pub(super) fn take(&mut self, dict: &mut Dict, path: Vec<String>) -> bool {
        let is_gone = self.take_from(dict, &[], &path);
        if is_gone {
            self.keys.push(path);
        }
        is_gone
    }

    fn take_from(&mut self, table: &mut Dict, above: &[String], path: &[String]) -> bool {
        let Some((key, rest)) = path.split_first() else { return false };
        let here = [above, std::slice::from_ref(key)].concat();
        let is_below = table.get_mut(key).is_some_and(|value| self.take_below(value, &here, rest));
        is_below || table.remove(key).is_some()
    }

    /// Takes something out below a value; false if it has nothing there.
    fn take_below(&mut self, value: &mut Value, above: &[String], path: &[String]) -> bool {
        let Some((key, rest)) = path.split_first() else { return false };
        match value {
            Value::Dict(_, table) => self.take_from(table, above, path),
            Value::Array(_, entries) => {
                let Ok(place) = key.parse::<usize>() else { return false };
                let moved = self.gone(above).into_iter().filter(|other| *other < place).count();
                let Some(entry) = entries.get_mut(place - moved) else { return false };
                let here = [above, std::slice::from_ref(key)].concat();
                if !self.take_below(entry, &here, rest) {
                    entries.remove(place - moved);
                    self.entries.push(here);
                }
                true
            }
            _ => false,
        }
    }

    /// The places of the entries of a list that were taken out.
    fn gone(&self, list: &[String]) -> Vec<usize> {
        let of_list = self.entries.iter().filter_map(|entry| match entry.split_last() {
            Some((place, above)) if above == list => place.parse().ok(),
            _ => None,
        });
        of_list.collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::config::load_what_is_right;

    /// Every mistake in a list is told by the line in which it stands, whatever was taken out before it.
    #[test]
    fn each_mistake_in_a_list_has_its_own_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.toml");
        let text = [
            "[chains.901]",
            "chain-id = \"x\"",
            "[chains.902]",
            "chain-id = \"x\"",
            "[relayer]",
            "allow-senders = [",
            "    \"0x00000000000000000000000000000000000000aa\",",
            "    \"nobody\",",
            "    \"nobody else\",",
            "]",
            "allow-sources = [901, -1]",
            "[[relayer.routes]]",
            "source = 901",
            "[[relayer.routes]]",
            "source = \"901\"",
            "weight = 2",
            "[[relayer.routes]]",
            "safety = \"safe\"",
            "[[relayer.routes]]",
            "safety = \"safest\"",
            "[[relayer.routes]]",
            "wait = 3",
        ];
        std::fs::write(&file, text.join("\n")).unwrap();
        let (loaded, mistakes) = load_what_is_right(Some(&file), folder.path());
        let said: Vec<_> = mistakes.iter().map(|mistake| mistake.message()).collect();
        for (at, line) in [
            ("`chains.901.chain-id`", 2),
            ("`chains.902.chain-id`", 4),
            ("`relayer.allow-senders`, entry 2", 8),
            ("`relayer.allow-senders`, entry 3", 9),
            ("`relayer.allow-sources`, entry 2", 11),
            ("`relayer.routes`, entry 1", 12),
            ("`relayer.routes`, entry 2, `source`", 15),
            ("`relayer.routes`, entry 4, `safety`", 20),
            ("`relayer.routes`, entry 5, `wait`", 22),
        ] {
            let expected = format!("at {at} in {}, line {line}, column ", file.display());
            assert!(said.iter().any(|said| said.contains(&expected)), "{expected}: {said:#?}");
        }
        assert_eq!(said.len(), 9, "{said:#?}");
        let relayer = &loaded.config.relayer;
        assert_eq!((relayer.allow_senders.iter().count(), relayer.routes().rules.len()), (1, 2));
    }
}
