// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {
    Kit_BadChainId,
    Kit_ChainExists,
    Kit_NotStarted_CallSuperSetUp,
    Kit_ShareBeforeUse,
    Kit_StateDiffRecordingTaken,
    Kit_UnknownChain_AddChainFirst
} from "./Errors.sol";
import { Genesis } from "./Genesis.sol";
import { StateSwap, World } from "./StateSwap.sol";
import { Test } from "forge-std/Test.sol";
import { VmSafe } from "forge-std/Vm.sol";

/// @title Chains
/// @notice Several chains in one forge test. The test is on one of them at a time, and `onChain` goes to another:
///         contracts, storage, balances, nonces, block number and time are then that chain's. Code and storage of
///         the contract that inherits this are the same on all of them.
abstract contract Chains is Test {
    using StateSwap for World;

    /// @notice Block that a chain is at.
    struct Head {
        uint256 number;
        uint256 timestamp;
    }

    /// @notice Stands for no chain in `_world`: the state that every chain begins with.
    uint256 private constant GENESIS = 0;

    /// @notice Time that all chains begin at, 2023-11-14. Late enough that nothing underflows.
    uint256 internal constant GENESIS_TIME = 1_700_000_000;

    /// @notice Account that is there to be looked at once after each start of the recording.
    address private constant MARKER = address(uint160(uint256(keccak256("kit.marker"))));

    World private _world;
    uint256[] private _chainIds;
    mapping(uint256 => Head) private _heads;
    uint256 private _current;
    uint256 private _genesisAccounts;
    uint256 private _genesisSlots;

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
        _share(address(this));
        _share(msg.sender);
        _world.track(tx.origin);
        Genesis.install(_world);
        (_genesisAccounts, _genesisSlots) = (_world.accounts.length, _world.slots.length);
        _world.save(GENESIS);

        _addChain(901);
        _addChain(902);
        _enter(GENESIS, 901);
    }

    /// @notice Adds a chain in the state of its genesis: the predeploys, and nothing else. Every chain is in the
    ///         dependency set of every other.
    function addChain(uint256 _chainId) internal {
        _sync();
        _addChain(_chainId);
    }

    /// @notice Goes to a chain: everything from here on happens there.
    function onChain(uint256 _chainId) internal {
        _sync();
        if (_chainId == _current) return;
        if (!chainExists(_chainId)) revert Kit_UnknownChain_AddChainFirst(_chainId);

        uint256 memoryBefore = StateSwap._mark();
        _beforeLeaving();
        uint256 from = _current;
        _world.observe(_stopRecording());
        _keepHead();
        _world.save(from);
        _enter(from, _chainId);
        StateSwap._release(memoryBefore);
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
        _beforeLeaving();
        vm.warp(vm.getBlockTimestamp() + _seconds);
        vm.roll(vm.getBlockNumber() + 1);
        _keepHead();
    }

    /// @notice Makes code and storage of an account the same on all chains from now on, as they are for the test
    ///         itself: for a contract that keeps books for the test. Its balance and nonce stay each chain's.
    function shareAcrossChains(address _account) internal {
        _sync();
        if (_world.known[_account]) revert Kit_ShareBeforeUse(_account);
        _share(_account);
    }

    /// @notice Tells the kit of an account that only cheatcodes have touched. Accounts that were called, or sent
    ///         something, or whose balance was read, are known anyway; so are those of `makeAddr` and `deal`.
    function trackAccount(address _account) internal {
        _world.track(_account);
    }

    /// @notice As forge-std's, and known to the kit.
    function makeAddrAndKey(string memory _name)
        internal
        virtual
        override
        returns (address account_, uint256 key_)
    {
        (account_, key_) = super.makeAddrAndKey(_name);
        _world.track(account_);
    }

    /// @notice As forge-std's, and known to the kit: the balance is that of the current chain.
    function deal(address _account, uint256 _balance) internal virtual override {
        _world.track(_account);
        super.deal(_account, _balance);
    }

    /// @notice Chain that the test is on.
    function currentChain() internal view returns (uint256) {
        return _current;
    }

    /// @notice All chains, in the order in which they were added.
    function chainIds() internal view returns (uint256[] memory) {
        return _chainIds;
    }

    /// @notice Whether there is such a chain.
    function chainExists(uint256 _chainId) internal view returns (bool) {
        return _heads[_chainId].timestamp != 0;
    }

    /// @notice Called before the test leaves a chain or its block, while everything is still as it was there.
    function _beforeLeaving() internal virtual { }

    /// @notice Every verb begins with this. In an invariant test each call of a handler finds forge's own block
    ///         and chain id, not those that the call before set.
    function _sync() internal {
        if (_current == 0) revert Kit_NotStarted_CallSuperSetUp();
        if (block.chainid != _current) _setBlock();
    }

    function _addChain(uint256 _chainId) private {
        if (_chainId == GENESIS || _chainId > type(uint64).max) revert Kit_BadChainId(_chainId);
        if (chainExists(_chainId)) revert Kit_ChainExists(_chainId);
        _chainIds.push(_chainId);
        _heads[_chainId] = Head(1, GENESIS_TIME);
        _world.copy(GENESIS, _chainId, _genesisAccounts, _genesisSlots);
    }

    function _enter(uint256 _from, uint256 _to) private {
        _world.load(_from, _to);
        _current = _to;
        _setBlock();
        _startRecording();
    }

    function _setBlock() private {
        vm.chainId(_current);
        vm.roll(_heads[_current].number);
        vm.warp(_heads[_current].timestamp);
    }

    function _keepHead() private {
        _heads[_current] = Head(vm.getBlockNumber(), vm.getBlockTimestamp());
    }

    function _share(address _account) private {
        _world.track(_account);
        _world.shared[_account] = true;
    }

    /// @notice The first access after the start is one that only the kit makes, so that it can tell its own
    ///         recording from somebody else's.
    function _startRecording() private {
        vm.startStateDiffRecording();
        // Used, or else the optimizer would drop it.
        if (MARKER.balance != 0) revert Kit_StateDiffRecordingTaken();
    }

    function _stopRecording() private returns (VmSafe.AccountAccess[] memory accesses_) {
        accesses_ = vm.stopAndReturnStateDiff();
        if (accesses_.length == 0 || accesses_[0].account != MARKER) revert Kit_StateDiffRecordingTaken();
    }
}
