// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Overloaded functions, events and errors
contract Overloads {
    event Logged(uint256 a);
    event Logged(string a);
    event Logged(uint256 indexed a, string b);

    error Failed();
    error Other(uint256 Failed_0);

    /// @notice Adds one.
    function get(uint256 a) external pure returns (uint256) {
        return a + 1;
    }

    /// @notice Gives the text back.
    function get(string calldata a) external pure returns (string memory) {
        return a;
    }

    /// @notice Nothing in, two out.
    function get() external pure returns (uint256, bool) {
        return (3, true);
    }

    /// @notice Named like what the second overload becomes.
    function get_1(uint256 a) external pure returns (uint256) {
        return a + 100;
    }

    function log(uint256 which) external {
        if (which == 0) emit Logged(1);
        else if (which == 1) emit Logged("two");
        else emit Logged(3, "three");
    }

    function fail(uint256 which) external pure {
        if (which == 0) revert Failed();
        if (which == 1) revert Other(1);
        if (which == 2) revert Errors.Failed(2);
        revert MoreErrors.Failed("three");
    }
}

library Errors {
    error Failed(uint256 a);
}

library MoreErrors {
    error Failed(string a);
}
