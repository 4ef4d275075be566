//! Why a message is not delivered, and what to do about it.

use crate::{
    chains::{Chain, KnownChain},
    context::Context,
    dependencies, patience,
    runner::Runner,
    told::Told,
};
use alloy::primitives::B256;
use causeway_client::{
    diagnosis::{Obstacle, Subject, explain, inspect},
    preflight::{Acceptance, Terms},
    status::RelayerWord,
};
use causeway_devnet::Network;
use serde_json::{Value, json};

/// What stands against a delivery, and who could make it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Why {
    /// What stands against it, the most decisive first.
    obstacles: Vec<Reason>,
    relayer: Option<Runner>,
    /// What the relayer says that somebody named.
    told: Option<Told>,
    /// What is worth to be known before it is delivered.
    note: Option<&'static str>,
    /// What delivers it by hand.
    command: String,
}

/// Of calldata that nobody will read.
const HOLLOW: &str = "there is no contract at its target: to deliver it does nothing, and uses it up";

/// One obstacle, for people and for programs.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Reason {
    code: &'static str,
    text: String,
    remedy: String,
    /// The kind of the revert, if it is one.
    revert: Option<&'static str>,
    /// Whether relaying it by hand would fail as well, as long as nobody does something about it.
    stays: bool,
}

impl From<&Obstacle> for Reason {
    fn from(obstacle: &Obstacle) -> Self {
        let revert = match obstacle {
            Obstacle::Reverts { reason } => Some(reason.code()),
            _ => None,
        };
        Self {
            code: obstacle.code(),
            text: obstacle.to_string(),
            remedy: obstacle.remedy().to_owned(),
            revert,
            stays: obstacle.stays(),
        }
    }
}

impl Why {
    /// Asks both chains of a message, and does not wait for long.
    pub(crate) async fn ask(
        message_hash: B256,
        subject: &Subject<'_>,
        ends: [&Chain; 2],
        verifier_url: Option<&str>,
        network: Option<&Network>,
        context: &Context<'_>,
    ) -> Self {
        let asked = Self::ask_both(message_hash, subject, ends, verifier_url, network, context);
        match patience::within(patience::SHORT, asked).await {
            Ok(why) => why,
            Err(silent) => {
                let ends = ends.map(|chain| &chain.known);
                Self::unreachable(message_hash, &silent.message(), ends, network, context)
            }
        }
    }

    async fn ask_both(
        message_hash: B256,
        subject: &Subject<'_>,
        [from, to]: [&Chain; 2],
        verifier_url: Option<&str>,
        network: Option<&Network>,
        context: &Context<'_>,
    ) -> Self {
        let config = &context.loaded.config;
        let acceptance = dependencies::acceptance(from, to, network, config, verifier_url).await;
        let terms = Terms {
            acceptance: acceptance.unwrap_or_else(|failure| Acceptance::Unknown { why: failure.message() }),
            expiry_window: dependencies::expiry_window(to.id(), network, config),
            members: [from.known.member, to.known.member],
        };
        let facts = inspect(Some(&from.client), &to.client, subject, terms).await;
        Self {
            obstacles: explain(&facts).iter().map(Reason::from).collect(),
            relayer: Runner::find(&from.known, &to.known, network, context),
            told: None,
            note: facts.is_hollow.then_some(HOLLOW),
            command: relay_command(message_hash, [&from.known, &to.known]),
        }
    }

    /// The answer for a destination that cannot be asked.
    pub(crate) fn unreachable(
        message_hash: B256,
        reason: &str,
        [from, to]: [&KnownChain; 2],
        network: Option<&Network>,
        context: &Context<'_>,
    ) -> Self {
        let reason = Reason {
            code: "destination-unreachable",
            text: format!("the destination could not be asked: {reason}"),
            remedy: "ask again when the destination's node answers".to_owned(),
            revert: None,
            stays: false,
        };
        Self {
            obstacles: vec![reason],
            relayer: Runner::find(from, to, network, context),
            told: None,
            note: None,
            command: relay_command(message_hash, [from, to]),
        }
    }

    /// The answer for a destination that this machine has never heard of.
    pub(crate) fn unknown(message_hash: B256) -> Self {
        let reason = Reason {
            code: "destination-unknown",
            text: "the destination is not known here".to_owned(),
            remedy: "name its node with --rpc-url".to_owned(),
            revert: None,
            stays: false,
        };
        let command = format!("causeway message relay {message_hash} --rpc-url <URL of the destination>");
        Self { obstacles: vec![reason], relayer: None, told: None, note: None, command }
    }

    /// The same, with what a relayer says.
    pub(crate) fn with(self, word: RelayerWord) -> Self {
        let told = Told::beside(word, &self.codes());
        Self { told: Some(told), ..self }
    }

    /// What stands against it, in one sentence.
    pub(crate) fn sentence(&self) -> String {
        if !self.obstacles.is_empty() {
            return self.obstacles.iter().map(|reason| reason.text.as_str()).collect::<Vec<_>>().join("; ");
        }
        match self.relayer {
            _ if self.is_carried() => {
                "nothing stands against it: the relayer that was asked has it on its way".to_owned()
            }
            _ if self.is_left() => {
                "nothing stands against it, but the relayer that was asked does not deliver it".to_owned()
            }
            Some(_) => "nothing stands against it: the relayer has not got to it yet".to_owned(),
            None => "nothing stands against it: nobody has relayed it".to_owned(),
        }
    }

    fn is_carried(&self) -> bool {
        self.told.as_ref().is_some_and(Told::carries)
    }

    fn is_left(&self) -> bool {
        self.told.as_ref().is_some_and(Told::leaves)
    }

    /// Whether nothing stands against it.
    pub(crate) const fn is_clear(&self) -> bool {
        self.obstacles.is_empty()
    }

    /// What stands against it, each by the name that programs know it by.
    pub(crate) fn codes(&self) -> Vec<&'static str> {
        self.obstacles.iter().map(|reason| reason.code).collect()
    }

    /// What stands against it by the chains alone, whoever relays.
    pub(crate) fn reasons(&self) -> impl Iterator<Item = String> {
        let none = self.obstacles.is_empty().then(|| "nothing stands against it on its chains".to_owned());
        let reasons = self.obstacles.iter().map(|reason| reason.text.clone());
        none.into_iter().chain(reasons).chain(self.note.map(str::to_owned))
    }

    /// What to do, in one sentence.
    pub(crate) fn advice(&self) -> String {
        let by_hand = format!("`{}` delivers it by hand", self.command);
        match (self.obstacles.first(), &self.relayer) {
            (Some(first), _) if first.stays => {
                format!("{}; then `{}` delivers it, or a relayer", first.remedy, self.command)
            }
            (Some(first), _) => format!("{}: `{}`", first.remedy, self.command),
            (None, _) if self.is_carried() => format!("wait for the relayer, or {by_hand}"),
            (None, Some(_)) if !self.is_left() => format!("wait for the relayer, or {by_hand}"),
            (None, _) => by_hand,
        }
    }

    /// Who relays.
    pub(crate) fn relayer(&self) -> String {
        self.relayer.as_ref().map_or_else(|| "none that is known of here".to_owned(), Runner::to_string)
    }

    /// The lines of it for a paragraph.
    pub(crate) fn lines(&self) -> Vec<(&'static str, String)> {
        let mut lines: Vec<_> = match self.obstacles.as_slice() {
            [] => vec![("why", self.sentence())],
            some => some.iter().map(|reason| ("why", reason.text.clone())).collect(),
        };
        lines.extend(self.note.map(|note| ("note", note.to_owned())));
        lines.push(("relayer", self.relayer()));
        lines.extend(self.told.as_ref().map(|told| ("relayer says", told.words())));
        lines.push(("to do", self.advice()));
        lines
    }

    pub(crate) fn json(&self) -> Value {
        let reason = |reason: &Reason| {
            json!({
                "code": reason.code,
                "explanation": reason.text,
                "revert": reason.revert,
                "remedy": reason.remedy,
                "stays": reason.stays,
            })
        };
        json!({
            "explanation": self.sentence(),
            "obstacles": self.obstacles.iter().map(reason).collect::<Vec<_>>(),
            "relayer": self.relayer.as_ref().map(Runner::json),
            "relayerSays": self.told,
            "note": self.note,
            "command": self.command,
        })
    }
}

/// What delivers a message by hand. A URL may be a credential: it is not repeated.
fn relay_command(message_hash: B256, chains: [&KnownChain; 2]) -> String {
    let mut command = format!("causeway message relay {message_hash}");
    for chain in chains.into_iter().filter(|chain| chain.name.is_empty()) {
        command.push_str(&format!(" --rpc-url <URL of {}>", chain.id));
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::primitives::Address;
    use causeway_client::RevertReason;

    fn why(obstacles: &[Obstacle], relayer: Option<Runner>) -> Why {
        let command = "causeway message relay 0x01".to_owned();
        Why {
            obstacles: obstacles.iter().map(Reason::from).collect(),
            relayer,
            told: None,
            note: None,
            command,
        }
    }

    #[test]
    fn who_could_deliver_it_is_named() {
        let none = why(&[], None);
        assert_eq!(none.sentence(), "nothing stands against it: nobody has relayed it");
        assert_eq!(none.advice(), "`causeway message relay 0x01` delivers it by hand");
        assert_eq!(none.relayer(), "none that is known of here");
        assert_eq!(none.json()["relayer"], Value::Null);
        let runs = why(&[], Some(Runner::Devnet { account: Address::ZERO }));
        assert!(runs.sentence().contains("the relayer has not got to it yet"));
        assert!(runs.relayer().contains("the devnet's own runs"));
        assert_eq!(runs.json()["relayer"]["kind"], "devnet");
        let word = RelayerWord {
            state: Some("in-flight"),
            tx_hash: Some(B256::repeat_byte(1)),
            ..RelayerWord::default()
        };
        let told = none.with(word);
        assert_eq!(
            told.sentence(),
            "nothing stands against it: the relayer that was asked has it on its way"
        );
        assert!(told.advice().starts_with("wait for the relayer, or `causeway message relay 0x01`"));
        assert_eq!(told.json()["relayerSays"]["state"], "in-flight");
        // Nobody waits for what an operator has taken out.
        let runs = why(&[], Some(Runner::Devnet { account: Address::ZERO }));
        let skipped = RelayerWord {
            state: Some("pending"),
            next: Some("skipped".to_owned()),
            ..RelayerWord::default()
        };
        let left = runs.with(skipped);
        assert!(left.sentence().contains("the relayer that was asked does not deliver it"));
        assert_eq!(left.advice(), "`causeway message relay 0x01` delivers it by hand");
    }

    #[test]
    fn every_obstacle_has_its_line_and_the_first_its_remedy() {
        let reason = RevertReason::Panic { code: alloy::primitives::U256::from(0x11) };
        let both = why(&[Obstacle::Expired { age: 9, window: 5 }, Obstacle::Reverts { reason }], None);
        let lines = both.lines();
        let said: Vec<_> =
            lines.iter().filter(|(key, _)| *key == "why").map(|(_, text)| text.as_str()).collect();
        assert!(
            said[0].contains("expired") && said[1].contains("Panic: arithmetic overflow (0x11)"),
            "{said:?}"
        );
        assert!(both.advice().contains("resendMessage"));
        let json = both.json();
        assert_eq!(
            (&json["obstacles"][0]["code"], &json["obstacles"][0]["revert"]),
            (&"expired".into(), &Value::Null)
        );
        assert_eq!(
            (&json["obstacles"][1]["code"], &json["obstacles"][1]["revert"]),
            (&"reverts".into(), &"panic".into())
        );
    }
}
