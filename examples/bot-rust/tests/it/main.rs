//! The bot, and the first steps of docs/bindings.md, on a devnet.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so at once")]
#![allow(clippy::print_stdout, reason = "the first steps print, as in the document")]

mod bot;
mod devnet;
mod first_page;
mod first_steps;
