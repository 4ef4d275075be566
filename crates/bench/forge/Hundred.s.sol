// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

interface Vm {
    function startBroadcast() external;
    function stopBroadcast() external;
}

/// @notice What is deployed.
contract Counter {
    uint256 public number;

    constructor(uint256 _number) {
        number = _number;
    }

    function increment() external {
        ++number;
    }
}

/// @notice Deploys a hundred contracts, each by a transaction of its own. It needs no forge-std, and so no folder but its own.
contract Hundred {
    bool public constant IS_SCRIPT = true;

    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    function run() external {
        vm.startBroadcast();
        for (uint256 i = 0; i < 100; ++i) {
            new Counter(i);
        }
        vm.stopBroadcast();
    }
}
