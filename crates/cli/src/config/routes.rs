//! `[[relayer.routes]]`: tables in the file, and in a variable texts such as `901>902 finalized, *>902 safe`.

use causeway_interop::SafetyLevel;
use causeway_relayer::Route;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, SeqAccess, Visitor},
};
use std::fmt;

const EXPECTED: &str = "routes, such as `901>902 finalized`, with commas between them";

/// What is said of single routes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RouteList(Vec<RouteSection>);

/// One of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct RouteSection {
    /// Id of the chain that messages come from; default: any.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<u64>,
    /// Id of the chain that they go to; default: any.
    #[serde(skip_serializing_if = "Option::is_none")]
    destination: Option<u64>,
    /// How safe the block of a message has to be; default: as `relayer.safety` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    safety: Option<Safety>,
}

/// A level of safety, by its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Safety(pub(crate) SafetyLevel);

impl RouteList {
    /// As the relayer takes them.
    pub(crate) fn rules(&self) -> Vec<Route> {
        let rule = |route: &RouteSection| {
            let RouteSection { source, destination, safety } = *route;
            Route { source, destination, safety: safety.map(|Safety(level)| level) }
        };
        self.0.iter().map(rule).collect()
    }
}

impl RouteSection {
    /// Reads `901>902 finalized`; `*` is any chain.
    fn read(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let (source, destination) = words.next()?.split_once('>')?;
        let mut route = Self { source: chain(source)?, destination: chain(destination)?, safety: None };
        for word in words {
            if route.safety.replace(Safety(word.parse().ok()?)).is_some() {
                return None;
            }
        }
        Some(route)
    }
}

fn chain(text: &str) -> Option<Option<u64>> {
    if text == "*" { Some(None) } else { text.parse().ok().map(Some) }
}

impl Serialize for RouteList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RouteList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Routes;

        impl<'de> Visitor<'de> for Routes {
            type Value = RouteList;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(EXPECTED)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<RouteList, E> {
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                let routes = parts.map(RouteSection::read).collect::<Option<_>>();
                routes.map(RouteList).ok_or_else(|| E::custom(format!("expected {EXPECTED}")))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<RouteList, A::Error> {
                let mut routes = Vec::new();
                while let Some(Table(route)) = items.next_element()? {
                    routes.push(route);
                }
                Ok(RouteList(routes))
            }
        }

        deserializer.deserialize_any(Routes)
    }
}

/// A route as a table: serde would read a list as one, too.
struct Table(RouteSection);

impl<'de> Deserialize<'de> for Table {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::table::section(deserializer).map(Self)
    }
}

impl Serialize for Safety {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

impl<'de> Deserialize<'de> for Safety {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // What stands there is not repeated.
        text.parse().map(Self).map_err(|_| {
            D::Error::custom(format!(
                "expected one of {}",
                SafetyLevel::ALL.map(SafetyLevel::as_str).join(", ")
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(value: Value) -> Result<RouteList, String> {
        serde_json::from_value(value).map_err(|error| error.to_string())
    }

    #[test]
    fn routes_are_read_from_tables_and_texts() {
        let tables = json!([
            { "source": 901, "destination": 902, "safety": "finalized" },
            { "destination": 902, "safety": "safe" },
        ]);
        let routes = read(json!("901>902 finalized, *>902 safe,")).unwrap();
        assert_eq!(read(tables.clone()), Ok(routes.clone()));
        assert_eq!(serde_json::to_value(&routes).unwrap(), tables);
        let rule = Route { source: Some(901), destination: Some(902), safety: Some(SafetyLevel::Finalized) };
        assert_eq!(routes.rules()[0], rule);
        assert_eq!(read(json!("")), Ok(RouteList::default()));
    }

    #[test]
    fn what_is_wrong_is_said_and_not_repeated() {
        for bad in [
            json!("s3cret"),
            json!("901>902 s3cret"),
            json!("901>902 safe safe"),
            json!([{ "source": 901, "safety": "s3cret" }]),
            json!([{ "s0urce": 901 }]),
            json!([[901, 902, "safe"]]),
            json!(7),
        ] {
            let said = read(bad).unwrap_err();
            assert!(!said.contains("s3cret"), "{said}");
        }
    }
}
