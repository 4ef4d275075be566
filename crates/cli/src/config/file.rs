//! A causeway.toml, and where in it something stands. What stands in a line is never repeated: a line that is wrong may hold
//! a URL with a password, or a key.

use super::mistake::shown;
use crate::failure::{Failure, Outcome, OutcomeExt};
use std::{
    borrow::Cow,
    fs,
    path::{Path, PathBuf},
};
use toml_edit::{ImDocument, Item, Value};

const SYNTAX: &str = "texts stand in double quotes, and each key stands once; the line itself is not shown, for it may hold a secret";

/// A parsed causeway.toml.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: PathBuf,
    pub(super) table: toml::Table,
    text: String,
}

impl File {
    pub(super) fn read(path: &Path) -> Outcome<Self> {
        let text = fs::read_to_string(path)
            .what(format!("cannot read the configuration file {}", path.display()))
            .bad_input()
            .hint("is it a text file that you may read?")?;
        let table = toml::from_str(&text).map_err(|error| {
            // The parser's own text comes with the line that is wrong.
            let place = error.span().map(|span| place(&text, span.start)).unwrap_or_default();
            let why = words(error.message());
            Failure::usage(format!("{} is no TOML{place}: {why}", path.display())).with_hint(SYNTAX)
        })?;
        Ok(Self { path: path.to_owned(), table, text })
    }

    /// Whether it has a key or table.
    pub(super) fn has(&self, path: &[String]) -> bool {
        let Some((first, rest)) = path.split_first() else { return true };
        let mut value = self.table.get(first);
        for key in rest {
            value = value.and_then(|value| below(value, key));
        }
        value.is_some()
    }

    /// The key that a path names, for people: in a list it names entries, which they count from 1.
    pub(super) fn name_of(&self, path: &[String]) -> String {
        let top = path.first().and_then(|key| self.table.get(key));
        let mut names = path.first().map(|key| vec![shown(key).to_owned()]).unwrap_or_default();
        let (mut value, mut after_list) = (top, String::new());
        for key in path.iter().skip(1) {
            let index = value.filter(|value| value.is_array()).and_then(|_| key.parse::<usize>().ok());
            match index {
                Some(index) => after_list = format!("{after_list}, entry {}", index + 1),
                None if after_list.is_empty() => names.push(shown(key).to_owned()),
                None => after_list = format!("{after_list}, `{}`", shown(key)),
            }
            value = value.and_then(|value| below(value, key));
        }
        format!("`{}`{after_list}", names.join("."))
    }

    /// ` in causeway.toml, line 3, column 1`, for the key that a path names, or the innermost table of it that is there.
    pub(super) fn place_of(&self, path: &[String]) -> String {
        let document = ImDocument::parse(self.text.as_str()).ok();
        let offset = document.as_ref().and_then(|document| offset(document.as_item(), path));
        let place = offset.map(|offset| place(&self.text, offset)).unwrap_or_default();
        format!(" in {}{place}", self.path.display())
    }
}

/// What a key of a table has, or an entry of a list, by its number.
fn below<'a>(value: &'a toml::Value, key: &str) -> Option<&'a toml::Value> {
    match value {
        toml::Value::Array(entries) => entries.get(key.parse::<usize>().ok()?),
        value => value.get(key),
    }
}

/// Where the key stands, or the entry of a list, which a path names by its number.
fn offset(item: &Item, path: &[String]) -> Option<usize> {
    let (first, rest) = path.split_first()?;
    let (key, value) = match item.as_table_like() {
        Some(table) => {
            let (key, value) = table.get_key_value(first)?;
            (key.span(), Cow::Borrowed(value))
        }
        None => (None, Cow::Owned(entry(item, first.parse().ok()?)?)),
    };
    offset(&value, rest).or_else(|| key.or_else(|| value.span()).map(|span| span.start))
}

/// An entry of a list, or one of the tables that `[[…]]` begins.
fn entry(list: &Item, index: usize) -> Option<Item> {
    match list {
        Item::ArrayOfTables(tables) => tables.get(index).cloned().map(Item::Table),
        Item::Value(Value::Array(values)) => values.get(index).cloned().map(Item::Value),
        _ => None,
    }
}

fn place(text: &str, offset: usize) -> String {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
    format!(", line {line}, column {column}")
}

/// The parser's words, without what they quote unless it can only be a name or a sign.
fn words(message: &str) -> String {
    let parts = message.split('`').enumerate();
    let parts = parts.map(|(index, part)| if index % 2 == 1 && part.len() > 3 { shown(part) } else { part });
    parts.collect::<Vec<_>>().join("`").replace('\n', ", ")
}
