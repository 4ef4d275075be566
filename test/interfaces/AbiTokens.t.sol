// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IBeacon } from "../../contracts/interfaces/IBeacon.sol";
import {
    IL2StandardBridgeInterop,
    InvalidDecimals,
    InvalidLegacyERC20Address,
    InvalidSuperchainERC20Address,
    InvalidTokenPair
} from "../../contracts/interfaces/IL2StandardBridgeInterop.sol";
import { ILegacyMintableERC20 } from "../../contracts/interfaces/ILegacyMintableERC20.sol";
import { IMintableAndBurnableERC20 } from "../../contracts/interfaces/IMintableAndBurnableERC20.sol";
import { IOptimismERC20Factory } from "../../contracts/interfaces/IOptimismERC20Factory.sol";
import { IOptimismMintableERC20 } from "../../contracts/interfaces/IOptimismMintableERC20.sol";
import { IOptimismMintableERC20Factory } from "../../contracts/interfaces/IOptimismMintableERC20Factory.sol";
import { IOptimismSuperchainERC20 } from "../../contracts/interfaces/IOptimismSuperchainERC20.sol";
import {
    IOptimismSuperchainERC20Factory
} from "../../contracts/interfaces/IOptimismSuperchainERC20Factory.sol";
import { OptimismMintableERC20 } from "../../contracts/legacy/OptimismMintableERC20.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { BeaconProxy } from "../../contracts/universal/BeaconProxy.sol";
import { Test } from "forge-std/Test.sol";

/// @notice The numbers by which wallets, indexers and deployed contracts know legacy and superchain tokens. None
///         may change.
contract AbiTokens_Test is Test {
    function test_addresses_succeeds() external pure {
        assertEq(Predeploys.L2_STANDARD_BRIDGE, 0x4200000000000000000000000000000000000010);
        assertEq(Predeploys.OPTIMISM_MINTABLE_ERC20_FACTORY, 0x4200000000000000000000000000000000000012);
        assertEq(Predeploys.OPTIMISM_SUPERCHAIN_ERC20_FACTORY, 0x4200000000000000000000000000000000000026);
        assertEq(Predeploys.OPTIMISM_SUPERCHAIN_ERC20_BEACON, 0x4200000000000000000000000000000000000027);
        assertEq(Predeploys.OPTIMISM_SUPERCHAIN_ERC20, 0xB9415c6cA93bdC545D4c5177512FCC22EFa38F28);
    }

    function test_selectors_superchain_succeeds() external pure {
        assertEq(IOptimismSuperchainERC20.initialize.selector, bytes4(0xf6d2ee86));
        assertEq(IOptimismSuperchainERC20.mint.selector, bytes4(0x40c10f19));
        assertEq(IOptimismSuperchainERC20.burn.selector, bytes4(0x9dc29fac));
        assertEq(IOptimismSuperchainERC20.remoteToken.selector, bytes4(0xd6c0b2c4));
        assertEq(IOptimismSuperchainERC20Factory.deploy.selector, bytes4(0xef26a315));
        assertEq(IOptimismERC20Factory.deployments.selector, bytes4(0x316b3739));
        assertEq(IBeacon.implementation.selector, bytes4(0x5c60da1b));
    }

    function test_selectors_legacy_succeeds() external view {
        assertEq(IOptimismMintableERC20Factory.createStandardL2Token.selector, bytes4(0x896f93d1));
        assertEq(IOptimismMintableERC20Factory.createOptimismMintableERC20.selector, bytes4(0xce5ac90f));
        assertEq(
            IOptimismMintableERC20Factory.createOptimismMintableERC20WithDecimals.selector, bytes4(0x8cf0629c)
        );
        assertEq(IOptimismMintableERC20Factory.bridge.selector, bytes4(0xe78cea92));
        assertEq(IOptimismMintableERC20Factory.BRIDGE.selector, bytes4(0xee9a31a2));
        assertEq(OptimismMintableERC20.l2Bridge.selector, bytes4(0xae1f6aaf));

        OptimismMintableERC20 token;
        assertEq(token.REMOTE_TOKEN.selector, bytes4(0x033964be));
        assertEq(token.BRIDGE.selector, bytes4(0xee9a31a2));
        assertEq(token.PERMIT2.selector, bytes4(0x6afdd850));
    }

    function test_selectors_conversion_succeeds() external pure {
        assertEq(IL2StandardBridgeInterop.convert.selector, bytes4(0x248391ff));
        assertEq(IMintableAndBurnableERC20.mint.selector, bytes4(0x40c10f19));
        assertEq(IMintableAndBurnableERC20.burn.selector, bytes4(0x9dc29fac));
        assertEq(IMintableAndBurnableERC20.decimals.selector, bytes4(0x313ce567));
    }

    function test_interfaceIds_succeeds() external pure {
        assertEq(type(ILegacyMintableERC20).interfaceId, bytes4(0x1d1d8b63));
        assertEq(type(IOptimismMintableERC20).interfaceId, bytes4(0xec4fc8e3));
    }

    function test_errors_succeeds() external pure {
        assertEq(InvalidDecimals.selector, bytes4(0xd25598a0));
        assertEq(InvalidLegacyERC20Address.selector, bytes4(0xb3d370d4));
        assertEq(InvalidSuperchainERC20Address.selector, bytes4(0x7acfd453));
        assertEq(InvalidTokenPair.selector, bytes4(0x8686656d));
        assertEq(IOptimismSuperchainERC20.InvalidInitialization.selector, bytes4(0xf92ee8a9));
    }

    function test_topics_succeeds() external pure {
        assertEq(
            IL2StandardBridgeInterop.Converted.selector,
            0xf98522c4d7ccb9de6d7bb8395a567bd90003fe876d577e4d0fd4b53e1ddfedf8
        );
        assertEq(
            IOptimismSuperchainERC20Factory.OptimismSuperchainERC20Created.selector,
            0xc4dc49b8346732c19a032264daf2bebf08be752a393ea2a8519cd1953ef4d932
        );
        assertEq(
            IOptimismMintableERC20Factory.OptimismMintableERC20Created.selector,
            0x52fe89dd5930f343d25650b62fd367bae47088bcddffd2a88350a6ecdd620cdb
        );
        assertEq(
            IOptimismMintableERC20Factory.StandardL2TokenCreated.selector,
            0xceeb8e7d520d7f3b65fc11a262b91066940193b05d4f93df07cfdced0eb551cf
        );
    }

    function test_topics_tokens_succeeds() external pure {
        bytes32 mint = 0x0f6798a560793a54c3bcfe86a93cde1e73087d944c0ea20544137d4121396885;
        bytes32 burn = 0xcc16f5dbb4873280815c1ee09dbd06736cffcc184412cf7a71a0fdb75d397ca5;
        assertEq(IOptimismSuperchainERC20.Mint.selector, mint);
        assertEq(OptimismMintableERC20.Mint.selector, mint);
        assertEq(IOptimismSuperchainERC20.Burn.selector, burn);
        assertEq(OptimismMintableERC20.Burn.selector, burn);
        assertEq(
            IOptimismSuperchainERC20.Initialized.selector,
            0xc7f505b2f371ae2175ee4913f4499e1f2633a7b5936321eed1cdaeb6115181d2
        );
        assertEq(
            BeaconProxy.BeaconUpgraded.selector,
            0x1cf3b03a6cf19fa2baba4df148e9dcabedea7f8a5c07840e207e5c089be95d3e
        );
    }
}
