// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { ISuperchainTokenBridge } from "../../contracts/interfaces/ISuperchainTokenBridge.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { SuperchainTokenBridge } from "../../contracts/predeploys/SuperchainTokenBridge.sol";
import { BridgeProof } from "./BridgeProof.sol";
import { SVM, VM } from "./SymbolicTest.sol";

// Proofs are named as tests are, but the linter knows only the latter.
// forge-lint: disable-start(mixed-case-function)

/// @notice A token that does what it likes, and counts what it is asked for.
contract AnyToken {
    uint256 public mints;
    uint256 public burns;
    bytes32 public last;

    function crosschainMint(address _to, uint256 _amount) external {
        mints++;
        last = keccak256(abi.encode(msg.sender, _to, _amount));
        require(SVM.createBool("token mints"));
    }

    function crosschainBurn(address _from, uint256 _amount) external {
        burns++;
        last = keccak256(abi.encode(msg.sender, _from, _amount));
        require(SVM.createBool("token burns"));
    }

    /// @dev Not declared as a view, since the cheat code is not one; what calls it makes sure that it changes nothing.
    function supportsInterface(bytes4) external returns (uint256) {
        return SVM.createUint256("answer");
    }
}

contract SuperchainTokenBridge_Authority_Proof is BridgeProof {
    ISuperchainTokenBridge internal constant BRIDGE =
        ISuperchainTokenBridge(Predeploys.SUPERCHAIN_TOKEN_BRIDGE);

    AnyToken internal token;

    function setUp() public override {
        super.setUp();
        VM.etch(address(BRIDGE), type(SuperchainTokenBridge).runtimeCode);
        token = new AnyToken();
    }

    /// @notice The bridge mints for its counterpart in a relay and for nobody else, what the message says.
    function check_relayERC20_success_isFromCounterpart(
        address _caller,
        address _from,
        address _to,
        uint256 _amount
    )
        external
    {
        (bool success,) = _call(
            _caller,
            address(BRIDGE),
            abi.encodeCall(ISuperchainTokenBridge.relayERC20, (address(token), _from, _to, _amount))
        );
        if (!_isFromCounterpart(_caller, address(BRIDGE))) assert(!success);
        assert(token.mints() == (success ? 1 : 0));
        if (success) assert(token.last() == keccak256(abi.encode(BRIDGE, _to, _amount)));
    }

    /// @notice By no function does anybody else get the bridge to mint, and whoever sends pays for it.
    function check_anyCall_notFromCounterpart_mintsNothing(address _caller, uint256 _value) external {
        VM.assume(!_isFromCounterpart(_caller, address(BRIDGE)));
        _call(_caller, address(BRIDGE), _value, SVM.createCalldata("SuperchainTokenBridge", true));
        assert(token.mints() == 0);
        assert(token.burns() <= 1);
    }

    /// @notice A message to mint goes out only for as much as the caller has had burned.
    function check_sendERC20_success_burnsFromCaller(
        address _caller,
        address _to,
        uint256 _amount,
        uint256 _chainId
    )
        external
    {
        (bool success,) = _call(
            _caller,
            address(BRIDGE),
            abi.encodeCall(ISuperchainTokenBridge.sendERC20, (address(token), _to, _amount, _chainId))
        );
        assert(token.mints() == 0 && token.burns() == (success ? 1 : 0));
        if (!success) {
            assert(MESSENGER.sent() == 0);
            return;
        }

        assert(_to != address(0));
        assert(token.last() == keccak256(abi.encode(BRIDGE, _caller, _amount)));
        bytes memory message =
            abi.encodeCall(ISuperchainTokenBridge.relayERC20, (address(token), _caller, _to, _amount));
        assert(MESSENGER.sent() == keccak256(abi.encode(BRIDGE, _chainId, BRIDGE, message)));
    }
}
