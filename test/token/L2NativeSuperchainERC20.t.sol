// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IERC20 } from "../../contracts/interfaces/IERC20.sol";
import { ZeroAddress } from "../../contracts/libraries/CommonErrors.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { L2NativeSuperchainERC20 } from "../../contracts/token/L2NativeSuperchainERC20.sol";
import { Test } from "forge-std/Test.sol";
import { ERC20 } from "solady/tokens/ERC20.sol";

/// @notice The token as the devnet's genesis has it: code at an address, and nothing else.
abstract contract DevnetTokenTest is Test {
    L2NativeSuperchainERC20 internal constant TOKEN =
        L2NativeSuperchainERC20(0x420beeF000000000000000000000000000000001);

    function setUp() public {
        vm.etch(address(TOKEN), type(L2NativeSuperchainERC20).runtimeCode);
    }
}

contract L2NativeSuperchainERC20_Metadata_Test is DevnetTokenTest {
    function test_metadata_succeeds() external view {
        assertEq(TOKEN.name(), "L2NativeSuperchainERC20");
        assertEq(TOKEN.symbol(), "MOCK");
        assertEq(TOKEN.decimals(), 18);
        assertEq(TOKEN.totalSupply(), 0);
    }
}

contract L2NativeSuperchainERC20_Mint_Test is DevnetTokenTest {
    function testFuzz_mint_anyone_succeeds(address _caller, address _to, uint256 _amount) external {
        vm.assume(_to != address(0));
        vm.expectEmit(address(TOKEN));
        emit IERC20.Transfer(address(0), _to, _amount);
        vm.expectEmit(address(TOKEN));
        emit L2NativeSuperchainERC20.Mint(_to, _amount);
        vm.prank(_caller);
        TOKEN.mint(_to, _amount);
        assertEq(TOKEN.balanceOf(_to), _amount);
        assertEq(TOKEN.totalSupply(), _amount);
    }

    function testFuzz_mint_zeroAddress_reverts(uint256 _amount) external {
        vm.expectRevert(ZeroAddress.selector);
        TOKEN.mint(address(0), _amount);
    }

    function test_mint_supplyOverflows_reverts() external {
        TOKEN.mint(address(1), type(uint256).max);
        vm.expectRevert(ERC20.TotalSupplyOverflow.selector);
        TOKEN.mint(address(2), 1);
    }
}

contract L2NativeSuperchainERC20_Burn_Test is DevnetTokenTest {
    function testFuzz_burn_anyone_succeeds(address _caller, address _from, uint256 _amount) external {
        vm.assume(_from != address(0));
        TOKEN.mint(_from, _amount);
        vm.expectEmit(address(TOKEN));
        emit IERC20.Transfer(_from, address(0), _amount);
        vm.expectEmit(address(TOKEN));
        emit L2NativeSuperchainERC20.Burn(_from, _amount);
        vm.prank(_caller);
        TOKEN.burn(_from, _amount);
        assertEq(TOKEN.balanceOf(_from), 0);
        assertEq(TOKEN.totalSupply(), 0);
    }

    /// @notice Not even what the bridge has minted to it.
    function testFuzz_burn_zeroAddress_reverts(uint256 _amount) external {
        vm.prank(Predeploys.SUPERCHAIN_TOKEN_BRIDGE);
        TOKEN.crosschainMint(address(0), _amount);
        vm.expectRevert(ZeroAddress.selector);
        TOKEN.burn(address(0), _amount);
    }

    function test_burn_overBalance_reverts() external {
        vm.expectRevert(ERC20.InsufficientBalance.selector);
        TOKEN.burn(address(1), 1);
    }
}

contract L2NativeSuperchainERC20_Token_Test is DevnetTokenTest {
    /// @notice As where supersim's users know it from: nobody moves tokens without an approval.
    function test_permit2_withoutApproval_reverts() external {
        address permit2 = 0x000000000022D473030F116dDEE9F6B43aC78BA3;
        TOKEN.mint(address(1), 1);
        assertEq(TOKEN.allowance(address(1), permit2), 0);
        vm.prank(permit2);
        vm.expectRevert(ERC20.InsufficientAllowance.selector);
        // forge-lint: disable-next-line(erc20-unchecked-transfer)
        TOKEN.transferFrom(address(1), address(this), 1);
    }

    function test_transfer_succeeds() external {
        TOKEN.mint(address(this), 3);
        assertTrue(TOKEN.transfer(address(1), 2));
        assertEq(TOKEN.balanceOf(address(1)), 2);
    }

    function test_permit_succeeds() external {
        (address owner, uint256 key) = makeAddrAndKey("owner");
        bytes32 typeHash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 structHash = keccak256(abi.encode(typeHash, owner, address(this), 7, 0, block.timestamp));
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(key, keccak256(abi.encodePacked(hex"1901", TOKEN.DOMAIN_SEPARATOR(), structHash)));
        TOKEN.permit(owner, address(this), 7, block.timestamp, v, r, s);
        assertEq(TOKEN.allowance(owner, address(this)), 7);
    }

    function test_crosschainMint_bridge_succeeds() external {
        vm.prank(Predeploys.SUPERCHAIN_TOKEN_BRIDGE);
        TOKEN.crosschainMint(address(1), 4);
        assertEq(TOKEN.balanceOf(address(1)), 4);
    }
}
