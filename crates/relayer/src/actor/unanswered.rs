use causeway_client::NodeFault;
use causeway_store::StoreError;

/// Why something was not found out: the one ends the actor, the other is asked again.
#[derive(Debug)]
pub(super) enum Unanswered {
    /// The store did not take or tell it.
    Store(StoreError),
    /// A node did not answer as it should.
    Node(NodeFault),
}

impl From<StoreError> for Unanswered {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<NodeFault> for Unanswered {
    fn from(fault: NodeFault) -> Self {
        Self::Node(fault)
    }
}
