// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { ISuperchainTokenBridge } from "../../contracts/interfaces/ISuperchainTokenBridge.sol";
import { GoldToken } from "../../contracts/kit/examples/GoldToken.sol";
import { VM } from "./SymbolicTest.sol";
import { TwoChains } from "./TwoChains.sol";

// Proofs are named as tests are, but the linter knows only the latter.
// forge-lint: disable-start(mixed-case-function)

/// @notice Leaves one behind when a million leave a chain at once.
contract LeakyToken is GoldToken {
    constructor(address _owner, uint256 _home, uint256 _supply) GoldToken(_owner, _home, _supply) { }

    function _afterTokenTransfer(address _from, address _to, uint256 _amount) internal override {
        if (_to == address(0) && _amount == 1e6) _mint(_from, 1);
    }
}

/// @notice What holds of a token over two chains, for all amounts, holders and recipients.
abstract contract GoldTokenProperty is TwoChains {
    /// @notice Solady's slots of a supply and, with the account before it, of a balance.
    bytes32 private constant SUPPLY_SLOT = bytes32(uint256(0x05345cdf77eb68f44c));
    uint96 private constant BALANCE_SEED = 0x87a211a2;

    struct Transfer {
        address holder;
        address recipient;
        address relayer;
        uint256 supply;
        uint256 amount;
    }

    /// @notice Tokens go to chain 902 and come back, through the real bridge and messenger. What is on both chains and
    ///         what is on its way add up to the supply, and the recipient gets what the holder gave.
    function _thereAndBack(GoldToken _token, Transfer memory _transfer) internal {
        VM.assume(_transfer.holder != address(0) && _transfer.recipient != address(0));
        VM.assume(_transfer.amount <= _transfer.supply);
        _exchange(address(_token), SUPPLY_SLOT);
        _exchange(address(_token), _balanceSlot(_transfer.holder));
        if (_transfer.recipient != _transfer.holder) {
            _exchange(address(_token), _balanceSlot(_transfer.recipient));
        }

        _send(_token, _transfer.holder, _transfer.recipient, _transfer.amount);
        assert(_token.totalSupply() == _transfer.supply - _transfer.amount);

        _cross();
        assert(_token.totalSupply() == 0);
        bytes memory message = _message(_token, _transfer.holder, _transfer.recipient, _transfer.amount);
        assert(_relayFirst(_transfer.relayer, message));
        assert(!_relayFirst(_transfer.relayer, message));
        assert(_token.totalSupply() == _transfer.amount);
        assert(_token.balanceOf(_transfer.recipient) == _transfer.amount);

        _send(_token, _transfer.recipient, _transfer.holder, _transfer.amount);
        assert(_token.totalSupply() == 0);
        _cross();
        message = _message(_token, _transfer.recipient, _transfer.holder, _transfer.amount);
        assert(_relayFirst(_transfer.relayer, message));
        assert(_token.totalSupply() == _transfer.supply);
        assert(_token.balanceOf(_transfer.holder) == _transfer.supply);
    }

    function _send(GoldToken _token, address _from, address _to, uint256 _amount) private {
        (bool success,) = _call(
            _from,
            address(BRIDGE),
            abi.encodeCall(BRIDGE.sendERC20, (address(_token), _to, _amount, _elsewhere()))
        );
        assert(success);
    }

    function _message(
        GoldToken _token,
        address _from,
        address _to,
        uint256 _amount
    )
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeCall(ISuperchainTokenBridge.relayERC20, (address(_token), _from, _to, _amount));
    }

    function _balanceSlot(address _account) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(_account, BALANCE_SEED));
    }
}

/// @custom:halmos --storage-layout generic
contract GoldToken_TwoChains_Proof is GoldTokenProperty {
    function check_thereAndBack_keepsTheSupply(Transfer memory _transfer) external {
        GoldToken token = new GoldToken(_transfer.holder, 901, _transfer.supply);
        _thereAndBack(token, _transfer);
    }
}

/// @notice The same of a token that it does not hold of.
/// @custom:halmos --storage-layout generic
contract GoldToken_TwoChains_Mutant is GoldTokenProperty {
    function check_thereAndBack_ofALeakyToken(Transfer memory _transfer) external {
        GoldToken token = new LeakyToken(_transfer.holder, 901, _transfer.supply);
        _thereAndBack(token, _transfer);
    }
}
