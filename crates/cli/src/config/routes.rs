//! `[[relayer.routes]]`: tables in the file, and in a variable texts such as `901>902 finalized weight=3, *>902 safe`.

use super::weight::Turns;
use alloy::primitives::Address;
use causeway_interop::SafetyLevel;
use causeway_relayer::{Route, engine::Weight};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, SeqAccess, Visitor},
};
use std::{collections::BTreeSet, fmt, num::NonZeroU64};

const EXPECTED: &str = "routes, such as `901>902 finalized weight=3`, with commas between them";
const RULE_OF_PARTIES: &str = "`safety`, `auto-resend` and `max-gas-per-hour` are of all messages of a route: in an entry that names a sender \
                               or a target they cannot stand; give them an entry of their own";
const NOTHING: &str = "an entry says how safe its messages have to be, their `weight`, `auto-resend` or `max-gas-per-hour`: it says none \
                       of them";
const GAS_OF_AN_HOUR: &str =
    "expected `max-gas-per-hour=` and a whole number of at least 1: to have no limit leave it away";
const PARTIES_OF_NOTHING: &str = "an entry that names a sender or a target says their `weight`: it has none";

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
    /// Who sends the messages; default: anybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    sender: Option<Address>,
    /// What they call; default: anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<Address>,
    /// How safe the block of a message has to be; default: as `relayer.safety` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    safety: Option<Safety>,
    /// How many of them have their turn in a round, when more waits than there is room for; default: one.
    #[serde(skip_serializing_if = "Option::is_none")]
    weight: Option<Turns>,
    /// The gas that its messages may use in an hour; default: no limit of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_gas_per_hour: Option<NonZeroU64>,
    /// Whether messages that expired are sent again; default: as `relayer.auto-resend` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    auto_resend: Option<bool>,
}

/// A level of safety, by its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Safety(pub(crate) SafetyLevel);

impl RouteList {
    /// How safe the relayer wants the blocks of which routes.
    pub(crate) fn rules(&self) -> Vec<Route> {
        let routes = self.0.iter().filter(|route| !route.names_parties());
        let rule = |route: &RouteSection| {
            let RouteSection { source, destination, safety, auto_resend, max_gas_per_hour, .. } = *route;
            let (safety, max_gas_per_hour) =
                (safety.map(|Safety(level)| level), max_gas_per_hour.map(NonZeroU64::get));
            Route { source, destination, safety, auto_resend, max_gas_per_hour }
        };
        routes.map(rule).collect()
    }

    /// The chains that are named.
    pub(crate) fn chains(&self) -> BTreeSet<u64> {
        self.0.iter().flat_map(|route| [route.source, route.destination]).flatten().collect()
    }

    /// Who has how many turns.
    pub(crate) fn weights(&self) -> Vec<Weight> {
        let weight = |route: &RouteSection| {
            let RouteSection { source, destination, sender, target, weight, .. } = *route;
            weight.map(|Turns(turns)| Weight { source, destination, sender, target, turns })
        };
        self.0.iter().filter_map(weight).collect()
    }
}

impl RouteSection {
    /// Reads `901>902 finalized weight=3 target=0x…`; `*` is any chain. What is wrong is not repeated.
    fn read(text: &str) -> Result<Self, String> {
        let expected = || format!("expected {EXPECTED}");
        let mut words = text.split_whitespace();
        let (source, destination) =
            words.next().and_then(|chains| chains.split_once('>')).ok_or_else(expected)?;
        let chains = chain(source).zip(chain(destination)).ok_or_else(expected)?;
        let mut route = Self { source: chains.0, destination: chains.1, ..Self::default() };
        for word in words {
            let was_said = match word.split_once('=') {
                None if word == "resend" => route.auto_resend.replace(true).is_some(),
                None if word == "no-resend" => route.auto_resend.replace(false).is_some(),
                None => {
                    let level = word.parse().map_err(|_| expected())?;
                    route.safety.replace(Safety(level)).is_some()
                }
                Some(("weight", turns)) => route.weight.replace(turns.parse()?).is_some(),
                Some(("max-gas-per-hour", gas)) => {
                    let gas = gas.parse().map_err(|_| GAS_OF_AN_HOUR.to_owned())?;
                    route.max_gas_per_hour.replace(gas).is_some()
                }
                Some(("sender", who)) => route.sender.replace(who.parse().map_err(|_| expected())?).is_some(),
                Some(("target", what)) => {
                    route.target.replace(what.parse().map_err(|_| expected())?).is_some()
                }
                Some(_) => return Err(expected()),
            };
            if was_said {
                return Err(expected());
            }
        }
        route.check().map(|()| route).map_err(str::to_owned)
    }

    const fn names_parties(&self) -> bool {
        self.sender.is_some() || self.target.is_some()
    }

    /// What is said of a sender or a target is their weight and nothing else.
    const fn check(&self) -> Result<(), &'static str> {
        let has_rule = self.safety.is_some() || self.auto_resend.is_some() || self.max_gas_per_hour.is_some();
        match (self.names_parties(), has_rule, self.weight) {
            (true, true, _) => Err(RULE_OF_PARTIES),
            (true, false, None) => Err(PARTIES_OF_NOTHING),
            (false, false, None) => Err(NOTHING),
            _ => Ok(()),
        }
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
                parts.map(RouteSection::read).collect::<Result<_, _>>().map(RouteList).map_err(E::custom)
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
        let route: RouteSection = super::table::section(deserializer)?;
        route.check().map_err(D::Error::custom)?;
        Ok(Self(route))
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
            { "destination": 902, "safety": "safe", "weight": 3 },
            { "source": 901, "target": "0x00000000000000000000000000000000000000aa", "weight": 1000 },
        ]);
        let text = "901>902 finalized, *>902 safe weight=3, 901>* weight=1000 target=0x00000000000000000000000000000000000000AA,";
        let routes = read(json!(text)).unwrap();
        assert_eq!(read(tables.clone()), Ok(routes.clone()));
        assert_eq!(serde_json::to_value(&routes).unwrap(), tables);
        let finalized = Some(SafetyLevel::Finalized);
        let rule = Route { source: Some(901), destination: Some(902), safety: finalized, ..Route::default() };
        assert_eq!((routes.rules()[0], routes.rules().len()), (rule, 2));
        let of_chains = |weight: &Weight| (weight.source, weight.destination, weight.turns.get());
        let weights: Vec<_> = routes.weights().iter().map(of_chains).collect();
        assert_eq!(weights, [(None, Some(902), 3), (Some(901), None, 1_000)]);
        assert_eq!(routes.weights()[1].target, Some(Address::with_last_byte(0xaa)));
        let again = read(json!("901>* safe resend, *>902 no-resend")).unwrap().rules();
        assert_eq!(again.iter().map(|rule| rule.auto_resend).collect::<Vec<_>>(), [Some(true), Some(false)]);
        let table = read(json!([{ "source": 901, "auto-resend": true }])).unwrap().rules();
        assert_eq!(table[0].auto_resend, Some(true));
        let gas = |value| read(value).unwrap().rules()[0].max_gas_per_hour;
        assert_eq!(gas(json!("901>902 max-gas-per-hour=7")), Some(7));
        assert_eq!(gas(json!([{ "source": 901, "max-gas-per-hour": 7 }])), Some(7));
        assert_eq!(read(json!("")), Ok(RouteList::default()));
    }

    #[test]
    fn what_is_wrong_is_said_and_not_repeated() {
        for bad in [
            json!("s3cret"),
            json!("901>902 s3cret"),
            json!("901>902 safe safe"),
            json!("901>902"),
            json!([{ "source": 901 }]),
            json!("901>902 resend no-resend"),
            json!([{ "source": 901, "safety": "s3cret" }]),
            json!([{ "s0urce": 901 }]),
            json!("901>902 weight=s3cret"),
            json!("901>902 target=s3cret weight=1"),
            json!("901>902 weight=1 weight=2"),
            json!("901>902 wait=1"),
            json!("901>902 max-gas-per-hour=s3cret"),
            json!("901>902 max-gas-per-hour=0"),
            json!("901>902 max-gas-per-hour=1 max-gas-per-hour=2"),
            json!([{ "source": 901, "max-gas-per-hour": 0 }]),
            json!([{ "target": "0x00000000000000000000000000000000000000aa", "max-gas-per-hour": 1 }]),
            json!([{ "target": "s3cret", "weight": 1 }]),
            json!([[901, 902, "safe"]]),
            json!(7),
        ] {
            let said = read(bad).unwrap_err();
            assert!(!said.contains("s3cret"), "{said}");
        }
    }

    #[test]
    fn no_route_is_shut_out_or_alone_by_its_weight() {
        for turns in ["0", "1001", "-3", "1.5", "4294967297"] {
            let text = read(json!(format!("*>* weight={turns}"))).unwrap_err();
            assert!(text.contains("from 1 to 1000"), "{turns}: {text}");
            let number: Value = turns.parse().unwrap();
            let table = read(json!([{ "weight": number }])).unwrap_err();
            assert!(table.contains("from 1 to 1000"), "{turns}: {table}");
        }
        assert!(read(json!([{ "weight": 0 }])).unwrap_err().contains("deny-senders"), "what to do instead");
    }

    #[test]
    fn parties_have_weights_and_nothing_else() {
        let target = "0x00000000000000000000000000000000000000aa";
        for (bad, why) in [
            (json!([{ "target": target, "weight": 3, "safety": "safe" }]), "an entry of their own"),
            (json!([{ "target": target, "weight": 3, "auto-resend": true }]), "an entry of their own"),
            (json!(format!("*>* sender={target}")), "it has none"),
        ] {
            assert!(read(bad).unwrap_err().contains(why));
        }
    }
}
