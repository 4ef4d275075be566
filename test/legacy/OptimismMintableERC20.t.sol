// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IERC20 } from "../../contracts/interfaces/IERC20.sol";
import { OptimismMintableERC20 } from "../../contracts/legacy/OptimismMintableERC20.sol";
import { Test } from "forge-std/Test.sol";
import { ERC20 } from "solady/tokens/ERC20.sol";

abstract contract LegacyTokenTest is Test {
    address internal constant BRIDGE = address(0xB41D6E);
    address internal constant REMOTE = address(0x1111);
    address internal constant ALICE = address(0xA11CE);

    OptimismMintableERC20 internal token = new OptimismMintableERC20(BRIDGE, REMOTE, "Token", "TKN", 6);
}

contract OptimismMintableERC20_Constructor_Test is LegacyTokenTest {
    function testFuzz_constructor_succeeds(
        address _bridge,
        address _remote,
        string calldata _name,
        string calldata _symbol,
        uint8 _decimals
    )
        external
    {
        token = new OptimismMintableERC20(_bridge, _remote, _name, _symbol, _decimals);
        assertEq(token.name(), _name);
        assertEq(token.symbol(), _symbol);
        assertEq(token.decimals(), _decimals);
        assertEq(token.totalSupply(), 0);

        assertEq(token.REMOTE_TOKEN(), _remote);
        assertEq(token.remoteToken(), _remote);
        assertEq(token.l1Token(), _remote);

        assertEq(token.BRIDGE(), _bridge);
        assertEq(token.bridge(), _bridge);
        assertEq(token.l2Bridge(), _bridge);
    }
}

contract OptimismMintableERC20_Mint_Test is LegacyTokenTest {
    function testFuzz_mint_succeeds(address _to, uint256 _amount) external {
        vm.expectEmit(address(token));
        emit IERC20.Transfer(address(0), _to, _amount);
        vm.expectEmit(address(token));
        emit OptimismMintableERC20.Mint(_to, _amount);
        vm.prank(BRIDGE);
        token.mint(_to, _amount);
        assertEq(token.balanceOf(_to), _amount);
        assertEq(token.totalSupply(), _amount);
    }

    function testFuzz_mint_notTheBridge_reverts(address _caller) external {
        vm.assume(_caller != BRIDGE);
        vm.prank(_caller);
        vm.expectRevert("OptimismMintableERC20: only bridge can mint and burn");
        token.mint(ALICE, 1);
    }

    function test_mint_supplyOverflows_reverts() external {
        vm.startPrank(BRIDGE);
        token.mint(ALICE, type(uint256).max);
        vm.expectRevert(ERC20.TotalSupplyOverflow.selector);
        token.mint(ALICE, 1);
    }
}

contract OptimismMintableERC20_Burn_Test is LegacyTokenTest {
    function testFuzz_burn_succeeds(address _from, uint256 _held, uint256 _amount) external {
        _amount = bound(_amount, 0, _held);
        vm.startPrank(BRIDGE);
        token.mint(_from, _held);
        vm.expectEmit(address(token));
        emit IERC20.Transfer(_from, address(0), _amount);
        vm.expectEmit(address(token));
        emit OptimismMintableERC20.Burn(_from, _amount);
        token.burn(_from, _amount);
        assertEq(token.balanceOf(_from), _held - _amount);
        assertEq(token.totalSupply(), _held - _amount);
    }

    function testFuzz_burn_notTheBridge_reverts(address _caller) external {
        vm.assume(_caller != BRIDGE);
        vm.prank(BRIDGE);
        token.mint(ALICE, 1);
        vm.prank(_caller);
        vm.expectRevert("OptimismMintableERC20: only bridge can mint and burn");
        token.burn(ALICE, 1);
    }

    function test_burn_overBalance_reverts() external {
        vm.startPrank(BRIDGE);
        token.mint(ALICE, 1);
        vm.expectRevert(ERC20.InsufficientBalance.selector);
        token.burn(ALICE, 2);
    }
}

contract OptimismMintableERC20_SupportsInterface_Test is LegacyTokenTest {
    function test_supportsInterface_supported_succeeds() external view {
        assertTrue(token.supportsInterface(0x01ffc9a7));
        assertTrue(token.supportsInterface(0x1d1d8b63));
        assertTrue(token.supportsInterface(0xec4fc8e3));
    }

    function testFuzz_supportsInterface_others_succeeds(bytes4 _id) external view {
        vm.assume(_id != 0x01ffc9a7 && _id != 0x1d1d8b63 && _id != 0xec4fc8e3);
        assertFalse(token.supportsInterface(_id));
    }

    function test_supportsInterface_invalid_succeeds() external view {
        assertFalse(token.supportsInterface(0xffffffff));
    }
}

contract OptimismMintableERC20_Token_Test is LegacyTokenTest {
    function test_permit2_infiniteAllowance_succeeds() external {
        assertEq(token.PERMIT2(), 0x000000000022D473030F116dDEE9F6B43aC78BA3);
        vm.prank(BRIDGE);
        token.mint(ALICE, 5);
        assertEq(token.allowance(ALICE, token.PERMIT2()), type(uint256).max);
        vm.prank(token.PERMIT2());
        assertTrue(token.transferFrom(ALICE, address(this), 5));
        assertEq(token.balanceOf(address(this)), 5);
    }

    function test_version_succeeds() external view {
        assertEq(token.version(), "1.4.1");
    }
}
