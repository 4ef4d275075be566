// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IERC165 } from "../../contracts/interfaces/IERC165.sol";
import { IERC20 } from "../../contracts/interfaces/IERC20.sol";
import { IERC7802 } from "../../contracts/interfaces/IERC7802.sol";
import { Unauthorized } from "../../contracts/libraries/CommonErrors.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { SuperchainERC20 } from "../../contracts/token/SuperchainERC20.sol";
import { Test } from "forge-std/Test.sol";
import { Ownable } from "solady/auth/Ownable.sol";
import { ERC20 } from "solady/tokens/ERC20.sol";

/// @notice A dapp's token. That it compiles matters: solady's Ownable has an `Unauthorized` of its own.
contract Token is SuperchainERC20, Ownable {
    constructor(address _owner) {
        _initializeOwner(_owner);
    }

    function mint(address _to, uint256 _amount) external onlyOwner {
        _mint(_to, _amount);
    }

    function name() public pure override returns (string memory) {
        return "Token";
    }

    function symbol() public pure override returns (string memory) {
        return "TKN";
    }
}

/// @notice A token that wants an infinite allowance for Permit2.
contract TokenWithPermit2 is Token {
    constructor(address _owner) Token(_owner) { }

    function _givePermit2InfiniteAllowance() internal pure override returns (bool) {
        return true;
    }
}

abstract contract SuperchainERC20Test is Test {
    address internal constant BRIDGE = Predeploys.SUPERCHAIN_TOKEN_BRIDGE;
    address internal constant PERMIT2 = 0x000000000022D473030F116dDEE9F6B43aC78BA3;
    address internal constant ALICE = address(0xA11CE);

    Token internal token = new Token(address(this));
}

contract SuperchainERC20_CrosschainMint_Test is SuperchainERC20Test {
    function testFuzz_crosschainMint_succeeds(address _to, uint256 _amount) external {
        vm.expectEmit(address(token));
        emit IERC20.Transfer(address(0), _to, _amount);
        vm.expectEmit(address(token));
        emit IERC7802.CrosschainMint(_to, _amount, BRIDGE);
        vm.prank(BRIDGE);
        token.crosschainMint(_to, _amount);
        assertEq(token.balanceOf(_to), _amount);
        assertEq(token.totalSupply(), _amount);
    }

    function testFuzz_crosschainMint_notTheBridge_reverts(address _caller) external {
        vm.assume(_caller != BRIDGE);
        vm.prank(_caller);
        vm.expectRevert(Unauthorized.selector);
        token.crosschainMint(ALICE, 1);
    }

    function test_crosschainMint_owner_reverts() external {
        vm.expectRevert(Unauthorized.selector);
        token.crosschainMint(ALICE, 1);
    }

    function test_crosschainMint_supplyOverflows_reverts() external {
        token.mint(ALICE, type(uint256).max);
        vm.prank(BRIDGE);
        vm.expectRevert(ERC20.TotalSupplyOverflow.selector);
        token.crosschainMint(ALICE, 1);
    }
}

contract SuperchainERC20_CrosschainBurn_Test is SuperchainERC20Test {
    function testFuzz_crosschainBurn_succeeds(address _from, uint256 _held, uint256 _amount) external {
        _amount = bound(_amount, 0, _held);
        token.mint(_from, _held);
        vm.expectEmit(address(token));
        emit IERC20.Transfer(_from, address(0), _amount);
        vm.expectEmit(address(token));
        emit IERC7802.CrosschainBurn(_from, _amount, BRIDGE);
        vm.prank(BRIDGE);
        token.crosschainBurn(_from, _amount);
        assertEq(token.balanceOf(_from), _held - _amount);
        assertEq(token.totalSupply(), _held - _amount);
    }

    function testFuzz_crosschainBurn_notTheBridge_reverts(address _caller) external {
        vm.assume(_caller != BRIDGE);
        token.mint(ALICE, 1);
        vm.prank(_caller);
        vm.expectRevert(Unauthorized.selector);
        token.crosschainBurn(ALICE, 1);
    }

    function test_crosschainBurn_overBalance_reverts() external {
        token.mint(ALICE, 1);
        vm.prank(BRIDGE);
        vm.expectRevert(ERC20.InsufficientBalance.selector);
        token.crosschainBurn(ALICE, 2);
    }
}

contract SuperchainERC20_SupportsInterface_Test is SuperchainERC20Test {
    function test_supportsInterface_supported_succeeds() external view {
        assertTrue(token.supportsInterface(type(IERC7802).interfaceId));
        assertTrue(token.supportsInterface(type(IERC20).interfaceId));
        assertTrue(token.supportsInterface(type(IERC165).interfaceId));
    }

    function testFuzz_supportsInterface_others_succeeds(bytes4 _id) external view {
        vm.assume(_id != 0x33331994 && _id != 0x36372b07 && _id != 0x01ffc9a7);
        assertFalse(token.supportsInterface(_id));
    }

    /// @notice ERC-165 wants a no to this one.
    function test_supportsInterface_invalid_succeeds() external view {
        assertFalse(token.supportsInterface(0xffffffff));
    }
}

/// @notice Permit2 is a spender like any other: as in the reference, whatever solady makes of it.
contract SuperchainERC20_Permit2_Test is SuperchainERC20Test {
    function test_permit2_withoutApproval_reverts() external {
        token.mint(ALICE, 5);
        assertEq(token.allowance(ALICE, PERMIT2), 0);
        _expectInsufficientAllowance(1);
    }

    function testFuzz_permit2_approval_isSpent(uint256 _allowance, uint256 _amount) external {
        _amount = bound(_amount, 0, _allowance);
        token.mint(ALICE, _amount);
        vm.prank(ALICE);
        vm.expectEmit(address(token));
        emit IERC20.Approval(ALICE, PERMIT2, _allowance);
        token.approve(PERMIT2, _allowance);
        assertEq(token.allowance(ALICE, PERMIT2), _allowance);

        vm.prank(PERMIT2);
        assertTrue(token.transferFrom(ALICE, address(this), _amount));
        assertEq(token.balanceOf(address(this)), _amount);
        bool isInfinite = _allowance == type(uint256).max;
        assertEq(token.allowance(ALICE, PERMIT2), isInfinite ? _allowance : _allowance - _amount);
    }

    function test_permit2_revoked_reverts() external {
        token.mint(ALICE, 5);
        vm.startPrank(ALICE);
        token.approve(PERMIT2, type(uint256).max);
        token.approve(PERMIT2, 0);
        vm.stopPrank();
        assertEq(token.allowance(ALICE, PERMIT2), 0);
        _expectInsufficientAllowance(1);
    }

    function testFuzz_permit2_permit_succeeds(uint256 _allowance) external {
        (address owner, uint256 key) = makeAddrAndKey("owner");
        bytes32 typeHash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 structHash = keccak256(abi.encode(typeHash, owner, PERMIT2, _allowance, 0, block.timestamp));
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(key, keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), structHash)));
        token.permit(owner, PERMIT2, _allowance, block.timestamp, v, r, s);
        assertEq(token.allowance(owner, PERMIT2), _allowance);
    }

    function test_permit2_optIn_succeeds() external {
        token = new TokenWithPermit2(address(this));
        token.mint(ALICE, 5);
        assertEq(token.allowance(ALICE, PERMIT2), type(uint256).max);
        vm.prank(PERMIT2);
        assertTrue(token.transferFrom(ALICE, address(this), 5));
        assertEq(token.balanceOf(address(this)), 5);

        vm.expectRevert(ERC20.Permit2AllowanceIsFixedAtInfinity.selector);
        token.approve(PERMIT2, 0);
    }

    function _expectInsufficientAllowance(uint256 _amount) private {
        vm.prank(PERMIT2);
        vm.expectRevert(ERC20.InsufficientAllowance.selector);
        // forge-lint: disable-next-line(erc20-unchecked-transfer)
        token.transferFrom(ALICE, address(this), _amount);
    }
}

contract SuperchainERC20_Version_Test is SuperchainERC20Test {
    function test_version_succeeds() external view {
        assertEq(token.version(), "1.0.2");
    }
}
