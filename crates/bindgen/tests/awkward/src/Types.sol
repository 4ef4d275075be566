// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// A point, declared outside of every contract.
struct Point {
    int256 x;
    int256 y;
}

type Price is uint128;

enum Color {
    Red,
    Green,
    Blue
}

/// Declares what others share.
interface IShared {
    /// @notice Shared by three contracts.
    struct Shared {
        Point at;
        Price price;
        Color color;
        Inner[] inners;
    }

    struct Inner {
        bytes data;
        string[2][] names;
    }

    event Used(Shared shared);

    error Unusable(Shared shared, Color color);

    function use_(Shared calldata _shared) external returns (Shared memory);
}

/// @title Returns what it is given, and tells it
contract SharerA is IShared {
    function use_(Shared calldata _shared) external returns (Shared memory) {
        emit Used(_shared);
        if (_shared.color == Color.Blue) revert Unusable(_shared, _shared.color);
        return _shared;
    }
}

/// @title Has a struct of the same name, but of another shape
contract SharerB {
    struct Inner {
        uint256 other;
    }

    function both(
        IShared.Inner calldata _theirs,
        Inner calldata _mine
    )
        external
        pure
        returns (IShared.Inner[] memory, Inner[2][] memory mine)
    {
        IShared.Inner[] memory theirs = new IShared.Inner[](2);
        theirs[0] = _theirs;
        theirs[1] = _theirs;
        mine = new Inner[2][](1);
        mine[0][1] = _mine;
        return (theirs, mine);
    }

    function point(Point calldata _point) external pure returns (Point memory) {
        return Point(_point.y, _point.x);
    }

    function prices(
        Price[] calldata _prices,
        Color[3] calldata _colors
    )
        external
        pure
        returns (Price[] memory, Color[3] memory)
    {
        return (_prices, _colors);
    }
}

/// @title Results without names, tuples of them, and types of all kinds
contract Unnamed {
    struct Only {
        uint256 value;
    }

    mapping(address => mapping(uint256 => Point)) public points;
    mapping(bytes32 id => Only) public only;
    uint256[] public list;

    function pair() external pure returns (uint256, address) {
        return (1, address(2));
    }

    function mixed(uint256, uint256 b, bool) external pure returns (uint256 first, bool) {
        return (b, true);
    }

    function underscored(uint256 _0, uint256, uint256 __) external pure returns (uint256 _1) {
        return _0 + __;
    }

    function one(uint256) external pure returns (uint256) {
        return 1;
    }

    function callback(function(uint256) external returns (bool) _callback)
        external
        pure
        returns (function(uint256) external returns (bool))
    {
        return _callback;
    }

    function sizes(
        uint8 a,
        uint24 b,
        int40 c,
        int256 d,
        bytes1 e,
        bytes31 f,
        address payable g,
        bool h
    )
        external
        pure
        returns (uint256, int256, bytes memory, bool)
    {
        return (uint256(a) + b, c + d, abi.encodePacked(e, f, g), h);
    }

    function arrays(
        uint256[3][] calldata a,
        bytes[] calldata b,
        string[2] calldata c,
        IEmpty[] calldata d
    )
        external
        pure
        returns (uint256[3][] memory, bytes[] memory, string[2] memory, IEmpty[] memory)
    {
        return (a, b, c, d);
    }

    function onlyOne(Only calldata a) external pure returns (Only memory) {
        return a;
    }
}

interface IEmpty { }

/// @title Many parameters, fields and results
contract Long {
    struct Thirteen {
        uint8 a;
        uint16 b;
        uint24 c;
        uint32 d;
        bool e;
        bytes1 f;
        bytes2 g;
        address h;
        int8 i;
        int16 j;
        string k;
        bytes l;
        uint256[40] m;
    }

    struct TwentyFour {
        uint256 a1;
        uint256 a2;
        uint256 a3;
        uint256 a4;
        uint256 a5;
        uint256 a6;
        uint256 a7;
        uint256 a8;
        uint256 a9;
        uint256 a10;
        uint256 a11;
        uint256 a12;
        uint256 a13;
        uint256 a14;
        uint256 a15;
        uint256 a16;
        uint256 a17;
        uint256 a18;
        uint256 a19;
        uint256 a20;
        uint256 a21;
        uint256 a22;
        uint256 a23;
        uint256 a24;
    }

    struct TwentyFive {
        TwentyFour most;
        uint256 b1;
        uint256 b2;
        uint256 b3;
        uint256 b4;
        uint256 b5;
        uint256 b6;
        uint256 b7;
        uint256 b8;
        uint256 b9;
        uint256 b10;
        uint256 b11;
        uint256 b12;
        uint256 b13;
        uint256 b14;
        uint256 b15;
        uint256 b16;
        uint256 b17;
        uint256 b18;
        uint256 b19;
        uint256 b20;
        uint256 b21;
        uint256 b22;
        uint256 b23;
        string b24;
    }

    function thirteen(Thirteen calldata a) external pure returns (Thirteen memory) {
        return a;
    }

    function twentyFour(TwentyFour calldata a) external pure returns (uint256) {
        return a.a1 * 100 + a.a24;
    }

    function twentyFive(TwentyFive calldata a) external pure returns (string memory) {
        return a.b24;
    }
}

/// @title More parameters than the compiler's stack, and Rust's tuples, have room for
interface ILong {
    function wide(
        uint8 a,
        uint8 b,
        uint8 c,
        uint8 d,
        uint8 e,
        uint8 f,
        uint8 g,
        uint8 h,
        uint8 i,
        uint8 j,
        uint8 k,
        uint8 l,
        string calldata m
    )
        external
        view
        returns (uint256);
}
