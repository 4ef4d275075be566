// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { CreationCode } from "../contracts/kit/CreationCode.sol";
import { DeployScript } from "../contracts/kit/DeployScript.sol";
import { Deployments, TokenOptions } from "../contracts/kit/Deployments.sol";

/// @title DeployToken
/// @notice Puts an OwnedSuperchainERC20 on several chains at one address, as `causeway deploy token` does:
///
///         CHAINS=http://127.0.0.1:9545,http://127.0.0.1:9546 TOKEN_NAME=Gold TOKEN_SYMBOL=GLD TOKEN_OWNER=0x... \
///             forge script script/DeployToken.s.sol --private-key 0x... --broadcast
///
///         Without --broadcast it shows what it would send.
contract DeployToken is DeployScript {
    /// @notice By the environment: CHAINS, TOKEN_NAME and TOKEN_SYMBOL; if they are there, TOKEN_DECIMALS (18), TOKEN_OWNER (the
    ///         sender), TOKEN_SUPPLY (in the smallest unit) with TOKEN_HOME (the chain that has it), and SALT (0).
    /// @return token_ Where it stands.
    function run() external returns (address token_) {
        uint256 decimals = vm.envExists("TOKEN_DECIMALS") ? vm.envUint("TOKEN_DECIMALS") : 18;
        require(decimals <= type(uint8).max, "TOKEN_DECIMALS is above 255");
        bool hasSupply = vm.envExists("TOKEN_SUPPLY");
        require(hasSupply || !vm.envExists("TOKEN_HOME"), "TOKEN_HOME without TOKEN_SUPPLY");
        TokenOptions memory options = TokenOptions({
            name: vm.envString("TOKEN_NAME"),
            symbol: vm.envString("TOKEN_SYMBOL"),
            // forge-lint: disable-next-line(unsafe-typecast)
            decimals: uint8(decimals),
            owner: _owner(),
            supply: hasSupply ? vm.envUint("TOKEN_SUPPLY") : 0,
            home: hasSupply ? vm.envUint("TOKEN_HOME") : 0
        });
        token_ = deploy(options, saltOfEnvironment(), chainsOfEnvironment());
    }

    /// @dev Without a key, forge has a sender of its own, whose token would stand elsewhere.
    function _owner() private view returns (address) {
        if (vm.envExists("TOKEN_OWNER")) return vm.envAddress("TOKEN_OWNER");

        require(msg.sender != DEFAULT_SENDER, "TOKEN_OWNER is missing, and no sender is named");
        return msg.sender;
    }

    /// @notice The same by `--sig`, for scripts of your own.
    /// @param _options What the token is created with.
    /// @param _salt    Salt for the address.
    /// @param _chains  RPC URLs, or names of `rpc_endpoints` in foundry.toml.
    /// @return token_  Where it stands.
    function deploy(
        TokenOptions memory _options,
        bytes32 _salt,
        string[] memory _chains
    )
        public
        returns (address token_)
    {
        token_ = deployOn(
            _chains,
            _options.name,
            _salt,
            Deployments.tokenInitCode(_options),
            CreationCode.OWNED_SUPERCHAIN_ERC20_CODE_HASH
        );
    }
}
