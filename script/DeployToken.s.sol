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
    /// @notice By the environment: CHAINS, TOKEN_NAME and TOKEN_SYMBOL; if they are there, TOKEN_DECIMALS (18), TOKEN_OWNER (nobody),
    ///         TOKEN_SUPPLY (0, in the smallest unit), TOKEN_HOME (the chain with the supply; needed if there is one), and SALT (0).
    /// @return token_ Where it stands.
    function run() external returns (address token_) {
        uint256 decimals = vm.envExists("TOKEN_DECIMALS") ? vm.envUint("TOKEN_DECIMALS") : 18;
        require(decimals <= type(uint8).max, "TOKEN_DECIMALS is above 255");
        uint256 supply = vm.envExists("TOKEN_SUPPLY") ? vm.envUint("TOKEN_SUPPLY") : 0;
        TokenOptions memory options = TokenOptions({
            name: vm.envString("TOKEN_NAME"),
            symbol: vm.envString("TOKEN_SYMBOL"),
            // forge-lint: disable-next-line(unsafe-typecast)
            decimals: uint8(decimals),
            owner: vm.envExists("TOKEN_OWNER") ? vm.envAddress("TOKEN_OWNER") : address(0),
            supply: supply,
            home: supply != 0 || vm.envExists("TOKEN_HOME") ? vm.envUint("TOKEN_HOME") : 0
        });
        token_ = deploy(options, saltOfEnvironment(), chainsOfEnvironment());
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
