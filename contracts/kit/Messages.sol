// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Identifier } from "../interfaces/ICrossL2Inbox.sol";
import { IL2ToL2CrossDomainMessenger } from "../interfaces/IL2ToL2CrossDomainMessenger.sol";
import { Hashing } from "../libraries/Hashing.sol";
import { Chains, Head } from "./Chains.sol";
import {
    Kit_LogsTaken,
    Kit_NoSuchLog,
    Kit_NoSuchMessage,
    Kit_NotOnAChain_BeginWithAVerb
} from "./Errors.sol";
import { Logs } from "./Logs.sol";
import { MESSENGER_PROXY_CODE, NOTEBOOK, Note, Notes } from "./RecordedMessenger.sol";
import { StateSwap, World } from "./StateSwap.sol";
import { VmSafe } from "forge-std/Vm.sol";

/// @notice A message that was sent through the messenger of some chain.
/// @custom:field id          Latest log that says so.
/// @custom:field destination Chain that it is for.
/// @custom:field nonce       Versioned nonce at the source.
/// @custom:field sender      Account that sent it.
/// @custom:field target      Contract that the destination's messenger will call.
/// @custom:field data        Calldata for the target.
/// @custom:field hash        Hash by which the messengers know it.
/// @custom:field delivered   Whether it was relayed.
/// @custom:field dropped     Whether `relayAll` is to leave it alone.
/// @custom:field undone      Whether a reorg of the source has undone it, and it was not sent again.
struct Message {
    Identifier id;
    uint256 destination;
    uint256 nonce;
    address sender;
    address target;
    bytes data;
    bytes32 hash;
    bool delivered;
    bool dropped;
    bool undone;
}

/// @title Messages
/// @notice Reads what the messengers of all chains have done, as relayers do: which messages there are, and which were
///         delivered.
abstract contract Messages is Logs {
    using StateSwap for World;

    /// @notice Storage slot of the messenger's `successfulMessages`.
    uint256 private constant SUCCESSFUL_SLOT = 0;

    Message[] private _messages;

    /// @notice Number of a message plus one, by its hash.
    mapping(bytes32 => uint256) private _numbers;

    /// @notice Logs of a message, by its hash: of sending, and of sending again.
    mapping(bytes32 => Identifier[]) private _sendings;

    /// @notice Pages of the notebook that have been read, by chain if each has a notebook of its own.
    mapping(uint256 => uint256) private _pagesRead;

    /// @notice Number of messages that were sent, on all chains.
    function messageCount() internal returns (uint256) {
        _collect();
        return _messages.length;
    }

    /// @notice Message by its number: 0 is the first that was sent on any chain.
    function message(uint256 _number) internal returns (Message memory) {
        _collect();
        return _message(_number);
    }

    /// @notice Number of the message with a hash, which is what `sendMessage`, `sendERC20` and `sendETH` return.
    function messageNumber(bytes32 _hash) internal returns (uint256) {
        _collect();
        if (_numbers[_hash] == 0) revert Kit_NoSuchLog();
        return _numbers[_hash] - 1;
    }

    /// @notice Numbers of the messages that are neither delivered nor dropped, in the order in which they were sent.
    function pending() internal returns (uint256[] memory numbers_) {
        _collect();
        numbers_ = new uint256[](_messages.length);
        uint256 count = 0;
        for (uint256 i = 0; i < numbers_.length; ++i) {
            if (_isPending(i)) numbers_[count++] = i;
        }
        assembly ("memory-safe") {
            mstore(numbers_, count)
        }
    }

    /// @notice Payload of the log that announces a message: topics, then data.
    function payloadOf(Message memory _sent) internal pure returns (bytes memory) {
        return abi.encodePacked(
            abi.encode(
                IL2ToL2CrossDomainMessenger.SentMessage.selector, _sent.destination, _sent.target, _sent.nonce
            ),
            abi.encode(_sent.sender, _sent.data)
        );
    }

    function _message(uint256 _number) internal view returns (Message storage) {
        if (_number >= _messages.length) revert Kit_NoSuchMessage(_number, _messages.length);
        return _messages[_number];
    }

    function _isPending(uint256 _number) internal view returns (bool) {
        Message storage sent = _messages[_number];
        return !sent.delivered && !sent.dropped && !sent.undone;
    }

    /// @notice Finds out, on a chain some of which was undone, which messages are gone and which were not delivered.
    function _readAgain() internal {
        uint256 chainId = currentChain();
        for (uint256 i = 0; i < _messages.length; ++i) {
            Message storage sent = _messages[i];
            if (sent.destination == chainId) sent.delivered = sent.delivered && _isDelivered(sent.hash);
            if (sent.id.chainId == chainId && !sent.undone) _forgetSendings(sent);
        }
    }

    /// @inheritdoc Chains
    function _afterGenesis() internal virtual override {
        Notes.installNotebook();
        Notes.installMessenger();
        _world.setAside(NOTEBOOK);
        _world.shared[MESSENGER_PROXY_CODE] = true;
    }

    /// @inheritdoc Chains
    function _afterFork(uint256) internal virtual override {
        Notes.installNotebook();
        Notes.installMessenger();
    }

    /// @inheritdoc Chains
    function _read(VmSafe.Log[] memory _new, Head memory _before) internal virtual override {
        super._read(_new, _before);
        uint256 notebook = isLive() ? currentChain() : 0;
        uint256 page = _pagesRead[notebook];
        uint256 end = Notes.count();
        while (page < end) {
            (Note memory note, uint256 next) = Notes.read(page);
            if (note.chainId != currentChain()) revert Kit_NotOnAChain_BeginWithAVerb(note.chainId);
            _readNote(note, Notes.pageAt(page));
            page = next;
        }
        _pagesRead[notebook] = page;
    }

    function _readNote(Note memory _note, address _page) private {
        bytes memory arguments = _argumentsOf(_note.callData);
        // The selector is what is left.
        // forge-lint: disable-next-line(unsafe-typecast)
        bytes4 selector = bytes4(_note.callData);
        if (selector == IL2ToL2CrossDomainMessenger.relayMessage.selector) return _readRelayed(arguments);

        Message memory sent;
        if (selector == IL2ToL2CrossDomainMessenger.sendMessage.selector) {
            (sent.destination, sent.target, sent.data) = abi.decode(arguments, (uint256, address, bytes));
            (sent.nonce, sent.sender) = (_note.nextNonce - 1, _note.sender);
        } else {
            (sent.destination, sent.nonce, sent.sender, sent.target, sent.data) =
                abi.decode(arguments, (uint256, uint256, address, address, bytes));
        }
        (bool known, uint256 index) = _indexOf(_page);
        if (!known) revert Kit_LogsTaken(_note.chainId);
        sent.id = Identifier({
            origin: MESSENGER_ADDRESS,
            blockNumber: _note.number,
            logIndex: index,
            timestamp: _note.timestamp,
            chainId: _note.chainId
        });
        _addLog(sent.id, payloadOf(sent));
        _addSending(sent);
    }

    /// @notice Takes note of a message that was sent, or sent again.
    function _addSending(Message memory _sent) private {
        _sent.hash = _hashOf(_sent);
        _sendings[_sent.hash].push(_sent.id);
        uint256 number = _numbers[_sent.hash];
        if (number == 0) {
            _messages.push(_sent);
            _numbers[_sent.hash] = _messages.length;
            return;
        }
        Message storage known = _messages[number - 1];
        (known.id, known.dropped, known.undone) = (_sent.id, false, false);
    }

    /// @notice Takes note of a delivery: of a payload by an identifier.
    function _readRelayed(bytes memory _arguments) private {
        (Identifier memory id, bytes memory payload) = abi.decode(_arguments, (Identifier, bytes));
        Message memory sent;
        // The selector of the event, then its topics.
        (, sent.destination, sent.target, sent.nonce, sent.sender, sent.data) = _decode(payload);
        sent.id = id;
        uint256 number = _numbers[_hashOf(sent)];
        if (number != 0) _messages[number - 1].delivered = true;
    }

    /// @notice Fields of the payload of a message, by its layout: four topics, then the data.
    function _decode(bytes memory _payload)
        private
        pure
        returns (
            bytes32 topic_,
            uint256 destination_,
            address target_,
            uint256 nonce_,
            address sender_,
            bytes memory data_
        )
    {
        bytes memory data = new bytes(_payload.length - 128);
        assembly ("memory-safe") {
            topic_ := mload(add(_payload, 0x20))
            destination_ := mload(add(_payload, 0x40))
            target_ := mload(add(_payload, 0x60))
            nonce_ := mload(add(_payload, 0x80))
            mcopy(add(data, 0x20), add(_payload, 0xa0), mload(data))
        }
        (sender_, data_) = abi.decode(data, (address, bytes));
    }

    /// @notice Forgets which logs of a message were undone.
    function _forgetSendings(Message storage _sent) private {
        Identifier[] storage sendings = _sendings[_sent.hash];
        bytes memory payload = payloadOf(_sent);
        while (sendings.length > 0 && !_logExists(sendings[sendings.length - 1], payload)) {
            sendings.pop();
        }
        _sent.undone = sendings.length == 0;
        if (!_sent.undone) _sent.id = sendings[sendings.length - 1];
    }

    /// @notice Whether the messenger of the current chain has delivered a message.
    function _isDelivered(bytes32 _hash) private view returns (bool) {
        return vm.load(MESSENGER_ADDRESS, keccak256(abi.encode(_hash, SUCCESSFUL_SLOT))) != 0;
    }

    function _hashOf(Message memory _sent) private pure returns (bytes32) {
        return Hashing.hashL2toL2CrossDomainMessage(
            _sent.destination, _sent.id.chainId, _sent.nonce, _sent.sender, _sent.target, _sent.data
        );
    }

    /// @notice What follows the selector of a call.
    function _argumentsOf(bytes memory _callData) private pure returns (bytes memory arguments_) {
        arguments_ = new bytes(_callData.length - 4);
        assembly ("memory-safe") {
            mcopy(add(arguments_, 0x20), add(_callData, 0x24), mload(arguments_))
        }
    }
}
