// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IERC7786Recipient } from "../../contracts/interfaces/IERC7786.sol";

/// @notice Recipient that keeps the last message, and how many there were.
contract Inbox is IERC7786Recipient {
    uint256 public count;
    address public caller;
    uint256 public value;
    bytes32 public receiveId;
    bytes public sender;
    bytes public payload;

    function receiveMessage(
        bytes32 _receiveId,
        bytes calldata _sender,
        bytes calldata _payload
    )
        external
        payable
        returns (bytes4)
    {
        ++count;
        (caller, value, receiveId, sender, payload) = (msg.sender, msg.value, _receiveId, _sender, _payload);
        return IERC7786Recipient.receiveMessage.selector;
    }
}

/// @notice Answers every call with what it is told to, or reverts with it.
contract Answer {
    bytes internal answer;
    bool internal refuses;

    function set(bytes calldata _answer, bool _refuses) external {
        (answer, refuses) = (_answer, _refuses);
    }

    fallback(bytes calldata) external returns (bytes memory) {
        bytes memory result = answer;
        if (!refuses) return result;
        assembly {
            revert(add(result, 0x20), mload(result))
        }
    }
}

/// @notice Recipient that, while it receives, makes the calls that it is told to, keeps how they ended, and is content.
contract Attacker {
    bool[] public succeeded;
    bytes[] public results;

    address[] internal targets;
    bytes[] internal calls;

    function add(address _target, bytes calldata _call) external {
        targets.push(_target);
        calls.push(_call);
    }

    function receiveMessage(bytes32, bytes calldata, bytes calldata) external payable returns (bytes4) {
        for (uint256 i; i < calls.length; ++i) {
            (bool success, bytes memory result) = targets[i].call(calls[i]);
            succeeded.push(success);
            results.push(result);
        }
        return IERC7786Recipient.receiveMessage.selector;
    }
}
