// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { NotEntered } from "../../contracts/libraries/TransientReentrancyAware.sol";
import { SVM, SymbolicTest, VM } from "./SymbolicTest.sol";

/// @notice Stands for the messenger: has the context that it is told to have, sends whatever it is given, and keeps
///         the last message.
contract AnyMessenger {
    bool internal entered;
    address internal sender;
    uint256 internal source;
    bytes32 public sent;
    bytes32 public hash;
    uint256 public messageNonce;

    function set(bool _entered, address _sender, uint256 _source) external {
        (entered, sender, source) = (_entered, _sender, _source);
        messageNonce = SVM.createUint256("nonce");
    }

    function sendMessage(
        uint256 _destination,
        address _target,
        bytes calldata _message
    )
        external
        returns (bytes32)
    {
        require(SVM.createBool("messenger sends"));
        sent = keccak256(abi.encode(msg.sender, _destination, _target, _message));
        hash = SVM.createBytes32("message hash");
        return hash;
    }

    function crossDomainMessageContext() external view returns (address, uint256) {
        if (!entered) revert NotEntered();
        return (sender, source);
    }
}

/// @notice Base of the proofs about the bridges: a messenger in any state stands at its address.
abstract contract BridgeProof is SymbolicTest {
    AnyMessenger internal constant MESSENGER = AnyMessenger(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER);

    /// @notice Sender of the message that is being relayed, if one is.
    address internal sender;
    bool internal entered;

    function setUp() public virtual {
        VM.etch(address(MESSENGER), type(AnyMessenger).runtimeCode);
        (entered, sender) = (SVM.createBool("entered"), SVM.createAddress("sender"));
        MESSENGER.set(entered, sender, SVM.createUint256("source"));
    }

    /// @notice Whether a call by `_caller` is part of a relay of a message that `_bridge` sent.
    function _isFromCounterpart(address _caller, address _bridge) internal view returns (bool) {
        return _caller == address(MESSENGER) && entered && sender == _bridge;
    }
}
