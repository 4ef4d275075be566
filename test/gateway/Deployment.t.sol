// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { ERC7786Gateway } from "../../contracts/gateway/ERC7786Gateway.sol";
import { IERC7786Gateway } from "../../contracts/interfaces/IERC7786Gateway.sol";
import { GatewayDeployment } from "../../contracts/libraries/GatewayDeployment.sol";
import { Preinstalled } from "../relay/Preinstalled.sol";
import { Test } from "forge-std/Test.sol";

/// @notice Where the gateway stands. If these fail after a change of its code, the new code has a new address, which
///         `GatewayDeployment.GATEWAY` has to say: contracts that are deployed already stay where they are.
contract ERC7786Gateway_Deployment_Test is Test {
    function setUp() external {
        vm.etch(Preinstalled.DEPLOYMENT_PROXY, Preinstalled.DEPLOYMENT_PROXY_CODE);
    }

    function test_address_succeeds() external pure {
        bytes32 codeHash = keccak256(type(ERC7786Gateway).creationCode);
        bytes32 hash = keccak256(
            abi.encodePacked(bytes1(0xff), Preinstalled.DEPLOYMENT_PROXY, GatewayDeployment.SALT, codeHash)
        );
        assertEq(GatewayDeployment.GATEWAY, address(uint160(uint256(hash))));
    }

    function test_deploy_chainA_succeeds() external {
        _deployOn(901);
    }

    function test_deploy_chainB_succeeds() external {
        _deployOn(902);
    }

    function _deployOn(uint256 _chainId) private {
        vm.chainId(_chainId);
        bytes memory creation = bytes.concat(GatewayDeployment.SALT, type(ERC7786Gateway).creationCode);
        (bool success, bytes memory result) = Preinstalled.DEPLOYMENT_PROXY.call(creation);
        assertTrue(success);
        assertEq(result, abi.encodePacked(GatewayDeployment.GATEWAY));
        assertEq(GatewayDeployment.GATEWAY.code, type(ERC7786Gateway).runtimeCode);
        assertEq(IERC7786Gateway(GatewayDeployment.GATEWAY).version(), "1.0.0");
    }
}
