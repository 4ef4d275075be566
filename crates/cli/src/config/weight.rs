//! How many messages of a route have their turn in a round.

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, Visitor},
};
use std::{fmt, num::NonZeroU32, str::FromStr};

/// With more, what has one turn would have it when nobody remembers it.
const MOST: u32 = 1_000;

/// A number of turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Turns(pub(crate) NonZeroU32);

fn expected() -> String {
    format!(
        "expected a whole number from 1 to {MOST}: so many messages have their turn where others have one; those that are not to be \
         delivered are named by allow-sources, deny-senders or the like"
    )
}

impl FromStr for Turns {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let turns = text.parse().ok().filter(|turns: &NonZeroU32| turns.get() <= MOST);
        turns.map(Self).ok_or_else(expected)
    }
}

impl<'de> Deserialize<'de> for Turns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TurnsVisitor;

        impl Visitor<'_> for TurnsVisitor {
            type Value = Turns;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(expected().trim_start_matches("expected "))
            }

            // What stands there is not repeated.
            fn visit_str<E: Error>(self, turns: &str) -> Result<Turns, E> {
                turns.parse().map_err(E::custom)
            }

            fn visit_u64<E: Error>(self, turns: u64) -> Result<Turns, E> {
                turns.to_string().parse().map_err(E::custom)
            }

            fn visit_i64<E: Error>(self, turns: i64) -> Result<Turns, E> {
                turns.to_string().parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_any(TurnsVisitor)
    }
}
