// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IERC20 } from "../../contracts/interfaces/IERC20.sol";
import { IERC7802 } from "../../contracts/interfaces/IERC7802.sol";
import { InteropKit } from "../../contracts/kit/InteropKit.sol";
import { Unauthorized, ZeroAddress } from "../../contracts/libraries/CommonErrors.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { OwnedSuperchainERC20 } from "../../contracts/token/OwnedSuperchainERC20.sol";
import { Preinstalled } from "../Preinstalled.sol";
import { Test } from "forge-std/Test.sol";
import { Ownable } from "solady/auth/Ownable.sol";
import { ERC20 } from "solady/tokens/ERC20.sol";

abstract contract OwnedTokenTest is Test {
    uint256 internal constant HOME = 901;
    uint256 internal constant SUPPLY = 1000e6;
    address internal constant OWNER = address(0x0031);
    address internal constant BRIDGE = Predeploys.SUPERCHAIN_TOKEN_BRIDGE;

    OwnedSuperchainERC20 internal token;

    function setUp() public virtual {
        vm.chainId(HOME);
        token = new OwnedSuperchainERC20("Gold", "GLD", 6, OWNER, SUPPLY, HOME);
    }
}

contract OwnedSuperchainERC20_Constructor_Test is OwnedTokenTest {
    function testFuzz_constructor_succeeds(
        string memory _name,
        string memory _symbol,
        uint8 _decimals,
        address _owner,
        uint256 _supply
    )
        external
    {
        if (_owner == address(0)) _supply = 0;
        token = new OwnedSuperchainERC20(_name, _symbol, _decimals, _owner, _supply, HOME);
        assertEq(token.name(), _name);
        assertEq(token.symbol(), _symbol);
        assertEq(token.decimals(), _decimals);
        assertEq(token.owner(), _owner);
        assertEq(token.totalSupply(), _supply);
        assertEq(token.balanceOf(_owner), _supply);
    }

    function test_constructor_home_emits() external {
        address expected = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
        vm.expectEmit(expected);
        emit Ownable.OwnershipTransferred(address(0), OWNER);
        vm.expectEmit(expected);
        emit IERC20.Transfer(address(0), OWNER, SUPPLY);
        new OwnedSuperchainERC20("Gold", "GLD", 6, OWNER, SUPPLY, HOME);
    }

    function testFuzz_constructor_otherChain_hasNoSupply(uint64 _chainId, uint256 _supply) external {
        vm.assume(_chainId != HOME);
        vm.chainId(_chainId);
        token = new OwnedSuperchainERC20("Gold", "GLD", 6, OWNER, _supply, HOME);
        assertEq(token.totalSupply(), 0);
        assertEq(token.owner(), OWNER);
    }

    /// @notice A home need not fit 64 bits, and must not be cut to them.
    function test_constructor_homeBeyond64Bits_hasNoSupply() external {
        token = new OwnedSuperchainERC20("Gold", "GLD", 6, OWNER, SUPPLY, HOME + 2 ** 64);
        assertEq(token.totalSupply(), 0);
    }

    /// @notice On other chains, too: no chain gets a token that cannot be on its home.
    function testFuzz_constructor_supplyWithoutOwner_reverts(uint64 _chainId, uint256 _supply) external {
        vm.chainId(_chainId);
        _supply = bound(_supply, 1, type(uint256).max);
        vm.expectRevert(OwnedSuperchainERC20.SupplyWithoutOwner.selector);
        new OwnedSuperchainERC20("Gold", "GLD", 6, address(0), _supply, HOME);
    }

    /// @notice Tokens are known by the hash of their code, on every chain, whatever they are called.
    function testFuzz_constructor_code_isTheSame(
        uint64 _chainId,
        string memory _name,
        uint8 _decimals
    )
        external
    {
        vm.chainId(_chainId);
        token = new OwnedSuperchainERC20(_name, "", _decimals, address(this), 5, _chainId);
        assertEq(address(token).code, type(OwnedSuperchainERC20).runtimeCode);
    }

    /// @notice Whoever deploys it, from wherever, deploys the same.
    function testFuzz_constructor_deployer_doesNotMatter(address _origin, address _deployer) external {
        vm.assume(_deployer != address(vm));
        bytes32 slot = 0xffffffffffffffffffffffffffffffffffffffffffffffffffffffff74873927;
        vm.prank(_deployer, _origin);
        token = new OwnedSuperchainERC20{ salt: 0 }("Gold", "GLD", 6, OWNER, SUPPLY, HOME);
        assertEq(token.owner(), OWNER);
        assertEq(vm.load(address(token), slot), bytes32(uint256(uint160(OWNER))));
        assertEq(token.balanceOf(OWNER), SUPPLY);
        assertEq(token.totalSupply(), SUPPLY);
    }
}

contract OwnedSuperchainERC20_Mint_Test is OwnedTokenTest {
    function testFuzz_mint_owner_succeeds(address _to, uint256 _amount, uint64 _chainId) external {
        vm.assume(_to != address(0) && _to != OWNER);
        vm.chainId(_chainId);
        _amount = bound(_amount, 0, type(uint256).max - SUPPLY);
        vm.expectEmit(address(token));
        emit IERC20.Transfer(address(0), _to, _amount);
        vm.prank(OWNER);
        token.mint(_to, _amount);
        assertEq(token.balanceOf(_to), _amount);
        assertEq(token.totalSupply(), SUPPLY + _amount);
    }

    /// @notice Not even the bridge, which has a function of its own.
    function testFuzz_mint_notOwner_reverts(address _caller, address _to, uint256 _amount) external {
        vm.assume(_caller != OWNER);
        vm.prank(_caller);
        vm.expectRevert(Unauthorized.selector);
        token.mint(_to, _amount);
        vm.prank(BRIDGE);
        vm.expectRevert(Unauthorized.selector);
        token.mint(_to, _amount);
    }

    function testFuzz_mint_zeroAddress_reverts(uint256 _amount) external {
        vm.prank(OWNER);
        vm.expectRevert(ZeroAddress.selector);
        token.mint(address(0), _amount);
    }

    function test_mint_supplyOverflows_reverts() external {
        vm.prank(OWNER);
        vm.expectRevert(ERC20.TotalSupplyOverflow.selector);
        token.mint(address(1), type(uint256).max - SUPPLY + 1);
    }

    /// @notice Zero is nobody, not whoever a node pretends that the zero address is.
    function testFuzz_mint_noOwner_reverts(address _caller, address _to, uint256 _amount) external {
        token = new OwnedSuperchainERC20("Gold", "GLD", 6, address(0), 0, HOME);
        _noOneMints(_caller, _to, _amount);
    }

    function testFuzz_mint_renounced_reverts(address _caller, address _to, uint256 _amount) external {
        vm.prank(OWNER);
        token.renounceOwnership();
        _noOneMints(_caller, _to, _amount);
        _noOneMints(OWNER, _to, _amount);
    }

    function _noOneMints(address _caller, address _to, uint256 _amount) private {
        assertEq(token.owner(), address(0));
        vm.prank(_caller);
        vm.expectRevert(Unauthorized.selector);
        token.mint(_to, _amount);
        vm.prank(address(0));
        vm.expectRevert(Unauthorized.selector);
        token.mint(_to, _amount);
    }
}

contract OwnedSuperchainERC20_Ownership_Test is OwnedTokenTest {
    function testFuzz_transferOwnership_succeeds(address _next) external {
        vm.assume(_next != address(0) && _next != OWNER);
        vm.expectEmit(address(token));
        emit Ownable.OwnershipTransferred(OWNER, _next);
        vm.prank(OWNER);
        token.transferOwnership(_next);
        assertEq(token.owner(), _next);
        vm.prank(OWNER);
        vm.expectRevert(Unauthorized.selector);
        token.mint(OWNER, 1);
    }

    function test_transferOwnership_zeroAddress_reverts() external {
        vm.prank(OWNER);
        vm.expectRevert(Ownable.NewOwnerIsZeroAddress.selector);
        token.transferOwnership(address(0));
    }

    function test_completeOwnershipHandover_succeeds() external {
        vm.prank(address(1));
        token.requestOwnershipHandover();
        vm.prank(OWNER);
        token.completeOwnershipHandover(address(1));
        assertEq(token.owner(), address(1));
    }

    function testFuzz_ownership_notOwner_reverts(address _caller) external {
        vm.assume(_caller != OWNER);
        vm.startPrank(_caller);
        token.requestOwnershipHandover();
        vm.expectRevert(Unauthorized.selector);
        token.completeOwnershipHandover(_caller);
        vm.expectRevert(Unauthorized.selector);
        token.transferOwnership(_caller);
        vm.expectRevert(Unauthorized.selector);
        token.renounceOwnership();
    }
}

contract OwnedSuperchainERC20_Token_Test is OwnedTokenTest {
    function test_version_succeeds() external view {
        assertEq(token.version(), "1.0.0");
    }

    function test_supportsInterface_succeeds() external view {
        assertTrue(token.supportsInterface(type(IERC7802).interfaceId));
        assertTrue(token.supportsInterface(type(IERC20).interfaceId));
        assertFalse(token.supportsInterface(0xffffffff));
    }

    function testFuzz_crosschain_bridge_succeeds(address _to, uint256 _amount) external {
        vm.assume(_to != OWNER);
        _amount = bound(_amount, 0, type(uint256).max - SUPPLY);
        vm.startPrank(BRIDGE);
        token.crosschainMint(_to, _amount);
        assertEq(token.balanceOf(_to), _amount);
        token.crosschainBurn(_to, _amount);
        assertEq(token.totalSupply(), SUPPLY);
    }

    function testFuzz_crosschain_notBridge_reverts(address _caller) external {
        vm.assume(_caller != BRIDGE);
        vm.startPrank(_caller);
        vm.expectRevert(Unauthorized.selector);
        token.crosschainMint(_caller, 1);
        vm.expectRevert(Unauthorized.selector);
        token.crosschainBurn(OWNER, 1);
    }

    /// @notice Nobody moves tokens without an approval.
    function test_permit2_withoutApproval_reverts() external {
        address permit2 = 0x000000000022D473030F116dDEE9F6B43aC78BA3;
        assertEq(token.allowance(OWNER, permit2), 0);
        vm.prank(permit2);
        vm.expectRevert(ERC20.InsufficientAllowance.selector);
        // forge-lint: disable-next-line(erc20-unchecked-transfer)
        token.transferFrom(OWNER, address(this), 1);
    }

    /// @notice The name in the signed domain is the token's own.
    function test_permit_succeeds() external {
        (address holder, uint256 key) = makeAddrAndKey("holder");
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("Gold"),
                keccak256("1"),
                HOME,
                address(token)
            )
        );
        assertEq(token.DOMAIN_SEPARATOR(), domain);
        bytes32 typeHash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 structHash = keccak256(abi.encode(typeHash, holder, address(this), 7, 0, block.timestamp));
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(key, keccak256(abi.encodePacked(hex"1901", domain, structHash)));
        token.permit(holder, address(this), 7, block.timestamp, v, r, s);
        assertEq(token.allowance(holder, address(this)), 7);
    }
}

/// @notice Two chains, the token deployed on each by somebody else: through the deployment proxy that both have.
contract OwnedSuperchainERC20_Chains_Test is InteropKit {
    uint256 internal constant SUPPLY = 1000e18;

    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");

    function _deploy(uint256 _supply, uint256 _home) internal returns (OwnedSuperchainERC20 token_) {
        bytes memory creation = bytes.concat(
            type(OwnedSuperchainERC20).creationCode, abi.encode("Gold", "GLD", 18, alice, _supply, _home)
        );
        (bool success, bytes memory result) =
            Preinstalled.DEPLOYMENT_PROXY.call(bytes.concat(bytes32(0), creation));
        require(success);
        // The proxy returns the 20 bytes of the address.
        // forge-lint: disable-next-line(unsafe-typecast)
        token_ = OwnedSuperchainERC20(address(bytes20(result)));
    }

    function _deployOnBoth(uint256 _supply) private returns (OwnedSuperchainERC20 token_) {
        onChain(902);
        vm.prank(bob);
        token_ = _deploy(_supply, 901);
        onChain(901);
        assertEq(address(_deploy(_supply, 901)), address(token_));
    }

    function _supplyOn(
        uint256 _chainId,
        OwnedSuperchainERC20 _token
    )
        private
        on(_chainId)
        returns (uint256 supply_)
    {
        supply_ = _token.totalSupply();
    }

    /// @notice However much goes across and back, and whatever the owner mints where, supplies add up.
    function testFuzz_supply_isConserved(uint256 _there, uint256 _back, uint256 _minted) public {
        _there = bound(_there, 0, SUPPLY);
        _minted = bound(_minted, 0, SUPPLY);
        _back = bound(_back, 0, _there + _minted);
        OwnedSuperchainERC20 token = _deployOnBoth(SUPPLY);
        assertEq(_supplyOn(901, token), SUPPLY);
        assertEq(_supplyOn(902, token), 0);

        vm.prank(alice);
        TOKEN_BRIDGE.sendERC20(address(token), bob, _there, 902);
        relayAll();
        onChain(902);
        vm.prank(alice);
        token.mint(bob, _minted);
        vm.prank(bob);
        TOKEN_BRIDGE.sendERC20(address(token), alice, _back, 901);
        relayAll();

        assertEq(_supplyOn(901, token), SUPPLY - _there + _back);
        assertEq(_supplyOn(902, token), _there + _minted - _back);
    }

    /// @notice Without a supply and an owner there is never a token, on any chain.
    function test_noOwner_noSupply_succeeds() public {
        alice = address(0);
        OwnedSuperchainERC20 token = _deployOnBoth(0);
        assertEq(_supplyOn(901, token) + _supplyOn(902, token), 0);
    }
}
