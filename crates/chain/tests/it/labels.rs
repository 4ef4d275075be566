use crate::support::{FakeNode, Mirror, config, extend, fake_chain, refusal};
use causeway_chain::{Content, HeadSource, Start};
use std::sync::{Arc, Mutex};

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
    set(Some(20), None);
    mirror.until(|mirror| mirror.labels.len() == 1).await;
    set(Some(21), Some(10));
    mirror.until(|mirror| mirror.labels.last() == Some(&(at(21), at(10)))).await;
    // With the head, and without it.
    extend(&mut chain.lock().unwrap(), 5, 0);
    set(Some(33), Some(20));
    mirror.until(|mirror| mirror.labels.last() == Some(&(at(33), at(20)))).await;
    set(None, None);
    mirror.until(|mirror| mirror.labels.last() == Some(&(None, None))).await;
    assert_eq!(mirror.labels[0], (at(20), None));
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
