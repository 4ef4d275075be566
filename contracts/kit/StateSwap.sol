// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Vm, VmSafe } from "forge-std/Vm.sol";

/// @notice A storage slot of an account.
struct SlotRef {
    address account;
    bytes32 slot;
}

/// @notice The states of several chains, of which the EVM holds one at a time.
/// @custom:field accounts Every account that anything happened to, on whatever chain.
/// @custom:field slots    Every slot that was read or written, on whatever chain.
/// @custom:field shared   Accounts whose code and storage are the same on all chains.
/// @custom:field sterile  Accounts that create nothing and sign nothing, so that their nonces need no asking.
/// @custom:field states   Accounts of the chains that the EVM does not hold, each three words, at thrice the index
///                        that `accounts` has it at: balance, nonce, hash of the code. No length is kept.
/// @custom:field values   Their slots, likewise, each one word.
/// @custom:field aside    Accounts that are not exchanged, and neither is what they create.
struct World {
    address[] accounts;
    SlotRef[] slots;
    mapping(address => bool) known;
    mapping(address => bool) shared;
    mapping(address => bool) sterile;
    mapping(bytes32 => bool) knownSlot;
    mapping(uint256 => bytes32[]) states;
    mapping(uint256 => bytes32[]) values;
    mapping(address => bool) aside;
}

/// @title StateSwap
/// @notice Puts the state of one chain into the EVM in place of another's. forge's own ways do not serve: forks
///         need a node, and snapshots made in a call of an invariant test are gone after it. So what happens on
///         a chain is recorded, and the accounts and slots concerned are exchanged by cheatcodes, which makes
///         them ordinary state changes: they end with a call that reverts, and outlive one that does not.
/// @dev    An account or slot that nobody recorded is taken to be empty on every chain.
library StateSwap {
    // forge-lint: disable-next-line(screaming-snake-case-const)
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @notice The same for assembly.
    address private constant VM = 0x7109709ECfa91a80626fF3989D68f67F5b1DD12D;

    /// @notice forge's console, which calls itself a contract but has no state.
    address private constant CONSOLE = 0x000000000000000000636F6e736F6c652e6c6f67;

    /// @notice Deterministic deployment proxy, which forge puts on every chain.
    address private constant CREATE2_FACTORY = 0x4e59b44847b379578588920cA78FbF26c0B4956C;

    bytes32 private constant EMPTY_CODE_HASH = keccak256("");

    /// @notice Makes an account one of those that are exchanged.
    function track(World storage _world, address _account) internal {
        if (_world.known[_account] || uint160(_account) < 0x100) return;
        if (_account == address(vm) || _account == CONSOLE || _account == CREATE2_FACTORY) return;
        _world.known[_account] = true;
        _world.accounts.push(_account);
    }

    /// @notice Makes a slot one of those that are exchanged.
    function trackSlot(World storage _world, address _account, bytes32 _slot) internal {
        if (_world.shared[_account]) return;
        bytes32 key = keccak256(abi.encode(_account, _slot));
        if (_world.knownSlot[key]) return;
        _world.knownSlot[key] = true;
        _world.slots.push(SlotRef({ account: _account, slot: _slot }));
    }

    /// @notice Makes an account one that is not exchanged, the nonce neither, and what it creates neither.
    function setAside(World storage _world, address _account) internal {
        _world.known[_account] = true;
        _world.shared[_account] = true;
        _world.aside[_account] = true;
    }

    /// @notice Makes what a recording shows known, and what it says to be reverted, too: of a frame in which a mocked call
    ///         reverts forge says so, though the frame goes on. More may be exchanged than there is.
    function observe(World storage _world, VmSafe.AccountAccess[] memory _accesses) internal {
        for (uint256 i = 0; i < _accesses.length; ++i) {
            VmSafe.AccountAccess memory entry = _accesses[i];
            if (_world.aside[entry.accessor]) continue;
            track(_world, entry.account);
            track(_world, entry.accessor);
            VmSafe.StorageAccess[] memory slots = entry.storageAccesses;
            for (uint256 j = 0; j < slots.length; ++j) {
                trackSlot(_world, slots[j].account, slots[j].slot);
            }
        }
    }

    /// @notice Makes known which slots `vm.record` has seen of the accounts that a recording shows.
    function observeSlots(World storage _world, VmSafe.AccountAccess[] memory _accesses) internal {
        for (uint256 i = 0; i < _accesses.length; ++i) {
            _observeSlotsOf(_world, _accesses[i].account);
            if (_accesses[i].accessor != _accesses[i].account) {
                _observeSlotsOf(_world, _accesses[i].accessor);
            }
        }
    }

    /// @notice Keeps the state that the EVM holds as that of a chain.
    function save(World storage _world, uint256 _chainId) internal {
        uint256 state = _first(_world.states[_chainId]);
        uint256 count = _world.accounts.length;
        for (uint256 i = 0; i < count; ++i) {
            address account = _world.accounts[i];
            _write(state++, bytes32(account.balance));
            if (!_world.sterile[account]) _write(state, _nonce(account));
            ++state;
            bytes32 codeHash = account.codehash;
            if (codeHash != _read(state) && !_world.shared[account]) {
                _write(state, _keepCode(account, codeHash));
            }
            ++state;
        }
        _saveSlots(_world.slots, _world.values[_chainId]);
    }

    /// @notice Replaces what the EVM holds, which is the saved state of `_from`, by the state of `_to`.
    function load(World storage _world, uint256 _from, uint256 _to) internal {
        uint256 old = _first(_world.states[_from]);
        uint256 next = _first(_world.states[_to]);
        uint256 count = _world.accounts.length;
        for (uint256 i = 0; i < count; ++i) {
            uint256 memoryBefore = mark();
            (bytes32 balance, bytes32 nonce, bytes32 codeHash) =
                (_read(next), _read(next + 1), _read(next + 2));
            if (balance != _read(old)) vm.deal(_world.accounts[i], uint256(balance));
            if (codeHash != _read(old + 2)) vm.etch(_world.accounts[i], _keeper(codeHash).code);
            if (nonce != _read(old + 1)) vm.setNonceUnsafe(_world.accounts[i], uint64(uint256(nonce)));
            (old, next) = (old + 3, next + 3);
            release(memoryBefore);
        }
        _loadSlots(_world.slots, _world.values[_from], _world.values[_to]);
    }

    /// @notice Makes the first accounts and slots of a chain those of another.
    function copy(
        World storage _world,
        uint256 _from,
        uint256 _to,
        uint256 _accounts,
        uint256 _slots
    )
        internal
    {
        (uint256 from, uint256 to) = (_first(_world.states[_from]), _first(_world.states[_to]));
        for (uint256 i = 0; i < 3 * _accounts; ++i) {
            _write(to + i, _read(from + i));
        }
        (from, to) = (_first(_world.values[_from]), _first(_world.values[_to]));
        for (uint256 i = 0; i < _slots; ++i) {
            _write(to + i, _read(from + i));
        }
    }

    function _observeSlotsOf(World storage _world, address _account) private {
        if (_world.shared[_account]) return;
        uint256 memoryBefore = mark();
        // Writes count as reads, too.
        (bytes32[] memory slots,) = vm.accesses(_account);
        for (uint256 i = 0; i < slots.length; ++i) {
            trackSlot(_world, _account, slots[i]);
        }
        release(memoryBefore);
    }

    /// @notice Keeps the code of an account at an address derived from its hash, which is cheaper than in storage.
    /// @return Hash of the code, zero if there is none.
    function _keepCode(address _account, bytes32 _codeHash) private returns (bytes32) {
        if (_codeHash == EMPTY_CODE_HASH) return 0;
        if (_codeHash != 0 && _keeper(_codeHash).code.length == 0) {
            uint256 memoryBefore = mark();
            vm.etch(_keeper(_codeHash), _account.code);
            release(memoryBefore);
        }
        return _codeHash;
    }

    /// @notice `vm.getNonce`, without leaving anything in memory.
    function _nonce(address _account) private view returns (bytes32 nonce_) {
        uint256 memoryBefore = mark();
        nonce_ = bytes32(uint256(vm.getNonce(_account)));
        release(memoryBefore);
    }

    function _read(uint256 _slot) private view returns (bytes32 value_) {
        assembly ("memory-safe") {
            value_ := sload(_slot)
        }
    }

    function _write(uint256 _slot, bytes32 _value) private {
        if (_read(_slot) == _value) return;
        assembly ("memory-safe") {
            sstore(_slot, _value)
        }
    }

    /// @notice Reads slots of the EVM. This and `_loadSlots` are in assembly because a test may have hundreds of
    ///         slots and thousands of switches; each iteration is one call of a cheatcode and little else.
    function _saveSlots(SlotRef[] storage _slots, bytes32[] storage _values) private {
        uint256 count = _slots.length;
        uint256 refs = _first(_slots);
        uint256 values = _first(_values);
        bytes4 selector = VmSafe.load.selector;
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore(input, selector)
            for { let i := 0 } lt(i, count) { i := add(i, 1) } {
                let ref := add(refs, shl(1, i))
                mstore(add(input, 0x04), sload(ref))
                mstore(add(input, 0x24), sload(add(ref, 1)))
                if iszero(call(gas(), VM, 0, input, 0x44, 0x00, 0x20)) { revert(0, 0) }
                let value := mload(0x00)
                if sub(value, sload(add(values, i))) { sstore(add(values, i), value) }
            }
        }
    }

    /// @notice Writes slots of the EVM, as far as two chains differ.
    function _loadSlots(SlotRef[] storage _slots, bytes32[] storage _from, bytes32[] storage _to) private {
        uint256 count = _slots.length;
        uint256 refs = _first(_slots);
        (uint256 from, uint256 to) = (_first(_from), _first(_to));
        bytes4 selector = Vm.store.selector;
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore(input, selector)
            for { let i := 0 } lt(i, count) { i := add(i, 1) } {
                let value := sload(add(to, i))
                if sub(value, sload(add(from, i))) {
                    mstore(add(input, 0x44), value)
                    let ref := add(refs, shl(1, i))
                    mstore(add(input, 0x04), sload(ref))
                    mstore(add(input, 0x24), sload(add(ref, 1)))
                    if iszero(call(gas(), VM, 0, input, 0x64, 0, 0)) { revert(0, 0) }
                }
            }
        }
    }

    /// @notice Storage slot of an array's first element.
    function _first(bytes32[] storage _array) private pure returns (uint256 first_) {
        assembly ("memory-safe") {
            mstore(0x00, _array.slot)
            first_ := keccak256(0x00, 0x20)
        }
    }

    /// @notice Storage slot of an array's first element, which takes two.
    function _first(SlotRef[] storage _array) private pure returns (uint256 first_) {
        assembly ("memory-safe") {
            mstore(0x00, _array.slot)
            first_ := keccak256(0x00, 0x20)
        }
    }

    function _keeper(bytes32 _codeHash) private pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode("kit.code", _codeHash)))));
    }

    /// @notice Where free memory starts. Switches happen thousands of times in one call, and Solidity never
    ///         gives memory back.
    function mark() internal pure returns (uint256 free_) {
        assembly ("memory-safe") {
            free_ := mload(0x40)
        }
    }

    /// @notice Gives back the memory that was taken since a mark. Nothing in it may be in use any more.
    function release(uint256 _free) internal pure {
        assembly ("memory-safe") {
            mstore(0x40, _free)
        }
    }
}
