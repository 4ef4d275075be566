// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IRelayBatcher } from "../../contracts/interfaces/IRelayBatcher.sol";
import { RelayBatch } from "../../contracts/libraries/RelayBatch.sol";
import { RelayBatcher } from "../../contracts/relay/RelayBatcher.sol";
import { Preinstalled } from "./Preinstalled.sol";
import { Test } from "forge-std/Test.sol";

/// @notice Where the batcher stands. If these fail after a change of its code, the new code has a new address, which
///         `RelayBatch.BATCHER` has to say: contracts that are deployed already stay where they are.
contract RelayBatcher_Deployment_Test is Test {
    function setUp() external {
        vm.etch(Preinstalled.DEPLOYMENT_PROXY, Preinstalled.DEPLOYMENT_PROXY_CODE);
    }

    function test_address_succeeds() external pure {
        bytes32 codeHash = keccak256(type(RelayBatcher).creationCode);
        bytes32 hash = keccak256(
            abi.encodePacked(bytes1(0xff), Preinstalled.DEPLOYMENT_PROXY, RelayBatch.SALT, codeHash)
        );
        assertEq(RelayBatch.BATCHER, address(uint160(uint256(hash))));
    }

    function test_deploy_chainA_succeeds() external {
        _deployOn(901);
    }

    function test_deploy_chainB_succeeds() external {
        _deployOn(902);
    }

    function _deployOn(uint256 _chainId) private {
        vm.chainId(_chainId);
        (bool success, bytes memory result) =
            Preinstalled.DEPLOYMENT_PROXY.call(bytes.concat(RelayBatch.SALT, type(RelayBatcher).creationCode));
        assertTrue(success);
        assertEq(result, abi.encodePacked(RelayBatch.BATCHER));
        assertEq(RelayBatch.BATCHER.code, type(RelayBatcher).runtimeCode);
        assertEq(IRelayBatcher(RelayBatch.BATCHER).version(), "1.1.0");
    }
}
