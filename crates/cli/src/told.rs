//! What a relayer says of a message that its destination does not have.

use causeway_client::status::RelayerWord;
use serde::Serialize;

/// Its word, with a note where the chains say otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Told(RelayerWord);

impl Told {
    /// Puts a word beside the codes of what stands against the delivery by the chains.
    pub(crate) fn beside(mut word: RelayerWord, codes: &[&str]) -> Self {
        let otherwise = match word.state {
            Some("delivered") => Some("the destination's node does not have its delivery"),
            Some("reorged") if !codes.contains(&"source-gone") => Some("the source's node has it"),
            Some("expired") if !codes.contains(&"expired") => Some("the destination's node does not say so"),
            Some("failed") if codes.is_empty() => Some("tried out now, its delivery succeeds"),
            _ => None,
        };
        if word.note.is_none() {
            word.note = otherwise.map(str::to_owned);
        }
        Self(word)
    }

    /// Whether it says that a transaction of its is on its way.
    pub(crate) fn carries(&self) -> bool {
        self.0.carrier().is_some()
    }

    /// Whether it says that it does not deliver the message any more.
    pub(crate) fn leaves(&self) -> bool {
        self.0.is_left()
    }

    /// What it says, on one line.
    pub(crate) fn words(&self) -> String {
        let RelayerWord { state, tx_hash, reason, note, .. } = &self.0;
        let mut words = state.unwrap_or("nothing that is of use").to_owned();
        if let (Some(_), Some(tx_hash)) = (state, tx_hash) {
            words.push_str(&format!(", by {tx_hash}"));
        }
        // Somebody else's text: quoted, and nothing in it reaches the terminal as it is.
        let reason = reason.as_ref().map(|reason| format!("{reason:?}"));
        for more in reason.iter().chain(note) {
            words.push_str(&format!("; {more}"));
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::primitives::B256;

    fn told(state: Option<&'static str>, codes: &[&str]) -> String {
        let word = RelayerWord { state, tx_hash: Some(B256::ZERO), ..RelayerWord::default() };
        Told::beside(word, codes).words().replace(&B256::ZERO.to_string(), "0x00")
    }

    #[test]
    fn where_the_chains_say_otherwise_that_is_said() {
        for (state, codes, expected) in [
            ("in-flight", &[][..], "in-flight, by 0x00"),
            ("delivered", &[], "delivered, by 0x00; the destination's node does not have its delivery"),
            ("failed", &[], "failed, by 0x00; tried out now, its delivery succeeds"),
            ("failed", &["reverts"], "failed, by 0x00"),
            ("expired", &["reverts"], "expired, by 0x00; the destination's node does not say so"),
            ("expired", &["expired"], "expired, by 0x00"),
            ("reorged", &[], "reorged, by 0x00; the source's node has it"),
            ("reorged", &["source-gone"], "reorged, by 0x00"),
        ] {
            assert_eq!(told(Some(state), codes), expected);
        }
        assert_eq!(told(None, &[]), "nothing that is of use");
    }

    #[test]
    fn what_it_writes_cannot_write_to_the_terminal() {
        let reason = Some("\u{202e}x".to_owned());
        let word = RelayerWord { state: Some("failed"), reason, ..RelayerWord::default() };
        assert_eq!(Told::beside(word, &["reverts"]).words(), "failed; \"\\u{202e}x\"");
    }
}
