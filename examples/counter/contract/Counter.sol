// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { IL2ToL2CrossDomainMessenger } from "causeway/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { Predeploys } from "causeway/libraries/Predeploys.sol";

/// @title Counter
/// @notice A number that everybody may raise, from this chain or from any other that this one takes messages of.
contract Counter {
    IL2ToL2CrossDomainMessenger internal constant MESSENGER =
        IL2ToL2CrossDomainMessenger(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER);

    /// @notice The number.
    uint256 public number;

    /// @notice What came from a chain, in sum.
    mapping(uint256 chainId => uint256) public raisedFrom;

    /// @notice The number was raised.
    /// @param source Chain that the caller is on.
    /// @param caller Who raised it.
    /// @param by     By how much.
    /// @param number What it is now.
    event Raised(uint256 indexed source, address indexed caller, uint256 by, uint256 number);

    /// @notice Raising by nothing is not counted.
    error NothingToCount();

    /// @notice Raises the number.
    /// @param _by      By how much.
    /// @return number_ What it is now.
    function increment(uint256 _by) external returns (uint256 number_) {
        if (_by == 0) revert NothingToCount();
        (address caller, uint256 source) = _caller();

        number_ = number + _by;
        number = number_;
        raisedFrom[source] += _by;
        emit Raised(source, caller, _by, number_);
    }

    /// @notice Raises the number of the counter that stands at this address on another chain.
    /// @param _chainId Chain ID.
    /// @param _by      By how much.
    /// @return         Hash of the message.
    function incrementOn(uint256 _chainId, uint256 _by) external returns (bytes32) {
        return MESSENGER.sendMessage(_chainId, address(this), abi.encodeCall(this.increment, (_by)));
    }

    /// @notice Who calls, and from which chain: the messenger stands for a sender on another one.
    function _caller() internal view returns (address caller_, uint256 source_) {
        if (msg.sender == address(MESSENGER)) return MESSENGER.crossDomainMessageContext();
        return (msg.sender, block.chainid);
    }
}
