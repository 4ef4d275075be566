//! Words that Rust has reserved or in scope.

use crate::{
    awkward::{Alloy, Async, Crate, Lib, Mod, Prelude, Self_},
    node::{Node, refusal},
};
use alloy::{
    primitives::{Address, B256, U256},
    sol_types::SolCall,
};

fn n(number: u64) -> U256 {
    U256::from(number)
}

#[tokio::test]
async fn words_of_rust() {
    let node = Node::start().await;
    let contract = Async::deploy(&node.provider).await.unwrap();
    assert_eq!(Async::self_valueCall::SIGNATURE, "self(uint256)");
    assert_eq!(contract.self_value(n(0)).call().await.unwrap(), n(1));
    assert_eq!(contract.Self_value(n(0)).call().await.unwrap(), n(2));
    assert_eq!(contract.crate_value(n(0)).call().await.unwrap(), n(3));
    assert_eq!(contract.super__1(n(0)).call().await.unwrap(), n(4));
    assert_eq!(contract.r#loop(n(0)).call().await.unwrap(), n(5));
    assert_eq!(contract.r#gen(n(0)).call().await.unwrap(), n(6));
    assert_eq!(contract.package_0(n(0)).call().await.unwrap(), n(7));
    assert_eq!(contract.with(n(1), n(2), n(3)).call().await.unwrap(), n(6));
    let named = contract.async_(5, 1).call().await.unwrap();
    assert_eq!((named._0, named._1), (5, 1));
    let kept = Async::r#await {
        r#fn: n(1),
        self_value: n(2),
        Self_value_2: true,
        crate_value: Address::repeat_byte(3),
        r#loop: B256::repeat_byte(4),
        r: "5".to_owned(),
        prototype: n(6),
        constructor_: n(7),
        r#await: n(8),
    };
    assert_eq!(contract.await_(kept.clone()).call().await.unwrap(), kept);
    let receipt = contract.await_(kept.clone()).send().await.unwrap().get_receipt().await.unwrap();
    let told = receipt.decoded_log::<Async::r#yield>().unwrap();
    assert_eq!(told.arguments, kept);
    let receipt = contract.shout().send().await.unwrap().get_receipt().await.unwrap();
    assert!(receipt.decoded_log::<Async::r#move>().is_some());
    assert_eq!(receipt.decoded_log::<Async::super__1>().unwrap().self_value, n(1));
    assert_eq!(receipt.decoded_log::<Async::package_1>().unwrap().package, B256::with_last_byte(2));
    refusal::<Async::r#impl>(contract.fail(n(0)).call().await.unwrap_err());
    refusal::<Async::crate_value>(contract.fail(n(1)).call().await.unwrap_err());
    assert_eq!(refusal::<Async::Self_value>(contract.fail(n(2)).call().await.unwrap_err()).where__2, n(2));
    assert_eq!(refusal::<Async::protected>(contract.fail(n(3)).call().await.unwrap_err()).r#yield, "yield");
}

#[tokio::test]
async fn contracts_of_such_names() {
    let node = Node::start().await;
    assert_eq!(Self_::deploy(&node.provider).await.unwrap().value().call().await.unwrap(), n(1));
    assert_eq!(Crate::deploy(&node.provider).await.unwrap().value().call().await.unwrap(), n(2));
    assert_eq!(Alloy::deploy(&node.provider).await.unwrap().value().call().await.unwrap(), n(3));
    assert_eq!(Mod::deploy(&node.provider).await.unwrap().value().call().await.unwrap(), n(5));
    assert_eq!(Lib::deploy(&node.provider).await.unwrap().value().call().await.unwrap(), n(6));
}

#[tokio::test]
async fn names_of_what_every_program_has_in_scope() {
    let node = Node::start().await;
    let contract = Prelude::deploy(&node.provider).await.unwrap();
    let option = Prelude::Option_ { some: n(1), none: true };
    let given = contract.option(option.clone(), 2).call().await.unwrap();
    assert_eq!((given._0, given._1), (option.clone(), 2));
    let vec = Prelude::Vec { items: vec![option.clone(), option.clone()] };
    assert_eq!(contract.vec(vec.clone()).call().await.unwrap(), vec);
    assert_eq!(contract.Ok_(n(1), n(2), true).call().await.unwrap(), n(1));
    let receipt = contract.shout().send().await.unwrap().get_receipt().await.unwrap();
    assert_eq!(receipt.decoded_log::<Prelude::SomeEvent>().unwrap().value, option);
    assert!(receipt.decoded_log::<Prelude::NoneEvent>().is_some());
    let told = receipt.decoded_log::<Prelude::OkEvent>().unwrap();
    assert_eq!((told.Some_, told.Err_), (n(3), 1));
    assert_eq!(receipt.decoded_log::<Prelude::Box>().unwrap().value.value, 4);
    refusal::<Prelude::ErrError>(contract.fail(n(0)).call().await.unwrap_err());
    refusal::<Prelude::Drop>(contract.fail(n(1)).call().await.unwrap_err());
    refusal::<Prelude::Default>(contract.fail(n(2)).call().await.unwrap_err());
}
