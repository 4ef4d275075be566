// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IL2ToL2CrossDomainMessenger } from "../../interfaces/IL2ToL2CrossDomainMessenger.sol";
import { Predeploys } from "../../libraries/Predeploys.sol";

/// @title Inquiry
/// @notice Asks a contract on another chain something, and gets the answer back: one message there, one back. It
///         has the same address on all chains.
contract Inquiry {
    IL2ToL2CrossDomainMessenger internal constant MESSENGER =
        IL2ToL2CrossDomainMessenger(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER);

    /// @notice Number of questions that were asked here.
    uint256 public questions;

    /// @notice Chain that a question went to, by its number; zero once it is answered.
    mapping(uint256 => uint256) public askedOn;

    /// @notice Answer to a question, by its number.
    mapping(uint256 => bytes) public answers;

    /// @notice Somebody else than a counterpart called.
    error OnlyCounterpart();

    /// @notice Nobody asked that, or not on that chain, or it has been answered.
    error NotAsked();

    /// @notice The function that was asked reverted. The message can be delivered again when it does not.
    error QuestionFailed();

    /// @notice Asks a view function on another chain.
    /// @param _chainId  Chain ID.
    /// @param _target   Contract there.
    /// @param _callData Call of its view function.
    /// @return number_  Number of the question.
    function ask(
        uint256 _chainId,
        address _target,
        bytes calldata _callData
    )
        external
        returns (uint256 number_)
    {
        number_ = questions++;
        askedOn[number_] = _chainId;
        MESSENGER.sendMessage(
            _chainId, address(this), abi.encodeCall(this.respond, (number_, _target, _callData))
        );
    }

    /// @notice Receives a question, and sends the answer back.
    function respond(uint256 _number, address _target, bytes calldata _callData) external {
        uint256 source = _requireCounterpart();
        (bool success, bytes memory answer) = _target.staticcall(_callData);
        if (!success) revert QuestionFailed();
        MESSENGER.sendMessage(source, address(this), abi.encodeCall(this.receiveAnswer, (_number, answer)));
    }

    /// @notice Receives an answer.
    function receiveAnswer(uint256 _number, bytes calldata _answer) external {
        if (_requireCounterpart() != askedOn[_number]) revert NotAsked();
        delete askedOn[_number];
        answers[_number] = _answer;
    }

    function _requireCounterpart() private view returns (uint256 source_) {
        if (msg.sender != address(MESSENGER)) revert OnlyCounterpart();
        address sender;
        (sender, source_) = MESSENGER.crossDomainMessageContext();
        if (sender != address(this)) revert OnlyCounterpart();
    }
}
