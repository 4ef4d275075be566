// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IERC165 } from "../interfaces/IERC165.sol";
import { ILegacyMintableERC20 } from "../interfaces/legacy/ILegacyMintableERC20.sol";
import { IOptimismMintableERC20 } from "../interfaces/universal/IOptimismMintableERC20.sol";
import { ISemver } from "../interfaces/universal/ISemver.sol";
import { ERC20 } from "solady/tokens/ERC20.sol";

/// @custom:semver 1.4.1
/// @title OptimismMintableERC20
/// @notice See `IOptimismMintableERC20` and `ILegacyMintableERC20`.
/// @dev    Permit2 has an infinite allowance from every holder, as with the reference's.
contract OptimismMintableERC20 is ERC20, IOptimismMintableERC20, ILegacyMintableERC20, ISemver {
    /// @notice Permit2, for which every allowance is infinite.
    address public constant PERMIT2 = _PERMIT2;

    /// @notice Token that this one stands for.
    address public immutable REMOTE_TOKEN;

    /// @notice Bridge that mints and burns.
    address public immutable BRIDGE;

    uint8 internal immutable DECIMALS;
    string internal tokenName;
    string internal tokenSymbol;

    /// @notice Emitted when the bridge has minted tokens.
    /// @param account Account that received them.
    /// @param amount  Number of tokens, in the smallest unit.
    event Mint(address indexed account, uint256 amount);

    /// @notice Emitted when the bridge has burned tokens.
    /// @param account Account that lost them.
    /// @param amount  Number of tokens, in the smallest unit.
    event Burn(address indexed account, uint256 amount);

    /// @notice Lets nobody but the bridge pass.
    modifier onlyBridge() {
        _requireBridge();
        _;
    }

    /// @param _bridge      Bridge that mints and burns.
    /// @param _remoteToken Token that this one stands for.
    /// @param _name        Name of the token.
    /// @param _symbol      Symbol of the token.
    /// @param _decimals    Number of decimals.
    constructor(
        address _bridge,
        address _remoteToken,
        string memory _name,
        string memory _symbol,
        uint8 _decimals
    ) {
        BRIDGE = _bridge;
        REMOTE_TOKEN = _remoteToken;
        DECIMALS = _decimals;
        tokenName = _name;
        tokenSymbol = _symbol;
    }

    /// @notice Mints tokens. Reverts with "OptimismMintableERC20: only bridge can mint and burn", and with
    ///         `TotalSupplyOverflow`.
    /// @param _to     Account to mint to.
    /// @param _amount Number of tokens, in the smallest unit.
    function mint(
        address _to,
        uint256 _amount
    )
        external
        override(IOptimismMintableERC20, ILegacyMintableERC20)
        onlyBridge
    {
        _mint(_to, _amount);

        emit Mint(_to, _amount);
    }

    /// @notice Burns tokens. Reverts with "OptimismMintableERC20: only bridge can mint and burn", and with
    ///         `InsufficientBalance`.
    /// @param _from   Account to burn from.
    /// @param _amount Number of tokens, in the smallest unit.
    function burn(
        address _from,
        uint256 _amount
    )
        external
        override(IOptimismMintableERC20, ILegacyMintableERC20)
        onlyBridge
    {
        _burn(_from, _amount);

        emit Burn(_from, _amount);
    }

    /// @inheritdoc IOptimismMintableERC20
    function remoteToken() external view returns (address) {
        return REMOTE_TOKEN;
    }

    /// @inheritdoc IOptimismMintableERC20
    function bridge() external view returns (address) {
        return BRIDGE;
    }

    /// @inheritdoc ILegacyMintableERC20
    function l1Token() external view returns (address) {
        return REMOTE_TOKEN;
    }

    /// @custom:legacy
    /// @notice As `bridge`.
    function l2Bridge() external view returns (address) {
        return BRIDGE;
    }

    /// @inheritdoc ISemver
    function version() external pure returns (string memory) {
        return "1.4.1";
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 _interfaceId) external pure returns (bool) {
        return _interfaceId == type(IERC165).interfaceId
            || _interfaceId == type(ILegacyMintableERC20).interfaceId
            || _interfaceId == type(IOptimismMintableERC20).interfaceId;
    }

    /// @notice Name of the token.
    function name() public view override returns (string memory) {
        return tokenName;
    }

    /// @notice Symbol of the token.
    function symbol() public view override returns (string memory) {
        return tokenSymbol;
    }

    /// @notice Number of decimals for display.
    function decimals() public view override returns (uint8) {
        return DECIMALS;
    }

    /// @notice Permit2 has an infinite allowance from every holder.
    function _givePermit2InfiniteAllowance() internal pure override returns (bool) {
        return true;
    }

    function _requireBridge() private view {
        // A string, as in all the tokens that the reference's factory has created.
        require(msg.sender == BRIDGE, "OptimismMintableERC20: only bridge can mint and burn");
    }
}
