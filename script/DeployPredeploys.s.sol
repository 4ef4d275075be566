// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { GenesisContracts } from "../contracts/kit/GenesisContracts.sol";
import { Predeploys } from "../contracts/libraries/Predeploys.sol";
import { ChainState } from "./ChainState.sol";
import { VmSafe } from "forge-std/Vm.sol";
import { console } from "forge-std/console.sol";

/// @notice Contracts of others are where interop needs ours. REPLACE=true replaces them.
error DeployPredeploys_OtherCode(uint256 count);

/// @title DeployPredeploys
/// @notice Puts the predeploys on running nodes that can set code (anvil), as `causeway deploy predeploys` does:
///
///         CHAINS=http://127.0.0.1:8545 forge script script/DeployPredeploys.s.sol --broadcast
///
///         Without --broadcast it shows what it would set. What is as it should be, it leaves alone. OWNER becomes the owner
///         of ProxyAdmin where that has none. A chain that has a standard bridge, a mintable factory, WETH, a
///         ProxyAdmin or a preinstall of others keeps them; where it has others of the interop contracts, nothing is set on any
///         chain without REPLACE=true.
contract DeployPredeploys is ChainState {
    /// @notice On the chains of CHAINS.
    function run() external {
        vm.pauseTracing();
        string[] memory chains = chainsOfEnvironment();
        uint256 blocked;
        for (uint256 i = 0; i < chains.length; ++i) {
            blocked += _plan(chains[i]);
        }
        if (blocked != 0 && !_replaces()) revert DeployPredeploys_OtherCode(blocked);

        if (!vm.isContext(VmSafe.ForgeContext.ScriptBroadcast)) return;
        for (uint256 i = 0; i < chains.length; ++i) {
            console.log("chain %s: %s accounts set", idOf(chains[i]), _install(chains[i]));
        }
    }

    /// @notice Shows what is to be set on a chain.
    /// @return blocked_ Number of interop contracts that are others'.
    function _plan(string memory _chain) private returns (uint256 blocked_) {
        uint256 chainId = idOf(_chain);
        console.log("chain %s at %s", chainId, _chain);
        Expected[] memory expected = expectedOn(chainId);
        uint256 count;
        for (uint256 i = 0; i < expected.length; ++i) {
            string memory found = difference(_chain, expected[i]);
            if (bytes(found).length == 0) continue;
            bool keeps = _isKept(_chain, expected[i]);
            if (!keeps) ++count;
            if (!keeps && _hasOther(_chain, expected[i].account, expected[i].code)) ++blocked_;
            console.log(keeps ? "  %s  kept, %s" : "  %s  %s", expected[i].account, found);
        }
        if (_wantsOwner(_chain)) {
            console.log("  %s  gets the owner %s", Predeploys.PROXY_ADMIN, ownerOfEnvironment());
        }
        if (_wantsLiquidity(_chain)) console.log("  %s  gets %s wei", Predeploys.ETH_LIQUIDITY, LIQUIDITY);
        if (count == 0) console.log("  no code to set");
    }

    /// @notice Sets what is to be set on a chain.
    /// @return count_ Number of accounts whose code or slots were set.
    function _install(string memory _chain) private returns (uint256 count_) {
        Expected[] memory expected = expectedOn(idOf(_chain));
        for (uint256 i = 0; i < expected.length; ++i) {
            bool isThere = bytes(difference(_chain, expected[i])).length == 0;
            if (isThere || _isKept(_chain, expected[i])) continue;
            _set(_chain, expected[i]);
            ++count_;
        }
        if (_wantsOwner(_chain)) {
            _store(_chain, Predeploys.PROXY_ADMIN, OWNER_SLOT, _word(ownerOfEnvironment()));
        }
        if (_wantsLiquidity(_chain)) {
            string memory account = _quote(Predeploys.ETH_LIQUIDITY);
            string memory balance = vm.toString(bytes32(LIQUIDITY));
            vm.rpc(_chain, "anvil_setBalance", string.concat("[", account, ',"', balance, '"]'));
        }
    }

    function _replaces() private view returns (bool) {
        return vm.envExists("REPLACE") && vm.envBool("REPLACE");
    }

    function _wantsOwner(string memory _chain) private returns (bool) {
        return ownerOn(_chain) == address(0);
    }

    /// @notice What was bridged since is not made up for: only an empty store is filled.
    function _wantsLiquidity(string memory _chain) private returns (bool) {
        return balanceOn(_chain, Predeploys.ETH_LIQUIDITY) == 0;
    }

    /// @notice Whether a contract of others is in an account's place, where chains have some without us.
    function _isKept(string memory _chain, Expected memory _expected) private returns (bool) {
        address place = _placeOf(_expected.account);
        bool isInterop = place >= Predeploys.CROSS_L2_INBOX && place <= Predeploys.SUPERCHAIN_TOKEN_BRIDGE;
        if (isInterop || place == Predeploys.OPTIMISM_SUPERCHAIN_ERC20) return false;

        return _hasOther(_chain, _expected.account, _expected.code)
            || (place != _expected.account && _hasOther(_chain, place, GenesisContracts.Proxy()));
    }

    function _hasOther(string memory _chain, address _account, bytes memory _code) private returns (bool) {
        bytes memory code = codeOn(_chain, _account);
        return code.length != 0 && keccak256(code) != keccak256(_code);
    }

    /// @notice The predeploy that an implementation belongs to; any other account is its own place.
    function _placeOf(address _account) private pure returns (address) {
        if (uint160(_account) >> 16 != uint160(Predeploys.CODE_NAMESPACE) >> 16) return _account;

        return address(uint160(Predeploys.LEGACY_MESSAGE_PASSER) | (uint160(_account) & 0xffff));
    }

    function _set(string memory _chain, Expected memory _expected) private {
        string memory account = _quote(_expected.account);
        vm.rpc(_chain, "anvil_setCode", string.concat("[", account, ',"', vm.toString(_expected.code), '"]'));
        if (_expected.nonce != 0) vm.rpc(_chain, "anvil_setNonce", string.concat("[", account, ',"0x1"]'));
        for (uint256 i = 0; i < _expected.slots.length; ++i) {
            _store(_chain, _expected.account, _expected.slots[i], _expected.values[i]);
        }
    }

    function _store(string memory _chain, address _account, bytes32 _slot, bytes32 _value) private {
        vm.rpc(
            _chain,
            "anvil_setStorageAt",
            string.concat("[", _quote(_account), ',"', vm.toString(_slot), '","', vm.toString(_value), '"]')
        );
    }
}
