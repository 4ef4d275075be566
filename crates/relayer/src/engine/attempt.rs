use std::collections::BTreeSet;

use alloy::primitives::B256;

use crate::engine::SignedTx;

/// Whose attempt, and which: the account's place among those of the lane, and the nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Slot {
    pub(crate) account: usize,
    pub(crate) nonce: u64,
}

/// What holds a nonce until that nonce is used: a transaction on its way, in one version or several.
///
/// Whichever version a block takes, it takes one: that is why a message never gets a second nonce while the first may
/// still be used.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    /// The messages that any version of it may deliver, the one that is being signed included. Nobody else's attempt
    /// is for them. There are none when it only fills a gap.
    pub(crate) members: BTreeSet<B256>,
    /// What its versions carry though another attempt has it: after a reorg the blocks of both may be gone. When that one
    /// ends, they are members of this one.
    pub(crate) strays: BTreeSet<B256>,
    /// The versions that were signed, the newest last. A node may have any of those that were sent.
    pub(crate) versions: Vec<Version>,
    /// What the version carries that is being signed.
    pub(crate) signing: Vec<Load>,
    pub(crate) stage: Stage,
    /// The newest version is not what is to be in a block: it stays out there until the next one is signed, with those
    /// of its messages that are judged anew.
    pub(crate) void: bool,
    /// The newest version is not good enough to be sent again: the next one has to be signed.
    pub(crate) stale: bool,
    /// The next version only uses the nonce: nobody waits for anything else, or it holds others up.
    pub(crate) doomed: bool,
    /// What it carries was doubtful from the first.
    pub(crate) doubtful: bool,
    /// The source, if it may be refused since its source's messages were.
    pub(crate) tries: Option<u64>,
    /// The node's answers about it do not fit together: ask again at the next occasion.
    pub(crate) suspect: bool,
    /// How often in a row sending it brought no answer.
    pub(crate) unanswered: u32,
    /// While sending it brought no answer, others were taken.
    pub(crate) accused: bool,
    /// How often in a row a node that may have it refused it for now, and the head when that began.
    pub(crate) early: u32,
    pub(crate) early_since: u64,
    /// The head when it came to its stage.
    pub(crate) since: u64,
    /// The head from which on it may be signed again with higher fees.
    pub(crate) escalate_at: u64,
}

/// A message in a transaction, and the gas that it may use there; zero when that is not known any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Load {
    pub(crate) message: B256,
    pub(crate) gas: u64,
    /// Where the message comes from; nobody knows that of one that is carried from before the start and needs no delivery.
    pub(crate) source: Option<u64>,
}

/// One of the transactions that were signed for a nonce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) tx: SignedTx,
    /// What it delivers. A version without messages does nothing but use the nonce, and is not recorded.
    pub(crate) items: Vec<Load>,
    /// A node may have it.
    pub(crate) sent: bool,
    /// A node said that it has it.
    pub(crate) accepted: bool,
}

/// How far a transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// A version is being signed and committed.
    Signing,
    /// The newest version is committed and has to be sent.
    Unsent,
    /// The newest version is being sent.
    Sending,
    /// The node has it, or may have it.
    Pooled,
    /// Its nonce is used; the node is being asked what became of it.
    Checking,
}

impl Version {
    pub(crate) const fn new(tx: SignedTx, items: Vec<Load>) -> Self {
        Self { tx, items, sent: false, accepted: false }
    }

    /// Whether it only uses the nonce.
    pub(crate) const fn is_idle(&self) -> bool {
        self.items.is_empty()
    }

    pub(crate) fn carries(&self, message: B256) -> bool {
        self.items.iter().any(|item| item.message == message)
    }
}

impl Attempt {
    /// What is about to be signed with these messages.
    pub(crate) fn new(signing: Vec<Load>) -> Self {
        Self {
            members: signing.iter().map(|item| item.message).collect(),
            strays: BTreeSet::new(),
            versions: Vec::new(),
            signing,
            stage: Stage::Signing,
            void: false,
            stale: false,
            doomed: false,
            doubtful: false,
            tries: None,
            suspect: false,
            unanswered: 0,
            accused: false,
            early: 0,
            early_since: 0,
            since: 0,
            escalate_at: u64::MAX,
        }
    }

    /// An attempt of earlier, which some node may have.
    pub(crate) fn resumed(version: Version) -> Self {
        Self { versions: vec![version], stage: Stage::Unsent, ..Self::new(Vec::new()) }
    }

    /// What uses up a nonce for nobody.
    pub(crate) fn filler() -> Self {
        Self { doomed: true, ..Self::new(Vec::new()) }
    }

    pub(crate) fn has_tx(&self, tx_hash: B256) -> bool {
        self.versions.iter().any(|version| version.tx.hash == tx_hash)
    }

    pub(crate) fn newest(&self) -> Option<&Version> {
        self.versions.last()
    }

    pub(crate) fn is_newest(&self, tx_hash: B256) -> bool {
        self.newest().is_some_and(|version| version.tx.hash == tx_hash)
    }

    /// Whether the newest version only uses the nonce.
    pub(crate) fn is_idle(&self) -> bool {
        self.newest().is_some_and(Version::is_idle)
    }

    /// Whether a node may have a version of it: then only a block that uses the nonce ends it.
    pub(crate) fn is_out(&self) -> bool {
        self.versions.iter().any(|version| version.sent)
    }

    /// Notes that a node which may have it refused it for now.
    pub(crate) const fn note_early(&mut self, head: u64) {
        if self.early == 0 {
            self.early_since = head;
        }
        self.early = self.early.saturating_add(1);
    }

    /// Notes that a node may have the newest version.
    pub(crate) fn note_sent(&mut self) {
        if let Some(version) = self.versions.last_mut() {
            version.sent = true;
        }
    }

    /// The versions that the store knows.
    pub(crate) fn recorded(&self) -> impl Iterator<Item = &SignedTx> {
        self.versions.iter().filter(|version| !version.is_idle()).map(|version| &version.tx)
    }
}
