//! Certainty: whether something holds, where not all that decides it is known.

use std::iter;

/// Whether something holds. Of several the least certain one decides, as far as it can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// It does not, whatever else there is.
    No,
    /// It may.
    Possible,
    /// It does, whatever else there is.
    Yes,
}

impl Certainty {
    /// Whether all of these hold.
    pub fn all(of: impl IntoIterator<Item = Self>) -> Self {
        of.into_iter().chain(iter::once(Self::Yes)).min().unwrap_or(Self::Yes)
    }

    /// Whether any of these holds.
    pub fn any(of: impl IntoIterator<Item = Self>) -> Self {
        of.into_iter().chain(iter::once(Self::No)).max().unwrap_or(Self::No)
    }

    /// Whether both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// Whether it does not hold.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Possible => Self::Possible,
            Self::Yes => Self::No,
        }
    }
}

impl From<bool> for Certainty {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Certainty::{No, Possible, Yes};
    use rstest::rstest;

    #[rstest]
    #[case::none(&[], Yes, No)]
    #[case::possible(&[Yes, Possible], Possible, Yes)]
    #[case::no(&[Possible, No], No, Possible)]
    fn several_are_as_certain_as_what_decides_them(
        #[case] of: &[Certainty],
        #[case] all: Certainty,
        #[case] any: Certainty,
    ) {
        assert_eq!(Certainty::all(of.iter().copied()), all);
        assert_eq!(Certainty::any(of.iter().copied()), any);
    }

    #[test]
    fn opposite_of_what_is_possible_is_possible() {
        assert_eq!([No, Possible, Yes].map(Certainty::negated), [Yes, Possible, No]);
    }
}
