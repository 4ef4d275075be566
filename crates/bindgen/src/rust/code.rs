//! Bytecode, and functions that deploy it.

use super::{
    manual,
    names::Names,
    plan::Plan,
    text::{Text, code},
    word,
};
use crate::contract::Contract;
use alloy::primitives::hex;
use causeway_artifact::{Code, LibraryName};
use std::ops::Range;

/// What stands before an item that is there only if bytecode is wanted.
const FEATURE: &str = "#[cfg(feature = \"bytecode\")]\n";

/// The bytecode of a contract, and how to deploy it; nothing if it has none, or none that can be completed. With `is_feature`
/// the user of the bindings decides whether it is there.
pub(super) fn items(
    plan: &Plan<'_>,
    number: usize,
    contract: &Contract,
    names: &Names,
    is_feature: bool,
) -> String {
    let items = &plan.items[number];
    let Some(creation) = contract.creation.as_ref().and_then(Complete::of) else { return String::new() };
    let cfg = if is_feature { FEATURE } else { "" };
    let mut text = String::new();
    if creation.libraries.is_empty() {
        text.push_str(&constant(cfg, "BYTECODE", "Creation bytecode.", &creation.code));
        if let Some(runtime) = contract.runtime.as_ref().and_then(Code::bytes) {
            let docs = "Runtime bytecode, with zeros where the constructor sets values.";
            text.push_str(&constant(cfg, "DEPLOYED_BYTECODE", docs, &runtime));
        }
    }
    // Without the constructor's parameters nobody can tell what would be deployed.
    let libraries = (!creation.libraries.is_empty()).then(|| names.free("Libraries"));
    if let Some(name) = &libraries {
        text.push_str(&linked(cfg, name, &creation));
    }
    if !items.no_constructor {
        text.push_str(&deploy(plan, number, contract, names, cfg, libraries.as_deref()));
    }
    text
}

fn constant(cfg: &str, name: &str, docs: &str, code: &[u8]) -> String {
    format!(
        "/// {docs}\n{cfg}pub static {name}: alloy::primitives::Bytes =\n    \
         alloy::primitives::Bytes::from_static({});\n\n",
        literal(code)
    )
}

/// Bytes as Rust writes them: compilers read that much sooner than digits that a macro makes bytes of.
fn literal(code: &[u8]) -> String {
    format!("b\"{}\"", code.escape_ascii())
}

fn deploy(
    plan: &Plan<'_>,
    number: usize,
    contract: &Contract,
    names: &Names,
    cfg: &str,
    libraries: Option<&str>,
) -> String {
    let fields = plan.items[number].constructor.as_deref().unwrap_or_default();
    let named = names.fields(fields).into_iter().enumerate();
    let named: Vec<_> =
        named.map(|(i, name)| name.map_or_else(|| format!("_{i}"), |name| word::raw(&name))).collect();
    let link = libraries.map(|name| format!(", __libraries: {name}")).unwrap_or_default();
    let parameters =
        named.iter().zip(fields).map(|(name, field)| format!(", {name}: {}", manual::rust(plan, &field.ty)));
    let parameters = format!("{link}{}", parameters.collect::<String>());
    let arguments = named.iter().map(|name| format!(", {name}")).collect::<String>();
    let arguments = if libraries.is_some() { format!(", __libraries{arguments}") } else { arguments };
    let bytecode = if libraries.is_some() { "__libraries.bytecode()" } else { "BYTECODE.clone()" };
    let data = if fields.is_empty() {
        bytecode.to_owned()
    } else {
        let call = format!("constructorCall {{ {} }}", named.join(", "));
        format!(
            "[&{bytecode}[..], &alloy::sol_types::SolConstructor::abi_encode(&{call})[..]].concat().into()"
        )
    };
    let mut docs = Text::default();
    docs.docs(&contract.docs.constructor);
    let more = if docs.write("", "///").is_empty() {
        String::new()
    } else {
        format!("///\n{}", docs.write("", "///"))
    };
    let instance = format!("{}Instance", plan.inner(super::plan::Place::Contract(number)));
    const BOUNDS: &str = "P: alloy::contract::private::Provider<N>, N: alloy::contract::private::Network";
    format!(
        "/// A transaction that deploys the contract.
{more}{cfg}pub fn deploy_builder<{BOUNDS}>(
    __provider: P{parameters}
) -> alloy::contract::RawCallBuilder<P, N> {{
    alloy::contract::RawCallBuilder::new_raw_deploy(__provider, {data})
}}

/// Deploys the contract, and waits for it.
{more}{cfg}pub async fn deploy<{BOUNDS}>(
    __provider: P{parameters}
) -> alloy::contract::Result<{instance}<P, N>> {{
    let __deployment = deploy_builder(__provider{arguments});
    let __address = __deployment.deploy().await?;
    ::core::result::Result::Ok({instance}::new(__address, __deployment.provider))
}}

"
    )
}

/// The libraries that a contract calls, and its bytecode with their addresses.
fn linked(cfg: &str, name: &str, creation: &Complete) -> String {
    let fields = creation.fields();
    let declared = fields.iter().zip(&creation.libraries);
    let declared = declared.map(|(field, (library, _))| {
        format!("    /// {}\n    pub {field}: alloy::primitives::Address,\n", code(&library.to_string()))
    });
    let places = fields.iter().zip(&creation.libraries).flat_map(|(field, (_, places))| {
        let copy = move |place: &Range<usize>| {
            format!(
                "        code[{}..{}].copy_from_slice(self.{field}.as_slice());\n",
                place.start, place.end
            )
        };
        places.iter().map(copy)
    });
    format!(
        "/// Where the libraries stand that the contract calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
{cfg}pub struct {name} {{
{}}}

{cfg}impl {name} {{
    /// Creation bytecode that calls them.
    pub fn bytecode(&self) -> alloy::primitives::Bytes {{
        let mut code = *{};
{}        alloy::primitives::Bytes::copy_from_slice(&code)
    }}
}}

",
        declared.collect::<String>(),
        literal(&creation.code),
        places.collect::<String>(),
    )
}

/// Bytecode with zeros where the addresses of libraries go.
struct Complete {
    code: Vec<u8>,
    libraries: Vec<(LibraryName, Vec<Range<usize>>)>,
}

impl Complete {
    fn of(given: &Code) -> Option<Self> {
        let mut digits = given.digits().as_bytes().to_vec();
        let libraries = given.libraries().iter().filter(|(_, places)| !places.is_empty());
        let libraries: Vec<_> = libraries.map(|(name, places)| (name.clone(), places.clone())).collect();
        for place in libraries.iter().flat_map(|(_, places)| places) {
            let digits_of = place.start.checked_mul(2)?..place.end.checked_mul(2)?;
            digits.get_mut(digits_of).filter(|_| place.len() == 20)?.fill(b'0');
        }
        Some(Self { code: hex::decode(digits).ok()?, libraries })
    }

    fn fields(&self) -> Vec<String> {
        let names: Vec<_> =
            self.libraries.iter().map(|(name, _)| crate::snake(&crate::pascal(&name.name))).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let named = word::fields(&names, |_| false).into_iter().enumerate();
        named.map(|(i, name)| name.map_or_else(|| format!("_{i}"), |name| word::raw(&name))).collect()
    }
}
