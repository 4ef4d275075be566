// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { ICrossL2Inbox, Identifier } from "../../contracts/interfaces/ICrossL2Inbox.sol";
import { Hashing } from "../../contracts/libraries/Hashing.sol";

/// @title PlainInbox
/// @notice The inbox with no more assembly than it needs: what the optimized one is compared with.
contract PlainInbox is ICrossL2Inbox {
    /// @notice Most gas that a read of a warm slot can cost; a cold one costs at least 2,100 (EIP-2929).
    uint256 internal constant WARM_READ_THRESHOLD = 1000;

    /// @inheritdoc ICrossL2Inbox
    function version() external pure returns (string memory) {
        return "1.1.0";
    }

    /// @inheritdoc ICrossL2Inbox
    function validateMessage(Identifier calldata _id, bytes32 _msgHash) external {
        // Deposits pay no gas price; other transactions must where the base fee is positive.
        if (block.basefee > 0 && tx.gasprice == 0) revert CrossL2Inbox_NoExecutingDeposits();

        if (!_isWarm(calculateChecksum(_id, _msgHash))) revert NotInAccessList();

        emit ExecutingMessage(_msgHash, _id);
    }

    /// @inheritdoc ICrossL2Inbox
    function calculateChecksum(
        Identifier calldata _id,
        bytes32 _msgHash
    )
        public
        pure
        returns (bytes32 checksum_)
    {
        // Demands that all of it is ABI before any of it is judged.
        Identifier memory id = _id;
        if (id.blockNumber > type(uint64).max) revert BlockNumberTooHigh();
        if (id.logIndex > type(uint32).max) revert LogIndexTooHigh();
        if (id.timestamp > type(uint64).max) revert TimestampTooHigh();

        checksum_ = Hashing.checksum(id, _msgHash);
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
