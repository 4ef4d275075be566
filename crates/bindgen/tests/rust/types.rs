//! Structs, names for values, tuples, and what has no name.

use crate::{
    awkward::{IShared, Long, Same, SharerA, SharerB, Unnamed, types},
    node::{Node, refusal},
};
use alloy::primitives::{
    Address, Bytes, Function, I256, U256,
    aliases::{I40, U24},
};

fn n(number: u64) -> U256 {
    U256::from(number)
}

fn point(x: i64, y: i64) -> types::Point {
    types::Point { x: I256::try_from(x).unwrap(), y: I256::try_from(y).unwrap() }
}

#[tokio::test]
async fn a_struct_that_several_contracts_share_is_one() {
    let node = Node::start().await;
    let (a, b) =
        (SharerA::deploy(&node.provider).await.unwrap(), SharerB::deploy(&node.provider).await.unwrap());
    let names = vec![["x".to_owned(), "y".to_owned()]];
    let inner = IShared::Inner { data: Bytes::from_static(&[1, 2]), names };
    let shared =
        IShared::Shared { at: point(1, -2), price: 3, color: 1, inners: vec![inner.clone(), inner.clone()] };
    // What the one returns, the other takes; and under the name of whoever uses it, it is the same.
    let returned: SharerA::Shared = a.use_(shared.clone()).call().await.unwrap();
    assert_eq!(returned, shared);
    let turned: SharerB::Point = b.point(returned.at).call().await.unwrap();
    assert_eq!(turned, point(-2, 1));
    let receipt = a.use_(shared.clone()).send().await.unwrap().get_receipt().await.unwrap();
    assert_eq!(receipt.decoded_log::<SharerA::Used>().unwrap().data.shared, shared);
    assert_eq!(receipt.decoded_log::<IShared::Used>().unwrap().data.shared, shared);
    let blue = IShared::Shared { color: 2, ..shared };
    let refused: SharerA::Unusable = refusal(a.use_(blue.clone()).call().await.unwrap_err());
    assert_eq!((refused.shared, refused.color), (blue, 2));
    // Of the same name, but of another shape.
    let both = b.both(inner.clone(), SharerB::Inner { other: n(7) }).call().await.unwrap();
    assert_eq!(both._0, vec![inner.clone(), inner]);
    assert_eq!(both.mine[0][1].other, n(7));
    let prices = b.prices(vec![1, 2], [0, 1, 2]).call().await.unwrap();
    assert_eq!((prices._0, prices._1), (vec![1, 2], [0, 1, 2]));
}

#[tokio::test]
async fn a_contract_and_a_struct_of_one_name() {
    let node = Node::start().await;
    let same = Same::deploy(&node.provider).await.unwrap();
    let sum = same.same(Same::Same { value: n(1) }, Same::CASED { small: 2 }).call().await.unwrap();
    assert_eq!(sum, Same::Same { value: n(3) });
    let receipt = same.announce().send().await.unwrap().get_receipt().await.unwrap();
    assert_eq!(receipt.decoded_log::<Same::Cased>().unwrap().data.same.value, n(7));
}

#[tokio::test]
async fn what_has_no_name() {
    let node = Node::start().await;
    let unnamed = Unnamed::deploy(&node.provider).await.unwrap();
    let pair = unnamed.pair().call().await.unwrap();
    assert_eq!((pair._0, pair._1), (n(1), Address::with_last_byte(2)));
    let mixed = unnamed.mixed(n(1), n(2), false).call().await.unwrap();
    assert_eq!((mixed.first, mixed._1), (n(2), true));
    assert_eq!(unnamed.underscored(n(1), n(2), n(3)).call().await.unwrap(), n(4));
    assert_eq!(unnamed.one(n(5)).call().await.unwrap(), n(1));
    assert_eq!(unnamed.points(Address::ZERO, n(1)).call().await.unwrap().x, I256::ZERO);
    let callback = Function::repeat_byte(7);
    assert_eq!(unnamed.callback(callback).call().await.unwrap(), callback);
    let sizes = unnamed.sizes(
        1,
        U24::from(2),
        I40::ONE,
        I256::MINUS_ONE,
        [5].into(),
        [6; 31].into(),
        Address::repeat_byte(7),
        true,
    );
    let sizes = sizes.call().await.unwrap();
    assert_eq!((sizes._0, sizes._1, sizes._2.len(), sizes._3), (n(3), I256::ZERO, 52, true));
    let nested = vec![[n(1), n(2), n(3)]];
    let text = ["a".to_owned(), "b".to_owned()];
    let arrays = unnamed.arrays(nested.clone(), vec![Bytes::new()], text.clone(), vec![Address::ZERO]);
    let arrays = arrays.call().await.unwrap();
    assert_eq!(
        (arrays._0, arrays._1, arrays._2, arrays._3),
        (nested, vec![Bytes::new()], text, vec![Address::ZERO])
    );
    assert_eq!(unnamed.onlyOne(Unnamed::Only { value: n(8) }).call().await.unwrap().value, n(8));
}

#[tokio::test]
async fn long_tuples() {
    let node = Node::start().await;
    let long = Long::deploy(&node.provider).await.unwrap();
    let thirteen = Long::Thirteen { a: 1, k: "k".to_owned(), m: [n(2); 40], ..zero() };
    assert_eq!(long.thirteen(thirteen.clone()).call().await.unwrap(), thirteen);
    let most = Long::TwentyFour { a1: n(1), a24: n(24), ..Long::TwentyFour::default() };
    assert_eq!(long.twentyFour(most.clone()).call().await.unwrap(), n(124));
}

/// Arrays as long as this have no default.
fn zero() -> Long::Thirteen {
    Long::Thirteen {
        a: 0,
        b: 0,
        c: U24::ZERO,
        d: 0,
        e: false,
        f: [0; 1].into(),
        g: [0; 2].into(),
        h: Address::ZERO,
        i: 0,
        j: 0,
        k: String::new(),
        l: Bytes::new(),
        m: [U256::ZERO; 40],
    }
}
