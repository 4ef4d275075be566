// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IERC20 } from "../interfaces/IERC20.sol";
import { ISemver } from "../interfaces/ISemver.sol";
import { IWETH, InsufficientAllowance, InsufficientBalance } from "../interfaces/IWETH.sol";

/// @custom:proxied false
/// @custom:predeploy 0x4200000000000000000000000000000000000006
/// @custom:semver 1.1.1
/// @title WETH
/// @notice See `IWETH`.
contract WETH is IWETH {
    /// @inheritdoc IERC20
    mapping(address => uint256) public balanceOf;

    /// @inheritdoc IERC20
    mapping(address => mapping(address => uint256)) public allowance;

    /// @inheritdoc IWETH
    fallback() external payable {
        deposit();
    }

    /// @inheritdoc IWETH
    receive() external payable {
        deposit();
    }

    /// @inheritdoc IWETH
    function withdraw(uint256 _wad) external {
        _take(msg.sender, _wad);
        (bool success, bytes memory reason) = msg.sender.call{ value: _wad }("");
        if (!success) {
            assembly ("memory-safe") {
                revert(add(reason, 0x20), mload(reason))
            }
        }
        emit Withdrawal(msg.sender, _wad);
    }

    /// @inheritdoc IERC20
    function approve(address _spender, uint256 _amount) external returns (bool success_) {
        allowance[msg.sender][_spender] = _amount;
        emit Approval(msg.sender, _spender, _amount);
        return true;
    }

    /// @inheritdoc IERC20
    function transfer(address _to, uint256 _amount) external returns (bool success_) {
        return _transfer(msg.sender, _to, _amount);
    }

    /// @inheritdoc IERC20
    function transferFrom(address _from, address _to, uint256 _amount) external returns (bool success_) {
        uint256 allowed = allowance[_from][msg.sender];
        // One's own tokens need no allowance, and one without limit is not used up.
        if (_from != msg.sender && allowed != type(uint256).max) {
            if (allowed < _amount) revert InsufficientAllowance();
            allowance[_from][msg.sender] = allowed - _amount;
        }
        return _transfer(_from, _to, _amount);
    }

    /// @inheritdoc IERC20
    function totalSupply() external view returns (uint256 supply_) {
        return address(this).balance;
    }

    /// @inheritdoc IWETH
    function name() external pure returns (string memory name_) {
        return "Wrapped Ether";
    }

    /// @inheritdoc IWETH
    function symbol() external pure returns (string memory symbol_) {
        return "WETH";
    }

    /// @inheritdoc IWETH
    function decimals() external pure returns (uint8 decimals_) {
        return 18;
    }

    /// @inheritdoc ISemver
    function version() external pure returns (string memory version_) {
        return "1.1.1";
    }

    /// @inheritdoc IWETH
    function deposit() public payable {
        balanceOf[msg.sender] += msg.value;
        emit Deposit(msg.sender, msg.value);
    }

    function _transfer(address _from, address _to, uint256 _amount) private returns (bool success_) {
        _take(_from, _amount);
        balanceOf[_to] += _amount;
        emit Transfer(_from, _to, _amount);
        return true;
    }

    function _take(address _from, uint256 _amount) private {
        uint256 balance = balanceOf[_from];
        if (balance < _amount) revert InsufficientBalance();
        unchecked {
            balanceOf[_from] = balance - _amount;
        }
    }
}
