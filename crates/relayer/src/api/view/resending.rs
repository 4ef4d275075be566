//! What happens to what expired.

const BY_HAND: &str = "resendMessage on its source makes it young again";

/// Whether a message that expired is sent again by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::api) enum Resending {
    /// Nobody says.
    #[default]
    Unknown,
    /// Nothing of its route is, or somebody took it out.
    Never,
    /// A rule keeps it.
    Filtered { reason: String },
    /// A transaction that does so waits for a block.
    OnItsWay,
    /// It was already, and not long ago.
    Once,
    /// It is to be, and nothing of its source is for now.
    Held { reason: String },
    /// It is.
    Due,
}

impl Resending {
    /// What happens to the message, and why.
    pub(super) fn in_words(&self) -> (String, Option<&str>) {
        let (what, reason) = match self {
            Self::Unknown => (BY_HAND.to_owned(), None),
            Self::Never => (format!("{BY_HAND}; this relayer does not send it again by itself"), None),
            Self::Filtered { reason } => {
                let text = format!("{BY_HAND}; this relayer does not send it again by itself: {reason}");
                (text, Some(reason.as_str()))
            }
            Self::OnItsWay => ("it is being sent again on its source, which makes it young".to_owned(), None),
            Self::Once => {
                let text = format!(
                    "it was sent again less than an expiry window ago, and is not by itself before that is over; {BY_HAND}"
                );
                (text, None)
            }
            Self::Held { reason } => {
                let text = format!("it is to be sent again on its source, and nothing is for now: {reason}");
                (text, Some(reason.as_str()))
            }
            Self::Due => {
                let text =
                    "it is sent again on its source when its turn comes, if it would be delivered then";
                (text.to_owned(), None)
            }
        };
        (format!("too old to be executed: {what}"), reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_expired_is_told_whether_it_is_sent_again() {
        let of = |resending: Resending| {
            let (text, reason) = resending.in_words();
            (text.replace("too old to be executed: ", ""), reason.map(str::to_owned))
        };
        let (by_hand, reason) =
            ("resendMessage on its source makes it young again", "7 gas of 7 was used".to_owned());
        assert_eq!(of(Resending::Unknown), (by_hand.to_owned(), None));
        assert!(of(Resending::Never).0.ends_with("does not send it again by itself"));
        assert!(of(Resending::OnItsWay).0.starts_with("it is being sent again"));
        assert!(of(Resending::Once).0.ends_with(by_hand));
        assert!(of(Resending::Due).0.starts_with("it is sent again on its source when its turn comes"));
        let (text, why) = of(Resending::Held { reason: reason.clone() });
        assert!(text.ends_with(&reason) && why == Some(reason), "{text}");
        let why = "its token is denied".to_owned();
        assert!(of(Resending::Filtered { reason: why.clone() }).0.ends_with(&why));
    }
}
