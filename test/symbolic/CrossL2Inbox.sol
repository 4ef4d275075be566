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
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { CrossL2Inbox } from "../../contracts/predeploys/CrossL2Inbox.sol";
import { SVM, SymbolicTest, VM } from "./SymbolicTest.sol";

// Proofs are named as tests are, but the linter knows only the latter.
// forge-lint: disable-start(mixed-case-function)

/// @notice Base of the proofs about the inbox. Gas is arbitrary for halmos, hence so is whether a slot is warm.
abstract contract CrossL2InboxProof is SymbolicTest {
    ICrossL2Inbox internal constant INBOX = ICrossL2Inbox(Predeploys.CROSS_L2_INBOX);

    function setUp() external {
        VM.etch(address(INBOX), type(CrossL2Inbox).runtimeCode);
        VM.fee(SVM.createUint256("base fee"));
    }

    /// @notice The error that the fields of an identifier deserve, or none.
    function _errorOf(Identifier memory _id) internal pure returns (bytes4) {
        if (_id.blockNumber > type(uint64).max) return BlockNumberTooHigh.selector;
        if (_id.logIndex > type(uint32).max) return LogIndexTooHigh.selector;
        if (_id.timestamp > type(uint64).max) return TimestampTooHigh.selector;
        return 0;
    }
}

/// @notice The checksum of a log.
/// @custom:halmos --storage-layout generic
contract CrossL2Inbox_CalculateChecksum_Proof is CrossL2InboxProof {
    /// @notice Where the fields fit, the checksum is the specs'; where they do not, the first that is too high
    ///         decides the error.
    function check_calculateChecksum_rule_holds(
        address _caller,
        Identifier memory _id,
        bytes32 _msgHash
    )
        external
    {
        (bool success, bytes memory result) =
            _call(_caller, address(INBOX), abi.encodeCall(ICrossL2Inbox.calculateChecksum, (_id, _msgHash)));

        bytes4 expected = _errorOf(_id);
        assert(success == (expected == 0));
        if (success) assert(abi.decode(result, (bytes32)) == _checksum(_id, _msgHash));
        else assert(_isError(result, expected));
    }

    /// @notice Logs that differ in anything have different checksums.
    function check_calculateChecksum_isInjective(
        Identifier memory _first,
        bytes32 _firstHash,
        Identifier memory _second,
        bytes32 _secondHash
    )
        external
        pure
    {
        bytes32 first = INBOX.calculateChecksum(_first, _firstHash);
        bytes32 second = INBOX.calculateChecksum(_second, _secondHash);
        VM.assume(first == second);

        assert(_first.origin == _second.origin);
        assert(_first.blockNumber == _second.blockNumber);
        assert(_first.logIndex == _second.logIndex);
        assert(_first.timestamp == _second.timestamp);
        assert(_first.chainId == _second.chainId);
        assert(_firstHash == _secondHash);
    }

    /// @notice The rule of the specs, field by field.
    function _checksum(Identifier memory _id, bytes32 _msgHash) private pure returns (bytes32) {
        bytes32 logHash = keccak256(abi.encodePacked(_id.origin, _msgHash));
        bytes32 place = keccak256(
            abi.encodePacked(
                logHash,
                bytes12(0),
                // The caller has seen that they fit.
                // forge-lint: disable-next-line(unsafe-typecast)
                uint64(_id.blockNumber),
                // forge-lint: disable-next-line(unsafe-typecast)
                uint64(_id.timestamp),
                // forge-lint: disable-next-line(unsafe-typecast)
                uint32(_id.logIndex)
            )
        );
        bytes32 bare = keccak256(abi.encodePacked(place, _id.chainId));
        // forge-lint: disable-next-line(unsafe-typecast)
        return bytes32(abi.encodePacked(bytes1(0x03), bytes31(bare << 8)));
    }
}

/// @notice What the inbox accepts.
/// @custom:halmos --storage-layout generic
contract CrossL2Inbox_ValidateMessage_Proof is CrossL2InboxProof {
    /// @notice A deposit is refused first, then a field that is too high, then a slot that is cold; nothing else is.
    function check_validateMessage_outcome_isTheRules(
        address _caller,
        Identifier memory _id,
        bytes32 _msgHash
    )
        external
    {
        (bool success, bytes memory result) =
            _call(_caller, address(INBOX), abi.encodeCall(ICrossL2Inbox.validateMessage, (_id, _msgHash)));

        bytes4 expected = block.basefee > 0 && tx.gasprice == 0
            ? ICrossL2Inbox.CrossL2Inbox_NoExecutingDeposits.selector
            : _errorOf(_id);
        if (success) assert(expected == 0 && result.length == 0);
        else assert(_isError(result, expected == 0 ? NotInAccessList.selector : expected));
    }

    /// @notice The slots have no value but warmth: nothing ever writes one.
    function check_anyCall_storage_stays(address _caller, uint256 _value, bytes32 _slotOfInbox) external {
        SVM.enableSymbolicStorage(address(INBOX));
        bytes32 before = VM.load(address(INBOX), _slotOfInbox);
        _call(_caller, address(INBOX), _value, SVM.createCalldata("CrossL2Inbox", true));
        assert(VM.load(address(INBOX), _slotOfInbox) == before);
    }
}
