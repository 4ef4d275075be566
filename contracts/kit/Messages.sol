// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Identifier } from "../interfaces/ICrossL2Inbox.sol";
import { IL2ToL2CrossDomainMessenger } from "../interfaces/IL2ToL2CrossDomainMessenger.sol";
import { Hashing } from "../libraries/Hashing.sol";
import { Predeploys } from "../libraries/Predeploys.sol";
import { Chains } from "./Chains.sol";
import { Kit_LogsTaken, Kit_NoSuchLog, Kit_NoSuchMessage } from "./Errors.sol";
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
}

/// @title Messages
/// @notice Reads the logs of all chains, as nodes and relayers do: which there are, which of them are messages, which
///         messages were delivered.
/// @dev    A block is what happens on a chain until its number changes, which it does by `warp`, `mine` and
///         `vm.roll` alone. Log indices count on within a block.
abstract contract Messages is Chains {
    address internal constant MESSENGER_ADDRESS = Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER;

    /// @notice Storage slots of the messenger's `successfulMessages`, `msgNonce` and `sentMessages`.
    uint256 private constant SUCCESSFUL_SLOT = 0;
    uint256 private constant NONCE_SLOT = 1;
    uint256 private constant SENT_SLOT = 2;

    Message[] private _messages;

    /// @notice Number of a message plus one, by its hash.
    mapping(bytes32 => uint256) private _numbers;

    /// @notice Logs that exist: the hash of identifier and content.
    mapping(bytes32 => bool) private _logs;

    /// @notice Latest identifier of a content.
    mapping(bytes32 => Identifier) private _latest;

    /// @notice Number of logs in a block of a chain.
    mapping(uint256 => mapping(uint256 => uint256)) private _logCount;

    /// @notice Nonce that the next message of a chain has, by the messages seen.
    mapping(uint256 => uint256) private _nextNonce;

    bool private _keepLogs;
    VmSafe.Log[] private _kept;

    /// @notice Like `vm.recordLogs`, which would take the logs away from the kit.
    function recordLogs() internal {
        _collect();
        _keepLogs = true;
        delete _kept;
    }

    /// @notice Like `vm.getRecordedLogs`: the logs of all chains since the last call, in order.
    function recordedLogs() internal returns (VmSafe.Log[] memory logs_) {
        _collect();
        logs_ = _kept;
        delete _kept;
    }

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

    /// @notice Makes an initiating message of a log from `recordedLogs`, for a contract that calls
    ///         `CrossL2Inbox.validateMessage` itself. Of logs with the same content, the latest counts.
    /// @return id_      Where the log is.
    /// @return payload_ Its topics, then its data.
    function initiatingMessage(VmSafe.Log memory _log)
        internal
        returns (Identifier memory id_, bytes memory payload_)
    {
        _collect();
        payload_ = abi.encodePacked(_log.topics, _log.data);
        id_ = _latest[keccak256(abi.encode(_log.emitter, payload_))];
        if (id_.chainId == 0) revert Kit_NoSuchLog();
    }

    /// @notice Whether a chain has a log at this place, with this content.
    function _logExists(Identifier memory _id, bytes memory _payload) internal view returns (bool) {
        return _logs[_logKey(_id, _payload)];
    }

    function _message(uint256 _number) internal view returns (Message storage) {
        if (_number >= _messages.length) revert Kit_NoSuchMessage(_number, _messages.length);
        return _messages[_number];
    }

    function _isPending(uint256 _number) internal view returns (bool) {
        return !_messages[_number].delivered && !_messages[_number].dropped;
    }

    /// @inheritdoc Chains
    function _afterFork(uint256 _chainId) internal virtual override {
        _nextNonce[_chainId] = _nonceHere();
    }

    /// @inheritdoc Chains
    function _afterReading() internal virtual override {
        if (_nextNonce[currentChain()] != _nonceHere()) revert Kit_LogsTaken(currentChain());
    }

    /// @inheritdoc Chains
    function _read(VmSafe.Log memory _log) internal virtual override {
        Identifier memory id = Identifier({
            origin: _log.emitter,
            blockNumber: vm.getBlockNumber(),
            logIndex: _logCount[currentChain()][vm.getBlockNumber()]++,
            timestamp: vm.getBlockTimestamp(),
            chainId: currentChain()
        });
        bytes memory payload = abi.encodePacked(_log.topics, _log.data);
        _logs[_logKey(id, payload)] = true;
        _latest[keccak256(abi.encode(_log.emitter, payload))] = id;
        if (_keepLogs) _kept.push(_log);
        if (_log.emitter != MESSENGER_ADDRESS) return;

        // forge shows the logs of reverted calls, too: what the messenger remembers is what happened.
        if (_log.topics[0] == IL2ToL2CrossDomainMessenger.SentMessage.selector) _readSent(_log, id);
        if (_log.topics[0] == IL2ToL2CrossDomainMessenger.RelayedMessage.selector) {
            uint256 number = _numbers[_log.topics[3]];
            if (number != 0 && _mapped(_log.topics[3], SUCCESSFUL_SLOT) != 0) {
                _messages[number - 1].delivered = true;
            }
        }
    }

    /// @notice Takes note of a message that was sent, or sent again.
    function _readSent(VmSafe.Log memory _log, Identifier memory _id) private {
        (address sender, bytes memory data) = abi.decode(_log.data, (address, bytes));
        uint256 destination = uint256(_log.topics[1]);
        address target = address(uint160(uint256(_log.topics[2])));
        uint256 nonce = uint256(_log.topics[3]);
        bytes32 hash =
            Hashing.hashL2toL2CrossDomainMessage(destination, _id.chainId, nonce, sender, target, data);
        if (_mapped(bytes32(nonce), SENT_SLOT) != hash) return;

        uint256 number = _numbers[hash];
        if (number != 0) {
            _messages[number - 1].id = _id;
            _messages[number - 1].dropped = false;
            return;
        }
        _messages.push(
            Message({
                id: _id,
                destination: destination,
                nonce: nonce,
                sender: sender,
                target: target,
                data: data,
                hash: hash,
                delivered: false,
                dropped: false
            })
        );
        _numbers[hash] = _messages.length;
        if (nonce >= _nextNonce[_id.chainId]) _nextNonce[_id.chainId] = nonce + 1;
    }

    function _nonceHere() private view returns (uint256) {
        return uint256(vm.load(MESSENGER_ADDRESS, bytes32(NONCE_SLOT)));
    }

    /// @notice Value in a mapping of the current chain's messenger.
    function _mapped(bytes32 _key, uint256 _slot) private view returns (bytes32) {
        return vm.load(MESSENGER_ADDRESS, keccak256(abi.encode(_key, _slot)));
    }

    function _logKey(Identifier memory _id, bytes memory _payload) private pure returns (bytes32) {
        return keccak256(abi.encode(_id, keccak256(_payload)));
    }
}
