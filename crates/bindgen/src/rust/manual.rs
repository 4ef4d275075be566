//! Items that `sol!` cannot hold under the names that they have: what it would make of them, written out.

use super::{
    item::{Field, Item, Items, Kind},
    names::{Named, Names},
    plan::Plan,
    text::{Text, code},
    types::{Base, Type},
    word,
};

/// The items of a contract that are written by hand, and how its instances call them. `instance` is the path of the instances' type.
pub(super) fn items(plan: &Plan<'_>, items: &Items<'_>, names: &Names, instance: &str) -> String {
    let mut text = String::new();
    let (mut methods, mut filters) = (String::new(), String::new());
    for named in &names.by_hand {
        let item = &items.all[named.item];
        match item.kind {
            Kind::Function => {
                text.push_str(&function(plan, item, named, names));
                methods.push_str(&method(plan, item, named, names));
            }
            Kind::Event => {
                text.push_str(&event(plan, item, named, names));
                filters.push_str(&filter(item, named));
            }
            Kind::Error => text.push_str(&error(plan, item, named, names)),
        }
    }
    if !(methods.is_empty() && filters.is_empty()) {
        text.push_str(&format!(
            "impl<P: alloy::contract::private::Provider<N>, N: alloy::contract::private::Network> {instance}<P, N> {{\n\
             {methods}{filters}}}\n\n"
        ));
    }
    text
}

/// A list of fields: `name: type`, names, and types in `sol!`'s sense.
struct Fields {
    names: Vec<String>,
    rust: Vec<String>,
    sol: Vec<String>,
}

impl Fields {
    fn new(plan: &Plan<'_>, fields: &[Field], names: &Names) -> Self {
        let named = names.fields(fields).into_iter().enumerate();
        Self {
            names: named
                .map(|(i, name)| name.map_or_else(|| format!("_{i}"), |name| word::raw(&name)))
                .collect(),
            rust: fields.iter().map(|field| rust(plan, &field.ty)).collect(),
            sol: fields.iter().map(|field| sol(plan, &field.ty)).collect(),
        }
    }

    fn declared(&self) -> String {
        let fields = self.names.iter().zip(&self.rust);
        fields.map(|(name, ty)| format!("    #[allow(missing_docs)]\n    pub {name}: {ty},\n")).collect()
    }

    fn parameters(&self) -> String {
        self.names.iter().zip(&self.rust).map(|(name, ty)| format!(", {name}: {ty}")).collect()
    }

    /// The fields from the tuple that they were decoded as.
    fn taken_from(&self, tuple: &str) -> String {
        let field = |(i, name): (usize, &String)| format!("{name}: {tuple}.{i}");
        self.names.iter().enumerate().map(field).collect::<Vec<_>>().join(", ")
    }

    fn tokens(&self, of: &str) -> String {
        let fields = self.names.iter().zip(&self.sol);
        fields
            .map(|(name, ty)| format!("<{ty} as alloy::sol_types::SolType>::tokenize(&{of}{name}), "))
            .collect()
    }
}

/// `(a, b, )`
fn tuple(types: &[String]) -> String {
    format!("({})", types.iter().map(|ty| format!("{ty}, ")).collect::<String>())
}

const DERIVES: &str = "#[derive(Clone, Debug, PartialEq, Eq, Hash)]\n";
const SOL_TYPE: &str = "alloy::sol_types::SolType";

fn head(item: &Item<'_>, name: &str, fields: &str) -> String {
    let mut text = Text::default();
    item.docs.iter().for_each(|docs| text.docs(docs));
    text.markdown(format!("The {} {}.", item.kind.word(), code(&item.signature)));
    format!("{}{DERIVES}pub struct {name} {{\n{fields}}}\n\n", text.write("", "///"))
}

fn function(plan: &Plan<'_>, item: &Item<'_>, named: &Named, names: &Names) -> String {
    let (inputs, outputs) = (Fields::new(plan, &item.inputs, names), Fields::new(plan, &item.outputs, names));
    let (call, results) = (format!("{}Call", named.name), format!("{}Return", named.name));
    let mut text = head(item, &call, &inputs.declared());
    let (returns, tokens, decoded) = if let [only] = &outputs.rust[..] {
        let sol = &outputs.sol[0];
        (only.clone(), format!("<{sol} as {SOL_TYPE}>::tokenize(ret), "), "tuple.0".to_owned())
    } else {
        text.push_str(&format!(
            "/// What [`{call}`] returns.\n{DERIVES}pub struct {results} {{\n{}}}\n\n",
            outputs.declared()
        ));
        (results.clone(), outputs.tokens("ret."), format!("{results} {{ {} }}", outputs.taken_from("tuple")))
    };
    text.push_str(&format!(
        "impl alloy::sol_types::SolCall for {call} {{
    type Parameters<'a> = {parameters};
    type Token<'a> = <Self::Parameters<'a> as {SOL_TYPE}>::Token<'a>;
    type Return = {returns};
    type ReturnTuple<'a> = {tuple};
    type ReturnToken<'a> = <Self::ReturnTuple<'a> as {SOL_TYPE}>::Token<'a>;

    const SIGNATURE: &'static str = {signature:?};
    const SELECTOR: [u8; 4] = {selector:?};

    fn new(tuple: <Self::Parameters<'_> as {SOL_TYPE}>::RustType) -> Self {{
        let _ = &tuple;
        Self {{ {fields} }}
    }}

    fn tokenize(&self) -> Self::Token<'_> {{
        ({input_tokens})
    }}

    fn tokenize_returns(ret: &Self::Return) -> Self::ReturnToken<'_> {{
        let _ = ret;
        ({tokens})
    }}

    fn abi_decode_returns(data: &[u8]) -> alloy::sol_types::Result<Self::Return> {{
        let tuple = <Self::ReturnTuple<'_> as {SOL_TYPE}>::abi_decode_sequence(data)?;
        let _ = &tuple;
        ::core::result::Result::Ok({decoded})
    }}

    fn abi_decode_returns_with_config(
        data: &[u8],
        config: alloy::sol_types::abi::AbiDecoderConfig,
    ) -> alloy::sol_types::Result<Self::Return> {{
        let tuple = <Self::ReturnTuple<'_> as {SOL_TYPE}>::abi_decode_sequence_with_config(data, config)?;
        let _ = &tuple;
        ::core::result::Result::Ok({decoded})
    }}
}}

",
        parameters = tuple(&inputs.sol),
        tuple = tuple(&outputs.sol),
        signature = item.signature,
        selector = &item.hash()[..4],
        fields = inputs.taken_from("tuple"),
        input_tokens = inputs.tokens("self."),
    ));
    text
}

fn method(plan: &Plan<'_>, item: &Item<'_>, named: &Named, names: &Names) -> String {
    let inputs = Fields::new(plan, &item.inputs, names);
    let call = format!("{}Call", named.name);
    format!(
        "    /// A call of {}.
    pub fn {}(&self{}) -> alloy::contract::SolCallBuilder<&P, {call}, N> {{
        self.call_builder(&{call} {{ {} }})
    }}

",
        code(&item.signature),
        word::raw(&named.method),
        inputs.parameters(),
        inputs.names.join(", "),
    )
}

fn event(plan: &Plan<'_>, item: &Item<'_>, named: &Named, names: &Names) -> String {
    const HASH: &str = "alloy::sol_types::sol_data::FixedBytes<32>";
    let name = word::raw(&named.name);
    let mut fields = Fields::new(plan, &item.inputs, names);
    let hashed: Vec<_> =
        item.inputs.iter().map(|field| field.is_indexed && plan.types.is_hashed(&field.ty)).collect();
    for (i, _) in hashed.iter().enumerate().filter(|(_, hashed)| **hashed) {
        fields.rust[i] = "alloy::primitives::B256".to_owned();
        fields.sol[i] = HASH.to_owned();
    }
    let (mut topics, mut data, mut new) = (Vec::new(), Vec::new(), Vec::new());
    let (mut topic_values, mut tokens, mut encoded) = (Vec::new(), String::new(), Vec::new());
    if !item.is_anonymous {
        topics.push(HASH.to_owned());
        topic_values.push("Self::SIGNATURE_HASH".to_owned());
        encoded.push("alloy::sol_types::abi::token::WordToken(Self::SIGNATURE_HASH)".to_owned());
    }
    for (i, field) in item.inputs.iter().enumerate() {
        let (name, sol) = (&fields.names[i], &fields.sol[i]);
        if field.is_indexed {
            new.push(format!("{name}: topics.{}", topics.len()));
            topics.push(sol.clone());
            topic_values.push(format!("::core::clone::Clone::clone(&self.{name})"));
            encoded.push(format!("<{sol} as alloy::sol_types::EventTopic>::encode_topic(&self.{name})"));
        } else {
            new.push(format!("{name}: data.{}", data.len()));
            data.push(sol.clone());
            tokens.push_str(&format!("<{sol} as {SOL_TYPE}>::tokenize(&self.{name}), "));
        }
    }
    let encoded: String =
        encoded.iter().enumerate().map(|(i, topic)| format!("        out[{i}] = {topic};\n")).collect();
    let check = if item.is_anonymous {
        String::new()
    } else {
        format!(
            "    fn check_signature(topics: &<Self::TopicList as {SOL_TYPE}>::RustType) -> alloy::sol_types::Result<()> {{
        if topics.0 != Self::SIGNATURE_HASH {{
            return ::core::result::Result::Err(alloy::sol_types::Error::invalid_event_signature_hash(
                Self::SIGNATURE,
                topics.0,
                Self::SIGNATURE_HASH,
            ));
        }}
        ::core::result::Result::Ok(())
    }}

"
        )
    };
    let mut text = head(item, &name, &fields.declared());
    text.push_str(&format!(
        "impl alloy::sol_types::SolEvent for {name} {{
    type DataTuple<'a> = {data};
    type DataToken<'a> = <Self::DataTuple<'a> as {SOL_TYPE}>::Token<'a>;
    type TopicList = {topics};

    const SIGNATURE: &'static str = {signature:?};
    const SIGNATURE_HASH: alloy::primitives::B256 = alloy::primitives::b256!(\"{hash}\");
    const ANONYMOUS: bool = {anonymous};

    fn new(
        topics: <Self::TopicList as {SOL_TYPE}>::RustType,
        data: <Self::DataTuple<'_> as {SOL_TYPE}>::RustType,
    ) -> Self {{
        let _ = (&topics, &data);
        Self {{ {new} }}
    }}

{check}    fn tokenize_body(&self) -> Self::DataToken<'_> {{
        ({tokens})
    }}

    fn topics(&self) -> <Self::TopicList as {SOL_TYPE}>::RustType {{
        {topic_values}
    }}

    fn encode_topics_raw(
        &self,
        out: &mut [alloy::sol_types::abi::token::WordToken],
    ) -> alloy::sol_types::Result<()> {{
        if out.len() < <Self::TopicList as alloy::sol_types::TopicList>::COUNT {{
            return ::core::result::Result::Err(alloy::sol_types::Error::Overrun);
        }}
{encoded}        ::core::result::Result::Ok(())
    }}
}}

impl ::core::convert::From<&{name}> for alloy::primitives::LogData {{
    fn from(event: &{name}) -> Self {{
        alloy::sol_types::SolEvent::encode_log_data(event)
    }}
}}

",
        data = tuple(&data),
        topics = tuple(&topics),
        signature = item.signature,
        hash = item.hash(),
        anonymous = item.is_anonymous,
        new = new.join(", "),
        topic_values = tuple(&topic_values),
    ));
    text
}

fn filter(item: &Item<'_>, named: &Named) -> String {
    let event = word::raw(&named.name);
    format!(
        "    /// A filter for the event {}.
    pub fn {}(&self) -> alloy::contract::Event<&P, {event}, N> {{
        self.event_filter::<{event}>()
    }}

",
        code(&item.signature),
        word::raw(&named.method),
    )
}

fn error(plan: &Plan<'_>, item: &Item<'_>, named: &Named, names: &Names) -> String {
    let fields = Fields::new(plan, &item.inputs, names);
    let name = word::raw(&named.name);
    let mut text = head(item, &name, &fields.declared());
    text.push_str(&format!(
        "impl alloy::sol_types::SolError for {name} {{
    type Parameters<'a> = {parameters};
    type Token<'a> = <Self::Parameters<'a> as {SOL_TYPE}>::Token<'a>;

    const SIGNATURE: &'static str = {signature:?};
    const SELECTOR: [u8; 4] = {selector:?};

    fn new(tuple: <Self::Parameters<'_> as {SOL_TYPE}>::RustType) -> Self {{
        let _ = &tuple;
        Self {{ {new} }}
    }}

    fn tokenize(&self) -> Self::Token<'_> {{
        ({tokens})
    }}
}}

",
        parameters = tuple(&fields.sol),
        signature = item.signature,
        selector = &item.hash()[..4],
        new = fields.taken_from("tuple"),
        tokens = fields.tokens("self."),
    ));
    text
}

/// A type in Rust, as `sol!` maps it.
pub(super) fn rust(plan: &Plan<'_>, ty: &Type) -> String {
    let base = match &ty.base {
        Base::Declared(number) => match plan.types.get(*number).shape.value() {
            // The Rust type of a name for values is that of the values.
            Some(value) => elementary(value).0,
            None => format!("super::sol::{}", plan.path(*number)),
        },
        Base::Elementary(name) => elementary(name).0,
    };
    ty.sizes().fold(base, |inner, size| match size {
        "" => format!("::std::vec::Vec<{inner}>"),
        size => format!("[{inner}; {size}]"),
    })
}

/// A type in `sol!`'s sense: what encodes it.
fn sol(plan: &Plan<'_>, ty: &Type) -> String {
    let base = match &ty.base {
        Base::Declared(number) => format!("super::sol::{}", plan.path(*number)),
        Base::Elementary(name) => elementary(name).1,
    };
    ty.sizes().fold(base, |inner, size| match size {
        "" => format!("alloy::sol_types::sol_data::Array<{inner}>"),
        size => format!("alloy::sol_types::sol_data::FixedArray<{inner}, {size}>"),
    })
}

/// An elementary type in Rust, and in `sol!`'s sense.
fn elementary(name: &str) -> (String, String) {
    let of = |rust: &str, sol: &str| (rust.to_owned(), format!("alloy::sol_types::sol_data::{sol}"));
    let bits = |digits: &str| digits.parse::<u16>().unwrap_or(256);
    if let Some(digits) = name.strip_prefix("uint") {
        return match bits(digits) {
            n @ (8 | 16 | 32 | 64 | 128) => of(&format!("u{n}"), &format!("Uint<{n}>")),
            n @ (160 | 256) => of(&format!("alloy::primitives::U{n}"), &format!("Uint<{n}>")),
            n => of(&format!("alloy::primitives::aliases::U{n}"), &format!("Uint<{n}>")),
        };
    }
    if let Some(digits) = name.strip_prefix("int") {
        return match bits(digits) {
            n @ (8 | 16 | 32 | 64 | 128) => of(&format!("i{n}"), &format!("Int<{n}>")),
            n @ (160 | 256) => of(&format!("alloy::primitives::I{n}"), &format!("Int<{n}>")),
            n => of(&format!("alloy::primitives::aliases::I{n}"), &format!("Int<{n}>")),
        };
    }
    match name {
        "bool" => of("bool", "Bool"),
        "string" => of("::std::string::String", "String"),
        "bytes" => of("alloy::primitives::Bytes", "Bytes"),
        "function" => of("alloy::primitives::Function", "Function"),
        "address" => of("alloy::primitives::Address", "Address"),
        name => {
            let n = name.strip_prefix("bytes").unwrap_or("32");
            let rust = if n == "32" { "B256".to_owned() } else { format!("FixedBytes<{n}>") };
            of(&format!("alloy::primitives::{rust}"), &format!("FixedBytes<{n}>"))
        }
    }
}
