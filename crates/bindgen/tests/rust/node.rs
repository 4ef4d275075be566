use alloy::{
    network::Ethereum,
    primitives::Address,
    providers::{DynProvider, Provider, ProviderBuilder},
    signers::local::PrivateKeySigner,
    sol_types::SolError,
};
use causeway_chain::test_utils::AnvilProcess;

/// The first account of the mnemonic that anvil has money for.
pub(crate) const KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
pub(crate) const SENDER: Address = alloy::primitives::address!("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");

/// A node that makes a block of every transaction, and an account on it.
pub(crate) struct Node {
    _process: AnvilProcess,
    pub(crate) provider: DynProvider<Ethereum>,
}

impl Node {
    pub(crate) async fn start() -> Self {
        let process = AnvilProcess::start([] as [&str; 0]).await;
        let url = format!("http://127.0.0.1:{}", process.port).parse().unwrap();
        let signer: PrivateKeySigner = KEY.parse().unwrap();
        let provider = ProviderBuilder::new().wallet(signer).connect_http(url).erased();
        Self { _process: process, provider }
    }
}

/// The error that a call failed with.
pub(crate) fn refusal<E: SolError>(error: alloy::contract::Error) -> E {
    error.as_decoded_error::<E>().unwrap_or_else(|| panic!("not {}: {error}", E::SIGNATURE))
}
