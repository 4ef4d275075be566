//! The two chains of the demo, its account, and what can be read from the chains.

use super::report::Report;
use crate::{
    amount::Currency,
    context::Context,
    failure::{Failure, Outcome, OutcomeExt},
    wallet,
};
use alloy::{
    network::TransactionBuilder,
    primitives::{Address, B256, U256, utils::Unit},
    providers::Provider,
    rpc::types::{TransactionReceipt, TransactionRequest},
    signers::local::PrivateKeySigner,
};
use causeway_bindings::{DEVNET_TOKEN, L2NativeSuperchainERC20};
use causeway_chain::{ConnectOptions, Endpoint};
use causeway_client::{ChainClient, delivery::wait_receipt};
use causeway_devnet::{Network, NetworkChain};
use causeway_interop::ETH_LIQUIDITY;
use std::time::Duration;

/// How long any single step may take. Blocks come every second or two: this is a lot.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Whole units of a currency with 18 decimals.
pub(super) fn units(amount: u64) -> U256 {
    U256::from(amount) * Unit::ETHER.wei()
}

/// Everything the demo acts with.
#[derive(Debug)]
pub(super) struct Stage {
    /// The chain where the story begins.
    pub(super) a: Side,
    /// The other one.
    pub(super) b: Side,
    /// A fresh account, which does the transfers.
    pub(super) user: Address,
    pub(super) token: Currency,
}

/// One chain.
#[derive(Debug)]
pub(super) struct Side {
    pub(super) id: u64,
    /// Acts as the demo's account.
    pub(super) user: ChainClient,
    /// Acts as the devnet's funded account.
    pub(super) funded: ChainClient,
}

/// What one chain holds of what the demo moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Holdings {
    pub(super) supply: U256,
    pub(super) tokens: U256,
    pub(super) ether: U256,
    pub(super) liquidity: U256,
}

impl Stage {
    pub(super) async fn set(network: &Network) -> Outcome<Self> {
        let [a, b, ..] = network.chains.as_slice() else {
            return Err(Failure::failed("the devnet has fewer than two chains"));
        };
        let funded = wallet::from_key(network.funded_key())?;
        let user = PrivateKeySigner::random();
        let (a, b) = futures::try_join!(Side::connect(a, &funded, &user), Side::connect(b, &funded, &user))?;
        Ok(Self { a, b, user: user.address(), token: Currency::token("MOCK".to_owned(), 18) })
    }

    /// Gives the account ETH and tokens on the first chain only.
    pub(super) async fn fund(&self, context: &Context<'_>, report: &mut Report) -> Outcome {
        let spinner = context.printer.spinner("funding a fresh account");
        let funded = &self.a.funded;
        let ether = TransactionRequest::default().with_to(self.user).with_value(units(10));
        let ether =
            *funded.provider().send_transaction(ether).await.what("cannot fund the account")?.tx_hash();
        let token = L2NativeSuperchainERC20::new(DEVNET_TOKEN, funded.provider());
        let minted = *token.mint(self.user, units(1000)).send().await.what("cannot mint tokens")?.tx_hash();
        for hash in [ether, minted] {
            self.a.receipt(hash).await?;
        }
        drop(spinner);
        report.step(context, format!("a fresh account has 10 ETH and 1000 MOCK on {}", self.a.id));
        Ok(())
    }

    /// What both chains hold.
    pub(super) async fn holdings(&self) -> Outcome<[Holdings; 2]> {
        let (a, b) = futures::try_join!(self.a.holdings(self.user), self.b.holdings(self.user))?;
        Ok([a, b])
    }
}

impl Side {
    async fn connect(
        chain: &NetworkChain,
        funded: &PrivateKeySigner,
        user: &PrivateKeySigner,
    ) -> Outcome<Self> {
        let endpoint: Endpoint = chain.rpc_url.parse().what("the devnet gave a wrong URL")?;
        let client = ChainClient::connect(&endpoint, &ConnectOptions::default()).await?;
        Ok(Self {
            id: chain.chain_id,
            user: client.clone().with_signer(user.clone()),
            funded: client.with_signer(funded.clone()),
        })
    }

    /// The receipt of a transaction that must succeed.
    pub(super) async fn receipt(&self, hash: B256) -> Outcome<TransactionReceipt> {
        let receipt = wait_receipt(&self.user, hash, PATIENCE).await.what(format!("no receipt of {hash}"))?;
        if !receipt.status() {
            return Err(Failure::failed(format!("transaction {hash} reverted on {}", self.id)));
        }
        Ok(receipt)
    }

    pub(super) async fn holdings(&self, user: Address) -> Outcome<Holdings> {
        let provider = self.user.provider();
        let token = L2NativeSuperchainERC20::new(DEVNET_TOKEN, provider);
        let supply = token.totalSupply().call().await.what("cannot read the token's supply")?;
        let tokens = token.balanceOf(user).call().await.what("cannot read the token's balance")?;
        let ether = provider.get_balance(user).await.what("cannot read the account's balance")?;
        let liquidity = provider.get_balance(ETH_LIQUIDITY).await.what("cannot read the liquidity")?;
        Ok(Holdings { supply, tokens, ether, liquidity })
    }
}
