// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { InteropTest } from "../InteropTest.sol";

/// @title SwappedChains
/// @notice Several chains in one EVM, for tests that go from one to another thousands of times. Where the kit
///         finds out what differs between chains, this is told: the storage of some contracts, the ETH of some
///         accounts, number and time of the block. Everything else is the same on all of them.
/// @dev    The kit would not do here. It records state differences, and while it does forge reads every slot
///         before the contract does, so that to CrossL2Inbox all of them are warm.
abstract contract SwappedChains is InteropTest {
    struct Head {
        uint256 number;
        uint256 timestamp;
    }

    struct Slot {
        address account;
        bytes32 key;
    }

    uint256 internal constant FIRST = 901;
    uint256 internal constant CHAINS = 3;

    uint256 private constant START = 1_700_000_000;

    uint256 internal here;
    mapping(uint256 chain => Head) private heads;

    address[] private stores;
    address[] private purses;
    mapping(uint256 chain => mapping(address => uint256)) private balances;

    Slot[] private slots;
    mapping(address => mapping(bytes32 => uint256)) private slotNumber;
    mapping(uint256 chain => mapping(uint256 slot => bytes32)) private values;

    /// @notice Contracts that are written to from here on must be among the stores, or be shared on purpose.
    function _recordStores(address[] memory _stores) internal {
        stores = _stores;
        vm.record();
    }

    /// @notice Makes all chains what the EVM is at this moment.
    function _startChains(address[] memory _purses) internal {
        purses = _purses;
        for (uint256 chain = FIRST; chain < FIRST + CHAINS; ++chain) {
            heads[chain] = Head({ number: 1, timestamp: START });
            here = chain;
            _saveStores();
            _savePurses();
        }
        vm.record();
        _setBlock();
    }

    /// @notice Goes to a chain: what happens from here on happens there.
    function _goTo(uint256 _chain) internal {
        if (_chain == here) return;
        _saveStores();
        _savePurses();

        for (uint256 i = 0; i < slots.length; ++i) {
            bytes32 value = values[_chain][i];
            if (value != values[here][i]) vm.store(slots[i].account, slots[i].key, value);
        }
        for (uint256 i = 0; i < purses.length; ++i) {
            uint256 balance = balances[_chain][purses[i]];
            if (balance != balances[here][purses[i]]) vm.deal(purses[i], balance);
        }
        here = _chain;
        _setBlock();
        vm.record();
    }

    /// @notice A new block on this chain, some time later.
    function _pass(uint256 _seconds) internal {
        heads[here] = Head({ number: heads[here].number + 1, timestamp: heads[here].timestamp + _seconds });
        _setBlock();
    }

    /// @notice Does something on every chain.
    function _onEachChain(function() internal _action) internal {
        for (uint256 chain = FIRST; chain < FIRST + CHAINS; ++chain) {
            _goTo(chain);
            _action();
        }
    }

    /// @notice forge begins each call of an invariant test with a block and a chain ID of its own.
    function _setBlock() internal {
        vm.chainId(here);
        vm.roll(heads[here].number);
        vm.warp(heads[here].timestamp);
    }

    /// @notice Keeps what was written since the last recording began.
    function _saveStores() private {
        for (uint256 i = 0; i < stores.length; ++i) {
            (, bytes32[] memory writes) = vm.accesses(stores[i]);
            for (uint256 j = 0; j < writes.length; ++j) {
                values[here][_number(stores[i], writes[j])] = vm.load(stores[i], writes[j]);
            }
        }
    }

    function _savePurses() private {
        for (uint256 i = 0; i < purses.length; ++i) {
            balances[here][purses[i]] = purses[i].balance;
        }
    }

    function _number(address _account, bytes32 _key) private returns (uint256) {
        if (slotNumber[_account][_key] == 0) {
            slots.push(Slot({ account: _account, key: _key }));
            slotNumber[_account][_key] = slots.length;
        }
        return slotNumber[_account][_key] - 1;
    }
}
