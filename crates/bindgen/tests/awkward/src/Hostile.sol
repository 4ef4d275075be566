// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

// Each documentation comment below tries to leave the comment or string that a generator puts it into.

/// @title Hostile */ } fn main() { panic!() } /* ` ``` "# "); process.exit(1); //
/// @author `unclosed, [link](http://example.com "title") and [broken_link] and [`Broken`] and <html> & &amp;
/// @notice */ export const evil = 1; /*
/// @dev     four spaces make a code block:
///
///     let x: u32 = "not a doctest";
///
/// ```
/// compile_error!("not a doctest either");
/// ```
///
/// A bare URL https://example.com/a_(b)?c=d&e=<f> and <https://example.com> and http://x. {link evil}
/// # heading
/// | a | b |
/// |---|---|
/// \u0000 \ \\ \n ${process.exit(1)} #{x} {} {0} {{ }} %s "# r#" '' "" ''' """
contract Hostile {
    /// @notice <script>alert(1)</script> <b>unclosed [x]: http://evil.example
    /// @param _a */ [a](b) `
    /// @param _b ends with a backslash \
    /// @return c */ ${c}
    /// @custom:security <img src=x onerror=alert(1)> */
    function hostile(uint256 _a, string calldata _b) external pure returns (uint256 c) {
        c = _a + bytes(_b).length;
    }

    /// @notice `unclosed
    event Hostile(uint256 a);

    /// @dev ~~~ rust
    /// fn x() {
    error Hostile_(uint256 a);

    /**
     * @notice A block
     *  of lines,
     *      some further in,
     *  and " quotes.
     */
    function block_() external pure returns (uint256) {
        return 1;
    }

    /// @notice Zero-width ​ and right-to-left ‎ and emoji 🙂 and — dashes.
    function unicode_() external pure returns (uint256) {
        return 2;
    }

    /// @notice Adds `_a` to `_b`, as in `_a + _b`; see {IHostile-x} and {x}.
    /// - a list
    /// - of two
    function tidy(uint256 _a, uint256 _b) external pure returns (uint256) {
        return _a + _b;
    }

    function shout() external {
        emit Hostile(1);
    }
}
