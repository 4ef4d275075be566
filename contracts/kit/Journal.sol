// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Vm } from "forge-std/Vm.sol";

/// @title Journal
/// @notice Keeps what the kit has taken from forge's recordings where no revert reaches it. forge gives out what it has
///         recorded once; the kit's own storage, where it goes, is a part of what `vm.revertToState` and a call that
///         fails undo. Labels of accounts are not: forge keeps them beside the state.
/// @dev    A journal is at a place, which the kit has in its storage. What is taken is written down at that place, and
///         leads to the next. After a revert the storage names an earlier place again, and what was taken from there
///         on, in the time that was undone, is found at it.
library Journal {
    // forge-lint: disable-next-line(screaming-snake-case-const)
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @notice What was taken at a place, by pasts that have been undone.
    /// @return entries_ Empty unless something was undone: what each past took first.
    function read(bytes32 _place) internal view returns (bytes32[][] memory entries_) {
        bytes memory text = bytes(_text(_place));
        uint256 count = 0;
        for (uint256 i = 0; i < text.length; ++i) {
            if (text[i] == "x") ++count;
        }
        entries_ = new bytes32[][](count);
        // Entries stand one behind the other, "0x" and hexadecimal digits each.
        uint256 end = text.length;
        while (count > 0) {
            uint256 start = end - 1;
            while (text[start] != "x") --start;
            entries_[--count] = _parse(text, --start, end);
            end = start;
        }
    }

    /// @notice Writes down what was taken at a place.
    /// @return next_ Place after it, to which nothing else leads.
    function write(bytes32 _place, bytes32[] memory _entry) internal returns (bytes32 next_) {
        string memory text = string.concat(_text(_place), vm.toString(abi.encodePacked(_entry)));
        vm.label(_shelf(_place), text);
        next_ = keccak256(abi.encode(_place, bytes(text).length));
    }

    function _text(bytes32 _place) private view returns (string memory text_) {
        text_ = vm.getLabel(_shelf(_place));
        // An account without label has one that begins with "unlabeled".
        if (bytes(text_)[0] != "0") text_ = "";
    }

    function _parse(
        bytes memory _digits,
        uint256 _start,
        uint256 _end
    )
        private
        pure
        returns (bytes32[] memory words_)
    {
        bytes memory part = new bytes(_end - _start);
        words_ = new bytes32[]((part.length - 2) / 64);
        assembly ("memory-safe") {
            mcopy(add(part, 0x20), add(add(_digits, 0x20), _start), mload(part))
        }
        bytes memory data = vm.parseBytes(string(part));
        assembly ("memory-safe") {
            mcopy(add(words_, 0x20), add(data, 0x20), mload(data))
        }
    }

    function _shelf(bytes32 _place) private view returns (address) {
        return address(uint160(uint256(_place) ^ uint160(address(this))));
    }
}
