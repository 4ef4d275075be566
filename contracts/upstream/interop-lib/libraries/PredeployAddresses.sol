// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Predeploys } from "../../../libraries/Predeploys.sol";

/// @title PredeployAddresses
/// @notice Addresses of predeploys, by interop-lib's names.
library PredeployAddresses {
    address internal constant WETH = Predeploys.WETH;
    address internal constant GAS_PRICE_ORACLE = Predeploys.GAS_PRICE_ORACLE;
    address internal constant CROSS_L2_INBOX = Predeploys.CROSS_L2_INBOX;
    address internal constant L2_TO_L2_CROSS_DOMAIN_MESSENGER = Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER;
    address internal constant SUPERCHAIN_ETH_BRIDGE = Predeploys.SUPERCHAIN_ETH_BRIDGE;
    address internal constant ETH_LIQUIDITY = Predeploys.ETH_LIQUIDITY;
    address internal constant SUPERCHAIN_TOKEN_BRIDGE = Predeploys.SUPERCHAIN_TOKEN_BRIDGE;

    /// @notice Where interop-lib's Promise stands, if somebody has deployed it. It is no contract of this repository.
    address internal constant PROMISE = 0xFcdC08d2DFf80DCDf1e954c4759B3316BdE86464;
}
