//! What the items of a contract are called in Rust, and which of them `sol!` can hold.
//!
//! `sol!` makes several names of one, and gives some of them to functions, events and errors alike: what would collide, it does not
//! compile. It knows no other name than the one that the selector is made of. This foresees its names, and takes out what
//! collides, or has a name that Rust cannot write: those are written by [`manual`](super::manual) under a name that is free.

use super::{
    item::{Field, Item, Items, Kind},
    plan::{Place, Plan, derived},
    word,
};
use std::collections::{BTreeMap, BTreeSet};

/// Methods that every instance has, which `sol!` gives another name to functions for.
const RENAMED: &[&str] = &[
    "new",
    "deploy",
    "deploy_builder",
    "address",
    "set_address",
    "at",
    "provider",
    "call_builder",
    "event_filter",
];

/// Methods that every instance has besides.
const METHODS: &[&str] = &["with_cloned_provider"];

/// What the enums of events and errors have as functions, or say `Self::` before.
const ENUM_FUNCTIONS: &[&str] = &[
    "abi_decode",
    "abi_decode_raw",
    "abi_decode_raw_validate",
    "abi_decode_raw_with_config",
    "abi_decode_validate",
    "abi_decode_with_config",
    "abi_encode",
    "abi_encode_raw",
    "abi_encoded_size",
    "clone",
    "decode_raw_log",
    "decode_raw_log_with_config",
    "eq",
    "fmt",
    "from",
    "into_log_data",
    "name_by_selector",
    "selector",
    "selector_at",
    "signature_by_selector",
    "to_log_data",
    "type_check",
    "valid_selector",
];

/// An item's names.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// The item's number in [`Items`].
    pub(super) item: usize,
    /// Of the struct; of a function, what `Call` and `Return` follow.
    pub(super) name: String,
    /// Of a function, the method of instances; of an event, the one that filters.
    pub(super) method: String,
}

/// The items of a contract by who holds them.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// In the order that `sol!` is given them.
    pub(super) by_sol: Vec<Named>,
    pub(super) by_hand: Vec<Named>,
    /// All names of the contract's module.
    taken: BTreeSet<String>,
    /// Those of them that are values: structs without fields, with one that has no name, and
    /// names for values. Parameters must not be called so.
    values: BTreeSet<String>,
}

impl Names {
    pub(super) fn new(plan: &Plan<'_>, number: usize, modules: &[&str]) -> Self {
        let (items, place) = (&plan.items[number], Place::Contract(number));
        let mut fixed: BTreeSet<String> =
            plan.types_of(place).map(|ty| plan.type_name(ty).to_owned()).collect();
        let types = fixed.clone();
        fixed.extend(modules.iter().map(|module| (*module).to_owned()));
        fixed.extend(derived(plan.inner(place)));
        if items.constructor.is_some() {
            fixed.insert("constructorCall".to_owned());
        }
        let fits = |item: &&usize| {
            let item = &items.all[**item];
            word::is_writable(item.name)
                && !types.contains(item.name)
                && (item.kind == Kind::Function || !word::is_in_scope(item.name))
        };
        let all: Vec<usize> = (0..items.all.len()).collect();
        let (mut held, mut rest): (Vec<_>, Vec<_>) = all.iter().partition(fits);
        let (by_sol, taken) = loop {
            match foresee(items, &held, &fixed) {
                Ok(foreseen) => break foreseen,
                Err(item) => {
                    held.retain(|other| *other != item);
                    rest.push(item);
                }
            }
        };
        let values = by_sol.iter().filter(|named| is_value(&items.all[named.item]));
        let values = values.flat_map(|named| made(items.all[named.item].kind, &named.name));
        let tuples = plan.types_of(place).filter(|ty| plan.types.get(*ty).shape.value().is_some());
        let values = values.chain(tuples.map(|ty| plan.type_name(ty).to_owned())).collect();
        let mut names = Self { by_sol, by_hand: Vec::new(), taken, values };
        rest.sort_unstable();
        names.name_by_hand(items, &rest);
        names
    }

    fn name_by_hand(&mut self, items: &Items<'_>, rest: &[usize]) {
        let mut methods: BTreeSet<String> = self.by_sol.iter().map(|named| named.method.clone()).collect();
        for number in rest {
            let item = &items.all[*number];
            let base = word::writable(item.name);
            let taken = |name: &str| {
                made(item.kind, name).iter().any(|name| word::is_in_scope(name) || self.taken.contains(name))
            };
            let name = match item.kind {
                Kind::Event if taken(&base) && !taken(&format!("{base}Event")) => format!("{base}Event"),
                Kind::Error if taken(&base) && !taken(&format!("{base}Error")) => format!("{base}Error"),
                _ => word::free(base, taken),
            };
            self.taken.extend(made(item.kind, &name));
            let method = match item.kind {
                Kind::Function => name.clone(),
                Kind::Event | Kind::Error => format!("{name}_filter"),
            };
            let is_taken =
                |method: &str| methods.contains(method) || [RENAMED, METHODS].concat().contains(&method);
            let method = if is_taken(&method) { format!("{method}_call") } else { method };
            let method = word::free(method, is_taken);
            methods.insert(method.clone());
            self.by_hand.push(Named { item: *number, name, method });
        }
    }

    /// Names for parameters or results that hide nothing of the contract's module.
    pub(super) fn fields(&self, fields: &[Field]) -> Vec<Option<String>> {
        let given: Vec<_> = fields.iter().map(|field| &*field.name).collect();
        let is_ours = |name: &str| name == "__provider" || name == "__libraries";
        word::fields(&given, |name| self.values.contains(name) || is_ours(name))
    }

    /// Whether something in the contract's module has this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.taken.contains(name)
    }

    /// A name that nothing in the contract's module has.
    pub(super) fn free(&self, name: &str) -> String {
        word::free(name.to_owned(), |name| self.taken.contains(name))
    }
}

/// Whether what `sol!` makes of an item is a value, too, not only a type.
fn is_value(item: &Item<'_>) -> bool {
    match &item.inputs[..] {
        [] => true,
        [only] => item.kind != Kind::Event && matches!(&*only.name, "" | "_"),
        _ => false,
    }
}

/// The names in the module that `sol!` makes for an item called `name`.
fn made(kind: Kind, name: &str) -> Vec<String> {
    match kind {
        Kind::Function => ["Call", "Return"].map(|end| format!("{name}{end}")).to_vec(),
        Kind::Event | Kind::Error => vec![name.to_owned()],
    }
}

/// The names that `sol!` gives, and all names of the module, or the first item that it would not compile.
fn foresee(
    items: &Items<'_>,
    held: &[usize],
    fixed: &BTreeSet<String>,
) -> Result<(Vec<Named>, BTreeSet<String>), usize> {
    let overloads = overloads(items, held)?;
    let mut taken = fixed.clone();
    let mut methods: BTreeSet<String> = METHODS.iter().chain(RENAMED).map(ToString::to_string).collect();
    let mut builders: BTreeSet<(Kind, String)> = BTreeSet::new();
    let mut named = Vec::new();
    for number in held {
        let item = &items.all[*number];
        let name = overloads.get(&item.signature).cloned().unwrap_or_else(|| item.name.to_owned());
        for made in made(item.kind, &name) {
            let is_hiding = word::is_in_scope(&made) || (word::is_local(&made) && is_value(item));
            if is_hiding || !taken.insert(made) {
                return Err(*number);
            }
        }
        let method = match item.kind {
            Kind::Function if RENAMED.contains(&&*name) => format!("{name}_call"),
            Kind::Function => name.clone(),
            Kind::Event | Kind::Error => format!("{name}_filter"),
        };
        if item.kind != Kind::Error && !methods.insert(method.clone()) {
            return Err(*number);
        }
        if item.kind != Kind::Function {
            let builder = word::builder(&word::raw(&name));
            if !word::is_writable(&builder)
                || ENUM_FUNCTIONS.contains(&&*builder)
                || !builders.insert((item.kind, builder))
            {
                return Err(*number);
            }
        }
        named.push(Named { item: *number, name, method });
    }
    Ok((named, taken))
}

/// The names of what shares a name, by signature: numbered, functions, events and errors together. The error is an item that is
/// called as another would be.
fn overloads(items: &Items<'_>, held: &[usize]) -> Result<BTreeMap<String, String>, usize> {
    let mut same: BTreeMap<&str, Vec<&Item<'_>>> = BTreeMap::new();
    for number in held {
        let item = &items.all[*number];
        same.entry(item.name).or_default().push(item);
    }
    let mut names = BTreeMap::new();
    for (name, items_of_name) in same.iter().filter(|(_, items)| items.len() > 1) {
        for (i, item) in items_of_name.iter().enumerate() {
            let new = format!("{name}_{i}");
            if let Some(other) = held.iter().find(|number| items.all[**number].name == new) {
                return Err(*other);
            }
            names.insert(item.signature.clone(), new);
        }
    }
    Ok(names)
}
