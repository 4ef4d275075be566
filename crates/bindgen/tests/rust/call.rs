//! Functions: names that are equal but for case, overloads, names of alloy's, `$`.

use crate::{
    awkward::{Alloys, CASED, Cased2, Dollar_, Overloads, Twin, Twin2},
    node::{Node, refusal},
};
use alloy::{
    primitives::{Address, U256},
    sol_types::SolCall,
};

fn n(number: u64) -> U256 {
    U256::from(number)
}

#[tokio::test]
async fn names_that_are_equal_but_for_case() {
    let node = Node::start().await;
    let cased = Cased2::deploy(&node.provider).await.unwrap();
    assert_eq!(cased.value().call().await.unwrap(), n(1));
    assert_eq!(cased.VALUE().call().await.unwrap(), n(2));
    assert_eq!(cased.fooBar(n(1), n(2)).call().await.unwrap(), n(12));
    assert_eq!(cased.foo_bar(n(3)).call().await.unwrap(), n(3));
    assert_eq!(CASED::deploy(&node.provider).await.unwrap().value().call().await.unwrap(), n(3));
    // Nothing was handed over: the number is the field that the name says.
    assert_eq!(refusal::<Cased2::Wrong>(cased.fail(n(0)).call().await.unwrap_err()).a, n(0));
    assert_eq!(refusal::<Cased2::wRong>(cased.fail(n(1)).call().await.unwrap_err()).a, n(1));
    assert_eq!(refusal::<Cased2::WRONG>(cased.fail(n(2)).call().await.unwrap_err()).a, n(2));
}

#[tokio::test]
async fn two_contracts_of_one_name() {
    let node = Node::start().await;
    let left = Twin::deploy(&node.provider).await.unwrap();
    let config = Twin::Config { left: n(1), owner: Address::ZERO };
    left.configure(config.clone()).send().await.unwrap().watch().await.unwrap();
    assert_eq!(left.config().call().await.unwrap(), config);
    let right = Twin2::deploy(&node.provider).await.unwrap();
    let config = Twin2::Config { right: false, label: "no".to_owned(), range: [1, 2] };
    let refused = right.configure(config.clone()).call().await.unwrap_err();
    assert_eq!(refusal::<Twin2::Refused>(refused).config, config);
}

#[tokio::test]
async fn overloaded_functions_and_errors() {
    let node = Node::start().await;
    let overloads = Overloads::deploy(&node.provider).await.unwrap();
    let nothing = overloads.get_0().call().await.unwrap();
    assert_eq!((nothing._0, nothing._1), (n(3), true));
    assert_eq!(overloads.get_1("text".to_owned()).call().await.unwrap(), "text");
    assert_eq!(overloads.get_2(n(1)).call().await.unwrap(), n(2));
    // Called as the second of them is called by then.
    assert_eq!(overloads.get_1_(n(1)).call().await.unwrap(), n(101));
    assert_eq!(Overloads::get_1_Call::SIGNATURE, "get_1(uint256)");
    refusal::<Overloads::Failed_0>(overloads.fail(n(0)).call().await.unwrap_err());
    assert_eq!(refusal::<Overloads::Failed_1>(overloads.fail(n(3)).call().await.unwrap_err()).a, "three");
    assert_eq!(refusal::<Overloads::Failed_2>(overloads.fail(n(2)).call().await.unwrap_err()).a, n(2));
}

#[tokio::test]
async fn functions_that_are_called_as_what_alloy_puts_beside_them() {
    let node = Node::start().await;
    let alloys = Alloys::deploy(&node.provider).await.unwrap();
    let address = *alloys.address();
    assert_eq!(alloys.length().call().await.unwrap(), n(11));
    assert_eq!(alloys.name().call().await.unwrap(), "Alloys");
    assert_eq!(alloys.call(n(1)).call().await.unwrap(), n(2));
    assert_eq!(alloys.provider_call().call().await.unwrap(), n(2));
    assert_eq!(alloys.deploy_builder_call().call().await.unwrap(), n(5));
    assert_eq!(alloys.instance().call().await.unwrap(), n(7));
    assert_eq!(alloys.with_cloned_provider_call().call().await.unwrap(), n(8));
    assert_eq!(alloys.set_address_call(address).call().await.unwrap(), address);
    assert_eq!(alloys.event_filter_call().call().await.unwrap(), n(12));
    assert_eq!(alloys.clone(n(1), n(2)).call().await.unwrap(), n(12));
    assert_eq!(alloys.on(n(901)).call().await.unwrap(), n(901));
    let call = Alloys::constructorCall_ { value: n(1) };
    let instance = Alloys::AlloysInstance { value: n(2) };
    assert_eq!(alloys.structs(call, instance).call().await.unwrap(), n(3));
    // `at_call` and `deploy_call` are functions of the contract, too.
    assert_eq!(Alloys::at_callCall::SIGNATURE, "at_call()");
    assert_eq!(alloys.call_builder(&Alloys::at_callCall {}).call().await.unwrap(), n(9));
    assert_eq!(alloys.call_builder(&Alloys::deploy_callCall {}).call().await.unwrap(), n(6));
    assert_eq!(alloys.at_call(address).call().await.unwrap(), address);
    assert_eq!(alloys.deploy_call(n(1)).call().await.unwrap(), n(5));
    refusal::<Alloys::Selector>(alloys.fail(n(2)).call().await.unwrap_err());
    let refused = refusal::<Alloys::NameBySelector>(alloys.fail(n(0)).call().await.unwrap_err());
    assert_eq!(refused.selector, [1, 2, 3, 4]);
}

#[tokio::test]
async fn names_with_dollars() {
    let node = Node::start().await;
    let dollar = Dollar_::deploy(&node.provider).await.unwrap();
    assert_eq!(dollar.dollar(n(1)).call().await.unwrap(), n(2));
    assert_eq!(dollar.dollar_dollar().call().await.unwrap(), n(2));
    assert_eq!(dollar.___(n(1)).call().await.unwrap(), n(6));
    assert_eq!(dollar.unit(n(9)).call().await.unwrap(), n(9));
    assert_eq!(dollar.pay_().call().await.unwrap(), n(0));
    let kept = Dollar_::_Struct { _a: n(1), _b: n(2), c_: n(3) };
    let paid = dollar.pay__(n(1), kept.clone()).call().await.unwrap();
    assert_eq!((paid.b_, paid._1), (n(4), kept));
    assert_eq!(refusal::<Dollar_::_Error>(dollar.fail(n(0)).call().await.unwrap_err()).dollar_2, n(1));
    assert_eq!(refusal::<Dollar_::__>(dollar.fail(n(1)).call().await.unwrap_err()).dollar_2, n(2));
}
