// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { ICrossL2Inbox, Identifier } from "@contracts-bedrock-interfaces/L2/ICrossL2Inbox.sol";
import {
    IL2ToL2CrossDomainMessenger
} from "@contracts-bedrock-interfaces/L2/IL2ToL2CrossDomainMessenger.sol";
import { Predeploys } from "@contracts-bedrock/libraries/Predeploys.sol";
import { CrossDomainMessageLib } from "@interop-lib/libraries/CrossDomainMessageLib.sol";
import { PredeployAddresses } from "@interop-lib/libraries/PredeployAddresses.sol";

/// @notice Thrown when someone else than the messenger delivers.
error CallerNotL2ToL2CrossDomainMessenger();

/// @notice Thrown when the note is of another contract.
error InvalidCrossDomainSender();

/// @title Courier
/// @notice Sends notes to itself on other chains, by the messenger, and believes logs by the inbox.
contract Courier {
    /// @notice The last note that has arrived.
    struct Note {
        uint256 source;
        string text;
    }

    event NoteReceived(uint256 indexed source, string text);
    event LogBelieved(Identifier id, bytes32 payloadHash);

    Note public lastNote;

    function send(uint256 _chainId, string calldata _text) external returns (bytes32) {
        return IL2ToL2CrossDomainMessenger(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER)
            .sendMessage(_chainId, address(this), abi.encodeCall(this.receiveNote, (_text)));
    }

    function receiveNote(string calldata _text) external {
        if (msg.sender != PredeployAddresses.L2_TO_L2_CROSS_DOMAIN_MESSENGER) {
            revert CallerNotL2ToL2CrossDomainMessenger();
        }
        (address sender, uint256 source) = IL2ToL2CrossDomainMessenger(
                Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER
            ).crossDomainMessageContext();
        if (sender != address(this)) revert InvalidCrossDomainSender();

        lastNote = Note(source, _text);
        emit NoteReceived(source, _text);
    }

    /// @notice The same by interop-lib, after another message.
    function receiveNoteAfter(bytes32 _msgHash, string calldata _text) external {
        CrossDomainMessageLib.requireCrossDomainCallback();
        CrossDomainMessageLib.requireMessageSuccess(_msgHash);

        lastNote = Note(0, _text);
    }

    function believe(Identifier calldata _id, bytes calldata _payload) external {
        ICrossL2Inbox(Predeploys.CROSS_L2_INBOX).validateMessage(_id, keccak256(_payload));

        emit LogBelieved(_id, keccak256(_payload));
    }
}
