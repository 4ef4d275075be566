// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IL2ToL2CrossDomainMessenger } from "../../interfaces/IL2ToL2CrossDomainMessenger.sol";
import { Predeploys } from "../../libraries/Predeploys.sol";

/// @title CrossChainCounter
/// @notice Counts on one chain what happens on another. It has the same address on all chains, so that it can
///         tell its counterparts from strangers.
contract CrossChainCounter {
    IL2ToL2CrossDomainMessenger internal constant MESSENGER =
        IL2ToL2CrossDomainMessenger(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER);

    /// @notice Number of increments that arrived here.
    uint256 public count;

    /// @notice Chain that the latest came from.
    uint256 public lastSource;

    /// @notice Somebody else than a counterpart tried to increment.
    error OnlyCounterpart();

    /// @notice Increments the counter on another chain.
    /// @param _chainId Chain ID.
    /// @return         Hash of the message.
    function incrementOn(uint256 _chainId) external returns (bytes32) {
        return MESSENGER.sendMessage(_chainId, address(this), abi.encodeCall(this.increment, ()));
    }

    /// @notice Receives the message.
    function increment() external {
        if (msg.sender != address(MESSENGER)) revert OnlyCounterpart();
        (address sender, uint256 source) = MESSENGER.crossDomainMessageContext();
        if (sender != address(this)) revert OnlyCounterpart();

        ++count;
        lastSource = source;
    }
}
