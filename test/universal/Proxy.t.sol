// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IProxy } from "../../contracts/interfaces/IProxy.sol";
import { Proxy } from "../../contracts/universal/Proxy.sol";
import { Test } from "forge-std/Test.sol";

/// @notice Implementation that says what it sees.
contract Echo {
    error Refused(uint256 amount);

    uint256 public stored;

    receive() external payable {
        stored = msg.value;
    }

    fallback(bytes calldata _data) external payable returns (bytes memory) {
        return abi.encode(msg.sender, msg.value, _data);
    }

    function set(uint256 _value) external payable returns (uint256) {
        stored = _value;
        return _value + 1;
    }

    function refuse(uint256 _amount) external payable {
        revert Refused(_amount);
    }
}

/// @notice Implementation with functions of the same names as the proxy's own.
contract Namesake is IProxy {
    event Called(string name);

    function upgradeTo(address) external {
        emit Called("upgradeTo");
    }

    function upgradeToAndCall(address, bytes calldata) external payable returns (bytes memory) {
        return "namesake";
    }

    function changeAdmin(address) external {
        emit Called("changeAdmin");
    }

    function admin() external pure returns (address) {
        return address(0xAAA);
    }

    function implementation() external pure returns (address) {
        return address(0xBBB);
    }
}

abstract contract ProxyTest is Test {
    bytes32 internal constant IMPLEMENTATION_SLOT =
        0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc;
    bytes32 internal constant ADMIN_SLOT = 0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103;
    address internal constant ADMIN = address(0xAD);
    address internal constant ALICE = address(0xA11CE);

    IProxy internal proxy;
    address internal echo = address(new Echo());
    address internal namesake = address(new Namesake());

    function setUp() public {
        proxy = IProxy(address(new Proxy(ADMIN)));
        vm.prank(ADMIN);
        proxy.upgradeTo(echo);
    }

    function _asAddress(bytes32 _word) internal pure returns (address) {
        return address(uint160(uint256(_word)));
    }

    function _upgradeToNamesake() internal {
        vm.prank(ADMIN);
        proxy.upgradeTo(namesake);
    }

    function _expectCalled(string memory _name) internal {
        vm.expectEmit(address(proxy));
        emit Namesake.Called(_name);
    }
}

contract Proxy_Constructor_Test is ProxyTest {
    function test_constructor_succeeds() external {
        vm.expectEmit();
        emit IProxy.AdminChanged(address(0), ALICE);
        Proxy created = new Proxy(ALICE);
        assertEq(_asAddress(vm.load(address(created), ADMIN_SLOT)), ALICE);
        assertEq(vm.load(address(created), IMPLEMENTATION_SLOT), bytes32(0));
    }

    function test_slots_succeeds() external pure {
        assertEq(uint256(IMPLEMENTATION_SLOT), uint256(keccak256("eip1967.proxy.implementation")) - 1);
        assertEq(uint256(ADMIN_SLOT), uint256(keccak256("eip1967.proxy.admin")) - 1);
    }

    /// @notice Code and two slots are all that a genesis has to place.
    function test_genesis_succeeds() external {
        address placed = address(0x42);
        vm.etch(placed, type(Proxy).runtimeCode);
        vm.store(placed, ADMIN_SLOT, bytes32(uint256(uint160(ADMIN))));
        vm.store(placed, IMPLEMENTATION_SLOT, bytes32(uint256(uint160(echo))));
        assertEq(Echo(payable(placed)).set(1), 2);
        vm.prank(ADMIN);
        assertEq(IProxy(placed).implementation(), echo);
    }
}

contract Proxy_UpgradeTo_Test is ProxyTest {
    function test_upgradeTo_admin_succeeds() external {
        vm.expectEmit(address(proxy));
        emit IProxy.Upgraded(namesake);
        vm.prank(ADMIN);
        proxy.upgradeTo(namesake);
        assertEq(_asAddress(vm.load(address(proxy), IMPLEMENTATION_SLOT)), namesake);
    }

    /// @notice Network upgrades come from the zero address.
    function test_upgradeTo_zeroAddress_succeeds() external {
        vm.prank(address(0));
        proxy.upgradeTo(namesake);
        assertEq(_asAddress(vm.load(address(proxy), IMPLEMENTATION_SLOT)), namesake);
    }

    function test_upgradeTo_anyoneElse_delegates_succeeds() external {
        _upgradeToNamesake();
        _expectCalled("upgradeTo");
        vm.prank(ALICE);
        proxy.upgradeTo(echo);
        assertEq(_asAddress(vm.load(address(proxy), IMPLEMENTATION_SLOT)), namesake);
    }
}

contract Proxy_UpgradeToAndCall_Test is ProxyTest {
    function test_upgradeToAndCall_admin_succeeds() external {
        Echo next = new Echo();
        vm.deal(ADMIN, 3);
        vm.expectEmit(address(proxy));
        emit IProxy.Upgraded(address(next));
        vm.prank(ADMIN);
        bytes memory returned =
            proxy.upgradeToAndCall{ value: 3 }(address(next), abi.encodeCall(Echo.set, (7)));
        assertEq(returned, abi.encode(8));
        assertEq(Echo(payable(address(proxy))).stored(), 7);
        assertEq(address(proxy).balance, 3);
        assertEq(_asAddress(vm.load(address(proxy), IMPLEMENTATION_SLOT)), address(next));
    }

    /// @notice The call's failure is the upgrade's, reason included.
    function test_upgradeToAndCall_callReverts_reverts() external {
        address next = address(new Echo());
        vm.prank(ADMIN);
        vm.expectRevert(abi.encodeWithSelector(Echo.Refused.selector, 5));
        proxy.upgradeToAndCall(next, abi.encodeCall(Echo.refuse, (5)));
        assertEq(_asAddress(vm.load(address(proxy), IMPLEMENTATION_SLOT)), echo);
    }

    function test_upgradeToAndCall_anyoneElse_delegates_succeeds() external {
        _upgradeToNamesake();
        vm.prank(ALICE);
        assertEq(proxy.upgradeToAndCall(echo, ""), "namesake");
        assertEq(_asAddress(vm.load(address(proxy), IMPLEMENTATION_SLOT)), namesake);
    }
}

contract Proxy_ChangeAdmin_Test is ProxyTest {
    function test_changeAdmin_admin_succeeds() external {
        vm.expectEmit(address(proxy));
        emit IProxy.AdminChanged(ADMIN, ALICE);
        vm.prank(ADMIN);
        proxy.changeAdmin(ALICE);
        assertEq(_asAddress(vm.load(address(proxy), ADMIN_SLOT)), ALICE);
    }

    /// @notice The old administrator becomes a user like any other.
    function test_changeAdmin_oldAdmin_delegates_succeeds() external {
        _upgradeToNamesake();
        vm.prank(ADMIN);
        proxy.changeAdmin(ALICE);
        _expectCalled("upgradeTo");
        vm.prank(ADMIN);
        proxy.upgradeTo(echo);
    }

    function test_changeAdmin_anyoneElse_delegates_succeeds() external {
        _upgradeToNamesake();
        _expectCalled("changeAdmin");
        vm.prank(ALICE);
        proxy.changeAdmin(ALICE);
        assertEq(_asAddress(vm.load(address(proxy), ADMIN_SLOT)), ADMIN);
    }
}

contract Proxy_Getters_Test is ProxyTest {
    function test_getters_admin_succeeds() external {
        vm.startPrank(ADMIN);
        assertEq(proxy.admin(), ADMIN);
        assertEq(proxy.implementation(), echo);
    }

    function test_getters_zeroAddress_succeeds() external {
        vm.startPrank(address(0));
        assertEq(proxy.admin(), ADMIN);
        assertEq(proxy.implementation(), echo);
    }

    function test_getters_anyoneElse_delegates_succeeds() external {
        _upgradeToNamesake();
        vm.startPrank(ALICE);
        assertEq(proxy.admin(), address(0xAAA));
        assertEq(proxy.implementation(), address(0xBBB));
    }
}

contract Proxy_Delegation_Test is ProxyTest {
    function testFuzz_fallback_succeeds(bytes memory _data, uint64 _value) external {
        // A selector that neither proxy nor implementation has.
        _data = abi.encodePacked(bytes4(0xffffffff), _data);
        vm.deal(ALICE, _value);
        vm.prank(ALICE);
        (bool success, bytes memory result) = address(proxy).call{ value: _value }(_data);
        assertTrue(success);
        assertEq(result, abi.encode(ALICE, _value, _data));
    }

    function test_receive_succeeds() external {
        (bool success,) = address(proxy).call{ value: 9 }("");
        assertTrue(success);
        assertEq(Echo(payable(address(proxy))).stored(), 9);
        assertEq(address(proxy).balance, 9);
    }

    /// @notice State is the proxy's own.
    function test_fallback_storage_succeeds() external {
        assertEq(Echo(payable(address(proxy))).set(5), 6);
        assertEq(Echo(payable(address(proxy))).stored(), 5);
        assertEq(Echo(payable(echo)).stored(), 0);
    }

    /// @notice Other calls of the administrator go through, too.
    function test_fallback_admin_succeeds() external {
        vm.prank(ADMIN);
        assertEq(Echo(payable(address(proxy))).set(5), 6);
    }

    function testFuzz_fallback_implementationReverts_reverts(uint256 _amount) external {
        vm.expectRevert(abi.encodeWithSelector(Echo.Refused.selector, _amount));
        Echo(payable(address(proxy))).refuse(_amount);
    }

    function test_fallback_noImplementation_reverts() external {
        Echo empty = Echo(payable(address(new Proxy(ADMIN))));
        vm.expectRevert("Proxy: implementation not initialized");
        empty.stored();
        (bool success, bytes memory reason) = address(empty).call{ value: 1 }("");
        assertFalse(success);
        assertEq(reason, abi.encodeWithSignature("Error(string)", "Proxy: implementation not initialized"));
        vm.expectRevert("Proxy: implementation not initialized");
        IProxy(address(empty)).upgradeTo(echo);
    }
}
