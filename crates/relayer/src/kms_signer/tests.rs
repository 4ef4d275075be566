use std::sync::{
    Mutex as Plain,
    atomic::{AtomicUsize, Ordering},
};

use alloy::{
    network::TxSignerSync,
    primitives::{U256, address},
    signers::{SignerSync, local::PrivateKeySigner},
};

use super::*;

const GROUP_ORDER: U256 =
    alloy::primitives::uint!(0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141_U256);

/// How a key answers when it is to sign.
#[derive(Clone, Debug)]
enum Answer {
    Honest,
    /// In the form that no node takes.
    High,
    /// The signature of another key.
    Of(PrivateKeySigner),
    /// The signature of something else.
    Else,
    No,
    Never,
}

/// A service with one key under one name; both may be changed.
#[derive(Clone, Debug)]
struct Service(Arc<State>);

#[derive(Debug)]
struct State {
    key: Plain<PrivateKeySigner>,
    answer: Plain<Answer>,
    opened: AtomicUsize,
}

impl Service {
    fn new(key: &PrivateKeySigner) -> Self {
        let (key, answer) = (Plain::new(key.clone()), Plain::new(Answer::Honest));
        Self(Arc::new(State { key, answer, opened: AtomicUsize::new(0) }))
    }

    fn answer(&self, answer: Answer) {
        *self.0.answer.lock().unwrap() = answer;
    }

    fn opened(&self) -> usize {
        self.0.opened.load(Ordering::SeqCst)
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the vault")
    }
}

#[async_trait::async_trait]
impl KeyService for Service {
    async fn open(&self) -> signers::Result<OpenKey> {
        self.0.opened.fetch_add(1, Ordering::SeqCst);
        let address = self.0.key.lock().unwrap().address();
        Ok(Arc::new(Key { address, service: self.clone() }))
    }

    fn explain(&self, error: &signers::Error) -> (KeyTrouble, String) {
        (KeyTrouble::Disabled, error.to_string())
    }
}

struct Key {
    address: Address,
    service: Service,
}

#[async_trait::async_trait]
impl Signer for Key {
    async fn sign_hash(&self, hash: &B256) -> signers::Result<Signature> {
        let key = self.service.0.key.lock().unwrap().clone();
        let answer = self.service.0.answer.lock().unwrap().clone();
        match answer {
            Answer::Honest => key.sign_hash_sync(hash),
            Answer::High => {
                let low = key.sign_hash_sync(hash)?;
                Ok(Signature::new(low.r(), GROUP_ORDER - low.s(), !low.v()))
            }
            Answer::Of(other) => other.sign_hash_sync(hash),
            Answer::Else => key.sign_hash_sync(&B256::ZERO),
            Answer::No => Err(signers::Error::other(std::io::Error::other("the key is disabled"))),
            Answer::Never => std::future::pending().await,
        }
    }

    fn address(&self) -> Address {
        self.address
    }

    fn chain_id(&self) -> Option<u64> {
        None
    }

    fn set_chain_id(&mut self, _: Option<u64>) {}
}

async fn sign(signer: &KmsSigner) -> Result<Signature, String> {
    signer.sign_transaction(&mut never_executed(902)).await.map_err(|error| error.to_string())
}

#[tokio::test]
async fn the_accounts_signature_is_taken_in_each_form_and_the_key_asked_for_once() {
    let key = PrivateKeySigner::random();
    let service = Service::new(&key);
    let signer = KmsSigner::new(key.address(), service.clone());
    assert_eq!(service.opened(), 0, "nothing is asked for before it is needed");
    let expected = key.sign_transaction_sync(&mut never_executed(902)).unwrap();
    for answer in [Answer::Honest, Answer::High] {
        service.answer(answer);
        assert_eq!(sign(&signer.clone()).await, Ok(expected));
    }
    signer.try_out(903).await.unwrap();
    assert_eq!(service.opened(), 1);
}

#[tokio::test]
async fn another_accounts_key_signs_nothing() {
    let (key, account) = (PrivateKeySigner::random(), address!("0x00000000000000000000000000000000000000aa"));
    let service = Service::new(&key);
    // It would never answer if it was asked to sign.
    service.answer(Answer::Never);
    let said = sign(&KmsSigner::new(account, service)).await.unwrap_err();
    assert_eq!(said, format!("the vault has the key of {}, not that of {account}", key.address()));
}

#[tokio::test]
async fn what_was_not_asked_for_is_refused() {
    let key = PrivateKeySigner::random();
    for answer in [Answer::Of(PrivateKeySigner::random()), Answer::Else] {
        let service = Service::new(&key);
        service.answer(answer);
        let signer = KmsSigner::new(key.address(), service.clone());
        let said = sign(&signer).await.unwrap_err();
        assert!(said.contains("a signature that is not that of"), "{said}");
        service.answer(Answer::Honest);
        sign(&signer).await.unwrap();
    }
}

#[tokio::test]
async fn a_name_that_means_another_key_by_now_is_noticed() {
    let (key, next) = (PrivateKeySigner::random(), PrivateKeySigner::random());
    let service = Service::new(&key);
    let signer = KmsSigner::new(key.address(), service.clone());
    sign(&signer).await.unwrap();
    *service.0.key.lock().unwrap() = next.clone();
    assert!(sign(&signer).await.unwrap_err().contains("a signature that is not that of"));
    assert!(sign(&signer).await.unwrap_err().contains(&format!("has the key of {}", next.address())));
    *service.0.key.lock().unwrap() = key;
    sign(&signer).await.unwrap();
}

#[tokio::test]
async fn a_refusal_and_a_delay_are_told_and_over_when_they_are() {
    let key = PrivateKeySigner::random();
    let service = Service::new(&key);
    let signer = KmsSigner::new(key.address(), service.clone());
    service.answer(Answer::No);
    assert_eq!(sign(&signer).await.unwrap_err(), "the vault does not sign: the key is disabled");
    let trouble = match signer.try_out(902).await.unwrap_err() {
        KmsSignerError::Failed { trouble, .. } => Some(trouble),
        _ => None,
    };
    assert_eq!(trouble, Some(KeyTrouble::Disabled), "the service's word for it");
    service.answer(Answer::Never);
    let hasty = signer.clone().with_patience(Duration::from_millis(20));
    assert_eq!(sign(&hasty).await.unwrap_err(), "the vault does not answer within 20ms");
    service.answer(Answer::Honest);
    let before = service.opened();
    signer.try_out(902).await.unwrap();
    assert_eq!(service.opened(), before + 1, "it is asked anew, over another connection");
}
