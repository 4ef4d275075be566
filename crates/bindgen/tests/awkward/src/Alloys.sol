// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// Declares events apart, since one contract may not use a name twice.
library AlloysMore {
    event call_builder(uint256 value);
    event abi_(uint256 value);
}

/// @title Functions, events and errors that are named like what alloy, viem or the generator puts beside them
contract Alloys {
    struct constructorCall {
        uint256 value;
    }

    struct AlloysInstance {
        uint256 value;
    }

    event event_(uint256 value);
    event AlloysCalls(uint256 value);

    error NameBySelector(bytes4 selector);
    error SignatureBySelector(bytes4 selector);
    error Selector();
    error AlloysErrors();
    error AbiDecodeRawWithConfig(uint256 a);

    uint256 public length = 11;
    string public name = "Alloys";

    function call(uint256 call_) external pure returns (uint256) {
        return call_ + 1;
    }

    function provider() external pure returns (uint256) {
        return 2;
    }

    function abi_(uint256 a) external pure returns (uint256) {
        return a + 3;
    }

    function deploy(uint256 a) external pure returns (uint256) {
        return a + 4;
    }

    function deploy_builder() external pure returns (uint256) {
        return 5;
    }

    function deploy_call() external pure returns (uint256) {
        return 6;
    }

    function instance() external pure returns (uint256) {
        return 7;
    }

    function with_cloned_provider() external pure returns (uint256) {
        return 8;
    }

    function at(address a) external pure returns (address) {
        return a;
    }

    function at_call() external pure returns (uint256) {
        return 9;
    }

    function set_address(address set) external pure returns (address) {
        return set;
    }

    function call_builder(uint256 a) external pure returns (uint256) {
        return a + 10;
    }

    function event_filter() external pure returns (uint256) {
        return 12;
    }

    function event__filter() external pure returns (uint256) {
        return 13;
    }

    function clone(uint256 P, uint256 N) external pure returns (uint256) {
        return P * 10 + N;
    }

    function on(uint256 chain) external pure returns (uint256) {
        return chain;
    }

    function read(uint256 a) external pure returns (uint256) {
        return a + 14;
    }

    function write(uint256 a) external pure returns (uint256) {
        return a + 15;
    }

    function structs(constructorCall calldata a, AlloysInstance calldata b) external pure returns (uint256) {
        return a.value + b.value;
    }

    function shout() external {
        emit AlloysMore.call_builder(1);
        emit event_(2);
        emit AlloysCalls(3);
        emit AlloysMore.abi_(4);
    }

    function fail(uint256 which) external pure {
        if (which == 0) revert NameBySelector(0x01020304);
        if (which == 1) revert SignatureBySelector(0x01020304);
        if (which == 2) revert Selector();
        if (which == 3) revert AlloysErrors();
        revert AbiDecodeRawWithConfig(5);
    }
}
