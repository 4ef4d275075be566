// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { ERC7786Gateway } from "../gateway/ERC7786Gateway.sol";
import { GatewayDeployment } from "../libraries/GatewayDeployment.sol";
import { Predeploys } from "../libraries/Predeploys.sol";
import { CrossL2Inbox } from "../predeploys/CrossL2Inbox.sol";
import { ETHLiquidity } from "../predeploys/ETHLiquidity.sol";
import { L2ToL2CrossDomainMessenger } from "../predeploys/L2ToL2CrossDomainMessenger.sol";
import { SuperchainETHBridge } from "../predeploys/SuperchainETHBridge.sol";
import { SuperchainTokenBridge } from "../predeploys/SuperchainTokenBridge.sol";
import { Proxy } from "../universal/Proxy.sol";
import { ProxyAdmin } from "../universal/ProxyAdmin.sol";
import { INBOX_PROXY_CODE, RECORDER, RecordedInbox, Recorder } from "./RecordedInbox.sol";
import { StateSwap, World } from "./StateSwap.sol";
import { Vm } from "forge-std/Vm.sol";

/// @title Genesis
/// @notice What every chain of the kit begins with: the interop predeploys, behind proxies.
library Genesis {
    using StateSwap for World;

    // forge-lint: disable-next-line(screaming-snake-case-const)
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @notice Slot that ERC-1967 gives to a proxy's implementation.
    bytes32 private constant IMPLEMENTATION_SLOT =
        bytes32(uint256(keccak256("eip1967.proxy.implementation")) - 1);

    /// @notice Slot that ERC-1967 gives to a proxy's admin.
    bytes32 private constant ADMIN_SLOT = bytes32(uint256(keccak256("eip1967.proxy.admin")) - 1);

    /// @notice Places the predeploys in the EVM, and makes them known to `_world`.
    function install(World storage _world) internal {
        _place(_world, Predeploys.PROXY_ADMIN, type(ProxyAdmin).runtimeCode);
        _place(_world, Predeploys.CROSS_L2_INBOX, type(CrossL2Inbox).runtimeCode);
        _place(
            _world, Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER, type(L2ToL2CrossDomainMessenger).runtimeCode
        );
        _place(_world, Predeploys.SUPERCHAIN_ETH_BRIDGE, type(SuperchainETHBridge).runtimeCode);
        _place(_world, Predeploys.ETH_LIQUIDITY, type(ETHLiquidity).runtimeCode);
        _place(_world, Predeploys.SUPERCHAIN_TOKEN_BRIDGE, type(SuperchainTokenBridge).runtimeCode);
        vm.deal(Predeploys.ETH_LIQUIDITY, type(uint128).max);
        vm.etch(GatewayDeployment.GATEWAY, type(ERC7786Gateway).runtimeCode);
        _world.track(GatewayDeployment.GATEWAY);

        vm.etch(RECORDER, type(Recorder).runtimeCode);
        vm.etch(INBOX_PROXY_CODE, type(Proxy).runtimeCode);
        vm.etch(Predeploys.CROSS_L2_INBOX, type(RecordedInbox).runtimeCode);
        _world.shared[RECORDER] = true;
        _world.shared[INBOX_PROXY_CODE] = true;
    }

    /// @notice Places an implementation in the code namespace and a proxy before it.
    function _place(World storage _world, address _predeploy, bytes memory _code) private {
        address implementation = Predeploys.implementationOf(_predeploy);
        vm.etch(implementation, _code);
        vm.etch(_predeploy, type(Proxy).runtimeCode);
        vm.store(_predeploy, IMPLEMENTATION_SLOT, bytes32(uint256(uint160(implementation))));
        vm.store(_predeploy, ADMIN_SLOT, bytes32(uint256(uint160(Predeploys.PROXY_ADMIN))));

        _world.track(implementation);
        _world.track(_predeploy);
        _world.trackSlot(_predeploy, IMPLEMENTATION_SLOT);
        _world.trackSlot(_predeploy, ADMIN_SLOT);
    }
}
