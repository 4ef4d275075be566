// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IETHLiquidity } from "../interfaces/L2/IETHLiquidity.sol";
import { IL2ToL2CrossDomainMessenger } from "../interfaces/L2/IL2ToL2CrossDomainMessenger.sol";
import { ISemver } from "../interfaces/universal/ISemver.sol";
import { ForcedSend } from "../libraries/ForcedSend.sol";
import { Predeploys } from "../libraries/Predeploys.sol";
import { Unauthorized, ZeroAddress } from "../libraries/errors/CommonErrors.sol";

/// @custom:proxied true
/// @custom:predeploy 0x4200000000000000000000000000000000000024
/// @custom:semver 1.0.1
/// @title SuperchainETHBridge
/// @notice See `ISuperchainETHBridge`.
contract SuperchainETHBridge is ISemver {
    /// @notice See `ISuperchainETHBridge`.
    error InvalidCrossDomainSender();

    /// @notice See `ISuperchainETHBridge`.
    event SendETH(address indexed from, address indexed to, uint256 amount, uint256 destination);

    /// @notice See `ISuperchainETHBridge`.
    event RelayETH(address indexed from, address indexed to, uint256 amount, uint256 source);

    /// @notice Carries the transfers.
    IL2ToL2CrossDomainMessenger internal constant MESSENGER =
        IL2ToL2CrossDomainMessenger(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER);

    /// @notice Holds the ETH.
    IETHLiquidity internal constant LIQUIDITY = IETHLiquidity(Predeploys.ETH_LIQUIDITY);

    /// @notice Takes the ETH that ETHLiquidity pays out. Reverts with `Unauthorized` for anyone else's.
    receive() external payable {
        // ETH of anyone else would be lost here.
        if (msg.sender != address(LIQUIDITY)) revert Unauthorized();
    }

    /// @inheritdoc ISemver
    function version() external pure returns (string memory) {
        return "1.0.1";
    }

    /// @notice See `ISuperchainETHBridge`.
    function sendETH(address _to, uint256 _chainId) external payable returns (bytes32 msgHash_) {
        if (_to == address(0)) revert ZeroAddress();

        LIQUIDITY.burn{ value: msg.value }();

        bytes memory message = abi.encodeCall(this.relayETH, (msg.sender, _to, msg.value));
        msgHash_ = MESSENGER.sendMessage(_chainId, address(this), message);

        emit SendETH(msg.sender, _to, msg.value, _chainId);
    }

    /// @notice See `ISuperchainETHBridge`.
    function relayETH(address _from, address _to, uint256 _amount) external {
        if (msg.sender != address(MESSENGER)) revert Unauthorized();

        (address sender, uint256 source) = MESSENGER.crossDomainMessageContext();
        if (sender != address(this)) revert InvalidCrossDomainSender();

        LIQUIDITY.mint(_amount);
        ForcedSend.forceSend(_to, _amount);

        emit RelayETH(_from, _to, _amount, source);
    }
}
