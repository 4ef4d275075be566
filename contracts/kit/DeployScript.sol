// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Deploy_NoDeploymentProxy, Deployments } from "./Deployments.sol";
import { Script } from "forge-std/Script.sol";
import { VmSafe } from "forge-std/Vm.sol";
import { console } from "forge-std/console.sol";

/// @notice No chain was named.
error Deploy_NoChains();

/// @notice Two of the URLs lead to one chain.
error Deploy_SameChain(uint256 chainId);

/// @notice The account that is to send the transactions has no ether on this chain.
error Deploy_NoFunds(uint256 chainId, address account);

/// @notice Where the contract was to be, another stands, or what was created is not what was expected.
error Deploy_OtherCode(uint256 chainId, address account, bytes32 codeHash);

/// @notice The constructor takes the deployment proxy, its caller, for the owner: nobody could ever act as that.
error Deploy_ProxyOwns(uint256 chainId, address account);

/// @title DeployScript
/// @notice Base of forge scripts that put contracts on several chains, each at one address: what stands already is left
///         alone, so that a run that broke off is simply repeated. All chains are looked at before forge sends anything.
abstract contract DeployScript is Script {
    /// @notice IDs of the forks, plus one: a chain keeps its fork, in which the sender's nonce counts on.
    mapping(string chain => uint256 fork) private _forks;

    /// @notice Puts a contract on each of the chains.
    /// @param _chains   RPC URLs, or names of `rpc_endpoints` in foundry.toml.
    /// @param _name     What to call it in the output.
    /// @param _salt     Salt for the address.
    /// @param _initCode Creation code, followed by the encoded arguments.
    /// @param _codeHash Hash of the code that it then has; zero where chains may differ in it, as by immutables.
    /// @return account_ Where it stands, on each chain.
    function deployOn(
        string[] memory _chains,
        string memory _name,
        bytes32 _salt,
        bytes memory _initCode,
        bytes32 _codeHash
    )
        internal
        returns (address account_)
    {
        account_ = Deployments.addressOf(_salt, _initCode);
        console.log("%s at %s, salt %s", _name, vm.toString(account_), vm.toString(_salt));
        if (_chains.length == 0) revert Deploy_NoChains();
        uint256[] memory chainIds = new uint256[](_chains.length);
        for (uint256 i = 0; i < _chains.length; ++i) {
            _select(_chains[i]);
            chainIds[i] = block.chainid;
            for (uint256 j = 0; j < i; ++j) {
                if (chainIds[i] == chainIds[j]) revert Deploy_SameChain(block.chainid);
            }
            (bool created, bytes32 found) = _deployHere(_chains[i], _salt, _initCode, account_);
            if (_codeHash != 0 && found != _codeHash) {
                revert Deploy_OtherCode(block.chainid, account_, found);
            }
            console.log(created ? "  %s  to be sent" : "  %s  there already", block.chainid);
        }
    }

    /// @notice The chains that the environment names in CHAINS, with commas between them.
    function chainsOfEnvironment() internal view returns (string[] memory) {
        return vm.envString("CHAINS", ",");
    }

    /// @notice The salt that the environment names in SALT; `Deployments.DEFAULT_SALT` if none.
    /// @dev `vm.envOr` would take the default for what it cannot read, too, and so deploy something else than was asked for.
    function saltOfEnvironment() internal view returns (bytes32) {
        return vm.envExists("SALT") ? vm.envBytes32("SALT") : Deployments.DEFAULT_SALT;
    }

    function _select(string memory _chain) private {
        if (_forks[_chain] == 0) _forks[_chain] = vm.createFork(_chain) + 1;
        vm.selectFork(_forks[_chain] - 1);
    }

    /// @dev The node is asked what there is: forge puts the proxy into a fork that has none, and remembers of a node's block what
    ///      `anvil_setCode` has changed since. The checks come before `vm.startBroadcast`, so that what fails is known by our
    ///      errors.
    function _deployHere(
        string memory _chain,
        bytes32 _salt,
        bytes memory _initCode,
        address _account
    )
        private
        returns (bool created_, bytes32 codeHash_)
    {
        bytes memory code = _codeOn(_chain, _account);
        if (code.length != 0) return (false, keccak256(code));

        bytes memory proxy = _codeOn(_chain, Deployments.DEPLOYMENT_PROXY);
        if (keccak256(proxy) != Deployments.DEPLOYMENT_PROXY_CODE_HASH) {
            revert Deploy_NoDeploymentProxy(block.chainid);
        }
        if (vm.isContext(VmSafe.ForgeContext.ScriptBroadcast) && msg.sender.balance == 0) {
            revert Deploy_NoFunds(block.chainid, msg.sender);
        }

        vm.startBroadcast();
        (, created_) = Deployments.deploy(_salt, _initCode);
        vm.stopBroadcast();
        codeHash_ = _account.codehash;
        // Nothing has been sent yet: forge only simulates here.
        if (_ownerOf(_account) == Deployments.DEPLOYMENT_PROXY) {
            revert Deploy_ProxyOwns(block.chainid, _account);
        }
    }

    /// @dev What `owner()` says; zero where there is none.
    function _ownerOf(address _account) private view returns (address) {
        (bool success, bytes memory answer) = _account.staticcall(abi.encodeWithSignature("owner()"));
        if (!success || answer.length != 32) return address(0);
        return address(uint160(abi.decode(answer, (uint256))));
    }

    function _codeOn(string memory _chain, address _account) private returns (bytes memory) {
        return vm.rpc(_chain, "eth_getCode", string.concat('["', vm.toString(_account), '","latest"]'));
    }
}
