// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IETHLiquidity } from "../../contracts/interfaces/IETHLiquidity.sol";
import { ISuperchainETHBridge } from "../../contracts/interfaces/ISuperchainETHBridge.sol";
import { Unauthorized } from "../../contracts/libraries/CommonErrors.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { ETHLiquidity } from "../../contracts/predeploys/ETHLiquidity.sol";
import { SuperchainETHBridge } from "../../contracts/predeploys/SuperchainETHBridge.sol";
import { BridgeProof } from "./BridgeProof.sol";
import { SVM, VM } from "./SymbolicTest.sol";

// Proofs are named as tests are, but the linter knows only the latter.
// forge-lint: disable-start(mixed-case-function)

/// @notice Base of the proofs about bridged ETH: the bridge and the liquidity as they are, any amount in the latter.
abstract contract ETHProof is BridgeProof {
    ISuperchainETHBridge internal constant BRIDGE =
        ISuperchainETHBridge(payable(Predeploys.SUPERCHAIN_ETH_BRIDGE));
    IETHLiquidity internal constant LIQUIDITY = IETHLiquidity(Predeploys.ETH_LIQUIDITY);

    function setUp() public override {
        super.setUp();
        VM.etch(address(BRIDGE), type(SuperchainETHBridge).runtimeCode);
        VM.etch(address(LIQUIDITY), type(ETHLiquidity).runtimeCode);
        VM.deal(address(LIQUIDITY), SVM.createUint256("liquidity"));
    }
}

/// @notice Who takes ETH out of ETHLiquidity.
contract ETHLiquidity_Authority_Proof is ETHProof {
    function check_anyCall_notByBridge_takesNothing(address _caller, uint256 _value) external {
        VM.assume(_caller != address(BRIDGE) && _caller != address(LIQUIDITY));
        uint256 balance = address(LIQUIDITY).balance;
        _call(_caller, address(LIQUIDITY), _value, SVM.createCalldata("ETHLiquidity", true));
        assert(address(LIQUIDITY).balance >= balance);
    }

    function check_mintOrBurn_notByBridge_reverts(
        address _caller,
        uint256 _value,
        bool _isMint,
        uint256 _amount
    )
        external
    {
        VM.assume(_caller != address(BRIDGE) && _caller != address(LIQUIDITY));
        (bool success, bytes memory result) = _isMint
            ? _call(_caller, address(LIQUIDITY), abi.encodeCall(IETHLiquidity.mint, (_amount)))
            : _call(_caller, address(LIQUIDITY), _value, abi.encodeCall(IETHLiquidity.burn, ()));
        assert(!success && _isError(result, Unauthorized.selector));
    }

    /// @notice The bridge gets what it asks for, if it is there.
    function check_mint_byBridge_isExact(uint256 _amount) external {
        uint256 balance = address(LIQUIDITY).balance;
        (bool success,) =
            _call(address(BRIDGE), address(LIQUIDITY), abi.encodeCall(IETHLiquidity.mint, (_amount)));
        assert(success == (_amount <= balance));
        assert(address(LIQUIDITY).balance == (success ? balance - _amount : balance));
        assert(address(BRIDGE).balance == (success ? _amount : 0));
    }
}

/// @notice Stands for ETHLiquidity where nobody may get anything out of it. Its failure is that of the proof, whatever
///         the caller makes of it.
contract UntouchableLiquidity {
    function mint(uint256) external pure {
        VM.assertTrue(false);
    }
}

/// @notice Who gets SuperchainETHBridge to pay.
contract SuperchainETHBridge_Authority_Proof is ETHProof {
    /// @notice Nobody but its counterpart in a relay. How the payment is delivered is not looked at here: halmos does
    ///         not know SELFDESTRUCT.
    function check_anyCall_notFromCounterpart_paysNothing(address _caller, uint256 _value) external {
        VM.assume(!_isFromCounterpart(_caller, address(BRIDGE)));
        // They pay themselves for what they send.
        VM.assume(_caller != address(LIQUIDITY) && _caller != address(BRIDGE));
        uint256 balance = address(LIQUIDITY).balance;
        _call(_caller, address(BRIDGE), _value, SVM.createCalldata("SuperchainETHBridge", true));
        assert(address(LIQUIDITY).balance >= balance);
        assert(address(BRIDGE).balance == 0);
    }

    function check_relayETH_notFromCounterpart_reverts(
        address _caller,
        address _from,
        address _to,
        uint256 _amount
    )
        external
    {
        VM.assume(!_isFromCounterpart(_caller, address(BRIDGE)));
        VM.etch(address(LIQUIDITY), type(UntouchableLiquidity).runtimeCode);
        (bool success,) = _call(
            _caller, address(BRIDGE), abi.encodeCall(ISuperchainETHBridge.relayETH, (_from, _to, _amount))
        );
        assert(!success);
    }

    /// @notice A message to pay goes out only for as much as has come in.
    function check_sendETH_success_locksValue(
        address _caller,
        uint256 _value,
        address _to,
        uint256 _chainId
    )
        external
    {
        VM.assume(_caller != address(LIQUIDITY) && _caller != address(BRIDGE));
        uint256 balance = address(LIQUIDITY).balance;
        (bool success,) = _call(
            _caller, address(BRIDGE), _value, abi.encodeCall(ISuperchainETHBridge.sendETH, (_to, _chainId))
        );
        assert(address(BRIDGE).balance == 0);
        if (!success) {
            assert(address(LIQUIDITY).balance == balance && MESSENGER.sent() == 0);
            return;
        }

        assert(_to != address(0));
        assert(address(LIQUIDITY).balance == balance + _value);
        bytes memory message = abi.encodeCall(ISuperchainETHBridge.relayETH, (_caller, _to, _value));
        assert(MESSENGER.sent() == keccak256(abi.encode(BRIDGE, _chainId, BRIDGE, message)));
    }
}
