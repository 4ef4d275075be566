// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IBeacon } from "../../contracts/interfaces/IBeacon.sol";
import { BeaconProxy } from "../../contracts/universal/BeaconProxy.sol";
import { Test } from "forge-std/Test.sol";

/// @notice Beacon that can be turned.
contract Beacon is IBeacon {
    address public implementation;

    constructor(address _implementation) {
        implementation = _implementation;
    }

    function set(address _implementation) external {
        implementation = _implementation;
    }
}

/// @notice Implementation that says what it sees.
contract Witness {
    error Refused(uint256 amount);

    uint256 public stored;
    uint256 public codeAtStore;

    receive() external payable {
        stored = msg.value;
    }

    fallback(bytes calldata _data) external payable returns (bytes memory) {
        return abi.encode(msg.sender, msg.value, _data);
    }

    function store(uint256 _value) external {
        (stored, codeAtStore) = (_value, address(this).code.length);
    }

    function refuse(uint256 _amount) external pure {
        revert Refused(_amount);
    }
}

abstract contract BeaconProxyTest is Test {
    bytes32 internal constant BEACON_SLOT =
        0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50;

    Beacon internal beacon = new Beacon(address(new Witness()));

    function _create(bytes memory _data) internal returns (Witness) {
        return Witness(payable(address(new BeaconProxy(beacon, _data))));
    }
}

contract BeaconProxy_Constructor_Test is BeaconProxyTest {
    function test_constructor_succeeds() external {
        vm.expectEmit(true, false, false, true);
        emit BeaconProxy.BeaconUpgraded(address(beacon));
        Witness proxy = _create(abi.encodeCall(Witness.store, (7)));

        assertEq(uint256(BEACON_SLOT), uint256(keccak256("eip1967.proxy.beacon")) - 1);
        assertEq(vm.load(address(proxy), BEACON_SLOT), bytes32(uint256(uint160(address(beacon)))));
        assertEq(proxy.stored(), 7);
        assertEq(proxy.codeAtStore(), 0);
    }

    function test_constructor_initializationReverts_reverts() external {
        vm.expectRevert(abi.encodeWithSelector(Witness.Refused.selector, 7));
        _create(abi.encodeCall(Witness.refuse, (7)));
    }

    function test_constructor_implementationWithoutCode_reverts() external {
        beacon.set(address(0xBAD));
        vm.expectRevert(abi.encodeWithSelector(BeaconProxy.InvalidImplementation.selector, address(0xBAD)));
        _create("");
    }

    function test_constructor_beaconWithoutCode_reverts() external {
        beacon = Beacon(address(0xBAD));
        vm.expectRevert(bytes(""));
        _create("");
    }
}

contract BeaconProxy_Delegate_Test is BeaconProxyTest {
    function testFuzz_fallback_succeeds(bytes calldata _data, uint64 _value, address _caller) external {
        // No function of the implementation has this selector.
        bytes memory call = bytes.concat(hex"c0ffee00", _data);
        Witness proxy = _create("");
        vm.deal(_caller, _value);
        vm.prank(_caller);
        (bool success, bytes memory result) = address(proxy).call{ value: _value }(call);
        assertTrue(success);
        assertEq(result, abi.encode(_caller, _value, call));
    }

    function test_receive_succeeds() external {
        Witness proxy = _create("");
        (bool success,) = address(proxy).call{ value: 3 }("");
        assertTrue(success);
        assertEq(proxy.stored(), 3);
        assertEq(address(proxy).balance, 3);
    }

    function test_fallback_implementationReverts_reverts() external {
        Witness proxy = _create("");
        vm.expectRevert(abi.encodeWithSelector(Witness.Refused.selector, 5));
        proxy.refuse(5);
    }

    function test_fallback_beaconTurns_succeeds() external {
        Witness proxy = _create(abi.encodeCall(Witness.store, (7)));
        beacon.set(address(new Beacon(address(0xABC))));
        // The new implementation has its only variable where the old one had `stored`.
        assertEq(Beacon(address(proxy)).implementation(), address(7));
    }

    /// @notice A proxy has no code of its own for its beacon's or an administrator's functions.
    function test_fallback_noFunctionsOfItsOwn_succeeds() external {
        address proxy = address(_create(""));
        bytes memory call = abi.encodeWithSignature("upgradeTo(address)", address(0xA11E));
        (bool success, bytes memory result) = proxy.call(call);
        assertTrue(success);
        assertEq(result, abi.encode(address(this), 0, call));
    }

    /// @notice An upgrade to nothing: no call may look as if it had done something.
    function testFuzz_fallback_implementationWithoutCode_reverts(
        bytes calldata _data,
        uint64 _value
    )
        external
    {
        address proxy = address(_create(""));
        beacon.set(address(0xBAD));
        vm.deal(address(this), _value);
        (bool success, bytes memory result) = proxy.call{ value: _value }(_data);
        assertFalse(success);
        assertEq(result, abi.encodeWithSelector(BeaconProxy.InvalidImplementation.selector, address(0xBAD)));
        assertEq(proxy.balance, 0);
    }

    function test_fallback_implementationComesBack_succeeds() external {
        Witness proxy = _create(abi.encodeCall(Witness.store, (7)));
        address implementation = beacon.implementation();
        beacon.set(address(0xBAD));
        beacon.set(implementation);
        assertEq(proxy.stored(), 7);
    }
}
