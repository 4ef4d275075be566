/// How far each level of safety reaches on a chain, by block number. `None`: no block is known to have it.
///
/// The level *unsafe* has no mark: it reaches to the newest block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Marks {
    /// Up to here every message was found valid against what the other chains say for now.
    pub cross_unsafe: Option<u64>,
    /// Up to here the data of the blocks is on L1.
    pub local_safe: Option<u64>,
    /// Up to here the blocks are local-safe, and so is all that they depend on.
    pub safe: Option<u64>,
    /// Up to here no block can go.
    pub finalized: Option<u64>,
}

impl Marks {
    /// The marks that are left when the blocks from `from` on are gone.
    pub(crate) fn below(self, from: u64) -> Self {
        let lower = |mark: Option<u64>| Some(mark?.min(from.checked_sub(1)?));
        Self {
            cross_unsafe: lower(self.cross_unsafe),
            local_safe: lower(self.local_safe),
            safe: lower(self.safe),
            finalized: lower(self.finalized),
        }
    }

    pub(super) const fn to_array(self) -> [Option<u64>; 4] {
        [self.cross_unsafe, self.local_safe, self.safe, self.finalized]
    }

    pub(super) const fn from_array([cross_unsafe, local_safe, safe, finalized]: [Option<u64>; 4]) -> Self {
        Self { cross_unsafe, local_safe, safe, finalized }
    }
}

#[cfg(test)]
mod tests {
    use super::Marks;

    #[test]
    fn marks_fall_with_the_blocks_that_they_stand_on() {
        let marks = Marks::from_array([Some(9), Some(5), None, Some(0)]);
        assert_eq!(marks.below(6), Marks::from_array([Some(5), Some(5), None, Some(0)]));
        assert_eq!(marks.below(10), marks);
        assert_eq!(marks.below(0), Marks::default());
    }
}
