// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IETHLiquidity } from "../interfaces/IETHLiquidity.sol";
import { IL2ToL2CrossDomainMessenger } from "../interfaces/IL2ToL2CrossDomainMessenger.sol";
import { ISemver } from "../interfaces/ISemver.sol";
import { ISuperchainETHBridge } from "../interfaces/ISuperchainETHBridge.sol";
import { InvalidCrossDomainSender, Unauthorized, ZeroAddress } from "../libraries/CommonErrors.sol";
import { ForcedSend } from "../libraries/ForcedSend.sol";
import { Predeploys } from "../libraries/Predeploys.sol";

/// @custom:proxied true
/// @custom:predeploy 0x4200000000000000000000000000000000000024
/// @custom:semver 1.0.1
/// @title SuperchainETHBridge
/// @notice See `ISuperchainETHBridge`.
contract SuperchainETHBridge is ISuperchainETHBridge {
    /// @notice Carries the transfers.
    IL2ToL2CrossDomainMessenger internal constant MESSENGER =
        IL2ToL2CrossDomainMessenger(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER);

    /// @notice Holds the ETH.
    IETHLiquidity internal constant LIQUIDITY = IETHLiquidity(Predeploys.ETH_LIQUIDITY);

    /// @inheritdoc ISuperchainETHBridge
    receive() external payable {
        // ETH of anyone else would be lost here.
        if (msg.sender != address(LIQUIDITY)) revert Unauthorized();
    }

    /// @inheritdoc ISemver
    function version() external pure returns (string memory) {
        return "1.0.1";
    }

    /// @inheritdoc ISuperchainETHBridge
    function sendETH(address _to, uint256 _chainId) external payable returns (bytes32 msgHash_) {
        if (_to == address(0)) revert ZeroAddress();

        LIQUIDITY.burn{ value: msg.value }();

        bytes memory message = abi.encodeCall(this.relayETH, (msg.sender, _to, msg.value));
        msgHash_ = MESSENGER.sendMessage(_chainId, address(this), message);

        emit SendETH(msg.sender, _to, msg.value, _chainId);
    }

    /// @inheritdoc ISuperchainETHBridge
    function relayETH(address _from, address _to, uint256 _amount) external {
        if (msg.sender != address(MESSENGER)) revert Unauthorized();

        (address sender, uint256 source) = MESSENGER.crossDomainMessageContext();
        if (sender != address(this)) revert InvalidCrossDomainSender();

        LIQUIDITY.mint(_amount);
        ForcedSend.forceSend(_to, _amount);

        emit RelayETH(_from, _to, _amount, source);
    }
}
