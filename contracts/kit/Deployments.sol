// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { CreationCode } from "./CreationCode.sol";

/// @notice The deterministic deployment proxy is not on this chain, or something else stands in its place.
error Deploy_NoDeploymentProxy(uint256 chainId);

/// @notice The deployment proxy created nothing: the constructor reverted, or its arguments do not fit.
error Deploy_CreationFailed(uint256 chainId, address account);

/// @notice A token was to be created with a supply, and without an owner to get it.
error Deploy_SupplyWithoutOwner();

/// @notice What a token of `causeway deploy token` is created with, the same on every chain.
struct TokenOptions {
    string name;
    string symbol;
    uint8 decimals;
    /// @dev Gets the supply, and may mint; zero for nobody.
    address owner;
    /// @dev In the token's smallest unit; comes into being on the chain `home` alone.
    uint256 supply;
    uint256 home;
}

/// @title Deployments
/// @notice Contracts at one address on every chain, by CREATE2 through the deterministic deployment proxy. The address depends
///         on the salt and the creation code with its arguments, and on nothing else: neither on who deploys, nor when. In tests
///         as in scripts, where the one call is what is broadcast.
library Deployments {
    /// @notice Arachnid's deterministic deployment proxy, which OP Stack chains and anvil start with.
    address internal constant DEPLOYMENT_PROXY = 0x4e59b44847b379578588920cA78FbF26c0B4956C;

    /// @notice Hash of its code.
    bytes32 internal constant DEPLOYMENT_PROXY_CODE_HASH =
        0x2fa86add0aed31f33a762c9d88e807c475bd51d0f52bd0955754b2608f7e4989;

    /// @notice Salt that is taken where none is asked for.
    bytes32 internal constant DEFAULT_SALT = 0;

    /// @notice Creates a contract on this chain, or does nothing where it stands already. Reverts with
    ///         `Deploy_NoDeploymentProxy` and `Deploy_CreationFailed`.
    /// @param _salt     Any number. Another one gives another address.
    /// @param _initCode Creation code, followed by the encoded arguments.
    /// @return account_ Where it stands.
    /// @return created_ Whether it did not before.
    function deploy(bytes32 _salt, bytes memory _initCode)
        internal
        returns (address account_, bool created_)
    {
        account_ = addressOf(_salt, _initCode);
        if (account_.code.length != 0) return (account_, false);
        if (!hasDeploymentProxy()) revert Deploy_NoDeploymentProxy(block.chainid);

        (bool success,) = DEPLOYMENT_PROXY.call(bytes.concat(_salt, _initCode));
        if (!success || account_.code.length == 0) revert Deploy_CreationFailed(block.chainid, account_);
        created_ = true;
    }

    /// @notice Whether this chain has the deployment proxy.
    function hasDeploymentProxy() internal view returns (bool) {
        return DEPLOYMENT_PROXY.codehash == DEPLOYMENT_PROXY_CODE_HASH;
    }

    /// @notice Where `deploy` puts a contract, on every chain.
    function addressOf(bytes32 _salt, bytes memory _initCode) internal pure returns (address) {
        bytes32 hash =
            keccak256(abi.encodePacked(bytes1(0xff), DEPLOYMENT_PROXY, _salt, keccak256(_initCode)));
        return address(uint160(uint256(hash)));
    }

    /// @notice Creation code of an OwnedSuperchainERC20: the bytes that `causeway deploy token` deploys, whatever a
    ///         dapp compiles with. Reverts with `Deploy_SupplyWithoutOwner`.
    function tokenInitCode(TokenOptions memory _options) internal pure returns (bytes memory) {
        if (_options.owner == address(0) && _options.supply != 0) revert Deploy_SupplyWithoutOwner();

        return bytes.concat(
            CreationCode.OwnedSuperchainERC20(),
            abi.encode(
                _options.name,
                _options.symbol,
                _options.decimals,
                _options.owner,
                _options.supply,
                _options.home
            )
        );
    }
}
