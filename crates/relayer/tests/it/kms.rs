//! Accounts whose key a service keeps: what becomes of messages while it does not sign.

use std::{
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use alloy::{
    primitives::{Address, B256, Signature},
    signers::{self, Signer, SignerSync, local::PrivateKeySigner},
};
use causeway_relayer::{KeyService, KeyTrouble, KmsSigner, OpenKey, RelaySigner};

use crate::{
    remote::is_verdict,
    support::{Net, start},
    unsigned::{Asked, unwell, well},
};

/// What a service does when it is asked to sign.
#[derive(Clone, Copy, Debug)]
enum Mood {
    Well,
    /// Whoever asks may not use the key any more.
    Denied,
    /// It does not answer.
    Silent,
    /// It signs with another key.
    Astray,
}

/// A service with the key of one account.
#[derive(Clone, Debug)]
struct Vault(Arc<State>);

#[derive(Debug)]
struct State {
    key: PrivateKeySigner,
    other: PrivateKeySigner,
    mood: Mutex<Mood>,
    asked: AtomicUsize,
}

impl Vault {
    fn new(key: &PrivateKeySigner, mood: Mood) -> Self {
        let (key, other) = (key.clone(), PrivateKeySigner::random());
        Self(Arc::new(State { key, other, mood: Mutex::new(mood), asked: AtomicUsize::new(0) }))
    }

    fn becomes(&self, mood: Mood) {
        *self.0.mood.lock().unwrap() = mood;
    }

    /// How often it was asked to sign.
    fn asked(&self) -> usize {
        self.0.asked.load(Ordering::SeqCst)
    }

    fn signer(&self) -> RelaySigner {
        let signer = KmsSigner::new(self.0.key.address(), self.clone());
        Arc::new(signer.with_patience(Duration::from_millis(500)))
    }
}

impl fmt::Display for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the vault")
    }
}

#[async_trait::async_trait]
impl KeyService for Vault {
    async fn open(&self) -> signers::Result<OpenKey> {
        Ok(Arc::new(self.clone()))
    }

    fn explain(&self, error: &signers::Error) -> (KeyTrouble, String) {
        (KeyTrouble::Denied, error.to_string())
    }
}

#[async_trait::async_trait]
impl Signer for Vault {
    async fn sign_hash(&self, hash: &B256) -> signers::Result<Signature> {
        self.0.asked.fetch_add(1, Ordering::SeqCst);
        let mood = *self.0.mood.lock().unwrap();
        match mood {
            Mood::Well => self.0.key.sign_hash_sync(hash),
            Mood::Denied => Err(signers::Error::message("it may not be used")),
            Mood::Silent => std::future::pending().await,
            Mood::Astray => self.0.other.sign_hash_sync(hash),
        }
    }

    fn address(&self) -> Address {
        self.0.key.address()
    }

    fn chain_id(&self) -> Option<u64> {
        None
    }

    fn set_chain_id(&mut self, _: Option<u64>) {}
}

/// It signs first; then whoever asks may not use the key any more, it is silent, and it signs with another key.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_does_not_sign_any_more_is_waited_for() {
    let net = Net::direct().await;
    let (vault, account) = (Vault::new(&net.signer, Mood::Well), net.signer.address());
    let (mut relayer, mut events) = start(net.config().await.with_signers(vec![vault.signer()]));
    let asked = Asked::of(&net, &mut relayer).await;
    let first = net.send(1).await.remove(0);
    events.submitted(first.message_hash).await;
    net.mine_until(1).await;
    events.delivered(first.message_hash).await;
    assert!(asked.is_well(account).await);

    vault.becomes(Mood::Denied);
    let late = net.send(1).await.remove(0);
    let since = unwell(&mut events, account, "the vault does not sign: it may not be used").await;
    let next = asked.says(&late, |next| next.code == "wait-for-signer").await;
    assert_eq!(next.account, Some(account));
    assert!(next.reason.is_some_and(|reason| reason.contains("it may not be used")));
    assert!(!asked.is_well(account).await);
    for (mood, why) in [
        (Mood::Silent, "the vault does not answer within 500ms"),
        (Mood::Astray, "answers with a signature that is not that of"),
    ] {
        vault.becomes(mood);
        assert_eq!(unwell(&mut events, account, why).await, since, "since the first time");
        let told = |reason: &String| reason.contains(why);
        let next = asked.says(&late, |next| next.reason.as_ref().is_some_and(told)).await;
        assert_eq!(next.code, "wait-for-signer");
    }
    assert!(net.store().await.attempts_of(late.message_hash).await.unwrap().is_empty());
    assert_eq!(net.paid().await, 1, "nothing went out");

    vault.becomes(Mood::Well);
    well(&mut events, account).await;
    events.submitted(late.message_hash).await;
    assert!(asked.is_well(account).await);
    net.mine_until(2).await;
    events.delivered(late.message_hash).await;
    assert_eq!(events.heard(is_verdict), 0, "nothing is held against a message");
    net.delivered_once(2).await;
    asked.end().await;
    relayer.shutdown().await.unwrap();
}

/// Neither messages nor the other account wait for it.
#[tokio::test(flavor = "multi_thread")]
async fn the_other_account_does_the_work_of_one_whose_key_may_not_be_used() {
    let net = Net::direct().await;
    let vault = Vault::new(&net.funded().await, Mood::Denied);
    let both: Vec<RelaySigner> = vec![vault.signer(), Arc::new(net.signer.clone())];
    let (relayer, mut events) = start(net.config().await.with_signers(both));
    for round in 1..=3 {
        let sent = net.send(1).await.remove(0);
        net.mine_until(round).await;
        events.delivered(sent.message_hash).await;
    }
    assert!(vault.asked() > 0);
    assert_eq!(events.heard(is_verdict), 0);
    assert_eq!(net.b.nonce(vault.0.key.address()).await, 0);
    net.delivered_once(3).await;
    relayer.shutdown().await.unwrap();
}
