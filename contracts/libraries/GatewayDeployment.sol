// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title GatewayDeployment
/// @notice Where ERC7786Gateway stands.
library GatewayDeployment {
    /// @notice Address of ERC7786Gateway on every chain: what the deterministic deployment proxy makes of its
    ///         creation code and `SALT`.
    address internal constant GATEWAY = 0x5630acCac1Ef86C8DE18BE7d2F8dF92a3a8C76F1;

    /// @notice Salt to deploy it with.
    bytes32 internal constant SALT = 0;
}
