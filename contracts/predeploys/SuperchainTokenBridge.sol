// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IERC7802 } from "../interfaces/L2/IERC7802.sol";
import { IL2ToL2CrossDomainMessenger } from "../interfaces/L2/IL2ToL2CrossDomainMessenger.sol";
import { ISemver } from "../interfaces/universal/ISemver.sol";
import { InterfaceQuery } from "../libraries/InterfaceQuery.sol";
import { Predeploys } from "../libraries/Predeploys.sol";
import { Unauthorized, ZeroAddress } from "../libraries/errors/CommonErrors.sol";

/// @custom:proxied true
/// @custom:predeploy 0x4200000000000000000000000000000000000028
/// @custom:semver 1.0.1
/// @title SuperchainTokenBridge
/// @notice See `ISuperchainTokenBridge`.
contract SuperchainTokenBridge is ISemver {
    /// @notice See `ISuperchainTokenBridge`.
    error InvalidCrossDomainSender();

    /// @notice See `ISuperchainTokenBridge`.
    error InvalidERC7802();

    /// @notice See `ISuperchainTokenBridge`.
    event SendERC20(
        address indexed token,
        address indexed from,
        address indexed to,
        uint256 amount,
        uint256 destination
    );

    /// @notice See `ISuperchainTokenBridge`.
    event RelayERC20(
        address indexed token,
        address indexed from,
        address indexed to,
        uint256 amount,
        uint256 source
    );

    /// @notice Carries the transfers.
    IL2ToL2CrossDomainMessenger internal constant MESSENGER =
        IL2ToL2CrossDomainMessenger(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER);

    /// @inheritdoc ISemver
    function version() external pure returns (string memory) {
        return "1.0.1";
    }

    /// @notice See `ISuperchainTokenBridge`.
    function sendERC20(
        address _token,
        address _to,
        uint256 _amount,
        uint256 _chainId
    )
        external
        returns (bytes32 msgHash_)
    {
        if (_to == address(0)) revert ZeroAddress();
        if (!InterfaceQuery.claims(_token, type(IERC7802).interfaceId)) revert InvalidERC7802();

        IERC7802(_token).crosschainBurn(msg.sender, _amount);

        bytes memory message = abi.encodeCall(this.relayERC20, (_token, msg.sender, _to, _amount));
        msgHash_ = MESSENGER.sendMessage(_chainId, address(this), message);

        emit SendERC20(_token, msg.sender, _to, _amount, _chainId);
    }

    /// @notice See `ISuperchainTokenBridge`.
    function relayERC20(address _token, address _from, address _to, uint256 _amount) external {
        if (msg.sender != address(MESSENGER)) revert Unauthorized();

        (address sender, uint256 source) = MESSENGER.crossDomainMessageContext();
        if (sender != address(this)) revert InvalidCrossDomainSender();

        IERC7802(_token).crosschainMint(_to, _amount);

        emit RelayERC20(_token, _from, _to, _amount, source);
    }
}
