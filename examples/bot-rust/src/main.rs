//! `bot-rust SOURCE_URL DESTINATION_URL KEY_FILE`
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program speaks to whoever started it")]

use bot_rust::{Bot, Done};
use eyre::{WrapErr, eyre};

#[tokio::main]
async fn main() -> eyre::Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [source, destination, key_file] = arguments.as_slice() else {
        return Err(eyre!("usage: bot-rust SOURCE_URL DESTINATION_URL KEY_FILE"));
    };
    let key = std::fs::read_to_string(key_file).wrap_err_with(|| format!("cannot read {key_file}"))?;
    let key = key.trim().parse().map_err(|_| eyre!("{key_file} holds no private key"))?;
    let bot = Bot::connect(source, destination, key).await?;
    bot.run(|sent, done| match done {
        Ok(Done::Answered(answer)) => println!("{} answered by {}", sent.message_hash, answer.message_hash),
        Ok(Done::Left(reason)) => println!("{} left: {reason}", sent.message_hash),
        Err(error) => eprintln!("{}: {error}", sent.message_hash),
    })
    .await;
    Ok(())
}
