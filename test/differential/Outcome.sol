// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Puppet } from "./Puppet.sol";
import { Vm } from "forge-std/Vm.sol";

/// @notice A transaction that both implementations are given.
struct Step {
    string name;
    address from;
    address to;
    uint256 value;
    bytes data;
    bytes32[] keys; // under the inbox in the access list
}

/// @notice Value of a storage slot that a step wrote.
struct Slot {
    address account;
    bytes32 key;
    bytes32 value;
}

/// @notice An account that a step touched.
struct Account {
    address account;
    uint256 balance;
    uint256 nonce;
    bytes32 codeHash;
}

/// @notice All that can be seen of a step afterwards.
struct Outcome {
    bool success;
    bytes returned;
    Vm.Log[] logs;
    Slot[] slots;
    Account[] accounts;
    uint256 gas;
}

/// @title OutcomeLib
/// @notice Compares outcomes. The answer is a text that names what differs, empty if nothing does.
library OutcomeLib {
    Vm private constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @notice Compares everything but gas: success, answer, logs. State has functions of its own.
    function compareCall(Outcome memory _a, Outcome memory _b) internal pure returns (string memory) {
        if (_a.success != _b.success || keccak256(_a.returned) != keccak256(_b.returned)) {
            return different("answer", describe(_a), describe(_b));
        }
        uint256 count = _a.logs.length > _b.logs.length ? _a.logs.length : _b.logs.length;
        for (uint256 i; i < count; ++i) {
            if (_sameLog(_a.logs, _b.logs, i)) continue;
            string memory a = i < _a.logs.length ? describe(_a.logs[i]) : "none";
            string memory b = i < _b.logs.length ? describe(_b.logs[i]) : "none";
            return different(string.concat("log ", VM.toString(i)), a, b);
        }
        return "";
    }

    /// @notice The slots of one list that another does not have.
    function without(Slot[] memory _slots, Slot[] memory _others)
        internal
        pure
        returns (Slot[] memory rest_)
    {
        rest_ = new Slot[](_slots.length);
        uint256 count;
        for (uint256 i; i < _slots.length; ++i) {
            bool isOther;
            for (uint256 j; j < _others.length; ++j) {
                if (_others[j].account == _slots[i].account && _others[j].key == _slots[i].key) {
                    isOther = true;
                }
            }
            if (!isOther) rest_[count++] = _slots[i];
        }
        assembly ("memory-safe") {
            mstore(rest_, count)
        }
    }

    /// @notice The logs that a successful transaction has in the end. Forge also records those that a revert takes
    ///         back; what a puppet says before and after each call tells them from the others.
    function surviving(Vm.Log[] memory _logs) internal pure returns (Vm.Log[] memory logs_) {
        logs_ = new Vm.Log[](_logs.length);
        uint256 count;
        for (uint256 i; i < _logs.length; ++i) {
            if (_isEvent(_logs[i], Puppet.Observed.selector)) {
                (uint256 index, bool success,) = abi.decode(_logs[i].data, (uint256, bool, bytes));
                while (!success && !_isBegin(logs_[count - 1], index)) --count;
            }
            logs_[count++] = _logs[i];
        }
        assembly ("memory-safe") {
            mstore(logs_, count)
        }
    }

    function _isBegin(Vm.Log memory _log, uint256 _index) private pure returns (bool) {
        return _isEvent(_log, Puppet.Began.selector) && uint256(bytes32(_log.data)) == _index;
    }

    function _isEvent(Vm.Log memory _log, bytes32 _selector) private pure returns (bool) {
        return _log.topics.length != 0 && _log.topics[0] == _selector;
    }

    /// @notice Accounts that logs name in their topics, such as recipients.
    function namedIn(Vm.Log[] memory _logs) internal pure returns (address[] memory accounts_) {
        accounts_ = new address[](3 * _logs.length);
        uint256 count;
        for (uint256 i; i < _logs.length; ++i) {
            for (uint256 j = 1; j < _logs[i].topics.length; ++j) {
                uint256 topic = uint256(_logs[i].topics[j]);
                // A cast that keeps the value finds out what is an address.
                // forge-lint: disable-next-line(unsafe-typecast)
                if (topic <= type(uint160).max) accounts_[count++] = address(uint160(topic));
            }
        }
        assembly ("memory-safe") {
            mstore(accounts_, count)
        }
    }

    /// @notice Compares a storage slot.
    function compareSlot(Slot memory _a, Slot memory _b) internal pure returns (string memory) {
        if (_a.value == _b.value) return "";
        string memory place =
            string.concat("storage of ", VM.toString(_a.account), " at ", VM.toString(_a.key));
        return different(place, VM.toString(_a.value), VM.toString(_b.value));
    }

    /// @notice Compares an account.
    /// @param _exceptNonce Whether nonces may differ.
    function compareAccount(
        Account memory _a,
        Account memory _b,
        bool _exceptNonce
    )
        internal
        pure
        returns (string memory)
    {
        string memory of_ = string.concat(" of ", VM.toString(_a.account));
        if (_a.balance != _b.balance) {
            return different(string.concat("balance", of_), VM.toString(_a.balance), VM.toString(_b.balance));
        }
        if (_a.nonce != _b.nonce && !_exceptNonce) {
            return different(string.concat("nonce", of_), VM.toString(_a.nonce), VM.toString(_b.nonce));
        }
        if (_a.codeHash != _b.codeHash) {
            return different(string.concat("code", of_), VM.toString(_a.codeHash), VM.toString(_b.codeHash));
        }
        return "";
    }

    /// @notice Text for a difference.
    function different(
        string memory _what,
        string memory _a,
        string memory _b
    )
        internal
        pure
        returns (string memory)
    {
        return string.concat("differs in ", _what, "\n  given: ", _a, "\n  ours:  ", _b);
    }

    /// @notice Text for what a call answered.
    function describe(Outcome memory _outcome) internal pure returns (string memory) {
        return
            string.concat(_outcome.success ? "returned " : "reverted with ", VM.toString(_outcome.returned));
    }

    /// @notice Text for a log.
    function describe(Vm.Log memory _log) internal pure returns (string memory text_) {
        text_ = string.concat(VM.toString(_log.emitter), " topics");
        for (uint256 i; i < _log.topics.length; ++i) {
            text_ = string.concat(text_, " ", VM.toString(_log.topics[i]));
        }
        text_ = string.concat(text_, " data ", VM.toString(_log.data));
    }

    /// @notice Text for a step: all that is needed to run it by hand.
    function describe(Step memory _step) internal pure returns (string memory text_) {
        text_ = string.concat(
            _step.name,
            "\n  from:  ",
            VM.toString(_step.from),
            "\n  to:    ",
            VM.toString(_step.to),
            "\n  value: ",
            VM.toString(_step.value),
            "\n  input: ",
            VM.toString(_step.data),
            "\n  access list:"
        );
        for (uint256 i; i < _step.keys.length; ++i) {
            text_ = string.concat(text_, " ", VM.toString(_step.keys[i]));
        }
    }

    function _sameLog(Vm.Log[] memory _a, Vm.Log[] memory _b, uint256 _index) private pure returns (bool) {
        return _index < _a.length && _index < _b.length
            && keccak256(abi.encode(_a[_index])) == keccak256(abi.encode(_b[_index]));
    }
}
