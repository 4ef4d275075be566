// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { ICrossL2Inbox, Identifier } from "../../contracts/interfaces/ICrossL2Inbox.sol";
import { IL2ToL2CrossDomainMessenger } from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";

IL2ToL2CrossDomainMessenger constant MESSENGER =
    IL2ToL2CrossDomainMessenger(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER);

/// @notice Has a number.
contract Box {
    uint256 public number;

    event Set(uint256 indexed number, bytes note);

    constructor() payable { }

    function set(uint256 _number) external payable {
        number = _number;
        emit Set(_number, "note");
    }
}

/// @notice Target that reverts while it is closed, after it has sent a message.
contract Gate {
    bool public open;

    error Closed(uint256 reason);

    function setOpen() external {
        open = true;
    }

    function pass(uint256 _back) external {
        MESSENGER.sendMessage(_back, address(this), "");
        if (!open) revert Closed(7);
    }
}

/// @notice Two of them keep on answering each other, as many times as they are told.
contract Echo {
    uint256 public heard;

    function hear(uint256 _times) external {
        ++heard;
        uint256 source = MESSENGER.crossDomainMessageSource();
        if (_times > 0) {
            MESSENGER.sendMessage(source, address(this), abi.encodeCall(this.hear, (_times - 1)));
        }
    }
}

/// @notice Target that delivers a message while one is being delivered.
contract Reentrant {
    function enter() external {
        Identifier memory id;
        MESSENGER.relayMessage(id, "");
    }
}

/// @notice Believes any log that the inbox vouches for.
contract Believer {
    uint256 public attempts;
    uint256 public refusals;
    bytes32 public believed;
    address public believer;

    /// @notice Writes before and after the inbox was asked, and whether or not it agrees.
    function consider(Identifier calldata _id, bytes calldata _payload) external {
        ++attempts;
        try ICrossL2Inbox(Predeploys.CROSS_L2_INBOX).validateMessage(_id, keccak256(_payload)) {
            believed = keccak256(_payload);
        } catch {
            ++refusals;
        }
    }

    function believe(Identifier calldata _id, bytes calldata _payload) external returns (uint256) {
        ICrossL2Inbox(Predeploys.CROSS_L2_INBOX).validateMessage(_id, keccak256(_payload));
        believed = keccak256(_payload);
        believer = msg.sender;
        return 42;
    }
}
