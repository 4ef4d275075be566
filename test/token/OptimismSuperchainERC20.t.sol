// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IBeacon } from "../../contracts/interfaces/IBeacon.sol";
import { IERC165 } from "../../contracts/interfaces/IERC165.sol";
import { IERC20 } from "../../contracts/interfaces/IERC20.sol";
import { IERC7802 } from "../../contracts/interfaces/IERC7802.sol";
import { IOptimismMintableERC20 } from "../../contracts/interfaces/IOptimismMintableERC20.sol";
import { IOptimismSuperchainERC20 } from "../../contracts/interfaces/IOptimismSuperchainERC20.sol";
import { Unauthorized, ZeroAddress } from "../../contracts/libraries/CommonErrors.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { OptimismSuperchainERC20 } from "../../contracts/token/OptimismSuperchainERC20.sol";
import { BeaconProxy } from "../../contracts/universal/BeaconProxy.sol";
import { TokenLayerTest } from "../TokenLayerTest.sol";
import { ERC20 } from "solady/tokens/ERC20.sol";

/// @notice Initializes itself twice, all in its constructor.
contract TwiceInitialized {
    constructor(bytes memory _initialization) {
        for (uint256 i = 0; i < 2; i++) {
            (bool success, bytes memory result) =
                Predeploys.OPTIMISM_SUPERCHAIN_ERC20.delegatecall(_initialization);
            if (success) continue;
            assembly {
                revert(add(result, 0x20), mload(result))
            }
        }
    }
}

/// @notice A proxy that is not initialized by its constructor, and so is open to whoever comes first.
contract BareProxy {
    fallback(bytes calldata _data) external returns (bytes memory) {
        (bool success, bytes memory result) = Predeploys.OPTIMISM_SUPERCHAIN_ERC20.delegatecall(_data);
        if (success) return result;
        assembly {
            revert(add(result, 0x20), mload(result))
        }
    }
}

abstract contract SuperchainTokenTest is TokenLayerTest {
    address internal constant PERMIT2 = 0x000000000022D473030F116dDEE9F6B43aC78BA3;

    OptimismSuperchainERC20 internal token;

    function setUp() public virtual override {
        super.setUp();
        token = _createSuperchain(REMOTE, 6);
    }

    function _initialization(string memory _name, string memory _symbol)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodeCall(IOptimismSuperchainERC20.initialize, (REMOTE, _name, _symbol, 6));
    }
}

contract OptimismSuperchainERC20_Initialize_Test is SuperchainTokenTest {
    function testFuzz_initialize_proxyUnderConstruction_succeeds(
        address _remote,
        string calldata _name,
        string calldata _symbol,
        uint8 _decimals
    )
        external
    {
        vm.expectEmit(false, false, false, true);
        emit IOptimismSuperchainERC20.Initialized(1);
        token = OptimismSuperchainERC20(
            address(
                new BeaconProxy(
                    IBeacon(Predeploys.OPTIMISM_SUPERCHAIN_ERC20_BEACON),
                    abi.encodeCall(token.initialize, (_remote, _name, _symbol, _decimals))
                )
            )
        );

        assertEq(token.remoteToken(), _remote);
        assertEq(token.name(), _name);
        assertEq(token.symbol(), _symbol);
        assertEq(token.decimals(), _decimals);
        assertEq(token.totalSupply(), 0);
    }

    function testFuzz_initialize_token_reverts(address _caller) external {
        vm.prank(_caller);
        vm.expectRevert(IOptimismSuperchainERC20.InvalidInitialization.selector);
        token.initialize(address(1), "Another", "ANO", 18);
        assertEq(token.remoteToken(), REMOTE);
    }

    /// @notice Nothing in the storage of the implementation says that it is locked: it has code.
    function testFuzz_initialize_implementationPlacedByCode_reverts(address _caller) external {
        OptimismSuperchainERC20 implementation = OptimismSuperchainERC20(Predeploys.OPTIMISM_SUPERCHAIN_ERC20);
        vm.prank(_caller);
        vm.expectRevert(IOptimismSuperchainERC20.InvalidInitialization.selector);
        implementation.initialize(REMOTE, "Token", "TKN", 6);
    }

    function test_initialize_implementationDeployed_reverts() external {
        OptimismSuperchainERC20 implementation = new OptimismSuperchainERC20();
        vm.expectRevert(IOptimismSuperchainERC20.InvalidInitialization.selector);
        implementation.initialize(REMOTE, "Token", "TKN", 6);
    }

    function test_initialize_twiceInOneConstructor_reverts() external {
        vm.expectRevert(IOptimismSuperchainERC20.InvalidInitialization.selector);
        new TwiceInitialized(_initialization("Token", "TKN"));
    }

    /// @notice Whoever deploys a proxy and initializes it afterwards could be overtaken.
    function test_initialize_proxyAfterConstruction_reverts() external {
        IOptimismSuperchainERC20 bare = IOptimismSuperchainERC20(address(new BareProxy()));
        vm.expectRevert(IOptimismSuperchainERC20.InvalidInitialization.selector);
        bare.initialize(REMOTE, "Token", "TKN", 6);
    }
}

contract OptimismSuperchainERC20_Storage_Test is SuperchainTokenTest {
    bytes32 internal constant METADATA = 0x07f04e84143df95a6373fcf376312ae41da81a193a3089073a54f47a74d8fb00;

    function test_storage_metadataSlot_succeeds() external view {
        assertEq(_namespace("optimismSuperchainERC20.metadata"), METADATA);
        assertEq(vm.load(address(token), METADATA), bytes32(uint256(uint160(REMOTE))));
        assertEq(vm.load(address(token), _after(1)), _short("Super Token"));
        assertEq(vm.load(address(token), _after(2)), _short("STK"));
        assertEq(vm.load(address(token), _after(3)), bytes32(uint256(6)));
    }

    /// @notice As OpenZeppelin's Initializable has it, so that the reference's implementation would not let anyone
    ///         initialize the token again, either.
    function test_storage_initializableSlot_succeeds() external view {
        bytes32 slot = _namespace("openzeppelin.storage.Initializable");
        assertEq(vm.load(address(token), slot), bytes32(uint256(1)));
    }

    /// @notice Only storage makes a token: one of the reference's factory works with this implementation.
    function test_storage_tokenOfTheReference_succeeds() external {
        address other = address(0x0123);
        vm.etch(other, address(token).code);
        vm.store(other, METADATA, bytes32(uint256(uint160(address(0xBEEF)))));
        vm.store(other, _after(1), _short("Other"));
        vm.store(other, _after(2), _short("OTH"));
        vm.store(other, _after(3), bytes32(uint256(9)));

        assertEq(OptimismSuperchainERC20(other).remoteToken(), address(0xBEEF));
        assertEq(OptimismSuperchainERC20(other).name(), "Other");
        assertEq(OptimismSuperchainERC20(other).symbol(), "OTH");
        assertEq(OptimismSuperchainERC20(other).decimals(), 9);
    }

    function _after(uint256 _offset) internal pure returns (bytes32) {
        return bytes32(uint256(METADATA) + _offset);
    }

    /// @notice How storage holds a string of less than 32 bytes.
    function _short(string memory _text) internal pure returns (bytes32) {
        bytes memory padded = bytes.concat(bytes(_text), new bytes(31 - bytes(_text).length));
        return bytes32(bytes.concat(padded, bytes1(uint8(2 * bytes(_text).length))));
    }
}

contract OptimismSuperchainERC20_Mint_Test is SuperchainTokenTest {
    function testFuzz_mint_succeeds(address _to, uint256 _amount) external {
        vm.assume(_to != address(0));
        vm.expectEmit(address(token));
        emit IERC20.Transfer(address(0), _to, _amount);
        vm.expectEmit(address(token));
        emit IOptimismSuperchainERC20.Mint(_to, _amount);
        vm.prank(STANDARD_BRIDGE);
        token.mint(_to, _amount);

        assertEq(token.balanceOf(_to), _amount);
        assertEq(token.totalSupply(), _amount);
    }

    function testFuzz_mint_notTheBridge_reverts(address _caller) external {
        vm.assume(_caller != STANDARD_BRIDGE);
        vm.prank(_caller);
        vm.expectRevert(Unauthorized.selector);
        token.mint(ALICE, 1);
    }

    /// @notice The two bridges have a function each, and not each other's.
    function test_mint_tokenBridge_reverts() external {
        vm.prank(Predeploys.SUPERCHAIN_TOKEN_BRIDGE);
        vm.expectRevert(Unauthorized.selector);
        token.mint(ALICE, 1);
    }

    function test_mint_zeroAddress_reverts() external {
        vm.prank(STANDARD_BRIDGE);
        vm.expectRevert(ZeroAddress.selector);
        token.mint(address(0), 1);
    }

    /// @notice The caller is looked at before the account.
    function test_mint_zeroAddressAndNotTheBridge_reverts() external {
        vm.expectRevert(Unauthorized.selector);
        token.mint(address(0), 1);
    }

    function test_mint_supplyOverflows_reverts() external {
        vm.startPrank(STANDARD_BRIDGE);
        token.mint(ALICE, type(uint256).max);
        vm.expectRevert(ERC20.TotalSupplyOverflow.selector);
        token.mint(address(this), 1);
    }
}

contract OptimismSuperchainERC20_Burn_Test is SuperchainTokenTest {
    function testFuzz_burn_succeeds(address _from, uint256 _held, uint256 _amount) external {
        vm.assume(_from != address(0));
        _amount = bound(_amount, 0, _held);
        vm.startPrank(STANDARD_BRIDGE);
        token.mint(_from, _held);
        vm.expectEmit(address(token));
        emit IERC20.Transfer(_from, address(0), _amount);
        vm.expectEmit(address(token));
        emit IOptimismSuperchainERC20.Burn(_from, _amount);
        token.burn(_from, _amount);

        assertEq(token.balanceOf(_from), _held - _amount);
        assertEq(token.totalSupply(), _held - _amount);
    }

    function testFuzz_burn_notTheBridge_reverts(address _caller) external {
        vm.assume(_caller != STANDARD_BRIDGE);
        vm.prank(STANDARD_BRIDGE);
        token.mint(ALICE, 1);
        vm.prank(_caller);
        vm.expectRevert(Unauthorized.selector);
        token.burn(ALICE, 1);
    }

    function test_burn_holder_reverts() external {
        vm.prank(STANDARD_BRIDGE);
        token.mint(ALICE, 1);
        vm.prank(ALICE);
        vm.expectRevert(Unauthorized.selector);
        token.burn(ALICE, 1);
    }

    function test_burn_zeroAddress_reverts() external {
        vm.prank(STANDARD_BRIDGE);
        vm.expectRevert(ZeroAddress.selector);
        token.burn(address(0), 0);
    }

    function test_burn_overBalance_reverts() external {
        vm.startPrank(STANDARD_BRIDGE);
        token.mint(ALICE, 1);
        vm.expectRevert(ERC20.InsufficientBalance.selector);
        token.burn(ALICE, 2);
    }
}

contract OptimismSuperchainERC20_Crosschain_Test is SuperchainTokenTest {
    function testFuzz_crosschainMint_succeeds(uint256 _amount) external {
        vm.prank(Predeploys.SUPERCHAIN_TOKEN_BRIDGE);
        token.crosschainMint(ALICE, _amount);
        assertEq(token.balanceOf(ALICE), _amount);
    }

    function test_crosschainMint_standardBridge_reverts() external {
        vm.prank(STANDARD_BRIDGE);
        vm.expectRevert(Unauthorized.selector);
        token.crosschainMint(ALICE, 1);
    }

    function test_crosschainBurn_standardBridge_reverts() external {
        vm.prank(STANDARD_BRIDGE);
        vm.expectRevert(Unauthorized.selector);
        token.crosschainBurn(ALICE, 0);
    }
}

contract OptimismSuperchainERC20_SupportsInterface_Test is SuperchainTokenTest {
    /// @notice What the reference answers to the ID of its `IOptimismSuperchainERC20`.
    bytes4 internal constant REFERENCE = 0xe0ee87f3;

    function test_supportsInterface_supported_succeeds() external view {
        assertTrue(token.supportsInterface(type(IERC165).interfaceId));
        assertTrue(token.supportsInterface(type(IERC20).interfaceId));
        assertTrue(token.supportsInterface(type(IERC7802).interfaceId));
        assertTrue(token.supportsInterface(type(IOptimismSuperchainERC20).interfaceId));
        assertEq(type(IOptimismSuperchainERC20).interfaceId, REFERENCE);
    }

    function testFuzz_supportsInterface_others_succeeds(bytes4 _id) external view {
        vm.assume(_id != type(IERC165).interfaceId && _id != type(IERC20).interfaceId);
        vm.assume(_id != type(IERC7802).interfaceId && _id != REFERENCE);
        assertFalse(token.supportsInterface(_id));
    }

    /// @notice By these, conversion knows legacy tokens.
    function test_supportsInterface_legacy_succeeds() external view {
        assertFalse(token.supportsInterface(type(IOptimismMintableERC20).interfaceId));
        assertFalse(token.supportsInterface(0x1d1d8b63));
        assertFalse(token.supportsInterface(0xffffffff));
    }
}

contract OptimismSuperchainERC20_Token_Test is SuperchainTokenTest {
    function test_permit2_infiniteAllowance_succeeds() external {
        vm.prank(STANDARD_BRIDGE);
        token.mint(ALICE, 5);
        assertEq(token.allowance(ALICE, PERMIT2), type(uint256).max);
        vm.prank(PERMIT2);
        assertTrue(token.transferFrom(ALICE, address(this), 5));
        assertEq(token.balanceOf(address(this)), 5);
    }

    function test_permit2_lowerAllowance_reverts() external {
        vm.expectRevert(ERC20.Permit2AllowanceIsFixedAtInfinity.selector);
        token.approve(PERMIT2, 0);
    }

    /// @notice The domain is the token's own: its name, its address, its chain.
    function testFuzz_permit_succeeds(uint256 _amount) external {
        (address owner, uint256 key) = makeAddrAndKey("owner");
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("Super Token"),
                keccak256("1"),
                HERE,
                address(token)
            )
        );
        assertEq(token.DOMAIN_SEPARATOR(), domain);

        bytes32 typeHash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 structHash = keccak256(abi.encode(typeHash, owner, ALICE, _amount, 0, block.timestamp));
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(key, keccak256(abi.encodePacked(hex"1901", domain, structHash)));
        token.permit(owner, ALICE, _amount, block.timestamp, v, r, s);
        assertEq(token.allowance(owner, ALICE), _amount);
    }

    function test_version_succeeds() external view {
        assertEq(token.version(), "1.0.1");
    }
}
