use crate::support::{FakeNode, Mirror, config, extend, fake_chain, refusal};
use causeway_chain::{Content, HeadSource, Start};
use serde_json::Value;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

#[tokio::test]
async fn labels_are_told_when_they_change() {
    let chain = Arc::new(Mutex::new(fake_chain(30)));
    let node = FakeNode::start({
        let chain = Arc::clone(&chain);
        // Some nodes know no answer, some refuse to give one.
        move |method, params| match chain.lock().unwrap() {
            chain if params[0] == "finalized" && chain.finalized.is_none() => {
                refusal(-39001, "unknown block")
            }
            chain => chain.answer(method, params),
        }
    })
    .await;
    let mut config = config(node.endpoint(), Start::Genesis);
    config.heads = HeadSource::Poll;
    config.labels = true;
    let mut mirror = Mirror::with(config.clone());
    mirror.until(|mirror| mirror.caught_up == 1).await;
    let at = |number| Some(chain.lock().unwrap().block_ref(number));
    let set = |safe, finalized| {
        let chain = &mut *chain.lock().unwrap();
        (chain.safe, chain.finalized) = (safe, finalized);
    };
    // That there are none is told, too.
    mirror.until(|mirror| mirror.labels == [(None, None)]).await;
    set(Some(20), None);
    mirror.until(|mirror| mirror.labels.len() == 2).await;
    set(Some(21), Some(10));
    mirror.until(|mirror| mirror.labels.last() == Some(&(at(21), at(10)))).await;
    // With the head, and without it.
    extend(&mut chain.lock().unwrap(), 5, 0);
    set(Some(33), Some(20));
    mirror.until(|mirror| mirror.labels.last() == Some(&(at(33), at(20)))).await;
    set(None, None);
    mirror.until(|mirror| mirror.labels.last() == Some(&(None, None))).await;
    assert_eq!(mirror.labels[1], (at(20), None));
    assert!(mirror.labels.windows(2).all(|pair| pair[0] != pair[1]), "{:?}", mirror.labels);
    assert_eq!((mirror.offline.len(), mirror.known()), (0, chain.lock().unwrap().refs()));

    // Nobody who did not ask is told.
    config.labels = false;
    config.content = Content::Receipts { trusted: false };
    set(Some(20), Some(20));
    let mut mirror = Mirror::with(config);
    mirror.until(|mirror| mirror.caught_up == 1).await;
    extend(&mut chain.lock().unwrap(), 1, 0);
    mirror.until(|mirror| mirror.tip().is_some_and(|tip| tip.number == 35)).await;
    assert_eq!(mirror.labels, []);
}

#[tokio::test]
async fn a_node_that_hangs_only_on_labels_is_followed() {
    let mut first = fake_chain(10);
    (first.safe, first.finalized) = (Some(8), Some(6));
    let chain = Arc::new(Mutex::new(first));
    // Whether it hangs, and how often it did.
    let hang = Arc::new(Mutex::new((false, 0)));
    let node = FakeNode::start({
        let (chain, hang) = (Arc::clone(&chain), Arc::clone(&hang));
        move |method, params| {
            let (hangs, count) = &mut *hang.lock().unwrap();
            if *hangs && params[0] == "safe" {
                *count += 1;
                return Value::Null;
            }
            chain.lock().unwrap().answer(method, params)
        }
    })
    .await;
    let mut config = config(node.endpoint(), Start::Genesis);
    config.heads = HeadSource::Poll;
    config.labels = true;
    config.connect.request_timeout = Duration::from_millis(300);
    let mut mirror = Mirror::with(config);
    let at = |number| Some(chain.lock().unwrap().block_ref(number));
    mirror.until(|mirror| mirror.labels == [(at(8), at(6))]).await;
    hang.lock().unwrap().0 = true;
    // Long enough that the question is given up, and asked anew.
    while hang.lock().unwrap().1 < 6 {
        extend(&mut chain.lock().unwrap(), 1, 0);
        let head = chain.lock().unwrap().head();
        mirror.until(|mirror| mirror.tip() == Some(head)).await;
    }
    assert_eq!((mirror.labels.len(), mirror.offline.len()), (1, 0));
    assert_eq!(mirror.unlabelled.len(), 1, "it is told once: {:?}", mirror.unlabelled);
    hang.lock().unwrap().0 = false;
    chain.lock().unwrap().safe = Some(9);
    mirror.until(|mirror| mirror.labels.last() == Some(&(at(9), at(6)))).await;
    assert_eq!(mirror.offline, Vec::<String>::new());
}

/// Also when it says then what it said before.
#[tokio::test]
async fn that_a_node_names_its_labels_again_is_told() {
    let mut chain = fake_chain(10);
    (chain.safe, chain.finalized) = (Some(8), Some(6));
    let labels = [(Some(chain.block_ref(8)), Some(chain.block_ref(6))); 2];
    let chain = Arc::new(Mutex::new(chain));
    let errs = Arc::new(Mutex::new(false));
    let node = FakeNode::start({
        let (chain, errs) = (Arc::clone(&chain), Arc::clone(&errs));
        move |method, params| match *errs.lock().unwrap() && params[0] == "safe" {
            true => refusal(-32000, "out of order"),
            false => chain.lock().unwrap().answer(method, params),
        }
    })
    .await;
    let mut config = config(node.endpoint(), Start::Genesis);
    config.heads = HeadSource::Poll;
    config.labels = true;
    let mut mirror = Mirror::with(config);
    mirror.until(|mirror| mirror.labels.len() == 1).await;
    *errs.lock().unwrap() = true;
    extend(&mut chain.lock().unwrap(), 1, 0);
    mirror.until(|mirror| mirror.unlabelled.len() == 1).await;
    assert!(mirror.unlabelled[0].contains("out of order"), "{:?}", mirror.unlabelled);
    *errs.lock().unwrap() = false;
    extend(&mut chain.lock().unwrap(), 1, 0);
    mirror.until(|mirror| mirror.labels == labels).await;
}
