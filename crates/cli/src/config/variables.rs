//! The environment's part of the configuration: `CAUSEWAY_<SECTION>__<KEY>`. A value is read as what its key takes, and not
//! as what it looks like: `123` is a text where a text belongs.

use super::{
    Config,
    mistake::{Mistake, closest, range, whole_number, words_of},
    zero,
};
use crate::{
    environment::CONFIG_PREFIX,
    failure::{Failure, Outcome},
    parse,
};
use figment::{
    Figment,
    error::Kind as ErrorKind,
    providers::Serialized,
    value::{Dict, Value},
};
use std::ffi::OsString;

/// The section whose tables have names of the user's.
const CHAINS: &str = "chains";
/// A name that nothing has.
const NOTHING: &str = "?";

/// A variable, and the key that it sets.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    pub(super) variable: String,
    /// Section and key, or `chains`, name and key.
    pub(super) path: Vec<String>,
    pub(super) value: OsString,
}

/// The variables that set keys, and those that are none of Causeway's although they are named like it, with what was meant
/// perhaps: other programs set such, too, as Kubernetes does for a service named `causeway`.
pub(super) fn sort(variables: Vec<(String, OsString)>, file: &toml::Table) -> (Vec<Setting>, Vec<String>) {
    let sections = names(&[]);
    let (mut settings, mut strangers) = (Vec::new(), Vec::new());
    for (variable, value) in variables {
        let path = path_of(&variable, file);
        if path.len() > 1 && sections.contains(&path[0].as_str()) {
            settings.push(Setting { variable, path, value });
        } else {
            strangers.push(match meant(&variable) {
                Some(meant) => format!("{variable} (is {meant} meant?)"),
                None => variable,
            });
        }
    }
    (settings, strangers)
}

impl Setting {
    /// Lays the value over what the file says.
    pub(super) fn lay_over(&self, dict: &mut Dict) -> Outcome {
        let value = self.read()?;
        let Some((key, tables)) = self.path.split_last() else { return Ok(()) };
        let mut inner = dict;
        for table in tables {
            let entry = inner.entry(table.clone()).or_insert_with(|| Dict::new().into());
            if entry.as_dict().is_none() {
                *entry = Dict::new().into();
            }
            let Value::Dict(_, below) = entry else { return Ok(()) };
            inner = below;
        }
        // Of these two only one may be set, and the environment is above the file.
        match key.as_str() {
            "rpc-url" => drop(inner.remove("rpc-url-file")),
            "rpc-url-file" => drop(inner.remove("rpc-url")),
            _ => {}
        }
        inner.insert(key.clone(), value);
        Ok(())
    }

    fn read(&self) -> Outcome<Value> {
        let text = self.value.to_str().ok_or_else(|| self.wrong("expected a text in UTF-8"))?;
        let Ok(kind) = kind(&self.path) else { return Err(self.unknown()) };
        let read = match kind {
            Kind::Text | Kind::Time => Some(text.into()),
            Kind::Whole { least, most } => {
                whole(text).filter(|number| (least..=most).contains(number)).map(Value::from)
            }
            Kind::Fraction => text.trim().parse::<f64>().ok().map(Value::from),
            Kind::Switch => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" | "on" => Some(true.into()),
                "false" | "0" | "no" | "off" => Some(false.into()),
                _ => None,
            },
            Kind::List => list(text),
        };
        read.ok_or_else(|| {
            let failure = self.wrong(&format!("expected {}", kind.words()));
            match zero::hint(&self.path).filter(|_| whole(text) == Some(0)) {
                Some(hint) => failure.with_hint(hint),
                None => failure,
            }
        })
    }

    /// The value is not repeated: it may be a secret that came to stand here.
    pub(super) fn wrong(&self, why: &str) -> Failure {
        Failure::usage(format!("{} is wrong: {why}", self.variable))
            .with_hint(format!("it sets `{}` of the configuration", self.path.join(".")))
    }

    fn unknown(&self) -> Failure {
        let failure = Failure::usage(format!(
            "{} sets nothing: there is no key `{}`",
            self.variable,
            self.path.join(".")
        ));
        failure.with_hint(match meant(&self.variable) {
            Some(meant) => format!("is {meant} meant?"),
            None => "`causeway config show` prints every key".to_owned(),
        })
    }
}

/// What a key takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Text,
    Time,
    Whole { least: u64, most: u64 },
    Fraction,
    Switch,
    List,
}

impl Kind {
    pub(super) fn words(self) -> String {
        match self {
            Self::Text => "a text".to_owned(),
            Self::Time => "a time such as `30s`, `5m` or `8d`".to_owned(),
            Self::Whole { least, most } => whole_number(least, most),
            Self::Fraction => "a number".to_owned(),
            Self::Switch => words_of("bool"),
            Self::List => "numbers with commas between them".to_owned(),
        }
    }
}

/// Asks the type of the configuration what a key takes, by what it says to a text; an error, if there is no such key.
pub(super) fn kind(path: &[String]) -> Result<Kind, Mistake> {
    let Err(error) = try_out(path, NOTHING.into()) else { return Ok(Kind::Text) };
    match &error.kind {
        ErrorKind::UnknownField(..) => Err(Mistake::of(&error)),
        ErrorKind::InvalidType(_, expected) => Ok(match (range(expected), expected.as_str()) {
            (Some((least, most)), _) => Kind::Whole { least, most },
            (None, "f32" | "f64") => Kind::Fraction,
            (None, "bool" | "a boolean") => Kind::Switch,
            (None, "a sequence") => Kind::List,
            // A table, in whose place nothing can stand.
            _ => return Err(Mistake::of(&error)),
        }),
        // It takes a text, though not this one.
        _ if ["8d", "5m"].into_iter().any(|time| try_out(path, time.into()).is_ok()) => Ok(Kind::Time),
        _ => Ok(Kind::Text),
    }
}

/// The names of the sections, of the keys in one, or of those of a chain.
pub(super) fn names(tables: &[&str]) -> &'static [&'static str] {
    let path: Vec<String> = tables.iter().chain([&NOTHING]).map(|name| (*name).to_owned()).collect();
    match try_out(&path, NOTHING.into()).map_err(|error| error.kind) {
        Err(ErrorKind::UnknownField(_, known)) => known,
        _ => &[],
    }
}

/// Every key as section and key, with `NAME` in place of the name of a chain.
pub(super) fn keys() -> Vec<Vec<String>> {
    let tables = names(&[]).iter().map(|section| match *section {
        CHAINS => vec![CHAINS, "NAME"],
        section => vec![section],
    });
    let keys = tables.flat_map(|tables| {
        let keys = names(&tables).iter();
        keys.map(move |key| tables.iter().chain([key]).map(|name| (*name).to_owned()).collect())
    });
    keys.collect()
}

/// What the configuration says to a value in this place.
pub(super) fn try_out(path: &[String], mut value: Value) -> Result<Config, Box<figment::Error>> {
    let mut dict = Dict::new();
    for (index, name) in path.iter().enumerate().rev() {
        let mut table = Dict::from([(name.clone(), value)]);
        if index == 2 {
            // The one that every chain must have.
            table.entry("chain-id".to_owned()).or_insert_with(|| 1_u64.into());
        }
        if index == 0 {
            dict = table;
            break;
        }
        value = table.into();
    }
    Figment::from(Serialized::defaults(Config::default()))
        .merge(Serialized::defaults(dict))
        .extract()
        .map_err(Box::new)
}

/// The variable of a key.
pub(super) fn variable(path: &[String]) -> String {
    let parts = path.iter().map(|part| part.to_uppercase().replace('-', "_"));
    CONFIG_PREFIX.to_owned() + &parts.collect::<Vec<_>>().join("__")
}

fn path_of(variable: &str, file: &toml::Table) -> Vec<String> {
    let name = variable[CONFIG_PREFIX.len()..].to_lowercase();
    let mut path: Vec<String> = name.split("__").map(|part| part.replace('_', "-")).collect();
    // A chain may be written in other ways in the file, of which a variable can only have one.
    if let [section, name, ..] = path.as_mut_slice()
        && section == CHAINS
    {
        let named = file.get(CHAINS).and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::keys);
        let is_it = |other: &&String| other.to_lowercase().replace('_', "-") == *name;
        if let Some(other) = named.into_iter().find(is_it) {
            *name = other.clone();
        }
    }
    path
}

/// The variable that was meant, perhaps.
fn meant(variable: &str) -> Option<String> {
    let mut known: Vec<String> = keys().iter().map(|path| self::variable(path)).collect();
    known.extend(crate::environment::NOT_CONFIGURATION.map(str::to_owned));
    // The name of a chain is like none that is known.
    let rest = variable.strip_prefix("CAUSEWAY_CHAINS__").and_then(|rest| rest.split_once("__"));
    if let Some((name, _)) = rest {
        known = known.iter().map(|known| known.replace("__NAME__", &format!("__{name}__"))).collect();
    }
    // What all of them begin with makes none of them likely.
    let own = |name: &str| name[CONFIG_PREFIX.len()..].to_owned();
    let names: Vec<String> = known.iter().map(|name| own(name)).collect();
    let found = closest(&own(variable), names.iter().map(String::as_str))?;
    Some(format!("{CONFIG_PREFIX}{found}"))
}

fn whole(text: &str) -> Option<u64> {
    parse::number(text.trim()).ok()
}

/// `901,902`, also in brackets.
fn list(text: &str) -> Option<Value> {
    let text = text.trim();
    let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text).trim();
    let parts: Vec<&str> = if inner.is_empty() { Vec::new() } else { inner.split(',').collect() };
    let numbers: Option<Vec<Value>> = parts.into_iter().map(|part| whole(part).map(Value::from)).collect();
    numbers.map(Value::from)
}
