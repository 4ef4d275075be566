//! The root of the bindings: `mod.rs`, or a crate's `lib.rs` and Cargo.toml.

use super::{addresses, dependency::Dependency, plan::Plan, text::Text};
use crate::{contract::Bindings, header};

/// Lints that are about code that people write.
const ALLOWED: &str = "\
#![allow(clippy::all, clippy::nursery, clippy::pedantic)]
#![allow(dead_code, non_camel_case_types, non_snake_case)]
#![allow(unreachable_pub, unused_imports)]
";

/// `mod.rs`, or `lib.rs` of a crate of that name.
pub(super) fn root(bindings: &Bindings, plan: &Plan<'_>, name: Option<&str>, has_client: bool) -> String {
    let mut text = header(bindings, "rust", "//", &bindings.contracts);
    text.push('\n');
    text.push_str(&docs(bindings, name, has_client).write("", "//!"));
    text.push('\n');
    text.push_str(ALLOWED);
    text.push('\n');
    if addresses::are_known(bindings) {
        text.push_str("#[rustfmt::skip]\npub mod addresses;\n");
    }
    for file in &plan.files {
        text.push_str(&format!("#[rustfmt::skip]\nmod {};\n", file.module));
    }
    text.push('\n');
    if has_client {
        text.push_str("#[cfg(feature = \"interop\")]\npub use causeway_client as interop;\n");
    }
    let mut uses = String::new();
    for file in &plan.files {
        for place in &file.places {
            let (inner, public) = (plan.inner(*place), plan.public(*place));
            let renamed = if inner == public { String::new() } else { format!(" as {public}") };
            uses.push_str(&format!("    {}::{inner}{renamed},\n", file.module));
        }
    }
    // Each style of formatting has an order of its own.
    text.push_str(&format!("#[rustfmt::skip]\npub use self::{{\n{uses}}};\n"));
    text
}

fn docs(bindings: &Bindings, name: Option<&str>, has_client: bool) -> Text {
    let mut text = Text::default();
    text.markdown("Contracts as types of alloy.");
    text.markdown(
        "Each is a module, with the calls of its functions (`…Call`), its events, errors and types, and an instance, which stands at \
         an address and makes calls.",
    );
    if addresses::are_known(bindings) {
        text.markdown("Where they stand is in [`addresses`].");
    }
    if name.is_some() {
        text.markdown("Bytecode, and functions that deploy it, are behind the feature `bytecode`.");
    }
    if has_client {
        text.markdown(
            "With the feature `interop`, which has causeway-client as `interop`, a call is made on another chain by `on`: \
             `contract.function(arguments).on(902)`, with [`interop::OnChain`] in scope.",
        );
    }
    text
}

/// Cargo.toml.
pub(super) fn manifest(bindings: &Bindings, name: &str, client: Option<&Dependency>) -> String {
    let head = header(bindings, "rust", "#", []);
    let (feature, dependency) = match client {
        Some(client) => (
            "# Calls on other chains.\ninterop = [\"dep:causeway-client\"]\n",
            format!("causeway-client = {client}\n"),
        ),
        None => ("", String::new()),
    };
    format!(
        "{head}
[package]
name = \"{name}\"
version = \"0.1.0\"
edition = \"2021\"
publish = false

[features]
# Bytecode, and functions that deploy it.
bytecode = []
{feature}
[dependencies]
alloy = {{ version = \"{ALLOY}\", default-features = false, features = [\"std\", \"contract\", \"sol-types\"] }}
{dependency}"
    )
}

/// The version of alloy whose `sol!` the text is for.
const ALLOY: &str = "2.5";
