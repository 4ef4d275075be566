use alloy::{
    consensus::SignableTransaction,
    contract,
    network::{NetworkTransactionBuilder, TransactionBuilder},
    primitives::{Address, U256, address},
    providers::DynProvider,
    rpc::types::TransactionRequest,
    sol,
    transports::TransportError,
};

sol! {
    /// What a chain of the OP Stack asks for beside the gas, at [`GAS_PRICE_ORACLE`].
    #[sol(rpc)]
    interface IGasPriceOracle {
        function getL1Fee(bytes memory data) external view returns (uint256 fee);
        function getOperatorFee(uint256 gasUsed) external view returns (uint256 fee);
    }
}

/// The GasPriceOracle predeploy.
pub const GAS_PRICE_ORACLE: Address = address!("0x420000000000000000000000000000000000000F");

/// What a chain asks for a transaction beside its gas, in wei; `None` where nobody says, as on a chain without an L1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Surcharge {
    /// For posting the transaction on the L1.
    pub l1_fee: Option<U256>,
    /// For whoever runs the chain.
    pub operator_fee: Option<U256>,
}

impl Surcharge {
    /// Returns both together.
    pub fn total(&self) -> U256 {
        self.l1_fee.unwrap_or_default().saturating_add(self.operator_fee.unwrap_or_default())
    }

    /// Asks the chain's oracle about a transaction that is complete but for its nonce and chain, and uses all of `gas`.
    ///
    /// `fault` judges an error: `None` where the question itself failed on the chain, so that nobody says (there is no
    /// oracle, or one that does not know the fee). An answer that is no number says nothing either.
    ///
    /// # Errors
    ///
    /// What `fault` makes of the error of a node that did not answer.
    pub async fn ask<E>(
        provider: &DynProvider,
        request: TransactionRequest,
        gas: u64,
        fault: impl Fn(TransportError) -> Option<E>,
    ) -> Result<Self, E> {
        // Numbers that take as many bytes as real ones do, or more.
        let request = request.with_gas_limit(gas).with_chain_id(u64::MAX).with_nonce(u64::from(u32::MAX));
        let Ok(unsigned) = request.build_unsigned() else { return Ok(Self::default()) };
        let mut data = Vec::new();
        unsigned.encode_for_signing(&mut data);
        let oracle = IGasPriceOracle::new(GAS_PRICE_ORACLE, provider);
        let said = |answer| match answer {
            Ok(fee) => Ok(Some(fee)),
            Err(contract::Error::TransportError(error)) => fault(error).map_or(Ok(None), Err),
            Err(_) => Ok(None),
        };
        Ok(Self {
            l1_fee: said(oracle.getL1Fee(data.into()).call().await)?,
            operator_fee: said(oracle.getOperatorFee(U256::from(gas)).call().await)?,
        })
    }
}
