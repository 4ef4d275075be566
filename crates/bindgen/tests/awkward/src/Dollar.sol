// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Names with $ and _
contract $Dollar_ {
    struct $Struct {
        uint256 $a;
        uint256 _b;
        uint256 c$;
    }

    type $_ is uint256;

    event $Event(uint256 indexed $a, uint256 __);
    event Dollar$(uint256 $);

    error $Error(uint256 $);
    error __(uint256 $);

    function $(uint256 $) external pure returns (uint256 $$) {
        return $ + 1;
    }

    function $$() external pure returns (uint256) {
        return 2;
    }

    function pay$(uint256 a$, $Struct calldata $struct) external pure returns (uint256 b$, $Struct memory) {
        return (a$ + 3, $struct);
    }

    function ___(uint256 ____) external pure returns (uint256) {
        return ____ + 5;
    }

    function _leading(uint256 __) external pure returns (uint256) {
        return __ + 6;
    }

    function trailing_(uint256 _a, uint256 a_) external pure returns (uint256) {
        return _a * 10 + a_;
    }

    function unit($_ a) external pure returns ($_) {
        return a;
    }

    function pay$() external payable returns (uint256) {
        return msg.value;
    }

    function shout() external {
        emit $Event(1, 2);
        emit Dollar$(3);
    }

    function fail(uint256 which) external pure {
        if (which == 0) revert $Error(1);
        revert __(2);
    }
}
