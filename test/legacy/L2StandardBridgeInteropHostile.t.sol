// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IBeacon } from "../../contracts/interfaces/IBeacon.sol";
import { IL2StandardBridgeInterop } from "../../contracts/interfaces/IL2StandardBridgeInterop.sol";
import { IOptimismSuperchainERC20 } from "../../contracts/interfaces/IOptimismSuperchainERC20.sol";
import {
    InvalidDecimals,
    InvalidLegacyERC20Address,
    InvalidSuperchainERC20Address
} from "../../contracts/legacy/L2StandardBridgeInterop.sol";
import { OptimismMintableERC20 } from "../../contracts/legacy/OptimismMintableERC20.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { BeaconProxy } from "../../contracts/universal/BeaconProxy.sol";
import { ConvertTest } from "./L2StandardBridgeInterop.t.sol";

/// @notice Claims to be whatever a converter wants, and lets itself be minted and burned without end.
contract Liar {
    address public remoteToken;
    uint8 public decimals;
    bool internal claims;

    constructor(address _remote, uint8 _decimals, bool _claims) {
        (remoteToken, decimals, claims) = (_remote, _decimals, _claims);
    }

    function mint(address, uint256) external { }

    function burn(address, uint256) external { }

    function l1Token() external view returns (address) {
        return remoteToken;
    }

    function supportsInterface(bytes4) external view returns (bool) {
        return claims;
    }
}

/// @notice Converts tokens of its own, which is allowed, while it is asked for its decimals, when it is not.
contract Interrupter {
    address internal immutable FROM;
    address internal immutable TO;

    constructor(address _from, address _to) {
        (FROM, TO) = (_from, _to);
    }

    function decimals() external returns (uint8) {
        IL2StandardBridgeInterop(Predeploys.L2_STANDARD_BRIDGE).convert(FROM, TO, 1);
        return 6;
    }
}

/// @notice A legacy token that converts what it holds of itself while it is burned. No factory makes it.
contract Reentrant is OptimismMintableERC20 {
    address internal immutable OTHER;
    uint256 internal left;

    constructor(
        address _remote,
        address _other,
        uint256 _times
    )
        OptimismMintableERC20(Predeploys.L2_STANDARD_BRIDGE, _remote, "Token", "TKN", 6)
    {
        (OTHER, left) = (_other, _times);
        _mint(address(this), _times);
    }

    function _afterTokenTransfer(address, address _to, uint256) internal override {
        if (_to != address(0) || left == 0) return;
        left--;
        IL2StandardBridgeInterop(Predeploys.L2_STANDARD_BRIDGE).convert(address(this), OTHER, 1);
    }
}

/// @notice A legacy token that does not burn. No factory makes it.
contract Unburnable is Liar {
    constructor(address _remote) Liar(_remote, 6, true) { }
}

contract L2StandardBridgeInterop_ConvertForgedToken_Test is ConvertTest {
    function test_convert_forgedLegacyToken_reverts() external {
        address liar = address(new Liar(REMOTE, 6, true));
        _expectRefused(liar, address(superchain), InvalidLegacyERC20Address.selector);
        _expectRefused(address(superchain), liar, InvalidLegacyERC20Address.selector);
        assertEq(superchain.totalSupply(), 0);
    }

    function test_convert_forgedSuperchainToken_reverts() external {
        _deposit(1);
        address liar = address(new Liar(REMOTE, 6, false));
        _expectRefused(liar, address(legacy), InvalidSuperchainERC20Address.selector);
        _expectRefused(address(legacy), liar, InvalidSuperchainERC20Address.selector);
        assertEq(legacy.totalSupply(), 1);
    }

    /// @notice Neither side gets by on its word if both lie.
    function test_convert_twoForgedTokens_reverts() external {
        address first = address(new Liar(REMOTE, 6, true));
        address second = address(new Liar(REMOTE, 6, false));
        _expectRefused(first, second, InvalidLegacyERC20Address.selector);
        _expectRefused(second, first, InvalidLegacyERC20Address.selector);
    }

    /// @notice A superchain token says that it is none of the legacy ones. If it did, it would not help it.
    function test_convert_superchainTokenClaimsToBeLegacy_reverts() external {
        vm.mockCall(
            address(superchain), abi.encodeWithSignature("supportsInterface(bytes4)"), abi.encode(true)
        );
        _expectRefused(address(superchain), address(legacy), InvalidLegacyERC20Address.selector);
    }

    function testFuzz_convert_lieAboutDecimals_reverts(uint8 _decimals) external {
        vm.assume(_decimals != 6);
        address liar = address(new Liar(REMOTE, _decimals, true));
        _expectRefused(liar, address(superchain), InvalidDecimals.selector);
    }

    /// @notice The real code behind a proxy, initialized with the real arguments, is not the factory's token.
    function test_convert_tokenNotOfTheFactory_reverts() external {
        _deposit(1);
        address forged = address(
            new BeaconProxy(
                IBeacon(Predeploys.OPTIMISM_SUPERCHAIN_ERC20_BEACON),
                abi.encodeCall(IOptimismSuperchainERC20.initialize, (REMOTE, "Super Token", "STK", 6))
            )
        );
        _expectRefused(address(legacy), forged, InvalidSuperchainERC20Address.selector);

        forged = address(new OptimismMintableERC20(ALICE, REMOTE, "Token", "TKN", 6));
        vm.prank(ALICE);
        OptimismMintableERC20(forged).mint(ALICE, 1);
        _expectRefused(forged, address(superchain), InvalidLegacyERC20Address.selector);
    }

    function test_convert_implementation_reverts() external {
        vm.store(
            Predeploys.OPTIMISM_SUPERCHAIN_ERC20,
            bytes32(uint256(_namespace("optimismSuperchainERC20.metadata")) + 3),
            bytes32(uint256(6))
        );
        _expectRefused(
            address(legacy), Predeploys.OPTIMISM_SUPERCHAIN_ERC20, InvalidSuperchainERC20Address.selector
        );
    }

    /// @notice Questions to tokens can change nothing.
    function test_convert_reentrantDecimals_reverts() external {
        Interrupter token = new Interrupter(address(legacy), address(superchain));
        vm.prank(STANDARD_BRIDGE);
        legacy.mint(address(token), 2);
        assertEq(token.decimals(), 6);
        assertEq(superchain.balanceOf(address(token)), 1);

        vm.expectRevert(bytes(""));
        _convert(address(token), address(superchain), 1);
        assertEq(superchain.balanceOf(address(token)), 1);
    }
}

/// @notice What would be if a hostile token got into a factory's record: a wrong genesis, say.
contract L2StandardBridgeInterop_ConvertForgedRecord_Test is ConvertTest {
    /// @notice Each conversion burns before it mints, so reentrancy gains nothing.
    function testFuzz_convert_reentrantToken_succeeds(uint8 _times, uint128 _amount) external {
        uint256 times = bound(_times, 0, 20);
        Reentrant token = new Reentrant(REMOTE, address(superchain), times);
        _forgeRecord(address(LEGACY_FACTORY), 2, address(token), REMOTE);
        vm.prank(STANDARD_BRIDGE);
        token.mint(ALICE, _amount);

        _convert(address(token), address(superchain), _amount);

        assertEq(superchain.balanceOf(ALICE), _amount);
        assertEq(superchain.balanceOf(address(token)), times);
        assertEq(superchain.totalSupply(), uint256(_amount) + times);
        assertEq(token.totalSupply(), 0);
    }

    /// @notice The record is all that protects: a token that does not burn mints without end. Hence only the
    ///         factories may write it, and a genesis that does has to know the tokens' code.
    function test_convert_tokenThatDoesNotBurn_succeeds() external {
        address token = address(new Unburnable(REMOTE));
        _expectRefused(token, address(superchain), InvalidLegacyERC20Address.selector);
        _forgeRecord(address(LEGACY_FACTORY), 2, token, REMOTE);
        _convert(token, address(superchain), 5);
        assertEq(superchain.balanceOf(ALICE), 5);
    }

    /// @notice A recorded legacy token with another bridge than the standard one, who could mint it without end,
    ///         cannot be converted: it does not let the standard bridge burn it.
    function test_convert_tokenOfAnotherBridge_reverts() external {
        OptimismMintableERC20 token = new OptimismMintableERC20(ALICE, REMOTE, "Token", "TKN", 6);
        _forgeRecord(address(LEGACY_FACTORY), 2, address(token), REMOTE);
        vm.prank(ALICE);
        token.mint(ALICE, 1);
        vm.expectRevert("OptimismMintableERC20: only bridge can mint and burn");
        _convert(address(token), address(superchain), 1);
    }
}
