// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Identifier } from "../../contracts/interfaces/ICrossL2Inbox.sol";
import { IL2ToL2CrossDomainMessenger } from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { CrossL2Inbox } from "../../contracts/predeploys/CrossL2Inbox.sol";
import { L2ToL2CrossDomainMessenger } from "../../contracts/predeploys/L2ToL2CrossDomainMessenger.sol";
import { RelayTest } from "../InteropTest.sol";
import { Recorder } from "../predeploys/MessengerRelayTest.sol";
import { PlainInbox } from "./PlainInbox.sol";
import { PlainMessenger } from "./PlainMessenger.sol";
import { VmSafe } from "forge-std/Vm.sol";

/// @notice Everything that a transaction shows of itself.
struct Outcome {
    bool success;
    bytes returned;
    bytes logs;
    bytes32[3] slots;
}

/// @notice Holds contracts whose assembly saves gas against the same in plain Solidity: the same transaction, from the
///         same state, once with each.
abstract contract PlainTest is RelayTest {
    function _install(address _predeploy, bytes memory _code) internal override {
        vm.etch(_predeploy, _code);
    }

    /// @notice Asserts that a call comes to the same with both implementations of a predeploy.
    /// @param _hash Key of the mappings whose slots are compared.
    function _assertSame(
        address _predeploy,
        bytes memory _optimized,
        bytes memory _plain,
        bytes memory _data,
        uint256 _value,
        bytes32 _hash
    )
        internal
        returns (bool success_)
    {
        uint256 snapshot = vm.snapshotState();
        vm.etch(_predeploy, _optimized);
        Outcome memory optimized = _call(_predeploy, _data, _value, _hash);
        assertTrue(vm.revertToState(snapshot));
        vm.etch(_predeploy, _plain);
        Outcome memory plain = _call(_predeploy, _data, _value, _hash);
        assertTrue(vm.revertToState(snapshot));

        assertEq(optimized.success, plain.success, "success");
        assertEq(optimized.returned, plain.returned, "returned or reverted with");
        assertEq(optimized.logs, plain.logs, "logs");
        assertEq(abi.encode(optimized.slots), abi.encode(plain.slots), "storage");
        return plain.success;
    }

    function _call(
        address _predeploy,
        bytes memory _data,
        uint256 _value,
        bytes32 _hash
    )
        private
        returns (Outcome memory outcome_)
    {
        vm.recordLogs();
        (outcome_.success, outcome_.returned) = _predeploy.call{ value: _value }(_data);
        VmSafe.Log[] memory logs = vm.getRecordedLogs();
        // forge also records what a revert took back.
        if (outcome_.success) outcome_.logs = abi.encode(logs);
        outcome_.slots[0] = vm.load(_predeploy, keccak256(abi.encode(_hash, 0)));
        outcome_.slots[1] = vm.load(_predeploy, bytes32(uint256(1)));
        outcome_.slots[2] = vm.load(_predeploy, keccak256(abi.encode(0, 2)));
    }
}

contract CrossL2Inbox_Plain_Test is PlainTest {
    /// @param _excess Makes one field too large now and then.
    function testFuzz_validateMessage_plain_succeeds(
        Identifier memory _id,
        bytes32 _msgHash,
        uint8 _excess,
        bool _isDeclared
    )
        external
    {
        if (_excess != 0) _id.blockNumber = uint64(_id.blockNumber);
        if (_excess != 1) _id.logIndex = uint32(_id.logIndex);
        if (_excess != 2) _id.timestamp = uint64(_id.timestamp);
        _same(abi.encodeCall(INBOX.calculateChecksum, (_id, _msgHash)));
        if (_isDeclared && _excess > 2) _declare(_id, _msgHash);
        bool success = _same(abi.encodeCall(INBOX.validateMessage, (_id, _msgHash)));
        assertEq(success, _isDeclared && _excess > 2, "validated what is not declared, or the reverse");
    }

    /// @notice Calldata that is too short, or whose origin is more than an address.
    function testFuzz_validateMessage_badCalldata_succeeds(uint256[6] memory _words, uint8 _length) external {
        bytes memory words = abi.encode(_words);
        uint256 length = bound(_length, 0, words.length);
        assembly {
            mstore(words, length)
        }
        _same(abi.encodePacked(INBOX.validateMessage.selector, words));
        _same(abi.encodePacked(INBOX.calculateChecksum.selector, words));
    }

    /// @notice Every field at the edge of some width, just below it or just above, declared where that is possible;
    ///         with bytes behind the arguments, or some of the arguments missing, or with ETH.
    function testFuzz_validateMessage_edges_succeeds(
        uint8[6] memory _widths,
        uint8[6] memory _below,
        bytes memory _tail,
        uint8 _cut,
        bool _pays
    )
        external
    {
        uint8[4] memory allowed = [160, 64, 32, 64];
        uint256[6] memory words;
        for (uint256 i; i < 6; ++i) {
            // As high as the field may be, in half of the cases.
            uint256 width = i < 4 && _widths[i] % 2 == 0 ? allowed[i] : _widths[i];
            unchecked {
                words[i] = (uint256(1) << width) - _below[i] % 3;
            }
        }
        bool isValid = words[0] >> 160 == 0 && (words[1] | words[3]) >> 64 == 0 && words[2] >> 32 == 0;
        if (isValid) {
            Identifier memory id = Identifier({
                origin: address(uint160(words[0])),
                blockNumber: words[1],
                logIndex: words[2],
                timestamp: words[3],
                chainId: words[4]
            });
            _declare(id, bytes32(words[5]));
        }
        bytes memory data = abi.encodePacked(INBOX.validateMessage.selector, words, _tail);
        uint256 cut = _cut % 8 == 0 ? _cut : 0;
        uint256 length = data.length - (cut > data.length ? data.length : cut);
        assembly {
            mstore(data, length)
        }
        if (_pays) vm.deal(address(this), 1);
        bool success = _same(data, _pays ? 1 : 0);
        assertEq(
            success, isValid && length >= 196 && !_pays, "validated what is not declared, or the reverse"
        );
        // The same of the other function, from the same words.
        if (length < 4) return;
        bytes4 selector = INBOX.calculateChecksum.selector;
        assembly {
            mstore(add(data, 0x20), or(shr(32, shl(32, mload(add(data, 0x20)))), selector))
        }
        _same(data, _pays ? 1 : 0);
    }

    function _declare(Identifier memory _id, bytes32 _msgHash) private {
        bytes32[] memory keys = new bytes32[](1);
        keys[0] = INBOX.calculateChecksum(_id, _msgHash);
        _declareKeys(address(INBOX), keys);
    }

    function _same(bytes memory _data) private returns (bool) {
        return _same(_data, 0);
    }

    function _same(bytes memory _data, uint256 _value) private returns (bool) {
        return _assertSame({
            _predeploy: address(INBOX),
            _optimized: type(CrossL2Inbox).runtimeCode,
            _plain: type(PlainInbox).runtimeCode,
            _data: _data,
            _value: _value,
            _hash: bytes32(0)
        });
    }
}

contract L2ToL2CrossDomainMessenger_Plain_Test is PlainTest {
    function testFuzz_sendMessage_plain_succeeds(
        uint256 _destination,
        address _target,
        bytes memory _message,
        address _other
    )
        external
    {
        _same(abi.encodeCall(MESSENGER.sendMessage, (_destination, _target, _message)), 0, bytes32(0));

        uint256 nonce = MESSENGER.messageNonce();
        vm.assume(_destination != HERE && _target != address(MESSENGER));
        MESSENGER.sendMessage(_destination, _target, _message);
        bytes memory again =
            abi.encodeCall(MESSENGER.resendMessage, (_destination, nonce, address(this), _target, _message));
        assertTrue(_same(again, 0, bytes32(0)));
        vm.assume(_other != address(this));
        bytes memory wrong =
            abi.encodeCall(MESSENGER.resendMessage, (_destination, nonce, _other, _target, _message));
        assertFalse(_same(wrong, 0, bytes32(0)));
    }

    /// @notice What the messenger on the source emits.
    function testFuzz_relayMessage_plain_succeeds(
        Sent memory _message,
        bytes memory _answer,
        bool _refuses,
        uint96 _value
    )
        external
    {
        Recorder recorder = new Recorder();
        recorder.set(_answer, _refuses);
        _message.destination = HERE;
        _message.target = address(recorder);
        // An empty message would end in the recorder's `receive`, and one that happens to name a function in that.
        _message.message = abi.encodePacked(bytes4(0xffffffff), _message.message);
        vm.deal(address(this), _value);

        bytes memory payload = _payload(_message);
        _declare(_identify(), payload);
        bytes memory data = abi.encodeCall(MESSENGER.relayMessage, (_identify(), payload));
        bool success = _same(data, _value, _hash(_message));
        assertEq(success, !_refuses);

        if (_refuses) return;
        MESSENGER.relayMessage(_identify(), payload);
        assertFalse(_same(data, 0, _hash(_message)), "relayed twice");
    }

    /// @notice What it never emits: any words at all after the first topic.
    function testFuzz_relayMessage_words_succeeds(uint256[8] memory _words, uint8 _length) external {
        bytes memory payload =
            abi.encodePacked(IL2ToL2CrossDomainMessenger.SentMessage.selector, abi.encode(_words));
        uint256 length = bound(_length, 0, payload.length);
        assembly {
            mstore(payload, length)
        }
        _relaySame(payload);
    }

    /// @notice A real payload with one word changed, and cut off or prolonged. Edges of every word come often.
    function testFuzz_relayMessage_mutated_succeeds(
        bytes memory _message,
        uint8 _word,
        uint8 _shift,
        int8 _delta,
        uint8 _cut,
        bytes memory _tail
    )
        external
    {
        bytes memory payload = _payload(_sent(address(0x5E4D), address(0xACC0), _message));
        uint256 place = bound(_word, 0, 6) * 32 + 32;
        // Near a power of two, or near what stands there.
        uint256 base = _shift & 1 == 0 ? 0 : uint256(1) << _shift;
        assembly {
            let slot := add(payload, place)
            if iszero(base) { base := mload(slot) }
            mstore(slot, add(base, signextend(0, _delta)))
        }
        payload = abi.encodePacked(payload, _tail);
        assembly {
            let length := mload(payload)
            mstore(payload, sub(length, mod(_cut, add(length, 1))))
        }
        _relaySame(payload);
    }

    /// @notice Calldata that does not decode, for every function.
    function testFuzz_anyFunction_badCalldata_succeeds(
        uint8 _function,
        uint256[8] memory _words,
        uint8 _length
    )
        external
    {
        bytes4[3] memory selectors = [
            MESSENGER.sendMessage.selector, MESSENGER.resendMessage.selector, MESSENGER.relayMessage.selector
        ];
        bytes memory words = abi.encode(_words);
        uint256 length = bound(_length, 0, words.length);
        assembly {
            mstore(words, length)
        }
        _same(abi.encodePacked(selectors[_function % 3], words), 0, bytes32(0));
    }

    function _relaySame(bytes memory _data) private {
        _declare(_identify(), _data);
        _same(abi.encodeCall(MESSENGER.relayMessage, (_identify(), _data)), 0, bytes32(0));
    }

    function _same(bytes memory _data, uint256 _value, bytes32 _messageHash) private returns (bool) {
        return _assertSame({
            _predeploy: address(MESSENGER),
            _optimized: type(L2ToL2CrossDomainMessenger).runtimeCode,
            _plain: type(PlainMessenger).runtimeCode,
            _data: _data,
            _value: _value,
            _hash: _messageHash
        });
    }
}
