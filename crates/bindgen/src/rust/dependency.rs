use std::{fmt, str::FromStr};
use toml::{Table, Value};

/// A dependency that a feature brings in, as Cargo.toml has it after `=`: a version (`0.1`), or a table (`{ path = "…" }`).
#[derive(Clone, Debug, PartialEq)]
pub struct Dependency(Table);

/// What was given is no dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a version, or what stands after = in Cargo.toml: '{{ path = \"…\" }}'")]
pub struct DependencyError;

impl FromStr for Dependency {
    type Err = DependencyError;

    fn from_str(text: &str) -> Result<Self, DependencyError> {
        let text = text.trim();
        // A version without its quotes would be a number, or nothing.
        let is_version = |text: &str| {
            let number = text.trim_start_matches(['^', '~', '=']);
            number.starts_with(|c: char| c.is_ascii_digit())
                && number.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'))
        };
        if is_version(text) {
            return Ok(Self::version(text));
        }
        let read = format!("it = {text}").parse::<Table>().ok().filter(|table| table.len() == 1);
        let mut table = match read.and_then(|mut table| table.remove("it")) {
            Some(Value::String(version)) if is_version(&version) => return Ok(Self::version(&version)),
            Some(Value::Table(table)) if !table.is_empty() => table,
            _ => return Err(DependencyError),
        };
        table.insert("optional".to_owned(), Value::Boolean(true));
        Ok(Self(table))
    }
}

impl Dependency {
    fn version(version: &str) -> Self {
        Self(Table::from_iter([
            ("version".to_owned(), Value::String(version.to_owned())),
            ("optional".to_owned(), Value::Boolean(true)),
        ]))
    }
}

impl fmt::Display for Dependency {
    /// On one line, and always optional: without its feature nobody pays for it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Value::Table(self.0.clone()).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_is_optional_whatever_form_it_has() {
        for (given, written) in [
            ("{ path = \"../client\" }", "{ optional = true, path = \"../client\" }"),
            ("{ git = \"https://x\", optional = false }", "{ git = \"https://x\", optional = true }"),
            ("0.1", "{ optional = true, version = \"0.1\" }"),
            ("\"=0.1.2\"", "{ optional = true, version = \"=0.1.2\" }"),
        ] {
            assert_eq!(given.parse::<Dependency>().unwrap().to_string(), written, "{given}");
        }
    }

    #[test]
    fn what_cargo_would_not_read_is_refused() {
        for given in ["", "../client", "true", "{}", "{ path = }", "\"\"", "0.1\nevil = 1", "{ a = 1 }\n[x]"]
        {
            assert_eq!(given.parse::<Dependency>(), Err(DependencyError), "{given}");
        }
    }
}
