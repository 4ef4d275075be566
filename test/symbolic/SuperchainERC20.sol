// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IERC20 } from "../../contracts/interfaces/IERC20.sol";
import { IERC7802 } from "../../contracts/interfaces/IERC7802.sol";
import { Unauthorized } from "../../contracts/libraries/CommonErrors.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { L2NativeSuperchainERC20 } from "../../contracts/token/L2NativeSuperchainERC20.sol";
import { SuperchainERC20 } from "../../contracts/token/SuperchainERC20.sol";
import { SVM, SymbolicTest, VM, selectorOf } from "./SymbolicTest.sol";

// Proofs are named as tests are, but the linter knows only the latter.
// forge-lint: disable-start(mixed-case-function)

/// @notice The least token there is: whatever it does comes from SuperchainERC20.
contract LeastToken is SuperchainERC20 {
    function name() public pure override returns (string memory) {
        return "Least";
    }

    function symbol() public pure override returns (string memory) {
        return "LEAST";
    }
}

/// @notice Who changes the supply of a token, from any state of it.
/// @custom:halmos --storage-layout generic
contract SuperchainERC20_Supply_Proof is SymbolicTest {
    LeastToken internal token;

    function setUp() external {
        token = new LeastToken();
        SVM.enableSymbolicStorage(address(token));
    }

    function check_anyCall_notByBridge_keepsSupply(address _caller, uint256 _value) external {
        VM.assume(_caller != Predeploys.SUPERCHAIN_TOKEN_BRIDGE);
        uint256 supply = token.totalSupply();
        _call(_caller, address(token), _value, SVM.createCalldata("LeastToken", true));
        assert(token.totalSupply() == supply);
    }

    function check_crosschainMint_byBridge_isExact(address _to, uint256 _amount) external {
        (uint256 supply, uint256 balance) = (token.totalSupply(), token.balanceOf(_to));
        (bool success,) = _call(
            Predeploys.SUPERCHAIN_TOKEN_BRIDGE,
            address(token),
            abi.encodeCall(IERC7802.crosschainMint, (_to, _amount))
        );

        assert(success == (_amount <= type(uint256).max - supply));
        if (!success) return;
        unchecked {
            assert(token.totalSupply() == supply + _amount);
            assert(token.balanceOf(_to) == balance + _amount);
        }
    }

    function check_crosschainBurn_byBridge_isExact(address _from, uint256 _amount) external {
        (uint256 supply, uint256 balance) = (token.totalSupply(), token.balanceOf(_from));
        (bool success,) = _call(
            Predeploys.SUPERCHAIN_TOKEN_BRIDGE,
            address(token),
            abi.encodeCall(IERC7802.crosschainBurn, (_from, _amount))
        );

        assert(success == (_amount <= balance));
        if (!success) return;
        unchecked {
            assert(token.totalSupply() == supply - _amount);
            assert(token.balanceOf(_from) == balance - _amount);
        }
    }
}

/// @notice Who spends a token: a spender needs an allowance that the owner has given, Permit2 like every other. From
///         any state of the token, and for every spender.
/// @custom:halmos --storage-layout generic
contract SuperchainERC20_Allowance_Proof is SymbolicTest {
    address internal constant PERMIT2 = 0x000000000022D473030F116dDEE9F6B43aC78BA3;

    LeastToken internal token;

    function setUp() external {
        token = new LeastToken();
        SVM.enableSymbolicStorage(address(token));
    }

    /// @notice The owner can set any allowance, and so take it back.
    function check_approve_anySpender_isExact(address _owner, address _spender, uint256 _amount) external {
        (bool success,) = _call(_owner, address(token), abi.encodeCall(IERC20.approve, (_spender, _amount)));
        assert(success && token.allowance(_owner, _spender) == _amount);
    }

    function check_transferFrom_anySpender_takesAllowance(
        bool _isPermit2,
        address _other,
        address _from,
        address _to,
        uint256 _amount
    )
        external
    {
        address spender = _isPermit2 ? PERMIT2 : _other;
        (uint256 allowed, uint256 balance) = (token.allowance(_from, spender), token.balanceOf(_from));
        (bool success,) =
            _call(spender, address(token), abi.encodeCall(IERC20.transferFrom, (_from, _to, _amount)));

        assert(success == (_amount <= allowed && _amount <= balance));
        if (!success) return;
        assert(
            token.allowance(_from, spender) == (allowed == type(uint256).max ? allowed : allowed - _amount)
        );
    }
}

/// @notice The devnet's token mints to anyone, but not by way of ERC-7802.
/// @custom:halmos --storage-layout generic
contract L2NativeSuperchainERC20_Supply_Proof is SymbolicTest {
    L2NativeSuperchainERC20 internal token;

    function setUp() external {
        token = new L2NativeSuperchainERC20();
        SVM.enableSymbolicStorage(address(token));
    }

    function check_crosschainMintOrBurn_notByBridge_reverts(
        address _caller,
        bool _isMint,
        address _account,
        uint256 _amount
    )
        external
    {
        VM.assume(_caller != Predeploys.SUPERCHAIN_TOKEN_BRIDGE);
        (bool success, bytes memory result) = _call(
            _caller,
            address(token),
            _isMint
                ? abi.encodeCall(IERC7802.crosschainMint, (_account, _amount))
                : abi.encodeCall(IERC7802.crosschainBurn, (_account, _amount))
        );
        assert(!success && _isError(result, Unauthorized.selector));
    }

    /// @notice Its own `mint` and `burn` apart, it is as the least token.
    function check_anyCall_butMintAndBurn_keepsSupply(address _caller) external {
        VM.assume(_caller != Predeploys.SUPERCHAIN_TOKEN_BRIDGE);
        bytes memory data = SVM.createCalldata("L2NativeSuperchainERC20", true);
        VM.assume(selectorOf(data) != L2NativeSuperchainERC20.mint.selector);
        VM.assume(selectorOf(data) != L2NativeSuperchainERC20.burn.selector);

        uint256 supply = token.totalSupply();
        _call(_caller, address(token), data);
        assert(token.totalSupply() == supply);
    }
}
