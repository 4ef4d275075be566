//! Constructors, libraries, fallback and receive, and what has nothing in it.

use crate::{
    awkward::{Empty, External, Fallback, Hostile, IThing, Linked, Payable, Second, Triple, TripleThing},
    node::{Node, SENDER, refusal},
};
use alloy::{
    contract::CallBuilder,
    primitives::{Bytes, U256},
    providers::Provider,
};

fn n(number: u64) -> U256 {
    U256::from(number)
}

#[tokio::test]
async fn unlinked_bytecode() {
    let node = Node::start().await;
    let external = *External::deploy(&node.provider).await.unwrap().address();
    let second = *Second::deploy(&node.provider).await.unwrap().address();
    let libraries = Linked::Libraries { external_: external, second };
    let linked = Linked::deploy(&node.provider, libraries, n(100)).await.unwrap();
    assert_eq!(linked.compute(n(1)).call().await.unwrap(), n(7));
    assert_eq!(linked.bump(n(5)).call().await.unwrap(), n(105));
    assert_eq!(linked.start().call().await.unwrap(), n(100));
    // What of a library can be called from outside, is there.
    let external = External::new(external, &node.provider);
    assert_eq!(external.thrice(n(2)).call().await.unwrap(), n(6));
}

#[tokio::test]
async fn a_constructor_that_takes_ether_a_struct_and_names_of_ours() {
    let node = Node::start().await;
    let init = Payable::Init { value: n(2), label: "x".to_owned() };
    let builder = Payable::deploy_builder(&node.provider, n(1), init, vec![]).value(n(9));
    let payable = Payable::new(builder.deploy().await.unwrap(), &node.provider);
    assert_eq!(payable.paid().call().await.unwrap(), n(9));
    assert_eq!(payable.value().call().await.unwrap(), n(3));
    assert_eq!(payable.label().call().await.unwrap(), "x");
}

#[tokio::test]
async fn fallback_and_receive() {
    let node = Node::start().await;
    let fallback = Fallback::deploy(&node.provider).await.unwrap();
    let address = *fallback.address();
    let raw = |data: &'static [u8]| {
        CallBuilder::new_raw(&node.provider, Bytes::from_static(data)).to(address).from(SENDER)
    };
    let receipt = raw(&[]).value(n(5)).send().await.unwrap().get_receipt().await.unwrap();
    assert_eq!(receipt.decoded_log::<Fallback::Received>().unwrap().value, n(5));
    let receipt = raw(&[1, 2, 3, 4]).send().await.unwrap().get_receipt().await.unwrap();
    assert_eq!(
        receipt.decoded_log::<Fallback::Called>().unwrap().data.data,
        Bytes::from_static(&[1, 2, 3, 4])
    );
    assert_eq!(fallback.plain().value(n(6)).call().await.unwrap(), n(6));
}

#[tokio::test]
async fn one_name_for_a_function_an_event_and_an_error() {
    let node = Node::start().await;
    let triple = Triple::deploy(&node.provider).await.unwrap();
    let receipt = triple.emitThing(n(1)).send().await.unwrap().get_receipt().await.unwrap();
    assert_eq!(receipt.decoded_log::<Triple::Thing>().unwrap().value, n(1));
    assert_eq!(refusal::<Triple::ThingError>(triple.failThing(n(2)).call().await.unwrap_err()).value, n(2));
    let thing = TripleThing::deploy(&node.provider).await.unwrap();
    assert_eq!(thing.Thing_1(n(1)).call().await.unwrap(), n(2));
    refusal::<TripleThing::Thing_1>(thing.Thing_1(n(0)).call().await.unwrap_err());
    // By its interface.
    let thing = IThing::new(*thing.address(), &node.provider);
    assert_eq!(thing.Thing(n(1)).call().await.unwrap(), n(2));
}

#[tokio::test]
async fn nothing_and_hostile_words() {
    let node = Node::start().await;
    let empty = Empty::deploy(&node.provider).await.unwrap();
    assert!(!node.provider.get_code_at(*empty.address()).await.unwrap().is_empty());
    let hostile = Hostile::deploy(&node.provider).await.unwrap();
    assert_eq!(hostile.hostile(n(1), "abc".to_owned()).call().await.unwrap(), n(4));
    assert_eq!(hostile.block_().call().await.unwrap(), n(1));
}
