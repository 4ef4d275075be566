/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SetForm {
    /// One set, as op-node and op-supernode read it.
    OpNode,
    /// The set of one chain, as the superchain registry has it.
    Registry,
    /// Sets in a list, as kona has them.
    Kona,
}
