// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// Declares events and errors apart, since one contract may not use a name twice.
library Reserved {
    event super_(uint256 self);
    event package(bytes32 indexed package);

    error crate();
    error Self(uint256 where_);
}

/// @title Words that Rust or TypeScript have reserved, where Solidity lets them be names
contract async {
    struct await {
        uint256 fn;
        uint256 self;
        bool Self;
        address crate;
        bytes32 loop;
        string r;
        uint256 prototype;
        uint256 constructor_;
        uint256 await;
    }

    enum where {
        trait,
        impl,
        Self
    }

    type dyn is uint128;

    event yield(address indexed self, uint256 use, await arguments);
    event move();

    error impl(uint256 self);
    error protected(string yield);

    await internal kept;

    function self(uint256 self_) external pure returns (uint256 result) {
        return self_ + 1;
    }

    function Self(uint256 a) external pure returns (uint256) {
        return a + 2;
    }

    function crate(uint256 self) external pure returns (uint256 crate_) {
        return self + 3;
    }

    function super_(uint256 crate) external pure returns (uint256 self) {
        return crate + 4;
    }

    function async_(dyn d, where w) external pure returns (dyn, where) {
        return (d, w);
    }

    function loop(uint256 await) external pure returns (uint256 async_) {
        return await + 5;
    }

    function await_(await calldata arguments) external returns (await memory eval) {
        kept = arguments;
        emit yield(msg.sender, arguments.fn, arguments);
        return arguments;
    }

    function gen(uint256 gen_) external pure returns (uint256 gen__) {
        return gen_ + 6;
    }

    function arguments(uint256 eval, uint256 arguments_) external pure returns (uint256 yield) {
        return eval + arguments_;
    }

    function package(uint256 interface_) external pure returns (uint256 implements_) {
        return interface_ + 7;
    }

    function toString(uint256 hasOwnProperty) external pure returns (uint256 valueOf) {
        return hasOwnProperty + 8;
    }

    function __proto__(uint256 __proto__) external pure returns (uint256 prototype) {
        return __proto__ + 9;
    }

    function with(uint256 void, uint256 class, uint256 extends_) external pure returns (uint256 null_) {
        return void + class + extends_;
    }

    function fail(uint256 which) external pure {
        if (which == 0) revert impl(0);
        if (which == 1) revert Reserved.crate();
        if (which == 2) revert Reserved.Self(2);
        revert protected("yield");
    }

    function shout() external {
        emit move();
        emit Reserved.super_(1);
        emit Reserved.package(bytes32(uint256(2)));
    }
}

/// @title Names of what every Rust or TypeScript program has in scope
contract Prelude {
    struct Option {
        uint256 some;
        bool none;
    }

    struct Vec {
        Option[] items;
    }

    struct u8 {
        uint8 value;
    }

    struct Promise {
        uint256 usize;
    }

    enum Result {
        Ok,
        Err
    }

    type String is uint64;

    event Some(Option value);
    event None();
    event Ok(uint256 indexed Some, Result Err);
    event Box(u8 value);
    event Array(Promise value);

    error Err(uint256 Ok);
    error Drop();
    error Default();
    error Error_(uint256 None);

    function option(Option calldata value, String text) external pure returns (Option memory, String) {
        return (value, text);
    }

    function vec(Vec calldata value) external pure returns (Vec memory) {
        return value;
    }

    function small(
        u8 calldata value,
        Promise calldata promise_
    )
        external
        pure
        returns (u8 memory, Promise memory)
    {
        return (value, promise_);
    }

    function Ok_(uint256 Some, uint256 None, bool BYTECODE) external pure returns (uint256) {
        return BYTECODE ? Some : None;
    }

    function shout() external {
        emit Some(Option(1, true));
        emit None();
        emit Ok(3, Result.Err);
        emit Box(u8(4));
        emit Array(Promise(5));
    }

    function fail(uint256 which) external pure {
        if (which == 0) revert Err(0);
        if (which == 1) revert Drop();
        if (which == 2) revert Default();
        revert Error_(3);
    }
}

/// @title Contracts may be named so, too
contract Self {
    function value() external pure returns (uint256) {
        return 1;
    }
}

contract crate {
    function value() external pure returns (uint256) {
        return 2;
    }
}

contract alloy {
    function value() external pure returns (uint256) {
        return 3;
    }
}

contract index {
    function value() external pure returns (uint256) {
        return 4;
    }
}

contract mod {
    function value() external pure returns (uint256) {
        return 5;
    }
}

contract lib {
    function value() external pure returns (uint256) {
        return 6;
    }
}

contract Error_ {
    function value() external pure returns (uint256) {
        return 7;
    }
}
