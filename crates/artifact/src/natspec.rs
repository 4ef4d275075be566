use alloy::json_abi::{Error, Event, Function};
use serde_json::Value;
use std::collections::BTreeMap;

/// What the authors of a contract wrote about it. Texts are as they wrote them: anything may stand in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Natspec {
    /// `@title`.
    pub title: Option<String>,
    /// `@author`.
    pub author: Option<String>,
    /// Of the contract as a whole.
    pub contract: Docs,
    /// Of the constructor.
    pub constructor: Docs,
    /// By signature, such as `transfer(address,uint256)`.
    functions: BTreeMap<String, Docs>,
    events: BTreeMap<String, Docs>,
    errors: BTreeMap<String, Docs>,
    /// Of public variables, by name: their getters are functions.
    variables: BTreeMap<String, Docs>,
}

/// What the authors wrote about one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Docs {
    /// `@notice`: for users.
    pub notice: Option<String>,
    /// `@dev`: for developers.
    pub details: Option<String>,
    /// `@param`, by name.
    pub params: BTreeMap<String, String>,
    /// `@return`, by name, or `_0`, `_1`, ... without one.
    pub returns: BTreeMap<String, String>,
    /// `@custom:…`, by what follows the colon.
    pub custom: BTreeMap<String, String>,
}

impl Docs {
    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Natspec {
    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Of a function, or of the public variable that it reads.
    pub fn function(&self, function: &Function) -> Option<&Docs> {
        self.functions.get(&function.signature()).or_else(|| self.variables.get(&function.name))
    }

    /// Of an event.
    pub fn event(&self, event: &Event) -> Option<&Docs> {
        self.events.get(&event.signature())
    }

    /// Of an error.
    pub fn error(&self, error: &Error) -> Option<&Docs> {
        self.errors.get(&error.signature())
    }

    /// Reads what solc gives as `devdoc` and `userdoc`; nulls where there is none.
    pub(crate) fn read(dev: &Value, user: &Value) -> Self {
        let mut docs = Self {
            title: text(&dev["title"]),
            author: text(&dev["author"]),
            contract: Docs {
                notice: text(&user["notice"]),
                details: text(&dev["details"]),
                custom: custom(dev),
                ..Docs::default()
            },
            variables: each(&dev["stateVariables"]),
            functions: each(&dev["methods"]),
            events: each(&dev["events"]),
            errors: each(&dev["errors"]),
            constructor: Docs::default(),
        };
        notices(&user["methods"], &mut docs.functions);
        notices(&user["events"], &mut docs.events);
        notices(&user["errors"], &mut docs.errors);
        docs.constructor = docs.functions.remove("constructor").unwrap_or_default();
        docs
    }
}

fn each(json: &Value) -> BTreeMap<String, Docs> {
    json.as_object().into_iter().flatten().map(|(name, json)| (name.clone(), one(json))).collect()
}

/// Errors have a list, since several of one signature may be declared.
fn first(json: &Value) -> &Value {
    json.as_array().and_then(|list| list.first()).unwrap_or(json)
}

fn one(json: &Value) -> Docs {
    let json = first(json);
    Docs {
        notice: None,
        details: text(&json["details"]),
        params: texts(&json["params"]),
        returns: texts(match &json["returns"] {
            // Of variables: one text.
            Value::Null | Value::String(_) => &Value::Null,
            returns => returns,
        }),
        custom: custom(json),
    }
}

fn notices(json: &Value, docs: &mut BTreeMap<String, Docs>) {
    for (name, json) in json.as_object().into_iter().flatten() {
        if let Some(notice) = text(&first(json)["notice"]) {
            docs.entry(name.clone()).or_default().notice = Some(notice);
        }
    }
}

fn custom(json: &Value) -> BTreeMap<String, String> {
    let fields = json.as_object().into_iter().flatten();
    let custom =
        fields.filter_map(|(key, value)| Some((key.strip_prefix("custom:")?.to_owned(), text(value)?)));
    custom.collect()
}

fn texts(json: &Value) -> BTreeMap<String, String> {
    let fields = json.as_object().into_iter().flatten();
    fields.filter_map(|(name, value)| Some((name.clone(), text(value)?))).collect()
}

fn text(json: &Value) -> Option<String> {
    json.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}
