// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Identifier } from "../interfaces/L2/ICrossL2Inbox.sol";
import { ISemver } from "../interfaces/universal/ISemver.sol";

/// @custom:proxied true
/// @custom:predeploy 0x4200000000000000000000000000000000000022
/// @custom:semver 1.1.0
/// @title CrossL2Inbox
/// @notice See `ICrossL2Inbox`. The contract has no storage of its own: its slots serve as names that an access
///         list can make warm. A cold read reverts, which takes the warmth back, so nothing but the access list
///         can ever have warmed the slot that a successful call found warm.
contract CrossL2Inbox is ISemver {
    /// @notice See `ICrossL2Inbox`.
    error CrossL2Inbox_NoExecutingDeposits();

    /// @notice See `ICrossL2Inbox`.
    error NotInAccessList();

    /// @notice See `ICrossL2Inbox`.
    error BlockNumberTooHigh();

    /// @notice See `ICrossL2Inbox`.
    error LogIndexTooHigh();

    /// @notice See `ICrossL2Inbox`.
    error TimestampTooHigh();

    /// @notice See `ICrossL2Inbox`.
    event ExecutingMessage(bytes32 indexed msgHash, Identifier id);

    /// @notice Most gas that a read of a warm slot can cost; a cold one costs at least 2,100 (EIP-2929).
    uint256 internal constant WARM_READ_THRESHOLD = 1000;

    /// @notice Type byte of the checksum among access-list entries, in its place.
    uint256 internal constant CHECKSUM_TYPE =
        0x0300000000000000000000000000000000000000000000000000000000000000;

    /// @inheritdoc ISemver
    function version() external pure returns (string memory) {
        return "1.1.0";
    }

    /// @notice See `ICrossL2Inbox`.
    function validateMessage(Identifier calldata _id, bytes32 _msgHash) external {
        // Deposits pay no gas price; other transactions must where the base fee is positive.
        if (tx.gasprice == 0) {
            if (block.basefee != 0) revert CrossL2Inbox_NoExecutingDeposits();
        }

        bytes32 checksum = _checksum(_id, _msgHash);
        bool isCold;
        assembly ("memory-safe") {
            let gasBefore := gas()
            let value := sload(checksum)
            let cost := sub(gasBefore, gas())
            // The slot is never written, so its value is zero and changes nothing here. Using it keeps the
            // optimizer from removing the read.
            isCold := gt(or(cost, value), WARM_READ_THRESHOLD)
        }
        if (isCold) revert NotInAccessList();

        bytes32 topic = ExecutingMessage.selector;
        assembly ("memory-safe") {
            // emit ExecutingMessage(_msgHash, _id): the identifier's five words stand in the calldata as they
            // go into the log, and are copied there as a whole.
            let data := mload(0x40)
            calldatacopy(data, _id, 0xa0)
            log2(data, 0xa0, topic, _msgHash)
        }
    }

    /// @notice See `ICrossL2Inbox`.
    function calculateChecksum(
        Identifier calldata _id,
        bytes32 _msgHash
    )
        external
        pure
        returns (bytes32 checksum_)
    {
        checksum_ = _checksum(_id, _msgHash);
    }

    /// @notice `Hashing.checksum` of what is in calldata, if each field is as small as it has to be.
    function _checksum(Identifier calldata _id, bytes32 _msgHash) private pure returns (bytes32 checksum_) {
        uint256 excess;
        assembly ("memory-safe") {
            let emitter := calldataload(_id)
            let blockNumber := calldataload(add(_id, 0x20))
            let logIndex := calldataload(add(_id, 0x40))
            let time := calldataload(add(_id, 0x60))
            // One test for all fields: whatever stands above 160, 64 or 32 bits of any.
            excess := or(or(shr(160, emitter), shr(32, logIndex)), shr(64, or(blockNumber, time)))

            // Each of the three hashes in the scratch space, the origin without the padding before it.
            mstore(0x00, emitter)
            mstore(0x20, _msgHash)
            mstore(0x00, keccak256(0x0c, 0x34))
            mstore(0x20, or(or(shl(96, blockNumber), shl(32, time)), logIndex))
            mstore(0x00, keccak256(0x00, 0x40))
            mstore(0x20, calldataload(add(_id, 0x80)))
            checksum_ := or(shr(8, shl(8, keccak256(0x00, 0x40))), CHECKSUM_TYPE)
        }
        if (excess != 0) _refuse(_id);
    }

    /// @notice Reverts for the first field that is too high: without data for the origin, which is no address then.
    function _refuse(Identifier calldata _id) private pure {
        // The compiler's own check, which reading it is.
        _id.origin;
        if (_id.blockNumber > type(uint64).max) revert BlockNumberTooHigh();
        if (_id.logIndex > type(uint32).max) revert LogIndexTooHigh();
        revert TimestampTooHigh();
    }
}
