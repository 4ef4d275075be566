// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Kit_RecordingLost } from "./Errors.sol";
import { Journal } from "./Journal.sol";
import { SlotRef, StateSwap, World } from "./StateSwap.sol";
import { Test } from "forge-std/Test.sol";
import { VmSafe } from "forge-std/Vm.sol";

/// @title Recording
/// @notice Finds out which accounts and slots there are to be exchanged when the test goes to another chain: from
///         forge's recording of state differences, and from what forge-std's cheats are told.
abstract contract Recording is Test {
    using StateSwap for World;

    /// @notice First of the accounts that are there to be looked at, one after each start of the recording.
    uint160 private constant MARKERS = uint160(uint256(keccak256("kit.marker")));

    /// @notice Account whose label says whether the beginning of the present recording was seen, though it is not
    ///         in what is left of it.
    address private constant BEGINNING = address(uint160(uint256(keccak256("kit.beginning"))));

    /// @notice Depth in calls of the functions that forge calls itself.
    uint64 private constant TOP = 1;

    World internal _world;

    /// @notice Whether the chains are forks of live ones.
    bool internal _live;

    uint160 private _recording;

    /// @notice Where the journal of accounts and slots is, and how many of each are in it.
    bytes32 private _place = keccak256("kit.accounts");
    uint256 private _accountsWritten;
    uint256 private _slotsWritten;

    /// @notice Tells the kit of an account that only cheatcodes have touched. Accounts that were called, or sent
    ///         something, or whose balance was read, are known anyway; so are those of `makeAddr`, `deal` and `hoax`.
    function trackAccount(address _account) internal {
        _track(_account);
    }

    /// @notice Tells the kit of a slot that only `vm.store` has touched: its value is that of the current chain. Slots
    ///         that a contract has read or written are known anyway.
    function trackSlot(address _account, bytes32 _slot) internal {
        if (_live) return;
        _world.track(_account);
        _world.trackSlot(_account, _slot);
    }

    /// @notice As forge-std's, and known to the kit.
    function makeAddrAndKey(string memory _name)
        internal
        virtual
        override
        returns (address account_, uint256 key_)
    {
        (account_, key_) = super.makeAddrAndKey(_name);
        _track(account_);
    }

    /// @notice As forge-std's, and known to the kit: the balance is that of the current chain.
    function deal(address _account, uint256 _balance) internal virtual override {
        _track(_account);
        super.deal(_account, _balance);
    }

    /// @notice As forge-std's, which looks for the balance's slot by `vm.record`, and so do we for others.
    function deal(
        address _token,
        address _account,
        uint256 _balance,
        bool _adjust
    )
        internal
        virtual
        override
    {
        _collect();
        super.deal(_token, _account, _balance, _adjust);
        vm.record();
    }

    /// @notice As forge-std's; see `deal`.
    function dealERC1155(
        address _token,
        address _account,
        uint256 _id,
        uint256 _balance,
        bool _adjust
    )
        internal
        virtual
        override
    {
        _collect();
        super.dealERC1155(_token, _account, _id, _balance, _adjust);
        vm.record();
    }

    /// @notice As forge-std's; see `deal`.
    function dealERC721(address _token, address _account, uint256 _id) internal virtual override {
        _collect();
        super.dealERC721(_token, _account, _id);
        vm.record();
    }

    /// @notice As forge-std's, and known to the kit.
    function hoax(address _sender) internal virtual override {
        _track(_sender);
        super.hoax(_sender);
    }

    /// @notice As forge-std's, and known to the kit.
    function hoax(address _sender, uint256 _balance) internal virtual override {
        _track(_sender);
        super.hoax(_sender, _balance);
    }

    /// @notice As forge-std's, and known to the kit.
    function startHoax(address _sender) internal virtual override {
        _track(_sender);
        super.startHoax(_sender);
    }

    /// @notice As forge-std's, and known to the kit.
    function startHoax(address _sender, uint256 _balance) internal virtual override {
        _track(_sender);
        super.startHoax(_sender, _balance);
    }

    /// @notice Reads what the current chain has emitted since the last time.
    function _collect() internal virtual;

    /// @notice Makes an account's state a part of what is exchanged. A fork exchanges everything by itself.
    function _track(address _account) internal {
        if (!_live) _world.track(_account);
    }

    function _share(address _account) internal {
        _world.track(_account);
        _world.shared[_account] = true;
        if (_live) vm.makePersistent(_account);
    }

    /// @notice The first access after the start is one that only the kit makes, so that it can tell its own
    ///         recording from somebody else's.
    function _startRecording() internal {
        if (_live) return;
        vm.record();
        vm.startStateDiffRecording();
        // Used, or else the optimizer would drop it.
        if (address(MARKERS + ++_recording).balance != 0) revert Kit_RecordingLost();
    }

    function _stopRecording() internal {
        if (_live) return;
        VmSafe.AccountAccess[] memory accesses = vm.stopAndReturnStateDiff();
        bool begun = _observe(accesses);
        // After a mocked call forge may lose the slots of the frame that made it, though not the account.
        _world.observeSlots(accesses);
        if (bytes(vm.getLabel(BEGINNING)).length == 1) {
            begun = true;
            vm.label(BEGINNING, "");
        }
        if (!begun) revert Kit_RecordingLost();
        _write();
    }

    /// @notice Learns of a transaction in which the recording was interrupted: it does not show the slots that calls
    ///         which had begun before have used afterwards. `vm.record` does, if asked for each account.
    function _observeInterrupted(VmSafe.AccountAccess[] memory _accesses) internal {
        if (_observe(_accesses)) vm.label(BEGINNING, "x");
        _world.observeSlots(_accesses);
        _write();
    }

    /// @return begun_ Whether this was the beginning of a recording of the kit's.
    function _observe(VmSafe.AccountAccess[] memory _accesses) private returns (bool begun_) {
        _recall();
        if (_accesses.length > 0) {
            begun_ = _isMarker(_accesses[0]);
            // The marker is no account to exchange.
            if (begun_) _accesses[0].account = address(this);
        }
        _world.observe(_accesses);
    }

    /// @notice Whether an access is the first of a recording of the kit's. It may be a later one than the storage knows,
    ///         if that was set back since: by `vm.revertToState`, or by the revert of a call in which the test went to
    ///         another chain. In that case forge has lost code of contracts, which it gives back only to accounts
    ///         that had none.
    function _isMarker(VmSafe.AccountAccess memory _access) private view returns (bool) {
        uint160 number;
        unchecked {
            number = uint160(_access.account) - MARKERS;
        }
        if (number >= type(uint64).max) return false;
        return number == _recording || _access.depth <= TOP;
    }

    /// @notice Learns again of what was known before it was undone. Some of it may have come to be only in what was
    ///         undone; but more may be exchanged than there is.
    function _recall() private {
        bytes32[][] memory entries = Journal.read(_place);
        if (entries.length == 0) return;
        _write();
        for (uint256 i = 0; i < entries.length; ++i) {
            // How many accounts, the accounts, then an account and its slot each.
            uint256 next = 1 + uint256(entries[i][0]);
            for (uint256 j = 1; j < next; ++j) {
                _world.track(_toAddress(entries[i][j]));
            }
            for (; next < entries[i].length; next += 2) {
                _world.trackSlot(_toAddress(entries[i][next]), entries[i][next + 1]);
            }
        }
        // They are written already.
        (_accountsWritten, _slotsWritten) = (_world.accounts.length, _world.slots.length);
    }

    /// @notice Writes down which accounts and slots have become known.
    function _write() private {
        uint256 accounts = _world.accounts.length - _accountsWritten;
        uint256 slots = _world.slots.length - _slotsWritten;
        if (accounts == 0 && slots == 0) return;

        bytes32[] memory entry = new bytes32[](1 + accounts + 2 * slots);
        entry[0] = bytes32(accounts);
        for (uint256 i = 0; i < accounts; ++i) {
            entry[1 + i] = bytes32(uint256(uint160(_world.accounts[_accountsWritten + i])));
        }
        for (uint256 i = 0; i < slots; ++i) {
            SlotRef storage ref = _world.slots[_slotsWritten + i];
            entry[1 + accounts + 2 * i] = bytes32(uint256(uint160(ref.account)));
            entry[2 + accounts + 2 * i] = ref.slot;
        }
        _place = Journal.write(_place, entry);
        (_accountsWritten, _slotsWritten) = (_world.accounts.length, _world.slots.length);
    }

    function _toAddress(bytes32 _word) private pure returns (address) {
        return address(uint160(uint256(_word)));
    }
}
