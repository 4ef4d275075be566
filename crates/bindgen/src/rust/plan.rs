//! Where everything goes: which contracts share a file because they share types, which module has which type, and what it is called.
//!
//! A module of `sol!` can only name types of the same `sol!`, and so contracts that share a type share a file. In it, every type has
//! its place in the module of the contract or library that declares it; those that no contract of ours is, get a module of
//! their own, [`FILE_LEVEL`] if a file declares them.

use super::{
    item::Items,
    types::{Base, Shape, Type, Types},
    word,
};
use crate::contract::Bindings;
use std::collections::{BTreeMap, BTreeSet};

/// The module of types that are declared outside of contracts.
const FILE_LEVEL: &str = "types";

/// The file of contracts that share types.
const SHARED: &str = "shared";

/// A module that `sol!` makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// Of the contract of this number.
    Contract(usize),
    /// Of types only, by its number.
    Space(usize),
}

/// A module of types only.
#[derive(Debug)]
pub(super) struct Space {
    /// What declares them; nothing if files do.
    pub(super) container: Option<String>,
    /// What it is called outside.
    pub(super) public: String,
}

/// A file, and what is in it, in order.
#[derive(Debug)]
pub(super) struct File {
    /// The name of its module.
    pub(super) module: String,
    pub(super) places: Vec<Place>,
}

#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) items: Vec<Items<'a>>,
    pub(super) types: Types,
    pub(super) spaces: Vec<Space>,
    pub(super) files: Vec<File>,
    /// What contracts are called outside, by their numbers.
    pub(super) public: Vec<String>,
    /// What modules are called in their `sol!`.
    inner: BTreeMap<Place, String>,
    /// By the numbers of types.
    homes: Vec<Place>,
    /// What types are called, likewise.
    names: Vec<String>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(bindings: &'a Bindings) -> Self {
        let mut types = Types::default();
        let read = |(number, contract)| Items::read(contract, number, &mut types);
        let items: Vec<_> = bindings.contracts.iter().enumerate().map(read).collect();
        let mut plan = Self {
            items,
            types,
            spaces: Vec::new(),
            files: Vec::new(),
            public: bindings.contracts.iter().map(|contract| public(&contract.ident)).collect(),
            inner: BTreeMap::new(),
            homes: Vec::new(),
            names: Vec::new(),
        };
        plan.find_homes(bindings);
        plan.name_types();
        plan.make_files(bindings);
        plan.name_modules();
        plan
    }

    /// The name of a type in its module.
    pub(super) fn type_name(&self, number: usize) -> &str {
        &self.names[number]
    }

    /// The name of a module in its `sol!`.
    pub(super) fn inner(&self, place: Place) -> &str {
        &self.inner[&place]
    }

    /// What a module is called outside.
    pub(super) fn public(&self, place: Place) -> &str {
        match place {
            Place::Contract(number) => &self.public[number],
            Place::Space(number) => &self.spaces[number].public,
        }
    }

    /// The types of a module, each after those that it is made of.
    pub(super) fn types_of(&self, place: Place) -> impl Iterator<Item = usize> {
        self.homes.iter().enumerate().filter(move |(_, home)| **home == place).map(|(number, _)| number)
    }

    /// A type as `sol!` takes it in a module.
    pub(super) fn solidity(&self, ty: &Type, place: Place) -> String {
        let arrays = &ty.arrays;
        match &ty.base {
            Base::Elementary(name) => format!("{name}{arrays}"),
            Base::Declared(number) => {
                let (home, name) = (self.homes[*number], word::raw(&self.names[*number]));
                // The own ones by their names alone: something in the module may be called like the module.
                let module = if home == place { String::new() } else { format!("{}.", self.inner(home)) };
                format!("{module}{name}{arrays}")
            }
        }
    }

    /// The path of a declared type from beside the `sol!`.
    pub(super) fn path(&self, number: usize) -> String {
        format!("{}::{}", self.inner(self.homes[number]), word::raw(&self.names[number]))
    }

    /// The paths of the types that a contract uses and another module has, but for those of names that it has itself.
    pub(super) fn foreign_types(&self, contract: usize, is_taken: impl Fn(&str) -> bool) -> Vec<String> {
        let place = Place::Contract(contract);
        let mut used = Vec::new();
        self.items[contract].types().for_each(|ty| self.types.uses(ty, &mut used));
        used.sort_unstable();
        let mut seen = BTreeSet::new();
        let mut is_free = |name: &str| !is_taken(name) && seen.insert(name.to_owned());
        let foreign = used.into_iter().filter(|ty| self.homes[*ty] != place);
        foreign.filter(|ty| is_free(self.type_name(*ty))).map(|ty| self.path(ty)).collect()
    }

    /// Finds a module for every type: of a contract that is called as its container, or else of its own. No module has two types of
    /// one name.
    fn find_homes(&mut self, bindings: &Bindings) {
        let mut uses = vec![Vec::new(); self.items.len()];
        for (items, uses) in self.items.iter().zip(&mut uses) {
            for ty in items.types() {
                self.types.uses(ty, uses);
            }
        }
        let mut taken: BTreeSet<(Place, String)> = BTreeSet::new();
        for number in 0..self.types.all().len() {
            let declared = self.types.get(number);
            let (container, name) = (declared.container.clone(), declared.name.clone());
            let is_free = |place: &Place| !taken.contains(&(*place, name.clone()));
            let home = match declared.of_tuple {
                Some(contract) => Place::Contract(contract),
                None => {
                    let called = bindings.contracts.iter().enumerate();
                    let called = called.filter(|(_, contract)| container.as_ref() == Some(&contract.name));
                    // One that uses it before one that does not, which may be another of the same name.
                    let mut called: Vec<_> = called.map(|(contract, _)| contract).collect();
                    called.sort_by_key(|contract| !uses[*contract].contains(&number));
                    let spaces =
                        self.spaces.iter().enumerate().filter(|(_, space)| space.container == container);
                    let spaces = spaces.map(|(space, _)| Place::Space(space));
                    let home = called.into_iter().map(Place::Contract).chain(spaces).find(is_free);
                    home.unwrap_or_else(|| self.add_space(container))
                }
            };
            taken.insert((home, name));
            self.homes.push(home);
        }
    }

    fn add_space(&mut self, container: Option<String>) -> Place {
        let public = self.free_public(container.as_deref());
        self.spaces.push(Space { container, public });
        Place::Space(self.spaces.len() - 1)
    }

    /// A name for a module of types that nothing has.
    fn free_public(&self, container: Option<&str>) -> String {
        let base = container.map_or_else(|| FILE_LEVEL.to_owned(), |name| public(&crate::pascal(name)));
        let taken = self.public.iter().chain(self.spaces.iter().map(|space| &space.public));
        let taken: BTreeSet<_> = taken.map(|name| crate::key(name)).collect();
        let mut names = std::iter::once(base.clone()).chain((2..).map(|n| format!("{base}{n}")));
        names.find(|name| !taken.contains(&crate::key(name))).unwrap_or(base)
    }

    fn name_types(&mut self) {
        let mut taken: BTreeSet<(Place, String)> = BTreeSet::new();
        for (number, home) in self.homes.iter().enumerate() {
            let declared = self.types.get(number);
            let mut name = word::writable(&declared.name);
            if declared.of_tuple.is_some() {
                let base = name.clone();
                let mut names = (2..).map(|n| format!("{base}{n}"));
                while taken.contains(&(*home, name.clone())) {
                    name = names.next().unwrap_or_default();
                }
            }
            let name = word::free(name, |name| {
                word::is_in_scope(name)
                    || word::is_type_word(name)
                    || (word::is_local(name) && declared.shape.value().is_some())
                    || name == "constructorCall"
                    || taken.contains(&(*home, name.to_owned()))
            });
            taken.insert((*home, name.clone()));
            self.names.push(name);
        }
    }

    /// Contracts that share no type with others get a file each, all others one together.
    fn make_files(&mut self, bindings: &Bindings) {
        let contracts = self.items.len();
        let mut groups: Vec<usize> = (0..contracts + self.spaces.len()).collect();
        let node = |place: Place| match place {
            Place::Contract(number) => number,
            Place::Space(number) => contracts + number,
        };
        let mut join = |one: usize, other: usize| {
            let (from, to) = (groups[one].max(groups[other]), groups[one].min(groups[other]));
            groups.iter_mut().filter(|group| **group == from).for_each(|group| *group = to);
        };
        for (number, items) in self.items.iter().enumerate() {
            let mut used = Vec::new();
            items.types().for_each(|ty| self.types.uses(ty, &mut used));
            used.into_iter().for_each(|ty| join(number, node(self.homes[ty])));
        }
        for number in 0..self.types.all().len() {
            let mut used = Vec::new();
            self.types.get(number).fields().iter().for_each(|(_, ty)| self.types.uses(ty, &mut used));
            used.into_iter().for_each(|ty| join(node(self.homes[number]), node(self.homes[ty])));
        }
        let mut files: BTreeMap<String, Vec<Place>> = BTreeMap::new();
        let shares = |group: usize| groups[..contracts].iter().filter(|other| **other == group).count() > 1;
        let places = (0..self.spaces.len()).map(Place::Space).chain((0..contracts).map(Place::Contract));
        for place in places {
            let group = groups[node(place)];
            // The first of a group is a contract: spaces are there for types that contracts use.
            let module = match bindings.contracts.get(group) {
                Some(contract) if !shares(group) => module(&contract.ident),
                _ => SHARED.to_owned(),
            };
            files.entry(module).or_default().push(place);
        }
        self.files = files.into_iter().map(|(module, places)| File { module, places }).collect();
    }

    /// Names modules so that nothing within one hides another of the same file.
    fn name_modules(&mut self) {
        for file in &self.files {
            let mut within: BTreeSet<String> = BTreeSet::new();
            for place in &file.places {
                within.extend(self.types_of(*place).map(|number| self.names[number].clone()));
                if let Place::Contract(number) = place {
                    for item in &self.items[*number].all {
                        within.extend(["", "Call", "Return"].map(|end| format!("{}{end}", item.name)));
                    }
                }
            }
            let mut named: BTreeSet<String> = BTreeSet::new();
            for place in &file.places {
                let name = word::free(self.public(*place).to_owned(), |name| {
                    let made = derived(name).iter().any(|made| within.contains(made));
                    word::is_in_scope(name) || within.contains(name) || named.contains(name) || made
                });
                named.insert(name.clone());
                self.inner.insert(*place, name);
            }
        }
    }

    /// The names of the modules of a file.
    pub(super) fn modules(&self, file: &File) -> impl Iterator<Item = &str> {
        file.places.iter().map(|place| self.inner(*place))
    }
}

/// What `sol!` puts beside the items of a contract.
pub(super) fn derived(contract: &str) -> [String; 4] {
    ["Calls", "Errors", "Events", "Instance"].map(|end| format!("{contract}{end}"))
}

/// An identifier as the name of a module.
fn public(ident: &str) -> String {
    if word::is_writable(ident) { ident.to_owned() } else { format!("{ident}_") }
}

/// The name of a contract's file.
pub(super) fn module(ident: &str) -> String {
    let name = crate::snake(ident);
    // Names of files of their own, and what Rust's are called.
    match &*name {
        SHARED | FILE_LEVEL | "addresses" | "mod" | "lib" | "main" | "alloy" | "core" | "std" => {
            format!("{name}_")
        }
        _ if word::raw(&name) != name || !word::is_writable(&name) => format!("{name}_"),
        _ => name,
    }
}

impl Shape {
    /// The elementary type that values have.
    pub(super) fn value(&self) -> Option<&str> {
        match self {
            Self::Struct(_) => None,
            Self::Enum => Some("uint8"),
            Self::Value(ty) => Some(ty),
        }
    }
}
