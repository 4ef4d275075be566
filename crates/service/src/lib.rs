#![doc = include_str!("../README.md")]

mod answer;
mod connections;
mod process;
mod register;
mod room;
mod seat;

pub use connections::serve;
pub use process::{BuildInfo, ProcessMetrics};
pub use register::{METADATA, Register};
pub use room::{Place, Room};
