// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { ISemver } from "../contracts/interfaces/ISemver.sol";
import { Preinstalled } from "./Preinstalled.sol";
import { Test } from "forge-std/Test.sol";

/// @notice Where a contract stands that the deterministic deployment proxy puts at one address on every chain. If these
///         fail after a change of its code, the new code has a new address, which its library has to say: contracts that are
///         deployed already stay where they are.
abstract contract DeploymentTest is Test {
    address private immutable EXPECTED;
    bytes32 private immutable SALT;
    bytes private _creation;
    bytes private _runtime;
    string private _version;

    constructor(
        address _expected,
        bytes32 _salt,
        bytes memory _creationCode,
        bytes memory _runtimeCode,
        string memory _semver
    ) {
        (EXPECTED, SALT) = (_expected, _salt);
        (_creation, _runtime, _version) = (_creationCode, _runtimeCode, _semver);
    }

    function setUp() external {
        vm.etch(Preinstalled.DEPLOYMENT_PROXY, Preinstalled.DEPLOYMENT_PROXY_CODE);
    }

    function test_address_succeeds() external view {
        bytes32 hash = keccak256(
            abi.encodePacked(bytes1(0xff), Preinstalled.DEPLOYMENT_PROXY, SALT, keccak256(_creation))
        );
        assertEq(EXPECTED, address(uint160(uint256(hash))));
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
            Preinstalled.DEPLOYMENT_PROXY.call(bytes.concat(SALT, _creation));
        assertTrue(success);
        assertEq(result, abi.encodePacked(EXPECTED));
        assertEq(EXPECTED.code, _runtime);
        assertEq(ISemver(EXPECTED).version(), _version);
    }
}
