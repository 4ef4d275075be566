use alloy::sol;

sol! {
    #![sol(all_derives)]

    /// The batch-call contract found on every chain at [`MULTICALL3`](crate::MULTICALL3).
    #[sol(rpc)]
    interface IMulticall3 {
        struct Call3Value { address target; bool allowFailure; uint256 value; bytes callData; }
        struct Result { bool success; bytes returnData; }
        function aggregate3Value(Call3Value[] calldata calls) external payable returns (Result[] memory returnData);
        function getEthBalance(address addr) external view returns (uint256 balance);
    }
}
