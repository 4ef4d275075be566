// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IERC20 } from "../../contracts/interfaces/IERC20.sol";
import { IWETH, InsufficientAllowance, InsufficientBalance } from "../../contracts/interfaces/IWETH.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { WETH } from "../../contracts/predeploys/WETH.sol";
import { Test } from "forge-std/Test.sol";

/// @notice As a genesis has it: code at an address, and nothing else.
abstract contract WETHTest is Test {
    IWETH internal constant TOKEN = IWETH(payable(Predeploys.WETH));

    address internal immutable ALICE = makeAddr("alice");
    address internal immutable BOB = makeAddr("bob");

    function setUp() public virtual {
        vm.etch(Predeploys.WETH, type(WETH).runtimeCode);
    }

    function _deposit(address _account, uint256 _wad) internal {
        deal(_account, _account.balance + _wad);
        vm.prank(_account);
        TOKEN.deposit{ value: _wad }();
    }
}

contract WETH_Metadata_Test is WETHTest {
    function test_metadata_succeeds() external view {
        assertEq(TOKEN.name(), "Wrapped Ether");
        assertEq(TOKEN.symbol(), "WETH");
        assertEq(TOKEN.decimals(), 18);
    }

    /// @notice Balances and allowances stand where those of public chains do.
    function test_layout_succeeds() external {
        _deposit(ALICE, 7);
        vm.prank(ALICE);
        TOKEN.approve(BOB, 5);
        assertEq(uint256(vm.load(address(TOKEN), keccak256(abi.encode(ALICE, 0)))), 7);
        assertEq(
            uint256(vm.load(address(TOKEN), keccak256(abi.encode(BOB, keccak256(abi.encode(ALICE, 1)))))), 5
        );
    }
}

contract WETH_Deposit_Test is WETHTest {
    function testFuzz_deposit_succeeds(uint256 _wad) external {
        deal(ALICE, _wad);
        vm.expectEmit(address(TOKEN));
        emit IWETH.Deposit(ALICE, _wad);
        vm.prank(ALICE);
        TOKEN.deposit{ value: _wad }();
        assertEq(TOKEN.balanceOf(ALICE), _wad);
        assertEq(TOKEN.totalSupply(), _wad);
    }

    function test_deposit_byTransferOrAnyCall_succeeds() external {
        deal(ALICE, 7);
        vm.startPrank(ALICE);
        (bool success,) = address(TOKEN).call{ value: 3 }("");
        assertTrue(success);
        (success,) = address(TOKEN).call{ value: 4 }("no function of this name");
        assertTrue(success);
        assertEq(TOKEN.balanceOf(ALICE), 7);
    }
}

contract WETH_Withdraw_Test is WETHTest {
    bytes private _reason;
    bool private _greedy;

    receive() external payable {
        if (_greedy) TOKEN.withdraw(1);
        bytes memory reason = _reason;
        if (reason.length == 0) return;
        assembly ("memory-safe") {
            revert(add(reason, 0x20), mload(reason))
        }
    }

    function testFuzz_withdraw_succeeds(uint256 _wad, uint256 _part) external {
        _part = bound(_part, 0, _wad);
        _deposit(ALICE, _wad);
        vm.expectEmit(address(TOKEN));
        emit IWETH.Withdrawal(ALICE, _part);
        vm.prank(ALICE);
        TOKEN.withdraw(_part);
        assertEq(ALICE.balance, _part);
        assertEq(TOKEN.balanceOf(ALICE), _wad - _part);
        assertEq(TOKEN.totalSupply(), _wad - _part);
    }

    function test_withdraw_overBalance_reverts() external {
        _deposit(ALICE, 7);
        _deposit(BOB, 1);
        vm.prank(BOB);
        vm.expectRevert(InsufficientBalance.selector);
        TOKEN.withdraw(2);
    }

    /// @notice Whoever is paid and withdraws again has to have it, and gets no more than was theirs.
    function test_withdraw_reenters_reverts() external {
        _deposit(ALICE, 7);
        _deposit(address(this), 2);
        _greedy = true;
        vm.expectRevert(InsufficientBalance.selector);
        TOKEN.withdraw(1);
        assertEq(TOKEN.balanceOf(address(this)), 2);
    }

    function test_withdraw_refused_reverts() external {
        _deposit(address(this), 2);
        _reason = "not today";
        vm.expectRevert(bytes("not today"));
        TOKEN.withdraw(1);
    }
}

contract WETH_Transfer_Test is WETHTest {
    function testFuzz_transfer_succeeds(uint256 _wad, uint256 _part, bool _toOneself) external {
        _part = bound(_part, 0, _wad);
        _deposit(ALICE, _wad);
        address to = _toOneself ? ALICE : BOB;
        vm.expectEmit(address(TOKEN));
        emit IERC20.Transfer(ALICE, to, _part);
        vm.prank(ALICE);
        assertTrue(TOKEN.transfer(to, _part));
        assertEq(TOKEN.balanceOf(ALICE), _toOneself ? _wad : _wad - _part);
        assertEq(TOKEN.balanceOf(BOB), _toOneself ? 0 : _part);
    }

    function test_transfer_overBalance_reverts() external {
        _deposit(ALICE, 7);
        vm.prank(BOB);
        vm.expectRevert(InsufficientBalance.selector);
        // forge-lint: disable-next-line(erc20-unchecked-transfer)
        TOKEN.transfer(ALICE, 1);
    }
}

contract WETH_TransferFrom_Test is WETHTest {
    function testFuzz_transferFrom_allowed_succeeds(uint256 _wad, uint256 _allowed, uint256 _part) external {
        _allowed = bound(_allowed, 0, type(uint256).max - 1);
        _part = bound(_part, 0, _wad < _allowed ? _wad : _allowed);
        _deposit(ALICE, _wad);
        vm.expectEmit(address(TOKEN));
        emit IERC20.Approval(ALICE, BOB, _allowed);
        vm.prank(ALICE);
        TOKEN.approve(BOB, _allowed);
        vm.prank(BOB);
        assertTrue(TOKEN.transferFrom(ALICE, BOB, _part));
        assertEq(TOKEN.balanceOf(BOB), _part);
        assertEq(TOKEN.allowance(ALICE, BOB), _allowed - _part);
    }

    function test_transferFrom_unlimited_keepsTheAllowance() external {
        _deposit(ALICE, 7);
        vm.prank(ALICE);
        TOKEN.approve(BOB, type(uint256).max);
        vm.prank(BOB);
        assertTrue(TOKEN.transferFrom(ALICE, BOB, 7));
        assertEq(TOKEN.allowance(ALICE, BOB), type(uint256).max);
    }

    function test_transferFrom_onesOwn_needsNoAllowance() external {
        _deposit(ALICE, 7);
        vm.prank(ALICE);
        assertTrue(TOKEN.transferFrom(ALICE, BOB, 7));
        assertEq(TOKEN.balanceOf(BOB), 7);
    }

    function test_transferFrom_overAllowance_reverts() external {
        _deposit(ALICE, 7);
        vm.prank(ALICE);
        TOKEN.approve(BOB, 3);
        vm.prank(BOB);
        vm.expectRevert(InsufficientAllowance.selector);
        // forge-lint: disable-next-line(erc20-unchecked-transfer)
        TOKEN.transferFrom(ALICE, BOB, 4);
    }

    function test_transferFrom_overBalance_reverts() external {
        vm.prank(ALICE);
        TOKEN.approve(BOB, 3);
        vm.prank(BOB);
        vm.expectRevert(InsufficientBalance.selector);
        // forge-lint: disable-next-line(erc20-unchecked-transfer)
        TOKEN.transferFrom(ALICE, BOB, 3);
    }
}
