mod anvil;
mod gate;
mod net;

pub(crate) use anvil::{Anvil, Mining};
pub(crate) use gate::{Gate, Lag, Mode};
pub(crate) use net::{Net, PATIENCE, USER, mint, relayer_signer, send, start};
