use super::{call_error::invalid_parameter, object::Object};
use alloy_primitives::U256;
use causeway_interop::{SafetyLevel, parse_chain_id};
use jsonrpsee_server::types::ErrorObjectOwned;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;
use std::{borrow::Cow, fmt};

/// The parameters of a call, each still JSON text.
#[derive(Debug)]
pub(super) struct Args<'a, const N: usize>([Arg<'a>; N]);

/// One parameter: its name and its text, if it was given. `null` is as good as not given.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arg<'a> {
    name: &'static str,
    text: Option<&'a str>,
}

impl<'a, const N: usize> Args<'a, N> {
    /// Finds the parameters, which are given by position or by name.
    pub(super) fn parse(params: Option<&'a str>, names: [&'static str; N]) -> Result<Self, ErrorObjectOwned> {
        let text = params.unwrap_or("[]").trim_ascii();
        match text.as_bytes().first() {
            Some(b'[') => Self::by_position(text, names),
            Some(b'{') => Self::by_name(text, names),
            _ if text == "null" => Self::by_position("[]", names),
            _ => Err(invalid_parameter("params", &format!("expected an array or an object, got {text}"))),
        }
    }

    fn by_position(text: &'a str, names: [&'static str; N]) -> Result<Self, ErrorObjectOwned> {
        let given: Vec<&RawValue> = read("params", text)?;
        if given.len() > N {
            let problem =
                format!("expected at most {N} parameters ({}), got {}", names.join(", "), given.len());
            return Err(invalid_parameter("params", &problem));
        }
        let mut given = given.into_iter();
        Ok(Self(names.map(|name| Arg::new(name, given.next()))))
    }

    fn by_name(text: &'a str, names: [&'static str; N]) -> Result<Self, ErrorObjectOwned> {
        let Fields(fields) = read("params", text)?;
        let mut given: [Option<&RawValue>; N] = [None; N];
        for (key, value) in fields {
            let Some(index) = names.iter().position(|name| *name == key) else {
                let problem = format!("expected {}, got a parameter {key:?}", names.join(", "));
                return Err(invalid_parameter("params", &problem));
            };
            if given[index].replace(value).is_some() {
                return Err(invalid_parameter("params", &format!("{key:?} stands twice")));
            }
        }
        let mut given = given.into_iter();
        Ok(Self(names.map(|name| Arg::new(name, given.next().flatten()))))
    }

    /// The parameters, in the order of the names.
    pub(super) const fn into_inner(self) -> [Arg<'a>; N] {
        self.0
    }
}

impl<'a> Arg<'a> {
    /// A value that a caller gave under this name.
    pub(super) fn new(name: &'static str, value: Option<&'a RawValue>) -> Self {
        Self { name, text: value.map(RawValue::get).filter(|text| *text != "null") }
    }

    /// Whether it was given.
    pub(super) const fn is_given(&self) -> bool {
        self.text.is_some()
    }

    /// The text of a parameter that must be there.
    pub(super) fn required(&self, expected: &str) -> Result<&'a str, ErrorObjectOwned> {
        self.text.ok_or_else(|| invalid_parameter(self.name, &format!("expected {expected}, got nothing")))
    }

    /// What serde makes of the parameter, which must be there.
    pub(super) fn read<T: Deserialize<'a>>(&self, expected: &str) -> Result<T, ErrorObjectOwned> {
        read(self.name, self.required(expected)?)
    }

    /// What serde makes of an object.
    pub(super) fn object<T: Deserialize<'a>>(&self, expected: &str) -> Result<T, ErrorObjectOwned> {
        let text = self.required(expected)?;
        if !text.starts_with('{') {
            return Err(self.unexpected(expected));
        }
        read(self.name, text).map(|Object(value)| value)
    }

    /// A chain id: decimal text, hex text after `0x`, or a number.
    pub(super) fn chain_id(&self) -> Result<U256, ErrorObjectOwned> {
        const EXPECTED: &str = "a chain id: decimal text, hex text after 0x, or a number";
        let text = self.scalar(EXPECTED)?;
        parse_chain_id(&text).map_err(|error| invalid_parameter(self.name, &format!("{error}: {text:?}")))
    }

    /// A number of 64 bits: hex text after `0x`, decimal text, or a number.
    pub(super) fn quantity(&self) -> Result<u64, ErrorObjectOwned> {
        const EXPECTED: &str = "a number of 64 bits: hex text after 0x, decimal text, or a number";
        let text = self.scalar(EXPECTED)?;
        let number = parse_chain_id(&text).ok().and_then(|number| u64::try_from(number).ok());
        number.ok_or_else(|| self.unexpected(EXPECTED))
    }

    /// A level of safety, by name.
    pub(super) fn safety_level(&self) -> Result<SafetyLevel, ErrorObjectOwned> {
        let text = self.text("the name of a safety level")?;
        text.parse().map_err(|error| invalid_parameter(self.name, &format!("{error}")))
    }

    /// Text.
    pub(super) fn text(&self, expected: &str) -> Result<Cow<'a, str>, ErrorObjectOwned> {
        let text = self.required(expected)?;
        if !text.starts_with('"') {
            return Err(self.unexpected(expected));
        }
        unquote(text).ok_or_else(|| self.unexpected(expected))
    }

    /// True or false.
    pub(super) fn boolean(&self) -> Result<bool, ErrorObjectOwned> {
        match self.required("true or false")? {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(self.unexpected("true or false")),
        }
    }

    /// The text of a string or of a number.
    fn scalar(&self, expected: &str) -> Result<Cow<'a, str>, ErrorObjectOwned> {
        let text = self.required(expected)?;
        match text.as_bytes().first() {
            Some(b'0'..=b'9') => Ok(Cow::Borrowed(text)),
            Some(b'"') => unquote(text).ok_or_else(|| self.unexpected(expected)),
            _ => Err(self.unexpected(expected)),
        }
    }

    fn unexpected(&self, expected: &str) -> ErrorObjectOwned {
        invalid_parameter(self.name, &format!("expected {expected}, got {}", self.text.unwrap_or("nothing")))
    }
}

/// The fields of an object in their order, those that stand twice included.
struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;

        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("parameters by name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(FieldsVisitor)
    }
}

/// The text of a JSON string.
fn unquote(text: &str) -> Option<Cow<'_, str>> {
    #[derive(Deserialize)]
    struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
    serde_json::from_str::<Text<'_>>(text).ok().map(|Text(text)| text)
}

fn read<'a, T: Deserialize<'a>>(name: &str, text: &'a str) -> Result<T, ErrorObjectOwned> {
    serde_json::from_str(text).map_err(|error| {
        let problem = error.to_string();
        // The place is one in this parameter, which the caller did not write as a document.
        let problem = problem.rsplit_once(" at line ").map_or(problem.as_str(), |(problem, _)| problem);
        invalid_parameter(name, problem)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(params: &str) -> Arg<'_> {
        let [arg] = Args::parse(Some(params), ["it"]).unwrap().into_inner();
        arg
    }

    #[test]
    fn parameters_come_by_position_or_by_name() {
        for params in [r#"["a", 2]"#, r#"{"second": 2, "first": "a"}"#, r#" [ "a" , 2 ] "#] {
            let [first, second] = Args::parse(Some(params), ["first", "second"]).unwrap().into_inner();
            assert_eq!((first.text("x").unwrap().as_ref(), second.quantity()), ("a", Ok(2)), "{params}");
        }
        for params in [None, Some("[]"), Some("{}"), Some("null"), Some("[null]")] {
            let [first] = Args::parse(params, ["first"]).unwrap().into_inner();
            assert!(!first.is_given());
            let error = first.quantity().unwrap_err();
            assert_eq!(error.code(), -32602);
            assert!(error.message().starts_with("invalid parameter first: expected a number"), "{error}");
        }
        for params in [
            "1",
            "\"x\"",
            "[1, 2]",
            "{\"second\": 1}",
            "{\"first\": 1, \"first\": 2}",
            "{\"first\": null, \"f\\u0069rst\": 2}",
            "true",
            "[",
            "{\"a\"",
        ] {
            assert_eq!(Args::parse(Some(params), ["first"]).unwrap_err().code(), -32602, "{params}");
        }
    }

    #[test]
    fn numbers_come_in_three_forms() {
        for text in ["16", "\"16\"", "\"0x10\"", "\"0X10\"", "\"0x0010\"", "\"\\u0031\\u0036\""] {
            assert_eq!(one(&format!("[{text}]")).quantity(), Ok(16), "{text}");
            assert_eq!(one(&format!("[{text}]")).chain_id(), Ok(U256::from(16)), "{text}");
        }
        assert_eq!(one(&format!("[\"{}\"]", U256::MAX)).chain_id(), Ok(U256::MAX));
        assert_eq!(one(&format!("[{}]", U256::MAX)).chain_id(), Ok(U256::MAX));
        for text in ["-1", "1.0", "1e3", "\"\"", "\"0x\"", "\"1.0\"", "[]", "{}", "true", "\" 1\""] {
            let params = format!("[{text}]");
            assert_eq!(one(&params).quantity().unwrap_err().code(), -32602, "{text}");
            assert_eq!(one(&params).chain_id().unwrap_err().code(), -32602, "{text}");
        }
        assert_eq!(one("[18446744073709551616]").quantity().unwrap_err().code(), -32602);
    }

    #[test]
    fn long_texts_are_not_echoed() {
        let params = format!("[\"{}\"]", "é".repeat(100_000));
        let error = one(&params).safety_level().unwrap_err();
        assert!(error.message().len() < 500 && error.message().contains("unknown safety level"));
    }
}
