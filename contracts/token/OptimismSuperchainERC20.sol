// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IERC165 } from "../interfaces/IERC165.sol";
import { IOptimismSuperchainERC20 } from "../interfaces/L2/IOptimismSuperchainERC20.sol";
import { ISemver } from "../interfaces/universal/ISemver.sol";
import { Predeploys } from "../libraries/Predeploys.sol";
import { Unauthorized, ZeroAddress } from "../libraries/errors/CommonErrors.sol";
import { SuperchainERC20 } from "./SuperchainERC20.sol";

/// @custom:proxied true
/// @custom:semver 1.0.1
/// @title OptimismSuperchainERC20
/// @notice See `IOptimismSuperchainERC20`. This is the implementation; tokens are beacon proxies before it.
/// @dev    All state is in slots that hashes name, where the reference has it: a token that was created by the
///         reference's factory keeps its properties, its balances, and that it is initialized, when its beacon
///         turns to this implementation.
contract OptimismSuperchainERC20 is SuperchainERC20 {
    /// @notice See `IOptimismSuperchainERC20`.
    error InvalidInitialization();

    /// @notice See `IOptimismSuperchainERC20`.
    event Initialized(uint64 version);

    /// @notice See `IOptimismSuperchainERC20`.
    event Mint(address indexed to, uint256 amount);

    /// @notice See `IOptimismSuperchainERC20`.
    event Burn(address indexed from, uint256 amount);

    /// @custom:storage-location erc7201:optimismSuperchainERC20.metadata
    struct Metadata {
        address remoteToken;
        string name;
        string symbol;
        uint8 decimals;
    }

    /// @custom:storage-location erc7201:openzeppelin.storage.Initializable
    struct Initialization {
        uint64 initialized;
        bool initializing;
    }

    /// @notice Slot of the metadata, as ERC-7201 derives it from "optimismSuperchainERC20.metadata".
    bytes32 internal constant METADATA_SLOT =
        0x07f04e84143df95a6373fcf376312ae41da81a193a3089073a54f47a74d8fb00;

    /// @notice Slot of the initialization, as ERC-7201 derives it from "openzeppelin.storage.Initializable".
    bytes32 internal constant INITIALIZATION_SLOT =
        0xf0c57e16840df040f15088dc2f81fe391c3923bec73e23a9662efc9c229c6a00;

    /// @notice Lets nobody but the standard bridge pass.
    modifier onlyL2StandardBridge() {
        _requireL2StandardBridge();
        _;
    }

    /// @notice See `IOptimismSuperchainERC20`.
    function initialize(
        address _remoteToken,
        string calldata _name,
        string calldata _symbol,
        uint8 _decimals
    )
        external
    {
        // Only what is under construction has no code. That locks the implementation however it came to be, placed
        // in a genesis by code alone, or deployed; and every proxy, once it exists.
        Initialization storage initialization = _initialization();
        if (address(this).code.length != 0 || initialization.initialized != 0) {
            revert InvalidInitialization();
        }
        initialization.initialized = 1;

        Metadata storage metadata = _metadata();
        metadata.remoteToken = _remoteToken;
        metadata.name = _name;
        metadata.symbol = _symbol;
        metadata.decimals = _decimals;

        emit Initialized(1);
    }

    /// @notice See `IOptimismSuperchainERC20`.
    function mint(address _to, uint256 _amount) external virtual onlyL2StandardBridge {
        if (_to == address(0)) revert ZeroAddress();

        _mint(_to, _amount);

        emit Mint(_to, _amount);
    }

    /// @notice See `IOptimismSuperchainERC20`.
    function burn(address _from, uint256 _amount) external virtual onlyL2StandardBridge {
        if (_from == address(0)) revert ZeroAddress();

        _burn(_from, _amount);

        emit Burn(_from, _amount);
    }

    /// @notice See `IOptimismSuperchainERC20`.
    function remoteToken() external view virtual returns (address) {
        return _metadata().remoteToken;
    }

    /// @inheritdoc ISemver
    function version() external pure virtual override returns (string memory) {
        return "1.0.1";
    }

    /// @notice Name of the token.
    function name() public view virtual override returns (string memory) {
        return _metadata().name;
    }

    /// @notice Symbol of the token.
    function symbol() public view virtual override returns (string memory) {
        return _metadata().symbol;
    }

    /// @notice Number of decimals for display.
    function decimals() public view virtual override returns (uint8) {
        return _metadata().decimals;
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 _interfaceId) public view virtual override returns (bool) {
        return
            _interfaceId == type(IOptimismSuperchainERC20).interfaceId
                || super.supportsInterface(_interfaceId);
    }

    /// @notice Permit2 has an infinite allowance from every holder, as the reference gives it.
    function _givePermit2InfiniteAllowance() internal view virtual override returns (bool) {
        return true;
    }

    function _requireL2StandardBridge() private view {
        if (msg.sender != Predeploys.L2_STANDARD_BRIDGE) revert Unauthorized();
    }

    function _metadata() private pure returns (Metadata storage metadata_) {
        assembly {
            metadata_.slot := METADATA_SLOT
        }
    }

    function _initialization() private pure returns (Initialization storage initialization_) {
        assembly {
            initialization_.slot := INITIALIZATION_SLOT
        }
    }
}
