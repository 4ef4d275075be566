mod lease_log;
mod net;
mod replica;

pub(crate) use causeway_chain::test_utils::{Gate, Lag, Mode};
pub(crate) use causeway_deploy::test_utils::{Anvil, Mining, USER};
pub(crate) use lease_log::LeaseLog;
pub(crate) use net::{Listener, Net, PATIENCE, relayer_signer, send, send_each, set_counter, signers, start};
pub(crate) use replica::Replica;
