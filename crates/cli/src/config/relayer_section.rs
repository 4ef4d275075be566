//! `[relayer]`.

use super::{
    KmsAccount, List, RemoteAccount, Span, path,
    routes::{RouteList, Safety},
    urls::Url,
    webhook_url::WebhookUrl,
    wei::Wei,
};
use alloy::primitives::{Address, FixedBytes};
use causeway_chain::Endpoint;
use causeway_interop::MESSAGE_EXPIRY_WINDOW;
use causeway_relayer::{
    Routes,
    filter::{Rules, Selection},
};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use std::{collections::BTreeSet, net::SocketAddr, num::NonZeroU64, path::PathBuf, time::Duration};

/// A lease that is shorter is lost whenever the database takes its time; with one that is longer nobody takes over.
const LEASES: [Duration; 2] = [Duration::from_secs(1), Duration::from_hours(1)];

/// A quarter of the time in which messages can be executed: more than that of it is never left to them.
const LONGEST_MARGIN: Duration = Duration::from_secs(MESSAGE_EXPIRY_WINDOW / 4);

/// How `causeway relayer` delivers messages.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct RelayerSection {
    /// Path of the database; default `relayer.sqlite` in the state folder, on a devnet one of that run.
    #[serde(deserialize_with = "path")]
    pub(crate) database: Option<PathBuf>,
    /// How often a node is asked for its head that does not push heads over WebSocket.
    pub(crate) poll_interval: Span,
    /// Where several relayers share the database: how long after it was last heard of one another one takes its chains over.
    #[serde(deserialize_with = "lease")]
    pub(crate) lease: Span,
    /// Paths of JSON keystores of the accounts that pay.
    pub(crate) keystores: List<PathBuf>,
    /// Path of a file with the password of these keystores.
    #[serde(deserialize_with = "path")]
    pub(crate) password_file: Option<PathBuf>,
    /// Paths of files with the keys of accounts that pay: 0x and 64 digits, readable by their owner alone.
    pub(crate) key_files: List<PathBuf>,
    /// Accounts that pay and that other programs sign for: `ACCOUNT=URL`, or `ACCOUNT=@FILE`.
    pub(crate) remote_signers: List<RemoteAccount>,
    /// Accounts that pay and whose keys key management services keep: `ACCOUNT=aws:KEY`, or `ACCOUNT=gcp:VERSION`.
    pub(crate) kms_signers: List<KmsAccount>,
    /// Path of a JSON keystore of the account that gives ether to signers; `password-file` opens it.
    #[serde(deserialize_with = "path")]
    pub(crate) top_up_keystore: Option<PathBuf>,
    /// Path of a file with the key of that account, readable by its owner alone.
    #[serde(deserialize_with = "path")]
    pub(crate) top_up_key_file: Option<PathBuf>,
    /// That account, where another program signs for it.
    pub(crate) top_up_remote_signer: Option<RemoteAccount>,
    /// That account, where a key management service keeps its key.
    pub(crate) top_up_kms_signer: Option<KmsAccount>,
    /// Signers that have less are given some.
    pub(crate) top_up_below: Option<Wei>,
    /// What they have then.
    pub(crate) top_up_to: Option<Wei>,
    /// What all signers together are given on a chain within 24 hours, at most.
    pub(crate) top_up_max_per_day: Option<Wei>,
    /// Whether messages that expired undelivered are sent again on their source.
    pub(crate) auto_resend: bool,
    /// Path of a JSON keystore of the account that sends them; `password-file` opens it.
    #[serde(deserialize_with = "path")]
    pub(crate) resend_keystore: Option<PathBuf>,
    /// Path of a file with the key of that account, readable by its owner alone.
    #[serde(deserialize_with = "path")]
    pub(crate) resend_key_file: Option<PathBuf>,
    /// The gas that all of them may use on a source within 24 hours.
    pub(crate) resend_max_gas_per_day: Option<NonZeroU64>,
    /// The most to pay for a unit of gas.
    pub(crate) max_fee_per_gas: Option<Wei>,
    /// The gas that all transactions to a chain may use in an hour.
    pub(crate) max_gas_per_hour: Option<NonZeroU64>,
    /// The gas that the delivery of one message may use.
    pub(crate) max_gas_per_message: NonZeroU64,
    /// The gas that the messages of one application, of one sender, or to one target may make the relayer pay in vain before they
    /// go one at a time.
    pub(crate) vain_gas_per_sender: NonZeroU64,
    /// The same for all messages of one source.
    pub(crate) vain_gas_per_route: NonZeroU64,
    /// How long before its expiry no new transaction takes a message any more; at most a quarter of the expiry window.
    #[serde(deserialize_with = "expiry_margin")]
    pub(crate) expiry_margin: Span,
    /// How safe the block of a message has to be on its source before the message is delivered.
    pub(crate) safety: Safety,
    /// What is said of single routes.
    pub(crate) routes: RouteList,
    /// URL of the verifier that says how safe blocks are; default: each source's node does.
    pub(crate) verifier_url: Option<Url>,
    /// Ids of the chains whose messages are delivered.
    pub(crate) allow_sources: Vec<u64>,
    /// Ids of the chains that messages are delivered to.
    pub(crate) allow_destinations: Vec<u64>,
    /// The only senders whose messages are delivered; who uses a bridge is a sender, too.
    pub(crate) allow_senders: List<Address>,
    /// Senders whose messages are not.
    pub(crate) deny_senders: List<Address>,
    /// The only targets that messages are delivered to; whom a bridge pays is a target, too.
    pub(crate) allow_targets: List<Address>,
    /// Targets that they are not.
    pub(crate) deny_targets: List<Address>,
    /// The only tokens that are bridged.
    pub(crate) allow_tokens: List<Address>,
    /// Tokens that are not.
    pub(crate) deny_tokens: List<Address>,
    /// The only functions that are called, by their selectors.
    pub(crate) allow_selectors: List<FixedBytes<4>>,
    /// Functions that are not.
    pub(crate) deny_selectors: List<FixedBytes<4>>,
    /// The least ether that is bridged.
    pub(crate) min_value: Option<Wei>,
    /// The most ether that is bridged.
    pub(crate) max_value: Option<Wei>,
    /// Path of a file with addresses that are screened, read again when it changes.
    #[serde(deserialize_with = "path")]
    pub(crate) screening_list: Option<PathBuf>,
    /// Address and port of the HTTP API.
    pub(crate) listen: Option<SocketAddr>,
    /// Path of a file with the token of those who may retry, skip and relay.
    #[serde(deserialize_with = "path")]
    pub(crate) api_token_file: Option<PathBuf>,
    /// Names by which the API may be asked, beside addresses and localhost.
    pub(crate) api_hosts: List<String>,
    /// Origins, as browsers write them, whose pages may read the API.
    pub(crate) api_origins: List<String>,
    /// URLs that are told of deliveries, failures and what expires, or `@` and the file that holds one.
    pub(crate) webhook_urls: List<WebhookUrl>,
    /// Path of a file with what webhooks are signed by: whsec_ and base64.
    #[serde(deserialize_with = "path")]
    pub(crate) webhook_secret_file: Option<PathBuf>,
}

impl Default for RelayerSection {
    fn default() -> Self {
        Self {
            database: None,
            poll_interval: Span::SECOND,
            lease: Span::LEASE,
            keystores: List::default(),
            password_file: None,
            key_files: List::default(),
            remote_signers: List::default(),
            kms_signers: List::default(),
            top_up_keystore: None,
            top_up_key_file: None,
            top_up_remote_signer: None,
            top_up_kms_signer: None,
            top_up_below: None,
            top_up_to: None,
            top_up_max_per_day: None,
            auto_resend: false,
            resend_keystore: None,
            resend_key_file: None,
            resend_max_gas_per_day: None,
            max_fee_per_gas: None,
            max_gas_per_hour: None,
            max_gas_per_message: const { NonZeroU64::new(5_000_000).unwrap() },
            vain_gas_per_sender: const { NonZeroU64::new(2_000_000).unwrap() },
            vain_gas_per_route: const { NonZeroU64::new(20_000_000).unwrap() },
            expiry_margin: Span::TEN_MINUTES,
            safety: Safety::default(),
            routes: RouteList::default(),
            verifier_url: None,
            allow_sources: Vec::new(),
            allow_destinations: Vec::new(),
            allow_senders: List::default(),
            deny_senders: List::default(),
            allow_targets: List::default(),
            deny_targets: List::default(),
            allow_tokens: List::default(),
            deny_tokens: List::default(),
            allow_selectors: List::default(),
            deny_selectors: List::default(),
            min_value: None,
            max_value: None,
            screening_list: None,
            listen: None,
            api_token_file: None,
            api_hosts: List::default(),
            api_origins: List::default(),
            webhook_urls: List::default(),
            webhook_secret_file: None,
        }
    }
}

impl RelayerSection {
    /// All accounts that other programs sign for.
    pub(crate) fn remote_accounts(&self) -> impl Iterator<Item = &RemoteAccount> {
        self.remote_signers.iter().chain(&self.top_up_remote_signer)
    }

    /// How messages are served by where they come from and where they go.
    pub(crate) fn routes(&self) -> Routes {
        Routes {
            safety: self.safety.0,
            auto_resend: self.auto_resend,
            rules: self.routes.rules(),
            weights: self.routes.weights(),
        }
    }

    /// The chains that entries of `routes` name.
    pub(crate) fn chains_of_routes(&self) -> BTreeSet<u64> {
        self.routes.chains()
    }

    /// The verifier that says how safe blocks are.
    pub(crate) fn verifier(&self) -> Option<&Endpoint> {
        self.verifier_url.as_ref().map(|Url(endpoint)| endpoint)
    }

    /// What is delivered by what it is.
    pub(crate) fn rules(&self) -> Rules {
        Rules {
            sources: self.allow_sources.iter().copied().collect(),
            destinations: self.allow_destinations.iter().copied().collect(),
            senders: selection(&self.allow_senders, &self.deny_senders),
            targets: selection(&self.allow_targets, &self.deny_targets),
            tokens: selection(&self.allow_tokens, &self.deny_tokens),
            selectors: selection(&self.allow_selectors, &self.deny_selectors),
            min_value: self.min_value.map(|Wei(wei)| wei),
            max_value: self.max_value.map(|Wei(wei)| wei),
        }
    }
}

fn lease<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
    let span = Span::deserialize(deserializer)?;
    let [shortest, longest] = LEASES;
    if (shortest..=longest).contains(&span.get()) {
        Ok(span)
    } else {
        Err(D::Error::custom(format!("expected a time from 1s to 1h, not {span}")))
    }
}

fn expiry_margin<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
    let span = Span::deserialize(deserializer)?;
    if span.get() <= LONGEST_MARGIN {
        return Ok(span);
    }
    Err(D::Error::custom(format!(
        "expected 42h at most, a quarter of the time in which a message can be executed, not {span}"
    )))
}

fn selection<T: Ord + Copy>(allow: &List<T>, deny: &List<T>) -> Selection<T> {
    Selection { allow: allow.iter().copied().collect(), deny: deny.iter().copied().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::{
        primitives::{U256, address},
        sol_types::SolCall,
    };
    use causeway_bindings::{SuperchainETHBridge::relayETHCall, SuperchainTokenBridge::relayERC20Call};
    use causeway_interop::{SUPERCHAIN_ETH_BRIDGE, SUPERCHAIN_TOKEN_BRIDGE, SentMessage};
    use causeway_relayer::filter::{Filter, Reason};

    #[test]
    fn leases_are_neither_short_nor_endless() {
        let read = |lease: &str| toml::from_str::<RelayerSection>(&format!("lease = \"{lease}\""));
        for good in ["1s", "15s", "1h"] {
            assert_eq!(read(good).unwrap().lease.to_string(), good);
        }
        for bad in ["999ms", "2h"] {
            assert!(read(bad).unwrap_err().to_string().contains("from 1s to 1h"), "{bad}");
        }
    }

    #[test]
    fn no_margin_leaves_less_than_three_quarters_of_the_time() {
        let read = |margin: &str| toml::from_str::<RelayerSection>(&format!("expiry-margin = \"{margin}\""));
        for good in ["1s", "10m", "42h"] {
            assert_eq!(read(good).unwrap().expiry_margin.to_string(), good);
        }
        for bad in ["151201s", "2d", "8d"] {
            assert!(read(bad).unwrap_err().to_string().contains("expected 42h at most"), "{bad}");
        }
    }

    const ALICE: Address = address!("0x00000000000000000000000000000000000000A1");
    const BOB: Address = address!("0x00000000000000000000000000000000000000B0");
    const TOKEN: Address = address!("0x420beeF000000000000000000000000000000001");

    fn sent(by: Address, call: impl SolCall) -> SentMessage {
        let message = call.abi_encode().into();
        SentMessage { destination: U256::from(902), target: by, nonce: U256::ZERO, sender: by, message }
    }

    /// Every key by itself keeps what it names, and nothing else.
    #[test]
    fn each_key_keeps_what_it_names() {
        let tokens = relayERC20Call { _token: TOKEN, _from: ALICE, _to: BOB, _amount: U256::ONE };
        let tokens = sent(SUPERCHAIN_TOKEN_BRIDGE, tokens);
        let ether = relayETHCall { _from: ALICE, _to: BOB, _amount: U256::from(5) };
        let ether = sent(SUPERCHAIN_ETH_BRIDGE, ether);
        let call = FixedBytes::from(relayERC20Call::SELECTOR);
        for (key, message, kept, passed) in [
            ("allow-sources", &tokens, "[903]".to_owned(), "[901]".to_owned()),
            ("allow-destinations", &tokens, "[903]".to_owned(), "[902]".to_owned()),
            ("allow-senders", &tokens, list(BOB), list(ALICE)),
            ("deny-senders", &tokens, list(ALICE), list(BOB)),
            ("allow-targets", &tokens, list(ALICE), list(BOB)),
            ("deny-targets", &tokens, list(BOB), list(ALICE)),
            ("allow-tokens", &tokens, list(BOB), list(TOKEN)),
            ("deny-tokens", &tokens, list(TOKEN), list(BOB)),
            ("allow-selectors", &tokens, list("0x01020304"), list(call)),
            ("deny-selectors", &tokens, list(call), list("0x01020304")),
            ("min-value", &ether, "\"6wei\"".to_owned(), "\"5wei\"".to_owned()),
            ("max-value", &ether, "\"4wei\"".to_owned(), "\"5wei\"".to_owned()),
        ] {
            let said = |value: &str| {
                let section: RelayerSection = toml::from_str(&format!("{key} = {value}")).unwrap();
                Filter { rules: section.rules(), screening: None }.admits(message, 901)
            };
            let expected = match key.split_once('-').map_or(key, |(_, what)| what) {
                "sources" => Reason::Source { chain_id: 901 },
                "destinations" => Reason::Destination { chain_id: U256::from(902) },
                "senders" => Reason::Sender { address: ALICE },
                "targets" => Reason::Target { address: BOB },
                "tokens" => Reason::Token { address: TOKEN },
                "selectors" => Reason::Selector { selector: Some(call) },
                _ => Reason::Value { value: U256::from(5) },
            };
            assert_eq!(said(&kept), Err(expected), "{key} = {kept}");
            assert_eq!(said(&passed), Ok(()), "{key} = {passed}");
        }
    }

    fn list(one: impl std::fmt::Display) -> String {
        format!("[\"{one}\"]")
    }
}
