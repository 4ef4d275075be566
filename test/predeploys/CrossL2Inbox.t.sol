// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    BlockNumberTooHigh,
    ICrossL2Inbox,
    Identifier,
    LogIndexTooHigh,
    NotInAccessList,
    TimestampTooHigh
} from "../../contracts/interfaces/ICrossL2Inbox.sol";
import { AccessListKeys } from "../../contracts/libraries/AccessListKeys.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { InteropTest } from "../InteropTest.sol";

/// @notice Calls the inbox several times in one transaction.
contract Validator {
    ICrossL2Inbox internal constant INBOX = ICrossL2Inbox(Predeploys.CROSS_L2_INBOX);

    /// @notice Validates a message in vain, then once more.
    function validateAgain(Identifier calldata _id, bytes32 _msgHash) external {
        try INBOX.validateMessage(_id, _msgHash) {
            revert("validated at first");
        } catch { }
        INBOX.validateMessage(_id, _msgHash);
    }

    function validateAll(Identifier[] calldata _ids, bytes32 _msgHash) external {
        for (uint256 i = 0; i < _ids.length; i++) {
            INBOX.validateMessage(_ids[i], _msgHash);
        }
    }
}

abstract contract CrossL2InboxTest is InteropTest {
    bytes internal constant PAYLOAD = "payload";

    function _validate(Identifier memory _id) internal {
        INBOX.validateMessage(_id, keccak256(PAYLOAD));
    }

    function _expectExecutingMessage(Identifier memory _id) internal {
        vm.expectEmit(Predeploys.CROSS_L2_INBOX);
        emit ICrossL2Inbox.ExecutingMessage(keccak256(PAYLOAD), _id);
    }
}

contract CrossL2Inbox_ValidateMessage_Test is CrossL2InboxTest {
    Identifier internal id = _identify(address(0xA11CE));

    function test_validateMessage_declared_succeeds() external {
        _declare(id, PAYLOAD);
        _expectExecutingMessage(id);
        _validate(id);
    }

    function testFuzz_validateMessage_declared_succeeds(
        address _origin,
        uint64 _blockNumber,
        uint32 _logIndex,
        uint64 _timestamp,
        uint256 _chainId,
        bytes32 _msgHash
    )
        external
    {
        id = Identifier({
            origin: _origin,
            blockNumber: _blockNumber,
            logIndex: _logIndex,
            timestamp: _timestamp,
            chainId: _chainId
        });
        _declareKeys(Predeploys.CROSS_L2_INBOX, AccessListKeys.encode(id, _msgHash));
        vm.expectEmit(Predeploys.CROSS_L2_INBOX);
        emit ICrossL2Inbox.ExecutingMessage(_msgHash, id);
        INBOX.validateMessage(id, _msgHash);
    }

    function test_validateMessage_declaredTogether_succeeds() external {
        Identifier[] memory ids = new Identifier[](2);
        (ids[0], ids[1]) = (id, id);
        ids[1].logIndex++;
        bytes32[] memory keys = new bytes32[](2);
        keys[0] = INBOX.calculateChecksum(ids[0], keccak256(PAYLOAD));
        keys[1] = INBOX.calculateChecksum(ids[1], keccak256(PAYLOAD));

        Validator validator = new Validator();
        _declareKeys(Predeploys.CROSS_L2_INBOX, keys);
        _expectExecutingMessage(ids[0]);
        _expectExecutingMessage(ids[1]);
        validator.validateAll(ids, keccak256(PAYLOAD));
    }

    /// @notice A message may be executed as often as a transaction likes; it is for the callers to mind replays.
    function test_validateMessage_twice_succeeds() external {
        Identifier[] memory ids = new Identifier[](2);
        (ids[0], ids[1]) = (id, id);
        Validator validator = new Validator();
        _declare(id, PAYLOAD);
        _expectExecutingMessage(id);
        _expectExecutingMessage(id);
        validator.validateAll(ids, keccak256(PAYLOAD));
    }

    function test_validateMessage_noAccessList_reverts() external {
        _declareNothing();
        vm.expectRevert(NotInAccessList.selector);
        _validate(id);
    }

    function test_validateMessage_otherChecksum_reverts() external {
        _declare(id, "another payload");
        vm.expectRevert(NotInAccessList.selector);
        _validate(id);
    }

    /// @notice Each field of the identifier matters.
    function testFuzz_validateMessage_otherIdentifier_reverts(uint256 _field, uint32 _difference) external {
        vm.assume(_difference != 0);
        _declare(id, PAYLOAD);
        _field = bound(_field, 0, 4);
        if (_field == 0) id.origin = address(uint160(id.origin) ^ _difference);
        else if (_field == 1) id.blockNumber ^= _difference;
        else if (_field == 2) id.logIndex ^= _difference;
        else if (_field == 3) id.timestamp ^= _difference;
        else id.chainId ^= _difference;
        vm.expectRevert(NotInAccessList.selector);
        _validate(id);
    }

    /// @notice Only the inbox's own storage counts.
    function test_validateMessage_declaredForAnotherContract_reverts() external {
        _declareKeys(
            Predeploys.implementationOf(Predeploys.CROSS_L2_INBOX),
            AccessListKeys.encode(id, keccak256(PAYLOAD))
        );
        vm.expectRevert(NotInAccessList.selector);
        _validate(id);
    }

    /// @notice The attempt reads the slot; its revert must take the warmth back.
    function test_validateMessage_afterRevertInSameTransaction_reverts() external {
        Validator validator = new Validator();
        _declareNothing();
        vm.expectRevert(NotInAccessList.selector);
        validator.validateAgain(id, keccak256(PAYLOAD));
    }

    function testFuzz_validateMessage_oversizedBlockNumber_reverts(uint256 _blockNumber) external {
        id.blockNumber = bound(_blockNumber, 1 << 64, type(uint256).max);
        vm.expectRevert(BlockNumberTooHigh.selector);
        _validate(id);
    }
}

/// @notice The guard against deposits. A transaction of its own would be run with a base fee of zero, so these calls
///         stay inside the test's transaction, where access lists do nothing; a read by `vm.load` warms the slot.
/// forge-config: default.isolate = false
contract CrossL2Inbox_ValidateMessage_DepositGuard_Test is CrossL2InboxTest {
    Identifier internal id = _identify(address(0xA11CE));

    function setUp() public override {
        super.setUp();
        vm.fee(7);
    }

    function _warm() internal view {
        vm.load(Predeploys.CROSS_L2_INBOX, INBOX.calculateChecksum(id, keccak256(PAYLOAD)));
    }

    function test_validateMessage_deposit_reverts() external {
        _warm();
        vm.txGasPrice(0);
        vm.expectRevert(ICrossL2Inbox.CrossL2Inbox_NoExecutingDeposits.selector);
        _validate(id);
    }

    /// @notice The guard comes before everything else.
    function test_validateMessage_depositWithInvalidIdentifier_reverts() external {
        id.blockNumber = type(uint256).max;
        vm.txGasPrice(0);
        vm.expectRevert(ICrossL2Inbox.CrossL2Inbox_NoExecutingDeposits.selector);
        _validate(id);
    }

    /// @notice Also before the check that the origin is an address.
    function test_validateMessage_depositWithDirtyOrigin_reverts() external {
        bytes memory data = abi.encodeCall(INBOX.validateMessage, (id, keccak256(PAYLOAD)));
        data[4] = 0x01;
        vm.txGasPrice(0);
        (bool success, bytes memory reason) = address(INBOX).call(data);
        assertFalse(success);
        assertEq(reason, abi.encodeWithSelector(ICrossL2Inbox.CrossL2Inbox_NoExecutingDeposits.selector));
    }

    function test_validateMessage_paidTransaction_succeeds() external {
        _warm();
        vm.txGasPrice(8);
        _expectExecutingMessage(id);
        _validate(id);
    }

    /// @notice Where the base fee is zero, an unpaid transaction may be an ordinary one.
    function test_validateMessage_unpaidWithoutBaseFee_succeeds() external {
        _warm();
        vm.fee(0);
        vm.txGasPrice(0);
        _expectExecutingMessage(id);
        _validate(id);
    }
}

contract CrossL2Inbox_CalculateChecksum_Test is CrossL2InboxTest {
    /// @notice The rule, written out.
    function testFuzz_calculateChecksum_rule_succeeds(
        address _origin,
        uint64 _blockNumber,
        uint32 _logIndex,
        uint64 _timestamp,
        uint256 _chainId,
        bytes32 _msgHash
    )
        external
        pure
    {
        bytes32 logHash = keccak256(abi.encodePacked(_origin, _msgHash));
        bytes32 place = keccak256(abi.encodePacked(logHash, bytes12(0), _blockNumber, _timestamp, _logIndex));
        bytes memory bare = abi.encodePacked(keccak256(abi.encodePacked(place, _chainId)));
        bare[0] = 0x03;

        Identifier memory id = Identifier({
            origin: _origin,
            blockNumber: _blockNumber,
            logIndex: _logIndex,
            timestamp: _timestamp,
            chainId: _chainId
        });
        assertEq(abi.encodePacked(INBOX.calculateChecksum(id, _msgHash)), bare);
    }

    function test_calculateChecksum_fieldsAtTheirLimits_succeeds() external pure {
        Identifier memory id = Identifier({
            origin: address(type(uint160).max),
            blockNumber: type(uint64).max,
            logIndex: type(uint32).max,
            timestamp: type(uint64).max,
            chainId: type(uint256).max
        });
        assertEq(
            INBOX.calculateChecksum(id, bytes32(type(uint256).max)),
            0x03585e3b0d18eb2485454d04adc6397ef23765f84dba8a147b901095d7dcf1c8
        );
    }

    function testFuzz_calculateChecksum_oversizedBlockNumber_reverts(Identifier memory _id) external {
        _id.blockNumber = bound(_id.blockNumber, 1 << 64, type(uint256).max);
        vm.expectRevert(BlockNumberTooHigh.selector);
        INBOX.calculateChecksum(_id, bytes32(0));
    }

    /// @notice The log index is looked at before the timestamp.
    function testFuzz_calculateChecksum_oversizedLogIndex_reverts(Identifier memory _id) external {
        _id.blockNumber = bound(_id.blockNumber, 0, type(uint64).max);
        _id.logIndex = bound(_id.logIndex, 1 << 32, type(uint256).max);
        vm.expectRevert(LogIndexTooHigh.selector);
        INBOX.calculateChecksum(_id, bytes32(0));
    }

    function testFuzz_calculateChecksum_oversizedTimestamp_reverts(Identifier memory _id) external {
        _id.blockNumber = bound(_id.blockNumber, 0, type(uint64).max);
        _id.logIndex = bound(_id.logIndex, 0, type(uint32).max);
        _id.timestamp = bound(_id.timestamp, 1 << 64, type(uint256).max);
        vm.expectRevert(TimestampTooHigh.selector);
        INBOX.calculateChecksum(_id, bytes32(0));
    }

    function test_calculateChecksum_allOversized_reverts() external {
        Identifier memory id = Identifier({
            origin: address(0),
            blockNumber: 1 << 64,
            logIndex: 1 << 32,
            timestamp: 1 << 64,
            chainId: 0
        });
        vm.expectRevert(BlockNumberTooHigh.selector);
        INBOX.calculateChecksum(id, bytes32(0));
        id.blockNumber = 0;
        vm.expectRevert(LogIndexTooHigh.selector);
        INBOX.calculateChecksum(id, bytes32(0));
        id.logIndex = 0;
        vm.expectRevert(TimestampTooHigh.selector);
        INBOX.calculateChecksum(id, bytes32(0));
    }
}

contract CrossL2Inbox_Version_Test is CrossL2InboxTest {
    function test_version_succeeds() external view {
        assertEq(INBOX.version(), "1.1.0");
    }
}
