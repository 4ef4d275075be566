// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Nothing in it
contract Empty { }

/// @title Abstract: an ABI, and no code
abstract contract Abstract {
    function given() external view virtual returns (uint256);
}

/// @title Takes ether and any call
contract Fallback {
    event Received(address indexed from, uint256 value);
    event Called(bytes data);

    receive() external payable {
        emit Received(msg.sender, msg.value);
    }

    fallback(bytes calldata _data) external payable returns (bytes memory) {
        emit Called(_data);
        return _data;
    }

    function plain() external payable returns (uint256) {
        return msg.value;
    }
}

/// @title Only inlined into others
library Internal {
    function twice(uint256 a) internal pure returns (uint256) {
        return a * 2;
    }
}

/// @title Deployed by itself, and linked by address
library External {
    struct Data {
        uint256 value;
        mapping(uint256 => uint256) more;
    }

    enum Mode {
        Off,
        On
    }

    event Bumped(uint256 value);

    error Stuck(Mode mode);

    function bump(Data storage self, uint256 by) external returns (uint256) {
        self.value += by;
        emit Bumped(self.value);
        return self.value;
    }

    function thrice(uint256 a) external pure returns (uint256) {
        return a * 3;
    }

    function mode(Mode a) external pure returns (Mode) {
        if (a == Mode.Off) revert Stuck(a);
        return a;
    }
}

library Second {
    function plus(uint256 a) external pure returns (uint256) {
        return a + 1;
    }
}

/// @title Has to be linked with two libraries before it can be deployed
contract Linked {
    using External for External.Data;

    External.Data internal data;
    uint256 public immutable start;

    constructor(uint256 _start) {
        start = _start;
    }

    function bump(uint256 by) external returns (uint256) {
        return data.bump(by) + start;
    }

    function compute(uint256 a) external pure returns (uint256) {
        return Second.plus(External.thrice(Internal.twice(a)));
    }
}

/// @title A constructor that takes ether, a struct, and a name that generated code has itself
contract Payable {
    struct Init {
        uint256 value;
        string label;
    }

    uint256 public immutable paid;
    uint256 public immutable value;
    string public label;

    /// @notice Keeps what it is given.
    /// @param __provider named like an argument of alloy's deploy
    /// @param init what to keep
    constructor(uint256 __provider, Init memory init, address[] memory) payable {
        paid = msg.value;
        value = __provider + init.value;
        label = init.label;
    }
}

/// @title Anonymous events, and indexed parameters that are hashed
contract Events {
    struct Pair {
        uint256 a;
        uint256 b;
    }

    event Anonymous(uint256 indexed a, string b) anonymous;
    event AnonymousToo(uint256 indexed a, uint256 indexed b, uint256 indexed c, uint256 indexed d) anonymous;
    event Hashed(string indexed a, bytes indexed b, Pair indexed c, uint256[] d);
    event Array(uint256[2] indexed a, Pair[] indexed b, Pair c);
    event Nameless(uint256 indexed, string, address indexed);
    event Nothing();

    function shout() external {
        emit Anonymous(1, "two");
        emit AnonymousToo(1, 2, 3, 4);
        emit Hashed("one", hex"02", Pair(3, 4), new uint256[](5));
        Pair[] memory pairs = new Pair[](1);
        pairs[0] = Pair(6, 7);
        emit Array([uint256(1), 2], pairs, Pair(8, 9));
        emit Nameless(10, "eleven", address(12));
        emit Nothing();
    }
}

/// @title Inherits, so that its ABI has what others declare
contract Child is Events, Abstract {
    function given() external pure override returns (uint256) {
        return 42;
    }
}
