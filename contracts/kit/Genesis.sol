// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Predeploys } from "../libraries/Predeploys.sol";
import { Absent } from "./Absent.sol";
import { GenesisCode, GenesisContracts } from "./GenesisContracts.sol";
import { INBOX_PROXY_CODE, RECORDER, RecordedInbox, Recorder } from "./RecordedInbox.sol";
import { StateSwap, World } from "./StateSwap.sol";
import { Vm } from "forge-std/Vm.sol";

/// @title Genesis
/// @notice What every chain of the kit begins with: the contracts of a devnet's chain, as bytecode.
library Genesis {
    using StateSwap for World;

    /// @notice Owner of ProxyAdmin, who may upgrade the predeploys: the first account of the `test ... junk` mnemonic.
    address internal constant PROXY_ADMIN_OWNER = 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266;

    // forge-lint: disable-next-line(screaming-snake-case-const)
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @notice Slot that ERC-1967 gives to a proxy's implementation.
    bytes32 private constant IMPLEMENTATION_SLOT =
        bytes32(uint256(keccak256("eip1967.proxy.implementation")) - 1);

    /// @notice Slot that ERC-1967 gives to a proxy's admin.
    bytes32 private constant ADMIN_SLOT = bytes32(uint256(keccak256("eip1967.proxy.admin")) - 1);

    /// @notice Places the contracts in the EVM, and makes them known to `_world`.
    function install(World storage _world) internal {
        _placeCodes(_world);
        _placeProxies(_world);
        _placeAbsent(_world);
        _store(_world, Predeploys.PROXY_ADMIN, 0, PROXY_ADMIN_OWNER);
        vm.deal(Predeploys.ETH_LIQUIDITY, type(uint128).max);

        vm.etch(RECORDER, type(Recorder).runtimeCode);
        vm.etch(INBOX_PROXY_CODE, GenesisContracts.Proxy());
        vm.etch(Predeploys.CROSS_L2_INBOX, type(RecordedInbox).runtimeCode);
        _world.shared[RECORDER] = true;
        _world.shared[INBOX_PROXY_CODE] = true;
    }

    /// @dev Permit2's code has zero for the chain's id: it computes its domain separator then, on each chain its own.
    function _placeCodes(World storage _world) private {
        GenesisCode[] memory codes = GenesisContracts.codes();
        for (uint256 i = 0; i < codes.length; ++i) {
            vm.etch(codes[i].account, codes[i].code);
            if (codes[i].nonce > 0) vm.setNonceUnsafe(codes[i].account, codes[i].nonce);
            else _world.sterile[codes[i].account] = true;
            _world.track(codes[i].account);
        }
    }

    /// @notice The implementations stand in the code namespace already.
    function _placeProxies(World storage _world) private {
        address[] memory proxies = GenesisContracts.proxies();
        bytes memory code = GenesisContracts.Proxy();
        for (uint256 i = 0; i < proxies.length; ++i) {
            vm.etch(proxies[i], code);
            _world.track(proxies[i]);
            _store(_world, proxies[i], IMPLEMENTATION_SLOT, Predeploys.implementationOf(proxies[i]));
            _store(_world, proxies[i], ADMIN_SLOT, Predeploys.PROXY_ADMIN);
        }
    }

    function _placeAbsent(World storage _world) private {
        address[] memory absent = GenesisContracts.absent();
        for (uint256 i = 0; i < absent.length; ++i) {
            vm.etch(absent[i], type(Absent).runtimeCode);
            _world.track(absent[i]);
            _world.sterile[absent[i]] = true;
        }
    }

    function _store(World storage _world, address _account, bytes32 _slot, address _value) private {
        vm.store(_account, _slot, bytes32(uint256(uint160(_value))));
        _world.trackSlot(_account, _slot);
    }
}
