// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Identifier } from "../interfaces/ICrossL2Inbox.sol";
import { IL2ToL2CrossDomainMessenger } from "../interfaces/IL2ToL2CrossDomainMessenger.sol";
import { Predeploys } from "../libraries/Predeploys.sol";
import { Chains, Head } from "./Chains.sol";
import { Kit_LogOfUnknownBlock, Kit_LogOfUnknownPast, Kit_NoSuchLog } from "./Errors.sol";
import { Journal } from "./Journal.sol";
import { NOTEBOOK } from "./RecordedMessenger.sol";
import { VmSafe } from "forge-std/Vm.sol";

/// @notice Why the kit knows of a log and yet not whether it exists, and where.
enum Doubt {
    None,
    Block,
    Past
}

/// @title Logs
/// @notice Reads the logs of all chains, as nodes do: which there are, and where.
/// @dev    forge gives logs without the block that they were emitted in. They were in the present one, if that is
///         the one that the kit saw last. If it is not, because of `vm.warp` or `vm.roll`, those between two logs of the
///         notebook that name one block were in that; of others only the order is known, and they are doubtful.
///         A block is what happens on a chain until its number changes. Log indices count on within it.
abstract contract Logs is Chains {
    address internal constant MESSENGER_ADDRESS = Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER;

    /// @notice Logs that exist: the hash of identifier and content.
    mapping(bytes32 => bool) private _logs;

    /// @notice Where logs with a content are, in the order in which they were emitted.
    mapping(bytes32 => Identifier[]) private _places;

    /// @notice Whether the latest log with a content is a doubtful one.
    mapping(bytes32 => Doubt) private _doubts;

    /// @notice Contents of the logs that exist on a chain, in order.
    mapping(uint256 => bytes32[]) private _contents;

    /// @notice Number of logs in a block of a chain.
    mapping(uint256 => mapping(uint256 => uint256)) private _logCount;

    /// @notice Log index plus one of what a note is about, by the note's first page.
    mapping(address => uint256) private _noted;

    /// @notice Stands for a block number in the journal, where a note is.
    uint256 private constant NOTE = type(uint256).max;

    /// @notice Where the journal of logs is.
    bytes32 private _journal = keccak256("kit.logs");

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
        bytes32 content = _content(_log.emitter, payload_);
        if (_doubts[content] == Doubt.Block) revert Kit_LogOfUnknownBlock();
        if (_doubts[content] == Doubt.Past) revert Kit_LogOfUnknownPast();
        uint256 count = _places[content].length;
        if (count == 0) revert Kit_NoSuchLog();
        id_ = _places[content][count - 1];
    }

    /// @notice Whether a chain has a log at this place, with this content.
    function _logExists(Identifier memory _id, bytes memory _payload) internal view returns (bool) {
        return _logs[_logKey(_id, _payload)];
    }

    function _logExists(bytes32 _logHash) internal view returns (bool) {
        return _logs[_logHash];
    }

    /// @notice Whether there is a log with this content of which the kit does not know whether it is at this place.
    function _doubt(Identifier memory _id, bytes memory _payload) internal view returns (Doubt) {
        return _doubts[_content(_id.origin, _payload)];
    }

    function _logKey(Identifier memory _id, bytes memory _payload) internal pure returns (bytes32) {
        return _key(_id, _content(_id.origin, _payload));
    }

    /// @notice Takes note of a log that exists.
    function _addLog(Identifier memory _id, bytes memory _payload) internal {
        bytes32 content = _content(_id.origin, _payload);
        _logs[_key(_id, content)] = true;
        _places[content].push(_id);
        _contents[_id.chainId].push(content);
        delete _doubts[content];
    }

    /// @notice Number of logs that exist on a chain.
    function _logsOf(uint256 _chainId) internal view returns (uint256) {
        return _contents[_chainId].length;
    }

    /// @notice Forgets all logs of a chain but the first.
    function _forgetLogs(uint256 _chainId, uint256 _remaining) internal {
        bytes32[] storage contents = _contents[_chainId];
        while (contents.length > _remaining) {
            bytes32 content = contents[contents.length - 1];
            contents.pop();
            Identifier[] storage places = _places[content];
            // Other chains may have emitted the same since.
            uint256 i = places.length - 1;
            while (places[i].chainId != _chainId) --i;
            delete _logs[_key(places[i], content)];
            for (; i + 1 < places.length; ++i) {
                places[i] = places[i + 1];
            }
            places.pop();
        }
    }

    /// @notice Log index of what the note that begins with a page is about.
    function _indexOf(address _note) internal view returns (bool known_, uint256 index_) {
        known_ = _noted[_note] != 0;
        if (known_) index_ = _noted[_note] - 1;
    }

    /// @inheritdoc Chains
    function _read(VmSafe.Log[] memory _new, Head memory _before) internal virtual override {
        bytes32[][] memory undone = Journal.read(_journal);
        if (_new.length == 0 && undone.length == 0) return;
        for (uint256 i = 0; i < undone.length; ++i) {
            _recall(undone[i]);
        }
        _journal = Journal.write(_journal, _readAll(_new, _blocksOf(_new, _before)));
    }

    /// @notice Takes note of logs that were read before, by a past that is undone, and may have been emitted before it.
    function _recall(bytes32[] memory _entry) private {
        uint256 index = 0;
        for (uint256 i = 0; i < _entry.length; i += 2) {
            uint256 number = uint256(_entry[i + 1]);
            if (number == NOTE) {
                _noted[address(uint160(uint256(_entry[i])))] = index + 1;
            } else {
                index = _logCount[currentChain()][number]++;
                _doubts[_entry[i]] = Doubt.Past;
            }
        }
    }

    /// @notice Finds the blocks of logs. Where the time is zero, only the earliest block that it may be is known.
    function _blocksOf(
        VmSafe.Log[] memory _new,
        Head memory _before
    )
        private
        view
        returns (Head[] memory blocks_)
    {
        blocks_ = new Head[](_new.length);
        uint256 next = 0;
        Head memory left = _before;
        for (uint256 i = 0; i <= _new.length; ++i) {
            bool isNote = i < _new.length;
            if (isNote && _new[i].emitter != NOTEBOOK) continue;
            Head memory right = _head();
            uint256 end = i;
            if (isNote) {
                (, right.number, right.timestamp) = abi.decode(_new[i].data, (address, uint256, uint256));
                // A note is right behind the log that it is about.
                if (i > next) blocks_[--end] = right;
            }
            bool same = left.number == right.number && left.timestamp == right.timestamp;
            for (; next < end; ++next) {
                blocks_[next] = Head({ number: left.number, timestamp: same ? left.timestamp : 0 });
            }
            (left, next) = (right, i + 1);
        }
    }

    /// @notice Takes note of logs.
    /// @return entry_ What to write down: content and block number of each log, and first page of each note.
    function _readAll(
        VmSafe.Log[] memory _new,
        Head[] memory _blocks
    )
        private
        returns (bytes32[] memory entry_)
    {
        entry_ = new bytes32[](2 * _new.length);
        uint256 index = 0;
        for (uint256 i = 0; i < _new.length; ++i) {
            if (_new[i].emitter == NOTEBOOK) {
                (address note,,) = abi.decode(_new[i].data, (address, uint256, uint256));
                _noted[note] = index + 1;
                (entry_[2 * i], entry_[2 * i + 1]) = (bytes32(uint256(uint160(note))), bytes32(NOTE));
            } else {
                index = _logCount[currentChain()][_blocks[i].number]++;
                entry_[2 * i] = _readLog(_new[i], _blocks[i], index);
                entry_[2 * i + 1] = bytes32(_blocks[i].number);
            }
        }
    }

    function _readLog(
        VmSafe.Log memory _log,
        Head memory _block,
        uint256 _index
    )
        private
        returns (bytes32 content_)
    {
        if (_keepLogs) _kept.push(_log);
        // forge shows the logs of reverted calls, too. Of messages, the notes say what happened.
        if (_isMessage(_log)) return 0;
        bytes memory payload = abi.encodePacked(_log.topics, _log.data);
        content_ = _content(_log.emitter, payload);
        if (_block.timestamp == 0) {
            _doubts[content_] = Doubt.Block;
            return content_;
        }
        Identifier memory id = Identifier({
            origin: _log.emitter,
            blockNumber: _block.number,
            logIndex: _index,
            timestamp: _block.timestamp,
            chainId: currentChain()
        });
        _addLog(id, payload);
    }

    function _isMessage(VmSafe.Log memory _log) private pure returns (bool) {
        return _log.emitter == MESSENGER_ADDRESS && _log.topics.length != 0
            && _log.topics[0] == IL2ToL2CrossDomainMessenger.SentMessage.selector;
    }

    function _content(address _emitter, bytes memory _payload) private pure returns (bytes32) {
        return keccak256(abi.encode(_emitter, keccak256(_payload)));
    }

    function _key(Identifier memory _id, bytes32 _of) private pure returns (bytes32) {
        return keccak256(abi.encode(_id, _of));
    }
}
