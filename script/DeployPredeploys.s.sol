// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { GenesisContracts } from "../contracts/kit/GenesisContracts.sol";
import { Predeploys } from "../contracts/libraries/Predeploys.sol";
import { ChainState } from "./ChainState.sol";
import { VmSafe } from "forge-std/Vm.sol";
import { console } from "forge-std/console.sol";

/// @title DeployPredeploys
/// @notice Puts the predeploys on running nodes that can set code (anvil), as `causeway deploy predeploys` does:
///
///         CHAINS=http://127.0.0.1:8545 forge script script/DeployPredeploys.s.sol --broadcast
///
///         Without --broadcast it shows what it would set. What is as it should be, it leaves alone. OWNER becomes the owner
///         of ProxyAdmin where that has none. A chain that has a standard bridge, a mintable factory, WETH, a
///         ProxyAdmin or a preinstall of others keeps them.
contract DeployPredeploys is ChainState {
    /// @notice On the chains of CHAINS.
    function run() external {
        string[] memory chains = chainsOfEnvironment();
        bool sets = vm.isContext(VmSafe.ForgeContext.ScriptBroadcast);
        for (uint256 i = 0; i < chains.length; ++i) {
            uint256 changes = _install(chains[i], sets);
            if (changes == 0) console.log("  nothing to change");
            else console.log("  %s changes %s", changes, sets ? "made" : "to make");
        }
    }

    function _install(string memory _chain, bool _sets) private returns (uint256 changes_) {
        uint256 chainId = idOf(_chain);
        console.log("chain %s at %s", chainId, _chain);
        Expected[] memory expected = expectedOn(chainId);
        for (uint256 i = 0; i < expected.length; ++i) {
            string memory found = difference(_chain, expected[i]);
            if (bytes(found).length == 0) continue;
            if (_isOfOthers(_chain, expected[i])) {
                console.log("  %s  kept, %s", expected[i].account, found);
                continue;
            }
            console.log("  %s  %s", expected[i].account, found);
            ++changes_;
            if (_sets) _set(_chain, expected[i]);
        }
        changes_ += _giveOwner(_chain, _sets) + _giveLiquidity(_chain, _sets);
    }

    /// @notice Whether a contract of others is in an account's place, where chains have some without us.
    function _isOfOthers(string memory _chain, Expected memory _expected) private returns (bool) {
        address place = _placeOf(_expected.account);
        bool isOurs = place >= Predeploys.CROSS_L2_INBOX && place <= Predeploys.SUPERCHAIN_TOKEN_BRIDGE;
        if (isOurs || place == Predeploys.OPTIMISM_SUPERCHAIN_ERC20) return false;

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

    function _giveOwner(string memory _chain, bool _sets) private returns (uint256) {
        if (ownerOn(_chain) != address(0)) return 0;
        address owner = ownerOfEnvironment();
        console.log("  %s  gets the owner %s", Predeploys.PROXY_ADMIN, owner);
        if (_sets) _store(_chain, Predeploys.PROXY_ADMIN, OWNER_SLOT, _word(owner));
        return 1;
    }

    /// @notice What was bridged since is not made up for: only an empty store is filled.
    function _giveLiquidity(string memory _chain, bool _sets) private returns (uint256) {
        if (balanceOn(_chain, Predeploys.ETH_LIQUIDITY) != 0) return 0;
        console.log("  %s  gets %s wei", Predeploys.ETH_LIQUIDITY, LIQUIDITY);
        if (_sets) {
            string memory account = _quote(Predeploys.ETH_LIQUIDITY);
            string memory balance = vm.toString(bytes32(LIQUIDITY));
            vm.rpc(_chain, "anvil_setBalance", string.concat("[", account, ',"', balance, '"]'));
        }
        return 1;
    }

    function _store(string memory _chain, address _account, bytes32 _slot, bytes32 _value) private {
        vm.rpc(
            _chain,
            "anvil_setStorageAt",
            string.concat("[", _quote(_account), ',"', vm.toString(_slot), '","', vm.toString(_value), '"]')
        );
    }
}
