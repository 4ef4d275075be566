// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IL2ToL2CrossDomainMessenger } from "../interfaces/IL2ToL2CrossDomainMessenger.sol";
import { Predeploys } from "../libraries/Predeploys.sol";
import { Vm } from "forge-std/Vm.sol";

/// @dev Where the kit has the notebook, one for all chains; forks of live ones have one each.
address constant NOTEBOOK = address(uint160(uint256(keccak256("kit.notebook"))));

/// @dev Where the kit has the code of the messenger's proxy, on every chain.
address constant MESSENGER_PROXY_CODE = address(uint160(uint256(keccak256("kit.messengerProxy"))));

/// @notice A call of a messenger that sent, resent or delivered.
/// @custom:field chainId   Chain that it happened on,
/// @custom:field number    in which block,
/// @custom:field timestamp and at which time.
/// @custom:field sender    Who called.
/// @custom:field nextNonce Nonce that the messenger will give out next.
/// @custom:field callData  What it was called with.
struct Note {
    uint256 chainId;
    uint256 number;
    uint256 timestamp;
    address sender;
    uint256 nextNonce;
    bytes callData;
}

/// @title Notebook
/// @notice Keeps what the messengers did, in the order in which they did it, and when. It is a part of the state: what is
///         reverted or undone is not in it. Notes are written as code of accounts that the notebook creates, one page
///         each, which costs a test much less time than slots; the notebook's nonce says how many there are.
contract Notebook {
    /// @notice Bytes of a page: code is no longer than 24,576.
    uint256 private constant PAGE = 24_000;

    /// @notice Writes a note, and says in a log where it begins, and which block this is.
    function write(address _sender, uint256 _nextNonce, bytes calldata _callData) external {
        bytes memory note = abi.encode(
            Note({
                chainId: block.chainid,
                number: block.number,
                timestamp: block.timestamp,
                sender: _sender,
                nextNonce: _nextNonce,
                callData: _callData
            })
        );
        address first;
        for (uint256 start = 0; start < note.length; start += PAGE) {
            uint256 size = note.length - start;
            address page = _writePage(note, start, size > PAGE ? PAGE : size);
            if (start == 0) first = page;
        }
        note = abi.encode(first, block.number, block.timestamp);
        assembly ("memory-safe") {
            log0(add(note, 0x20), mload(note))
        }
    }

    /// @notice Creates an account with a part of a note as its code, behind a zero byte, so that it can begin with
    ///         anything, and the number of bytes that are still to come.
    function _writePage(bytes memory _note, uint256 _start, uint256 _size) private returns (address page_) {
        // PUSH2 size, DUP1, PUSH1 10, PUSH0, CODECOPY, PUSH0, RETURN: gives back what follows.
        bytes memory creation = new bytes(_size);
        assembly ("memory-safe") {
            mcopy(add(creation, 0x20), add(add(_note, 0x20), _start), _size)
        }
        creation = abi.encodePacked(
            // A page has no more than two bytes' worth.
            // forge-lint: disable-next-line(unsafe-typecast)
            abi.encodePacked(hex"61", uint16(_size + 33), hex"80600a5f395ff3"),
            bytes1(0),
            _note.length - _start,
            creation
        );
        assembly ("memory-safe") {
            page_ := create(0, add(creation, 0x20), mload(creation))
        }
    }
}

/// @title RecordedMessenger
/// @notice Stands before the messenger's proxy, and has noted what it does. forge does not tell in which block a log was
///         emitted, and a test may move time by cheatcodes that nobody sees. Everything is left to the real proxy
///         and the real messenger.
contract RecordedMessenger {
    fallback() external payable {
        (bool success, bytes memory data) = MESSENGER_PROXY_CODE.delegatecall(msg.data);
        if (success && _matters()) _note();
        assembly ("memory-safe") {
            if success { return(add(data, 0x20), mload(data)) }
            revert(add(data, 0x20), mload(data))
        }
    }

    function _matters() private pure returns (bool) {
        return msg.sig == IL2ToL2CrossDomainMessenger.sendMessage.selector
            || msg.sig == IL2ToL2CrossDomainMessenger.resendMessage.selector
            || msg.sig == IL2ToL2CrossDomainMessenger.relayMessage.selector;
    }

    function _note() private {
        Notebook(NOTEBOOK).write(msg.sender, _nextNonce(), msg.data);
    }

    /// @notice Slot of the messenger's `msgNonce`.
    function _nextNonce() private view returns (uint256 nonce_) {
        assembly ("memory-safe") {
            nonce_ := sload(1)
        }
    }
}

/// @title Notes
/// @notice Places the recorded messenger, and reads its notes.
library Notes {
    // forge-lint: disable-next-line(screaming-snake-case-const)
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @notice Puts the notebook in its place.
    function installNotebook() internal {
        vm.etch(NOTEBOOK, type(Notebook).runtimeCode);
    }

    /// @notice Puts the layer before the messenger that there is.
    function installMessenger() internal {
        address messenger = Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER;
        vm.etch(MESSENGER_PROXY_CODE, messenger.code);
        vm.etch(messenger, type(RecordedMessenger).runtimeCode);
    }

    /// @notice How many pages there are.
    function count() internal view returns (uint256) {
        return vm.getNonce(NOTEBOOK);
    }

    /// @notice Account that is a page.
    function pageAt(uint256 _index) internal pure returns (address) {
        return vm.computeCreateAddress(NOTEBOOK, _index);
    }

    /// @notice Reads the note that begins with a page. Without a call, since that would be the one which `vm.prank` or
    ///         `vm.expectRevert` waits for.
    /// @return note_ The note.
    /// @return next_ First page of the next one.
    function read(uint256 _first) internal view returns (Note memory note_, uint256 next_) {
        bytes memory note;
        uint256 remaining;
        next_ = _first;
        do {
            bytes memory page = pageAt(next_++).code;
            assembly ("memory-safe") {
                remaining := mload(add(page, 0x21))
                // The rest of the page, without the zero byte and the number of bytes to come.
                let size := sub(mload(page), 33)
                page := add(page, 33)
                mstore(page, size)
                remaining := sub(remaining, size)
            }
            note = bytes.concat(note, page);
        } while (remaining > 0);
        note_ = abi.decode(note, (Note));
    }
}
