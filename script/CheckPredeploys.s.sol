// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Predeploys } from "../contracts/libraries/Predeploys.sol";
import { ChainState } from "./ChainState.sol";
import { console } from "forge-std/console.sol";

/// @notice The chains have something else than DeployPredeploys would give them.
error CheckPredeploys_Differences(uint256 count);

/// @title CheckPredeploys
/// @notice Says where the chains of CHAINS differ from what DeployPredeploys gives them, and fails if they do. It compares
///         code, the slots of proxies, and that somebody owns ProxyAdmin and ETHLiquidity is not empty; with OWNER, that it is
///         the owner. `causeway deploy check` knows more, and names what it finds.
contract CheckPredeploys is ChainState {
    /// @notice On the chains of CHAINS.
    function run() external {
        // What differs is in the log; forge would show every request when this fails.
        vm.pauseTracing();
        string[] memory chains = chainsOfEnvironment();
        uint256 count;
        for (uint256 i = 0; i < chains.length; ++i) {
            count += _check(chains[i]);
        }
        if (count != 0) revert CheckPredeploys_Differences(count);
    }

    function _check(string memory _chain) private returns (uint256 count_) {
        uint256 chainId = idOf(_chain);
        console.log("chain %s at %s", chainId, _chain);
        Expected[] memory expected = expectedOn(chainId);
        for (uint256 i = 0; i < expected.length; ++i) {
            string memory found = difference(_chain, expected[i]);
            if (bytes(found).length == 0) continue;
            ++count_;
            console.log("  %s  %s", expected[i].account, found);
        }
        address owner = ownerOn(_chain);
        if (owner == address(0) || (vm.envExists("OWNER") && owner != ownerOfEnvironment())) {
            ++count_;
            console.log("  %s  has the owner %s", Predeploys.PROXY_ADMIN, owner);
        }
        if (balanceOn(_chain, Predeploys.ETH_LIQUIDITY) == 0) {
            ++count_;
            console.log("  %s  is empty", Predeploys.ETH_LIQUIDITY);
        }
        if (count_ == 0) console.log("  as expected: %s contracts", expected.length);
    }
}
