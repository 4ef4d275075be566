/// What a contract is, as far as its artifact tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A contract with code.
    Contract,
    /// A library with code of its own, which contracts are linked with.
    Library,
    /// An interface, an abstract contract, or an ABI alone: artifacts do not tell these apart.
    Codeless,
}

impl Kind {
    /// Its name in a word: `contract`, `library`, `codeless`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contract => "contract",
            Self::Library => "library",
            Self::Codeless => "codeless",
        }
    }
}
