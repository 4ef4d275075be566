// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {
    Kit_BadChainId,
    Kit_ChainExists,
    Kit_NotStarted_CallSuperSetUp,
    Kit_RpcMissing,
    Kit_ShareBeforeUse,
    Kit_UnknownChain_AddChainFirst
} from "./Errors.sol";
import { Genesis } from "./Genesis.sol";
import { RECORDER } from "./RecordedInbox.sol";
import { Recording } from "./Recording.sol";
import { StateSwap, World } from "./StateSwap.sol";
import { VmSafe } from "forge-std/Vm.sol";

/// @notice Block that a chain is at.
struct Head {
    uint256 number;
    uint256 timestamp;
}

/// @title Chains
/// @notice Several chains in one forge test. The test is on one of them at a time, and `onChain` goes to another:
///         contracts, storage, balances, nonces, block number and time are then that chain's. Code and storage of
///         the contract that inherits this are the same on all of them.
abstract contract Chains is Recording {
    using StateSwap for World;

    /// @notice Stands for no chain in `_world`: the state that every chain begins with.
    uint256 private constant GENESIS = 0;

    /// @notice Time that all chains begin at, 2023-11-14. Late enough that nothing underflows.
    uint256 internal constant GENESIS_TIME = 1_700_000_000;

    uint256[] private _chainIds;
    mapping(uint256 => Head) private _heads;
    uint256 private _current;
    uint256 private _genesisAccounts;
    uint256 private _genesisSlots;

    mapping(uint256 => uint256) private _forks;

    /// @notice Runs the body on a chain, and returns to the chain before.
    modifier on(uint256 _chainId) {
        uint256 before = _current;
        onChain(_chainId);
        _;
        onChain(before);
    }

    /// @notice Begins, with chains 901 and 902 of which the test is on 901. What was deployed before belongs to
    ///         no chain: start first, deploy afterwards.
    function startChains() internal {
        if (_current != 0) return;
        _live = bytes(_url(901)).length > 0;
        _share(address(this));
        _share(msg.sender);
        _beforeStart();
        if (!_live) {
            _world.track(tx.origin);
            Genesis.install(_world);
            _afterGenesis();
        }
        (_genesisAccounts, _genesisSlots) = (_world.accounts.length, _world.slots.length);
        _world.save(GENESIS);

        _addChain(901);
        _addChain(902);
        // Clocks that agree: a message may not come from the future.
        _heads[901].timestamp = _heads[902].timestamp;
        vm.recordLogs();
        _enter(GENESIS, 901);
    }

    /// @notice Adds a chain in the state of its genesis: the predeploys, and nothing else. Every chain is in the
    ///         dependency set of every other.
    function addChain(uint256 _chainId) internal {
        _collect();
        _addChain(_chainId);
        if (_live) {
            vm.selectFork(_forks[_current]);
            _setBlock();
        }
    }

    /// @notice Goes to a chain: everything from here on happens there.
    function onChain(uint256 _chainId) internal {
        _sync();
        if (_chainId == _current) return;
        if (!chainExists(_chainId)) revert Kit_UnknownChain_AddChainFirst(_chainId);

        uint256 memoryBefore = StateSwap.mark();
        _collect();
        uint256 from = _current;
        _stopRecording();
        _keepHead();
        _world.save(from);
        _enter(from, _chainId);
        StateSwap.release(memoryBefore);
    }

    /// @notice Does something on every chain, and returns to the chain before.
    function onEachChain(function() internal _action) internal {
        uint256 before = _current;
        for (uint256 i = 0; i < _chainIds.length; ++i) {
            onChain(_chainIds[i]);
            _action();
        }
        onChain(before);
    }

    /// @notice Lets time pass on a chain: a new block, that many seconds later.
    function warp(uint256 _chainId, uint256 _seconds) internal on(_chainId) {
        _mine(1, _seconds);
    }

    /// @notice Lets time pass on every chain.
    function warp(uint256 _seconds) internal {
        _sync();
        uint256 before = _current;
        for (uint256 i = 0; i < _chainIds.length; ++i) {
            onChain(_chainIds[i]);
            _mine(1, _seconds);
        }
        onChain(before);
    }

    /// @notice Adds blocks to a chain, two seconds each.
    function mine(uint256 _chainId, uint256 _blocks) internal on(_chainId) {
        _mine(_blocks, 2 * _blocks);
    }

    /// @notice As forge-std's: later, in the same block, and on every chain, as time passes on all of them. What was
    ///         sent before is older then.
    function skip(uint256 _seconds) internal virtual override {
        if (_current != 0) _collect();
        super.skip(_seconds);
        if (_current != 0) _followTime();
    }

    /// @notice As forge-std's: earlier, in the same block, and on every chain.
    function rewind(uint256 _seconds) internal virtual override {
        if (_current != 0) _collect();
        super.rewind(_seconds);
        if (_current == 0) return;
        _keepHead();
        for (uint256 i = 0; i < _chainIds.length; ++i) {
            if (_chainIds[i] != _current) _heads[_chainIds[i]].timestamp -= _seconds;
        }
    }

    /// @notice Time on a chain.
    function timeOn(uint256 _chainId) internal view returns (uint256) {
        if (block.chainid != _current) return _heads[_chainId].timestamp;
        return _chainId == _current ? vm.getBlockTimestamp() : _heads[_chainId].timestamp + _passed();
    }

    /// @notice Makes code and storage of an account the same on all chains from now on, as they are for the test
    ///         itself: for a contract that keeps books for the test. Its balance and nonce stay each chain's.
    function shareAcrossChains(address _account) internal {
        _sync();
        if (_world.known[_account]) revert Kit_ShareBeforeUse(_account);
        _share(_account);
    }

    /// @notice Chain that the test is on.
    function currentChain() internal view returns (uint256) {
        return _current;
    }

    /// @notice All chains, in the order in which they were added.
    function chainIds() internal view returns (uint256[] memory) {
        return _chainIds;
    }

    /// @notice Whether the chains are forks of live ones.
    function isLive() internal view returns (bool) {
        return _live;
    }

    /// @notice Whether there is such a chain.
    function chainExists(uint256 _chainId) internal view returns (bool) {
        return _heads[_chainId].timestamp != 0;
    }

    /// @notice Called before there is any chain.
    function _beforeStart() internal virtual { }

    /// @notice Called on the fork of a live chain that is being added.
    function _afterFork(uint256 _chainId) internal virtual { }

    /// @notice Called on the first chain, when it has its genesis. All others get it from there.
    function _afterGenesis() internal virtual { }

    /// @notice Called when the test has come to a chain.
    function _afterEntering() internal virtual { }

    /// @notice Called with all logs of the current chain since the last time, and with the block that the chain was
    ///         at then.
    function _read(VmSafe.Log[] memory _logs, Head memory _before) internal virtual { }

    /// @inheritdoc Recording
    function _collect() internal override {
        _sync();
        VmSafe.Log[] memory logs = vm.getRecordedLogs();
        uint256 count = 0;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter == RECORDER) {
                _observeInterrupted(abi.decode(logs[i].data, (VmSafe.AccountAccess[])));
            } else {
                logs[count++] = logs[i];
            }
        }
        assembly ("memory-safe") {
            mstore(logs, count)
        }
        _read(logs, _heads[_current]);
        _followTime();
    }

    /// @notice Keeps the current chain's block, and lets the time that `skip` or `vm.warp` took it on pass on the other
    ///         chains, too: who sends, warps and relays looks for a message that is old where it arrives.
    function _followTime() private {
        uint256 passed = _passed();
        _keepHead();
        if (passed == 0) return;
        for (uint256 i = 0; i < _chainIds.length; ++i) {
            if (_chainIds[i] != _current) _heads[_chainIds[i]].timestamp += passed;
        }
    }

    /// @notice Seconds that the current chain's clock has gone on since the kit last looked, other than by `warp` and
    ///         `mine`.
    function _passed() private view returns (uint256) {
        uint256 before = _heads[_current].timestamp;
        uint256 time = vm.getBlockTimestamp();
        return time > before ? time - before : 0;
    }

    function _mine(uint256 _blocks, uint256 _seconds) private {
        _collect();
        vm.roll(vm.getBlockNumber() + _blocks);
        vm.warp(vm.getBlockTimestamp() + _seconds);
        _keepHead();
    }

    /// @notice Every verb begins with this. In an invariant test each call of a handler finds forge's own block
    ///         and chain id, not those that the call before set.
    function _sync() internal {
        if (_current == 0) revert Kit_NotStarted_CallSuperSetUp();
        if (block.chainid != _current) _setBlock();
    }

    /// @notice Keeps the state of the current chain.
    /// @param _point Number of something that is no chain.
    function _savePoint(uint256 _point) internal {
        _collect();
        _stopRecording();
        _world.save(_point);
        _startRecording();
    }

    /// @notice Puts the current chain into a state that was kept, and in a new block, so that no log of it can be where
    ///         one was that is undone. Time goes on where it was.
    function _restorePoint(uint256 _point) internal {
        _collect();
        _stopRecording();
        _world.save(_current);
        _world.load(_current, _point);
        vm.roll(vm.getBlockNumber() + 1);
        _keepHead();
        _startRecording();
    }

    function _addChain(uint256 _chainId) private {
        if (_chainId == GENESIS || _chainId > type(uint64).max) revert Kit_BadChainId(_chainId);
        if (chainExists(_chainId)) revert Kit_ChainExists(_chainId);
        _chainIds.push(_chainId);
        _heads[_chainId] = _live ? _fork(_chainId) : Head({ number: 1, timestamp: GENESIS_TIME });
        _world.copy(GENESIS, _chainId, _genesisAccounts, _genesisSlots);
    }

    function _enter(uint256 _from, uint256 _to) private {
        if (_live) vm.selectFork(_forks[_to]);
        _world.load(_from, _to);
        _current = _to;
        _setBlock();
        _startRecording();
        _afterEntering();
    }

    function _setBlock() private {
        vm.chainId(_current);
        vm.roll(_heads[_current].number);
        vm.warp(_heads[_current].timestamp);
    }

    function _keepHead() private {
        _heads[_current] = _head();
    }

    /// @notice Block that the current chain is at.
    function _head() internal view returns (Head memory) {
        return Head({ number: vm.getBlockNumber(), timestamp: vm.getBlockTimestamp() });
    }

    /// @notice URL of the live chain that the environment names for an id: `INTEROP_RPC_901` and so on.
    function _url(uint256 _chainId) private view returns (string memory) {
        return vm.envOr(string.concat("INTEROP_RPC_", vm.toString(_chainId)), string(""));
    }

    /// @notice Forks a live chain, at the block after its latest.
    function _fork(uint256 _chainId) private returns (Head memory head_) {
        string memory url = _url(_chainId);
        if (bytes(url).length == 0) revert Kit_RpcMissing(_chainId);
        _forks[_chainId] = vm.createSelectFork(url);
        head_ = Head({ number: vm.getBlockNumber() + 1, timestamp: vm.getBlockTimestamp() + 1 });
        // No earlier than the other chains.
        uint256 other = _heads[_chainIds[0]].timestamp;
        if (head_.timestamp < other) head_.timestamp = other;
        _afterFork(_chainId);
    }
}
