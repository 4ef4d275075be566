// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IERC7786GatewaySource, IERC7786Recipient } from "../../interfaces/IERC7786.sol";
import { GatewayDeployment } from "../../libraries/GatewayDeployment.sol";
import { InteropAddress } from "../../libraries/InteropAddress.sol";

/// @notice Sends letters to the contract of the same address on another chain, and keeps the last that came.
contract Mailbox is IERC7786Recipient {
    uint256 public lastChain;
    bytes public lastLetter;

    error NotTheGateway();
    error NotTheCounterpart();

    function post(uint256 _chainId, bytes calldata _letter) external returns (bytes32 id_) {
        bytes memory counterpart = InteropAddress.formatEvm(_chainId, address(this));
        id_ = IERC7786GatewaySource(GatewayDeployment.GATEWAY)
            .sendMessage(counterpart, _letter, new bytes[](0));
    }

    function receiveMessage(
        bytes32,
        bytes calldata _sender,
        bytes calldata _payload
    )
        external
        payable
        returns (bytes4)
    {
        if (msg.sender != GatewayDeployment.GATEWAY) revert NotTheGateway();
        (uint256 chainId, address account) = InteropAddress.parseEvm(_sender);
        if (account != address(this)) revert NotTheCounterpart();

        (lastChain, lastLetter) = (chainId, _payload);
        return IERC7786Recipient.receiveMessage.selector;
    }
}
