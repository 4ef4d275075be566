use alloy::{
    primitives::Bytes,
    providers::{Provider, ProviderBuilder},
    signers::local::PrivateKeySigner,
};
use bot_rust::{Bot, Done};
use causeway_client::{InteropExt, MessageEvent, MessageFilter, State};
use futures::StreamExt;
use tokio::time::timeout;

use crate::devnet::{PATIENCE, devnet, url};

const USER: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const BOT: &str = "0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_to_it_is_delivered_and_answered() {
    let devnet = devnet().await;
    let (user, key): (PrivateKeySigner, PrivateKeySigner) = (USER.parse().unwrap(), BOT.parse().unwrap());
    let (account, asker) = (key.address(), user.address());
    let connect = async |chain| {
        ProviderBuilder::new().wallet(user.clone()).connect(&url(&devnet, chain)).await.unwrap()
    };
    let (source, destination) = (connect(901).await, connect(902).await);

    let bot = Bot::connect(&url(&devnet, 901), &url(&devnet, 902), key).await.unwrap();
    let (told, mut served) = tokio::sync::mpsc::unbounded_channel();
    let running = tokio::spawn(async move {
        bot.run(|sent, done| told.send((sent.clone(), done)).unwrap()).await;
    });
    let from = MessageFilter { from_block: Some(0), sender: Some(account), ..MessageFilter::default() };
    let mut answers = Box::pin(destination.interop().messages(from));

    let both = source.interop().with_chain(destination.clone());
    let mut asked = 0;
    // It serves what is sent once it runs, which the first one shows: it is sent until it is heard.
    let (first, done) = loop {
        asked += 1;
        let question = Bytes::from(format!("question {asked}").into_bytes());
        let _ =
            source.interop().send_message(902, account, question).await.unwrap().get_receipt().await.unwrap();
        if let Ok(first) = timeout(std::time::Duration::from_secs(20), served.recv()).await {
            break first.unwrap();
        }
    };
    let Done::Answered(answer) = done.unwrap() else { panic!("{first:?} was left") };
    let MessageEvent::Sent(seen) = timeout(PATIENCE, answers.next()).await.unwrap().unwrap().unwrap() else {
        panic!("it was taken away")
    };
    assert_eq!(*answer, seen);
    assert_eq!((seen.message.target, seen.message.sender), (asker, account));
    assert_eq!(seen.message.message, [b"re: ".as_slice(), &first.message.message].concat());
    for sent in [&first, &seen] {
        both.wait_delivered(sent, PATIENCE).await.unwrap();
        assert!(matches!(both.status(sent).await.unwrap().state, State::Delivered { delivery: Some(_) }));
    }
    running.abort();
    drop((source, destination.get_block_number().await));
    devnet.stop().await.unwrap();
}
