use alloy::primitives::B256;

use crate::engine::SignedTx;

/// What holds a nonce until that nonce is used: a transaction on its way, in one version or several.
///
/// Whichever version a block takes, it takes one: that is why a message never gets a second nonce while the first may
/// still be used.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    /// The message that it is for; `None` when it only fills a gap.
    pub(crate) message: Option<B256>,
    /// The versions that were signed, the newest last. A node may have any of those that were sent.
    pub(crate) versions: Vec<Version>,
    pub(crate) stage: Stage,
    /// Its message needs no delivery, but its nonce may still get used by it.
    pub(crate) moot: bool,
    /// The node did not take the newest version again: it stays out there until its message can go out once more.
    pub(crate) void: bool,
    /// The newest version is not good enough to be sent again: the next one has to be signed.
    pub(crate) stale: bool,
    /// The next version only uses the nonce: nobody waits for anything else, or it holds others up.
    pub(crate) doomed: bool,
    /// The node's answers about it do not fit together: ask again at the next occasion.
    pub(crate) suspect: bool,
    /// How often in a row sending it brought no answer.
    pub(crate) unanswered: u32,
    /// While sending it brought no answer, others were taken.
    pub(crate) accused: bool,
    /// The head when it came to its stage.
    pub(crate) since: u64,
}

/// One of the transactions that were signed for a nonce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) tx: SignedTx,
    /// It does nothing but use the nonce. Such a version is not recorded.
    pub(crate) idle: bool,
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
    /// It succeeded in a block; the delivery's log was not seen yet.
    Mined,
}

impl Version {
    pub(crate) const fn new(tx: SignedTx, idle: bool) -> Self {
        Self { tx, idle, sent: false, accepted: false }
    }
}

impl Attempt {
    pub(crate) const fn new(message: Option<B256>) -> Self {
        Self {
            message,
            versions: Vec::new(),
            stage: Stage::Signing,
            moot: false,
            void: false,
            stale: false,
            doomed: false,
            suspect: false,
            unanswered: 0,
            accused: false,
            since: 0,
        }
    }

    /// An attempt of earlier, which some node may have.
    pub(crate) fn resumed(message: Option<B256>, tx: SignedTx) -> Self {
        let versions = vec![Version { sent: true, accepted: true, ..Version::new(tx, false) }];
        Self { versions, stage: Stage::Unsent, ..Self::new(message) }
    }

    /// What uses up a nonce for nobody.
    pub(crate) fn filler() -> Self {
        Self { moot: true, doomed: true, ..Self::new(None) }
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
        self.newest().is_some_and(|version| version.idle)
    }

    /// Whether a node may have a version of it: then only a block that uses the nonce ends it.
    pub(crate) fn is_out(&self) -> bool {
        self.versions.iter().any(|version| version.sent)
    }

    /// Notes that a node may have the newest version.
    pub(crate) fn note_sent(&mut self) {
        if let Some(version) = self.versions.last_mut() {
            version.sent = true;
        }
    }

    /// The versions that the store knows.
    pub(crate) fn recorded(&self) -> impl Iterator<Item = &SignedTx> {
        self.versions.iter().filter(|version| !version.idle).map(|version| &version.tx)
    }

    /// Whether it is to be sent until it is in a block.
    pub(crate) fn is_wanted(&self) -> bool {
        !self.void && (!self.moot || self.is_idle())
    }
}
