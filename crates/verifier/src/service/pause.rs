use std::time::Duration;

/// The wait before something that failed is tried again: twice as long each time.
#[derive(Debug)]
pub(super) struct Pause {
    next: Duration,
}

impl Pause {
    const FIRST: Duration = Duration::from_millis(50);
    /// The longest wait.
    pub(super) const LONGEST: Duration = Duration::from_secs(10);

    pub(super) const fn new() -> Self {
        Self { next: Self::FIRST }
    }

    /// How long to wait this time.
    pub(super) fn next(&mut self) -> Duration {
        let now = self.next;
        self.next = (now * 2).min(Self::LONGEST);
        now
    }
}

impl Default for Pause {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_to_ten_seconds() {
        let mut pause = Pause::new();
        let waits: Vec<_> = (0..10).map(|_| pause.next().as_millis()).collect();
        assert_eq!(waits, [50, 100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
    }
}
