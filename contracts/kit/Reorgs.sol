// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Kit_CannotUndoDelivery, Kit_NoMark, Kit_NoReorgOfLiveChains } from "./Errors.sol";
import { Message, Messages } from "./Messages.sol";

/// @notice Something that a chain can be set back to.
/// @custom:field number Under which its state is kept.
/// @custom:field logs   Number of logs that there were on the chain.
/// @custom:field log    What was executed on the chain then, zero for a mark.
struct Point {
    uint256 number;
    uint256 logs;
    bytes32 log;
}

/// @title Reorgs
/// @notice Chains that lose their latest blocks, and chains that nobody can read for a while.
/// @dev    While there is a mark, the state of a chain is kept before each delivery: if the log that was executed
///         turns out to be gone, the chain is set back to that, as verifiers replace the block. Points of a chain are a
///         stack: what one of them leads back to is before all that come later.
abstract contract Reorgs is Messages {
    /// @notice First of the numbers of points, which are no chain ids.
    uint256 private constant POINTS = 1 << 128;

    mapping(uint256 => Point[]) private _points;
    uint256 private _lastPoint;
    bool private _marked;

    mapping(uint256 => bool) private _fails;

    /// @notice Remembers where a chain is, for `reorg`.
    /// @return mark_ Number of the mark.
    function mark(uint256 _chainId) internal on(_chainId) returns (uint256 mark_) {
        if (isLive()) revert Kit_NoReorgOfLiveChains();
        _marked = true;
        mark_ = _push(0);
    }

    /// @notice Undoes everything that has happened on a chain since it was marked last: its transactions never were.
    ///         Messages that were sent there since are gone, and those that were delivered there since are pending again.
    ///         Chains that have executed a log which is gone lose everything from that delivery on, too. Storage of the
    ///         test itself stays. The chain goes on in a new block, at the same time; the mark remains.
    function reorg(uint256 _chainId) internal {
        Point[] storage points = _points[_chainId];
        for (uint256 i = points.length; i > 0; --i) {
            if (points[i - 1].log == 0) return _reorg(_chainId, i - 1);
        }
        revert Kit_NoMark(_chainId);
    }

    /// @notice Undoes everything that has happened on a chain since a mark of it, later marks included.
    function reorg(uint256 _chainId, uint256 _mark) internal {
        Point[] storage points = _points[_chainId];
        for (uint256 i = 0; i < points.length; ++i) {
            if (points[i].number == _mark && points[i].log == 0) return _reorg(_chainId, i);
        }
        revert Kit_NoMark(_chainId);
    }

    /// @notice Lets a chain fail as a source: nobody can check its logs. Its messages are refused everywhere,
    ///         and `relayAll` passes over them.
    function failSource(uint256 _chainId) internal {
        _collect();
        _fails[_chainId] = true;
    }

    /// @notice Ends that.
    function recoverSource(uint256 _chainId) internal {
        _collect();
        _fails[_chainId] = false;
    }

    /// @notice Whether a chain fails as a source.
    function sourceFails(uint256 _chainId) internal view returns (bool) {
        return _fails[_chainId];
    }

    /// @notice Called before a log is executed on the current chain by the kit.
    /// @return undoable_ Whether the state before it is kept.
    function _beforeExecution(bytes32 _log) internal returns (bool undoable_) {
        undoable_ = _marked;
        if (undoable_) _push(_log);
    }

    /// @notice Called if the execution failed: there is nothing to be undone.
    function _forgetExecution() internal {
        _points[currentChain()].pop();
    }

    function _push(bytes32 _log) private returns (uint256 number_) {
        number_ = POINTS + ++_lastPoint;
        _savePoint(number_);
        _points[currentChain()].push(Point({ number: number_, logs: _logsOf(currentChain()), log: _log }));
    }

    function _reorg(uint256 _chainId, uint256 _index) private {
        _collect();
        uint256 before = currentChain();
        uint256[] memory chains = chainIds();
        _undo(_chainId, _index, _index + 1);
        while (_undoOne(chains)) { }
        for (uint256 i = 0; i < chains.length; ++i) {
            onChain(chains[i]);
            _readAgain();
        }
        onChain(before);
        _requireNoneDelivered();
    }

    /// @notice Undoes the first execution of a log that is gone on some chain, and all after it.
    /// @return found_ Whether there was one.
    function _undoOne(uint256[] memory _chains) private returns (bool found_) {
        for (uint256 i = 0; i < _chains.length; ++i) {
            Point[] storage points = _points[_chains[i]];
            for (uint256 j = 0; j < points.length; ++j) {
                if (points[j].log == 0 || _logExists(points[j].log)) continue;
                _undo(_chains[i], j, j);
                return true;
            }
        }
    }

    /// @notice Sets a chain back to a point, and keeps that many points of it.
    function _undo(uint256 _chainId, uint256 _index, uint256 _remaining) private {
        onChain(_chainId);
        Point[] storage points = _points[_chainId];
        _restorePoint(points[_index].number);
        _forgetLogs(_chainId, points[_index].logs);
        while (points.length > _remaining) {
            points.pop();
        }
    }

    function _requireNoneDelivered() private {
        uint256 count = messageCount();
        for (uint256 i = 0; i < count; ++i) {
            Message storage sent = _message(i);
            if (sent.undone && sent.delivered) revert Kit_CannotUndoDelivery(i);
        }
    }
}
