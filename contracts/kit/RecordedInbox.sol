// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { ICrossL2Inbox, NotInAccessList } from "../interfaces/ICrossL2Inbox.sol";
import { VmSafe } from "forge-std/Vm.sol";

/// @dev Where the kit has the recorder, on every chain.
address constant RECORDER = address(uint160(uint256(keccak256("kit.recorder"))));

/// @dev Where the kit has the code of the inbox's proxy, on every chain.
address constant INBOX_PROXY_CODE = address(uint160(uint256(keccak256("kit.inboxProxy"))));

/// @title Recorder
/// @notice Ends a recording of state differences in the middle of a transaction.
contract Recorder {
    /// @notice Takes what was recorded so far, and hands it to the kit as a log: forge shows those of reverted calls,
    ///         too. Nothing is recorded in the caller's frame until it makes another call.
    function take() external {
        address vm = address(uint160(uint256(keccak256("hevm cheat code"))));
        bytes4 selector = VmSafe.stopAndReturnStateDiff.selector;
        assembly ("memory-safe") {
            mstore(0x00, selector)
            // It does not fail: if nothing was recorded, it says so by an empty list.
            pop(call(gas(), vm, 0, 0x00, 0x04, 0, 0))
            let accesses := mload(0x40)
            returndatacopy(accesses, 0, returndatasize())
            log0(accesses, returndatasize())
        }
    }

    /// @notice Is the other call.
    function resume() external pure { }
}

/// @title RecordedInbox
/// @notice Stands before the inbox's proxy. The recording by which the kit tells chains apart has a fault in forge up
///         to 1.7.1: it reads each slot before the contract does, so that all slots seem warm, and the inbox would
///         take every message for declared. This looks at the slot while the recording is interrupted, and leaves
///         everything else to the real proxy and the real inbox. Live chains need none of this.
contract RecordedInbox {
    Recorder private constant THE_RECORDER = Recorder(RECORDER);

    fallback() external payable {
        if (msg.sig == ICrossL2Inbox.validateMessage.selector) _requireWarm();
        (bool success, bytes memory data) = INBOX_PROXY_CODE.delegatecall(msg.data);
        assembly ("memory-safe") {
            if success { return(add(data, 0x20), mload(data)) }
            revert(add(data, 0x20), mload(data))
        }
    }

    /// @notice Reverts as the inbox does, where only its read of the slot could.
    function _requireWarm() private {
        // The inbox says so itself, and before it reads.
        if (block.basefee > 0 && tx.gasprice == 0) return;
        (bool success, bytes memory checksum) = INBOX_PROXY_CODE.delegatecall(
            abi.encodePacked(ICrossL2Inbox.calculateChecksum.selector, msg.data[4:])
        );
        if (!success) return;

        THE_RECORDER.take();
        bool warm = _isWarm(abi.decode(checksum, (bytes32)));
        THE_RECORDER.resume();
        if (!warm) revert NotInAccessList();
    }

    /// @notice As in `CrossL2Inbox`.
    function _isWarm(bytes32 _slot) private view returns (bool isWarm_) {
        assembly ("memory-safe") {
            let gasBefore := gas()
            let value := sload(_slot)
            let cost := sub(gasBefore, gas())
            isWarm_ := iszero(gt(or(cost, value), 1000))
        }
    }
}
