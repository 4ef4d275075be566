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

    /// @inheritdoc ISemver
    function version() external pure returns (string memory) {
        return "1.1.0";
    }

    /// @notice See `ICrossL2Inbox`.
    function validateMessage(Identifier calldata _id, bytes32 _msgHash) external {
        // Deposits pay no gas price; other transactions must where the base fee is positive.
        if (block.basefee > 0 && tx.gasprice == 0) revert CrossL2Inbox_NoExecutingDeposits();

        if (!_isWarm(calculateChecksum(_id, _msgHash))) revert NotInAccessList();

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
        public
        pure
        returns (bytes32 checksum_)
    {
        address emitter = _id.origin;
        (uint256 blockNumber, uint256 logIndex, uint256 timestamp) =
            (_id.blockNumber, _id.logIndex, _id.timestamp);
        if (blockNumber > type(uint64).max) revert BlockNumberTooHigh();
        if (logIndex > type(uint32).max) revert LogIndexTooHigh();
        if (timestamp > type(uint64).max) revert TimestampTooHigh();

        uint256 place = blockNumber << 96 | timestamp << 32 | logIndex;
        uint256 chainId = _id.chainId;
        assembly ("memory-safe") {
            // Hashing.checksum(_id, _msgHash), each of its three hashes in the scratch space. The origin is
            // hashed without the padding before it.
            mstore(0x00, emitter)
            mstore(0x20, _msgHash)
            mstore(0x00, keccak256(0x0c, 0x34))
            mstore(0x20, place)
            mstore(0x00, keccak256(0x00, 0x40))
            mstore(0x20, chainId)
            checksum_ := or(shr(8, shl(8, keccak256(0x00, 0x40))), shl(248, 0x03))
        }
    }

    /// @notice Whether a storage slot was warm before this call, judged by what reading it costs.
    function _isWarm(bytes32 _slot) private view returns (bool isWarm_) {
        assembly ("memory-safe") {
            let gasBefore := gas()
            let value := sload(_slot)
            let cost := sub(gasBefore, gas())
            // The slot is never written, so its value is zero and changes nothing here. Using it keeps the
            // optimizer from removing the read.
            isWarm_ := iszero(gt(or(cost, value), WARM_READ_THRESHOLD))
        }
    }
}
