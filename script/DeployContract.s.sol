// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { DeployScript } from "../contracts/kit/DeployScript.sol";

/// @title DeployContract
/// @notice Puts a contract of the project on several chains at one address, as `causeway deploy contract` does:
///
///         CHAINS=http://127.0.0.1:9545,http://127.0.0.1:9546 CONTRACT=Counter.sol:Counter \
///             ARGS=$(cast abi-encode 'constructor(uint256)' 7) \
///             forge script script/DeployContract.s.sol --private-key 0x... --broadcast
///
///         With the same arguments on every chain, and a constructor that does not ask who calls it: that is the proxy.
contract DeployContract is DeployScript {
    /// @notice By the environment: CHAINS, CONTRACT (its file and name, or its artifact); if they are there, ARGS (the
    ///         encoded arguments of the constructor) and SALT (0).
    /// @return account_ Where it stands.
    function run() external returns (address account_) {
        string memory contractName = vm.envString("CONTRACT");
        bytes memory arguments = vm.envExists("ARGS") ? vm.envBytes("ARGS") : bytes("");
        bytes memory initCode = bytes.concat(vm.getCode(contractName), arguments);
        account_ = deployOn(chainsOfEnvironment(), contractName, saltOfEnvironment(), initCode, 0);
    }
}
