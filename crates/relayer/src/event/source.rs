/// Whether a destination takes the newest messages of one of its sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceEvent {
    /// The destination refuses messages of a source for now: it does not know the source's newest blocks yet, or its clock is behind.
    /// What is as young waits, and one transaction at a time is tried. Told once until one of them is taken.
    NotReady {
        /// The destination.
        chain_id: u64,
        /// The source.
        source_id: u64,
        /// What the destination's node said.
        reason: String,
    },
    /// It takes messages of the source again that are as young as those that it refused.
    Ready {
        /// The destination.
        chain_id: u64,
        /// The source.
        source_id: u64,
    },
}

impl SourceEvent {
    /// The destination and the source.
    pub const fn chains(&self) -> (u64, u64) {
        match self {
            Self::NotReady { chain_id, source_id, .. } | Self::Ready { chain_id, source_id } => {
                (*chain_id, *source_id)
            }
        }
    }

    /// What it is called where events have names.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NotReady { .. } => "source-not-ready",
            Self::Ready { .. } => "source-ready",
        }
    }

    /// What happened, in words.
    pub fn reason(&self) -> String {
        match self {
            Self::NotReady { source_id, reason, .. } => {
                format!(
                    "messages of chain {source_id} are refused for now, and those as young wait: {reason}"
                )
            }
            Self::Ready { source_id, .. } => format!("messages of chain {source_id} are taken again"),
        }
    }
}
