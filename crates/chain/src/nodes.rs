use crate::{
    ConnectError, ConnectOptions, Content, Endpoints,
    board::{Need, Report},
    node::Node,
    pool::keep_watch,
};
use std::sync::Arc;

/// The nodes of one chain for one who reads blocks: from one at a time, the same one until it fails or lags, so that what
/// he hears fits together.
pub(crate) struct Nodes {
    endpoints: Endpoints,
    options: ConnectOptions,
    chain_id: u64,
    content: Content,
    made: Vec<Option<Arc<Node>>>,
    current: usize,
    node: Arc<Node>,
    /// Those that failed since there was progress.
    tried: Vec<bool>,
    /// Those whose chain has nothing in common with what is known, since there was progress.
    strangers: Vec<bool>,
}

impl Nodes {
    /// Begins with the node that is preferred; nothing is sent yet.
    pub(crate) fn new(
        endpoints: &Endpoints,
        options: &ConnectOptions,
        chain_id: u64,
        content: &Content,
    ) -> Result<Self, ConnectError> {
        let endpoints = endpoints.of_chain(chain_id);
        let node = Arc::new(make(&endpoints, 0, options, chain_id, content)?);
        let count = endpoints.iter().count();
        let mut made = vec![None; count];
        made[0] = Some(Arc::clone(&node));
        Ok(Self {
            endpoints,
            options: options.clone(),
            chain_id,
            content: content.clone(),
            made,
            current: 0,
            node,
            tried: vec![false; count],
            strangers: vec![false; count],
        })
    }

    /// The node that is read from.
    pub(crate) const fn node(&self) -> &Arc<Node> {
        &self.node
    }

    /// Its place in the list.
    pub(crate) const fn current(&self) -> usize {
        self.current
    }

    /// Whether there are others.
    pub(crate) fn are_several(&self) -> bool {
        self.made.len() > 1
    }

    /// Learns how the nodes do, and takes the one that is best to begin with.
    pub(crate) async fn begin(&mut self) {
        if self.are_several() {
            self.look_after().await;
            self.retry();
        }
    }

    /// Sees that the nodes are looked after.
    pub(crate) async fn look_after(&self) {
        keep_watch(&self.endpoints).await;
    }

    /// The highest head of all that is known.
    pub(crate) fn best(&self) -> Option<u64> {
        if self.are_several() { self.endpoints.board().best() } else { None }
    }

    /// The node that is read from told its head; `best` is what [`Self::best`] said when it was asked.
    pub(crate) fn note_head(&self, number: u64, best: Option<u64>) {
        if self.are_several() {
            self.endpoints.board().head(self.current, number, best);
        }
    }

    /// The highest head, if the node that is read from is too far behind it, and there is another to read from.
    pub(crate) fn outrun(&self) -> Option<u64> {
        if !self.are_several() || !self.endpoints.board().is_behind(self.current) {
            return None;
        }
        self.other(Need::Newest, true)?;
        self.endpoints.board().best()
    }

    /// Whether there is another node that did not fail since there was progress.
    pub(crate) fn have_another(&self) -> bool {
        self.other(Need::Newest, false).is_some()
    }

    /// Takes another node, that did not fail since there was progress; `false` when there is none.
    pub(crate) fn next(&mut self, need: Need) -> bool {
        self.tried[self.current] = true;
        let Some(other) = self.other(need, false) else { return false };
        self.take(other)
    }

    /// All of them have failed: whoever is best is as good as any.
    pub(crate) fn retry(&mut self) {
        self.tried.fill(false);
        if self.are_several()
            && let Some(best) = self.endpoints.board().order(Need::Newest).nodes.first()
        {
            self.take(*best);
        }
    }

    /// The node that is read from gave something new.
    pub(crate) fn progress(&mut self) {
        if self.are_several() {
            self.tried.fill(false);
            self.strangers.fill(false);
        }
    }

    /// The chain of the node that is read from has nothing in common with what is known. Tells whether that of another may.
    pub(crate) fn is_stranger(&mut self) -> bool {
        if !self.are_several() {
            return false;
        }
        self.strangers[self.current] = true;
        let board = self.endpoints.board();
        if self.strangers.iter().all(|is_stranger| *is_stranger) {
            // They agree: that is the chain.
            (0..self.strangers.len()).for_each(|node| board.forgiven(node));
            self.strangers.fill(false);
            return false;
        }
        board.stranger(self.current, "it serves another chain under the same id");
        true
    }

    fn other(&self, need: Need, is_healthy: bool) -> Option<usize> {
        if !self.are_several() {
            return None;
        }
        let order = self.endpoints.board().order(need);
        let count = if is_healthy { order.healthy } else { order.nodes.len() };
        order.nodes[..count].iter().copied().find(|node| *node != self.current && !self.tried[*node])
    }

    /// Without a client for it, it is none.
    fn take(&mut self, place: usize) -> bool {
        if self.made[place].is_none() {
            match make(&self.endpoints, place, &self.options, self.chain_id, &self.content) {
                Ok(node) => self.made[place] = Some(Arc::new(node)),
                Err(error) => {
                    self.tried[place] = true;
                    tracing::warn!(chain = self.chain_id, %error, "a node cannot be read from");
                }
            }
        }
        let Some(node) = &self.made[place] else { return false };
        (self.node, self.current) = (Arc::clone(node), place);
        true
    }
}

fn make(
    endpoints: &Endpoints,
    place: usize,
    options: &ConnectOptions,
    chain_id: u64,
    content: &Content,
) -> Result<Node, ConnectError> {
    let board = endpoints.board();
    let report = endpoints.single().is_none().then(|| Report { board: Arc::clone(board), node: place });
    Node::new(&board.endpoints()[place], options, chain_id, content, report)
}
