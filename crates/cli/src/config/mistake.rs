//! What is wrong with a key, in words that repeat nothing of its value.

use super::{wei, zero};
use figment::error::{Actual, Kind};

/// A mistake, by the key that has to go or to change.
#[derive(Debug)]
pub(super) struct Mistake {
    /// Of the innermost table or key that is wrong.
    pub(super) path: Vec<String>,
    pub(super) why: String,
    /// What was meant, perhaps.
    pub(super) meant: Option<String>,
    /// What to do about it, where that is known of the key.
    pub(super) hint: Option<&'static str>,
}

impl Mistake {
    /// Figment's error names the key but may also quote the value, and a value may be a URL with a password: the key and
    /// the kind of the fault are enough.
    pub(super) fn of(error: &figment::Error) -> Self {
        let mut path = error.path.clone();
        let mut meant = None;
        let why = match &error.kind {
            Kind::InvalidValue(found, expected) if is_larger(found, expected) => {
                format!("expected {}, found a larger one", words_of(expected))
            }
            Kind::InvalidType(found, expected) | Kind::InvalidValue(found, expected) => {
                format!("expected {}, found {}", words_of(expected), kind_of(found))
            }
            Kind::InvalidLength(_, expected) => format!("expected {expected}"),
            Kind::UnknownVariant(_, expected) => format!("expected one of {}", expected.join(", ")),
            Kind::UnknownField(field, known) => {
                // Some of these errors name it already.
                if path.last() != Some(field) {
                    path.push(field.clone());
                }
                meant = closest(field, known.iter().copied()).map(str::to_owned);
                format!("there is no key `{}`", shown(field))
            }
            Kind::MissingField(field) => format!("the key `{}` is missing", shown(field)),
            Kind::DuplicateField(field) => format!("the key `{field}` stands twice"),
            Kind::ISizeOutOfRange(_) | Kind::USizeOutOfRange(_) => "the number is out of range".to_owned(),
            Kind::Unsupported(found) | Kind::UnsupportedKey(found, _) => {
                format!("{} cannot stand here", kind_of(found))
            }
            // The words of the types that values are read into, which do not repeat them.
            Kind::Message(message) => match message.as_str() {
                "invalid socket address syntax" => {
                    "expected an address and a port, such as 127.0.0.1:8450".to_owned()
                }
                "invalid IP address syntax" => "expected an IP address, such as 127.0.0.1".to_owned(),
                message => message.to_owned(),
            },
        };
        let is_zero = match &error.kind {
            Kind::InvalidType(found, _) | Kind::InvalidValue(found, _) => kind_of(found) == "0",
            Kind::Message(message) => message == wei::NOTHING,
            _ => false,
        };
        let hint = if is_zero { zero::hint(&path) } else { None };
        Self { path, why, meant, hint }
    }

    /// The key, for people.
    pub(super) fn key(&self) -> String {
        self.path.iter().map(|key| shown(key)).collect::<Vec<_>>().join(".")
    }
}

/// A key, unless it looks like something else that came to stand in its place.
pub(super) fn shown(key: &str) -> &str {
    let is_name = key.len() <= 40 && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if is_name { key } else { "…" }
}

/// The name that was meant, perhaps.
pub(super) fn closest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = |other: &'a str| (strsim::jaro_winkler(name, other), other);
    let nearest = names.into_iter().map(near).max_by(|(one, _), (other, _)| one.total_cmp(other));
    nearest.filter(|(likeness, _)| *likeness > 0.85).map(|(_, other)| other)
}

/// The least and the most that a whole number of a type can be, if that is what is expected.
pub(super) fn range(expected: &str) -> Option<(u64, u64)> {
    let (least, of) = expected.strip_prefix("a nonzero ").map_or((0, expected), |of| (1, of));
    let most = match of {
        "u8" => u8::MAX.into(),
        "u16" => u16::MAX.into(),
        "u32" => u32::MAX.into(),
        "u64" | "usize" => u64::MAX,
        _ => return None,
    };
    Some((least, most))
}

/// Whether a number is above the range that is expected.
fn is_larger(found: &Actual, expected: &str) -> bool {
    let above = |most: u64| match found {
        Actual::Unsigned(number) => *number > most.into(),
        Actual::Signed(number) => *number > most.into(),
        _ => false,
    };
    range(expected).is_some_and(|(_, most)| above(most))
}

/// A range for people.
pub(super) fn whole_number(least: u64, most: u64) -> String {
    match most {
        u64::MAX => format!("a whole number of at least {least}"),
        most => format!("a whole number from {least} to {most}"),
    }
}

/// What a value should be, where that is told by the name of a type.
pub(super) fn words_of(expected: &str) -> String {
    if let Some((least, most)) = range(expected) {
        return whole_number(least, most);
    }
    match expected {
        "bool" | "a boolean" => "true or false".to_owned(),
        "a string" | "path string" => "a text".to_owned(),
        "a sequence" => "a list".to_owned(),
        _ if expected.starts_with("struct ") || expected == "a map" => "a table".to_owned(),
        _ => expected.to_owned(),
    }
}

const fn kind_of(found: &Actual) -> &'static str {
    match found {
        Actual::Bool(_) => "a boolean",
        Actual::Unsigned(0) | Actual::Signed(0) => "0",
        Actual::Unsigned(_) => "a whole number",
        Actual::Signed(number) => {
            if *number < 0 {
                "a negative number"
            } else {
                "a whole number"
            }
        }
        Actual::Float(_) => "a number with a fraction",
        Actual::Str(_) | Actual::Char(_) => "a text",
        Actual::Seq => "a list",
        Actual::Map => "a table",
        _ => "something else",
    }
}
