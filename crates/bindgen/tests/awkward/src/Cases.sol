// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Names that are equal but for case, and files that a file system may take for one
contract Cased {
    event Moved(uint256 to);
    event moved(uint256 to);

    error Wrong(uint256 a);
    error wRong(uint256 a);
    error WRONG(uint256 a);

    function value() external pure returns (uint256) {
        return 1;
    }

    function VALUE() external pure returns (uint256) {
        return 2;
    }

    function fooBar(uint256 aB, uint256 a_b) external pure returns (uint256) {
        return aB * 10 + a_b;
    }

    function foo_bar(uint256 ab) external pure returns (uint256) {
        return ab;
    }

    function move(bool capital) external {
        if (capital) emit Moved(1);
        else emit moved(2);
    }

    function fail(uint256 which) external pure {
        if (which == 0) revert Wrong(0);
        if (which == 1) revert wRong(1);
        revert WRONG(2);
    }
}

/// @title The same name in capitals
contract CASED {
    function value() external pure returns (uint256) {
        return 3;
    }
}

/// @title A contract and a struct of one name, and a struct named like another contract
contract Same {
    struct Same {
        uint256 value;
    }

    struct CASED {
        uint8 small;
    }

    event Cased(Same same);

    function same(Same calldata _same, CASED calldata _cased) external pure returns (Same memory) {
        return Same(_same.value + _cased.small);
    }

    function announce() external {
        emit Cased(Same(7));
    }
}

/// @title A function, an event and an error of one name and of the same parameters
contract Triple {
    event Thing(uint256 value);

    function emitThing(uint256 value) external {
        emit Thing(value);
    }

    function failThing(uint256 value) external pure {
        revert Other.Thing(value);
    }
}

library Other {
    error Thing(uint256 value);
}

/// @title The function of that name comes by an interface of another's
interface IThing {
    function Thing(uint256 value) external pure returns (uint256);
}

contract TripleThing is IThing {
    function Thing(uint256 value) external pure returns (uint256) {
        if (value == 0) revert Other.Thing(value);
        return value + 1;
    }
}
