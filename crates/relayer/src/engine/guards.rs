use alloy::primitives::B256;

/// The groups of messages that the destination is being asked about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Guards {
    open: Vec<Group>,
    next: u64,
    /// Groups below this number take too long: nobody waits for them.
    late_before: u64,
    /// The number of the next group when a tick was asked for.
    armed_at: u64,
}

#[derive(Clone, Debug)]
struct Group {
    messages: Vec<B256>,
    doubtful: bool,
}

impl Guards {
    /// Notes a group that is asked about, and returns its number.
    pub(crate) fn open(&mut self, messages: Vec<B256>, doubtful: bool) -> u64 {
        self.open.push(Group { messages, doubtful });
        let number = self.next;
        self.next += 1;
        number
    }

    /// The group was answered.
    pub(crate) fn close(&mut self, messages: &[B256]) {
        if let Some(index) = self.open.iter().position(|group| group.messages == messages) {
            self.open.remove(index);
        }
    }

    /// Returns how many groups are open.
    pub(crate) fn len(&self) -> usize {
        self.open.len()
    }

    /// Returns how many of them are of doubtful messages.
    pub(crate) fn doubtful(&self) -> usize {
        self.open.iter().filter(|group| group.doubtful).count()
    }

    /// Whether others wait for a group.
    pub(crate) const fn is_in_time(&self, group: u64) -> bool {
        group >= self.late_before
    }

    /// A tick was asked for.
    pub(crate) const fn armed(&mut self) {
        self.armed_at = self.next;
    }

    /// The tick came: what was open when it was asked for holds nobody up any more.
    pub(crate) fn tick(&mut self) {
        self.late_before = self.late_before.max(self.armed_at);
    }
}
