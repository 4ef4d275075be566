// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IProxy } from "../../contracts/interfaces/IProxy.sol";
import { IProxyAdmin } from "../../contracts/interfaces/IProxyAdmin.sol";
import { Unauthorized, ZeroAddress } from "../../contracts/libraries/CommonErrors.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { ProxyAdmin } from "../../contracts/universal/ProxyAdmin.sol";
import { InteropTest } from "../InteropTest.sol";

/// @notice Implementation to upgrade to.
contract Next {
    error Refused();

    uint256 public value;

    function set(uint256 _value) external payable {
        value = _value;
    }

    function refuse() external pure {
        revert Refused();
    }
}

/// @notice The administrator as a genesis places it: behind a proxy that it administers, its owner in slot 0.
abstract contract ProxyAdminTest is InteropTest {
    IProxyAdmin internal constant ADMIN = IProxyAdmin(Predeploys.PROXY_ADMIN);
    address internal constant OWNER = address(0x0123);
    address internal constant ALICE = address(0xA11CE);
    address payable internal constant PROXY = payable(Predeploys.CROSS_L2_INBOX);

    address internal next = address(new Next());

    function setUp() public override {
        super.setUp();
        _install(address(ADMIN), type(ProxyAdmin).runtimeCode);
        vm.store(address(ADMIN), bytes32(0), bytes32(uint256(uint160(OWNER))));
    }
}

contract ProxyAdmin_Upgrade_Test is ProxyAdminTest {
    function test_upgrade_owner_succeeds() external {
        vm.expectEmit(PROXY);
        emit IProxy.Upgraded(next);
        vm.prank(OWNER);
        ADMIN.upgrade(PROXY, next);
        assertEq(ADMIN.getProxyImplementation(PROXY), next);
    }

    function test_upgrade_itself_succeeds() external {
        address other = address(new ProxyAdmin(address(0)));
        vm.prank(OWNER);
        ADMIN.upgrade(payable(address(ADMIN)), other);
        assertEq(ADMIN.getProxyImplementation(address(ADMIN)), other);
        assertEq(ADMIN.owner(), OWNER);
    }

    function testFuzz_upgrade_anyoneElse_reverts(address _caller) external {
        vm.assume(_caller != OWNER);
        vm.prank(_caller);
        vm.expectRevert(Unauthorized.selector);
        ADMIN.upgrade(PROXY, next);
    }
}

contract ProxyAdmin_UpgradeAndCall_Test is ProxyAdminTest {
    function test_upgradeAndCall_owner_succeeds() external {
        vm.deal(OWNER, 4);
        vm.expectEmit(PROXY);
        emit IProxy.Upgraded(next);
        vm.prank(OWNER);
        ADMIN.upgradeAndCall{ value: 4 }(PROXY, next, abi.encodeCall(Next.set, (7)));
        assertEq(Next(PROXY).value(), 7);
        assertEq(PROXY.balance, 4);
    }

    function test_upgradeAndCall_callReverts_reverts() external {
        vm.prank(OWNER);
        vm.expectRevert(Next.Refused.selector);
        ADMIN.upgradeAndCall(PROXY, next, abi.encodeCall(Next.refuse, ()));
    }

    function testFuzz_upgradeAndCall_anyoneElse_reverts(address _caller) external {
        vm.assume(_caller != OWNER);
        vm.prank(_caller);
        vm.expectRevert(Unauthorized.selector);
        ADMIN.upgradeAndCall(PROXY, next, "");
    }
}

contract ProxyAdmin_ChangeProxyAdmin_Test is ProxyAdminTest {
    function test_changeProxyAdmin_owner_succeeds() external {
        vm.expectEmit(PROXY);
        emit IProxy.AdminChanged(address(ADMIN), ALICE);
        vm.prank(OWNER);
        ADMIN.changeProxyAdmin(PROXY, ALICE);
        vm.prank(ALICE);
        assertEq(IProxy(PROXY).admin(), ALICE);
    }

    function testFuzz_changeProxyAdmin_anyoneElse_reverts(address _caller) external {
        vm.assume(_caller != OWNER);
        vm.prank(_caller);
        vm.expectRevert(Unauthorized.selector);
        ADMIN.changeProxyAdmin(PROXY, _caller);
    }
}

contract ProxyAdmin_Getters_Test is ProxyAdminTest {
    function test_getters_succeeds() external view {
        assertEq(ADMIN.getProxyAdmin(PROXY), address(ADMIN));
        assertEq(ADMIN.getProxyImplementation(PROXY), Predeploys.implementationOf(PROXY));
        assertEq(ADMIN.getProxyAdmin(payable(address(ADMIN))), address(ADMIN));
    }

    /// @notice The inbox, which answers in the proxy's place, has no such functions.
    function test_getters_proxyOfAnother_reverts() external {
        vm.prank(OWNER);
        ADMIN.changeProxyAdmin(PROXY, ALICE);
        vm.expectRevert(bytes(""));
        ADMIN.getProxyAdmin(PROXY);
        vm.expectRevert(bytes(""));
        ADMIN.getProxyImplementation(PROXY);
    }
}

contract ProxyAdmin_Ownership_Test is ProxyAdminTest {
    function test_constructor_succeeds() external {
        vm.expectEmit();
        emit IProxyAdmin.OwnershipTransferred(address(0), ALICE);
        assertEq(new ProxyAdmin(ALICE).owner(), ALICE);
    }

    function test_transferOwnership_owner_succeeds() external {
        vm.expectEmit(address(ADMIN));
        emit IProxyAdmin.OwnershipTransferred(OWNER, ALICE);
        vm.prank(OWNER);
        ADMIN.transferOwnership(ALICE);
        assertEq(ADMIN.owner(), ALICE);
        assertEq(vm.load(address(ADMIN), bytes32(0)), bytes32(uint256(uint160(ALICE))));

        vm.prank(OWNER);
        vm.expectRevert(Unauthorized.selector);
        ADMIN.upgrade(PROXY, next);
    }

    function testFuzz_transferOwnership_anyoneElse_reverts(address _caller) external {
        vm.assume(_caller != OWNER);
        vm.prank(_caller);
        vm.expectRevert(Unauthorized.selector);
        ADMIN.transferOwnership(_caller);
    }

    function test_transferOwnership_zeroAddress_reverts() external {
        vm.prank(OWNER);
        vm.expectRevert(ZeroAddress.selector);
        ADMIN.transferOwnership(address(0));
    }
}
