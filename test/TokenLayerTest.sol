// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IL2StandardBridgeInterop } from "../contracts/interfaces/IL2StandardBridgeInterop.sol";
import { IOptimismMintableERC20Factory } from "../contracts/interfaces/IOptimismMintableERC20Factory.sol";
import { IOptimismSuperchainERC20Factory } from "../contracts/interfaces/IOptimismSuperchainERC20Factory.sol";
import { L2StandardBridgeInterop } from "../contracts/legacy/L2StandardBridgeInterop.sol";
import { OptimismMintableERC20 } from "../contracts/legacy/OptimismMintableERC20.sol";
import { OptimismMintableERC20Factory } from "../contracts/legacy/OptimismMintableERC20Factory.sol";
import { Predeploys } from "../contracts/libraries/Predeploys.sol";
import { OptimismSuperchainERC20Beacon } from "../contracts/predeploys/OptimismSuperchainERC20Beacon.sol";
import { OptimismSuperchainERC20Factory } from "../contracts/predeploys/OptimismSuperchainERC20Factory.sol";
import { OptimismSuperchainERC20 } from "../contracts/token/OptimismSuperchainERC20.sol";
import { RelayTest } from "./InteropTest.sol";

/// @notice Base of tests of legacy and superchain tokens. Their predeploys, too, are placed by code and storage alone.
abstract contract TokenLayerTest is RelayTest {
    address internal constant REMOTE = address(0x1111);
    address internal constant ALICE = address(0xA11CE);
    address internal constant STANDARD_BRIDGE = Predeploys.L2_STANDARD_BRIDGE;

    IL2StandardBridgeInterop internal constant CONVERTER = IL2StandardBridgeInterop(STANDARD_BRIDGE);
    IOptimismMintableERC20Factory internal constant LEGACY_FACTORY =
        IOptimismMintableERC20Factory(Predeploys.OPTIMISM_MINTABLE_ERC20_FACTORY);
    IOptimismSuperchainERC20Factory internal constant FACTORY =
        IOptimismSuperchainERC20Factory(Predeploys.OPTIMISM_SUPERCHAIN_ERC20_FACTORY);

    function setUp() public virtual override {
        super.setUp();
        _install(STANDARD_BRIDGE, type(L2StandardBridgeInterop).runtimeCode);
        _install(address(LEGACY_FACTORY), type(OptimismMintableERC20Factory).runtimeCode);
        _install(address(FACTORY), type(OptimismSuperchainERC20Factory).runtimeCode);
        _install(Predeploys.OPTIMISM_SUPERCHAIN_ERC20_BEACON, type(OptimismSuperchainERC20Beacon).runtimeCode);
        vm.etch(Predeploys.OPTIMISM_SUPERCHAIN_ERC20, type(OptimismSuperchainERC20).runtimeCode);
    }

    function _createSuperchain(address _remote, uint8 _decimals) internal returns (OptimismSuperchainERC20) {
        return OptimismSuperchainERC20(FACTORY.deploy(_remote, "Super Token", "STK", _decimals));
    }

    function _createLegacy(address _remote, uint8 _decimals) internal returns (OptimismMintableERC20) {
        return OptimismMintableERC20(
            LEGACY_FACTORY.createOptimismMintableERC20WithDecimals(_remote, "Token", "TKN", _decimals)
        );
    }

    /// @notice Some account that has nothing to do with the others. The fuzzer likes to choose addresses of tokens,
    ///         and where an account has sent something, none can be created.
    function _anyone(uint256 _seed) internal pure returns (address) {
        return vm.addr(uint256(keccak256(abi.encode(_seed))));
    }

    /// @notice Slot that a namespace stands for, as ERC-7201 derives it.
    function _namespace(string memory _name) internal pure returns (bytes32) {
        return keccak256(abi.encode(uint256(keccak256(bytes(_name))) - 1)) & ~bytes32(uint256(0xff));
    }

    /// @notice Makes a factory's record, as if it had created the token.
    function _forgeRecord(
        address _factory,
        uint256 _slotOfRecords,
        address _token,
        address _remote
    )
        internal
    {
        vm.store(_factory, keccak256(abi.encode(_token, _slotOfRecords)), bytes32(uint256(uint160(_remote))));
    }
}
