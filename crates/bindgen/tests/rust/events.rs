//! Events: overloaded, anonymous, indexed by hashes, without names.

use crate::{
    awkward::{Alloys, Cased2, Child, Dollar_, Events, Overloads},
    node::Node,
};
use alloy::{
    primitives::{Address, U256, keccak256},
    sol_types::{SolEvent, SolValue},
};

fn n(number: u64) -> U256 {
    U256::from(number)
}

#[tokio::test]
async fn anonymous_hashed_and_nameless() {
    let node = Node::start().await;
    let events = Events::deploy(&node.provider).await.unwrap();
    let receipt = events.shout().send().await.unwrap().get_receipt().await.unwrap();
    let logs = receipt.logs();
    let anonymous = Events::Anonymous::decode_log(&logs[0].inner).unwrap();
    assert_eq!((anonymous.a, &*anonymous.b), (n(1), "two"));
    let four = Events::AnonymousToo::decode_log(&logs[1].inner).unwrap();
    assert_eq!((four.a, four.b, four.c, four.d), (n(1), n(2), n(3), n(4)));
    let hashed = receipt.decoded_log::<Events::Hashed>().unwrap();
    assert_eq!((hashed.a, hashed.b), (keccak256("one"), keccak256([2])));
    assert_eq!((hashed.c, hashed.d.len()), (keccak256((n(3), n(4)).abi_encode()), 5));
    let array = receipt.decoded_log::<Events::Array>().unwrap();
    assert_eq!(array.c, Events::Pair { a: n(8), b: n(9) });
    let nameless = receipt.decoded_log::<Events::Nameless>().unwrap();
    assert_eq!((nameless._0, &*nameless._1, nameless._2), (n(10), "eleven", Address::with_last_byte(12)));
    assert!(receipt.decoded_log::<Events::Nothing>().is_some());
    // Inherited.
    let child = Child::deploy(&node.provider).await.unwrap();
    assert_eq!(child.given().call().await.unwrap(), n(42));
    child.shout().send().await.unwrap().watch().await.unwrap();
    let found = child.Array_filter().from_block(0).query().await.unwrap();
    let pair: &Child::Pair = &found[0].0.c;
    assert_eq!(pair.b, n(9));
}

#[tokio::test]
async fn overloaded() {
    let node = Node::start().await;
    let overloads = Overloads::deploy(&node.provider).await.unwrap();
    for which in 0..3 {
        overloads.log(n(which)).send().await.unwrap().watch().await.unwrap();
    }
    assert_eq!(overloads.Logged_0_filter().from_block(0).query().await.unwrap()[0].0.a, "two");
    assert_eq!(overloads.Logged_1_filter().from_block(0).query().await.unwrap()[0].0.a, n(1));
    let (both, _) = &overloads.Logged_2_filter().from_block(0).query().await.unwrap()[0];
    assert_eq!((both.a, &*both.b), (n(3), "three"));
}

#[tokio::test]
async fn those_that_sol_cannot_hold() {
    let node = Node::start().await;
    let cased = Cased2::deploy(&node.provider).await.unwrap();
    for capital in [true, false] {
        cased.r#move(capital).send().await.unwrap().watch().await.unwrap();
    }
    assert_eq!(cased.Moved_filter().from_block(0).query().await.unwrap()[0].0.to, n(1));
    assert_eq!(cased.moved_filter().from_block(0).query().await.unwrap()[0].0.to, n(2));
    let dollar = Dollar_::deploy(&node.provider).await.unwrap();
    dollar.shout().send().await.unwrap().watch().await.unwrap();
    let (event, log) = &dollar._Event_filter().from_block(0).query().await.unwrap()[0];
    assert_eq!((event._a, event.__), (n(1), n(2)));
    // Written again, it is what the contract wrote.
    assert_eq!(event.encode_log_data(), log.inner_data());
    let alloys = Alloys::deploy(&node.provider).await.unwrap();
    let receipt = alloys.shout().send().await.unwrap().get_receipt().await.unwrap();
    assert_eq!(receipt.decoded_log::<Alloys::AlloysCalls>().unwrap().value, n(3));
    assert_eq!(receipt.decoded_log::<Alloys::abi__1>().unwrap().value, n(4));
}

trait InnerData {
    fn inner_data(&self) -> alloy::primitives::LogData;
}

impl InnerData for alloy::rpc::types::Log {
    fn inner_data(&self) -> alloy::primitives::LogData {
        self.inner.data.clone()
    }
}
