// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { ERC7786Gateway } from "../../contracts/gateway/ERC7786Gateway.sol";
import { IERC7786Gateway } from "../../contracts/interfaces/IERC7786Gateway.sol";
import { GatewayDeployment } from "../../contracts/libraries/GatewayDeployment.sol";
import { BridgeProof } from "./BridgeProof.sol";
import { SVM, VM, selectorOf } from "./SymbolicTest.sol";

// Proofs are named as tests are, but the linter knows only the latter.
// forge-lint: disable-start(mixed-case-function)

/// @notice A recipient that answers what it likes, and keeps what it was called with last.
contract AnyRecipient {
    uint256 public calls;
    address public caller;
    uint256 public value;
    bytes32 public last;
    bytes32 public answer;

    fallback(bytes calldata _data) external payable returns (bytes memory) {
        (calls, caller, value, last) = (calls + 1, msg.sender, msg.value, keccak256(_data));
        answer = SVM.createBytes32("answer");
        require(SVM.createBool("recipient takes it"), "refused");
        return abi.encode(answer);
    }

    receive() external payable { }
}

/// @notice The gateway with a messenger in any context, which has a nonce and sends at will. The source is chain 902:
///         halmos cannot follow lengths that it does not know, and that of an interoperable address depends on its chain.
contract ERC7786Gateway_Authority_Proof is BridgeProof {
    IERC7786Gateway internal constant GATEWAY = IERC7786Gateway(GatewayDeployment.GATEWAY);
    uint256 internal constant HERE = 901;
    uint256 internal constant SOURCE = 902;
    bytes4 internal constant ACCEPTED = 0x2432ef26;

    AnyRecipient internal recipient;

    function setUp() public override {
        super.setUp();
        VM.chainId(HERE);
        MESSENGER.set(entered, sender, SOURCE);
        VM.etch(address(GATEWAY), type(ERC7786Gateway).runtimeCode);
        recipient = new AnyRecipient();
    }

    /// @notice A recipient is called for a message of the gateway's counterpart and for nothing else: once, by the
    ///         gateway, without value, with the message's hash, its sender and its payload. And the message
    ///         counts as delivered only if the recipient answered with the selector.
    function check_deliverMessage_success_isFromCounterpart(
        address _caller,
        uint256 _value,
        uint256 _nonce,
        address _sender,
        bytes calldata _payload
    )
        external
    {
        bytes memory message =
            abi.encodeCall(GATEWAY.deliverMessage, (_nonce, _sender, address(recipient), _payload));
        (bool success,) = _call(_caller, address(GATEWAY), _value, message);
        if (!_isFromCounterpart(_caller, address(GATEWAY)) || _value != 0) assert(!success);
        assert(recipient.calls() == (success ? 1 : 0));
        if (!success) return;

        bytes32 hash = keccak256(abi.encode(HERE, SOURCE, _nonce, GATEWAY, GATEWAY, message));
        assert(recipient.caller() == address(GATEWAY) && recipient.value() == 0);
        assert(
            recipient.last() == keccak256(abi.encodeWithSelector(ACCEPTED, hash, _interop(_sender), _payload))
        );
        assert(recipient.answer() == bytes32(ACCEPTED));
    }

    /// @notice By no function does anybody else get the gateway to call a recipient. What `sendMessage` is called with has
    ///         the layout of an address on the source, for the same reason.
    function check_anyCall_notFromCounterpart_callsNobody(
        address _caller,
        uint256 _value,
        address _to,
        bytes calldata _payload
    )
        external
    {
        VM.assume(!_isFromCounterpart(_caller, address(GATEWAY)));
        bytes memory data = SVM.createCalldata("ERC7786Gateway", true);
        if (selectorOf(data) == GATEWAY.sendMessage.selector) {
            data = abi.encodeCall(GATEWAY.sendMessage, (_interop(_to), _payload, new bytes[](0)));
        }
        _call(_caller, address(GATEWAY), _value, data);
        assert(recipient.calls() == 0);
    }

    /// @notice What is sent says who has sent it, and goes to the counterpart.
    function check_sendMessage_success_saysWhoSent(
        address _caller,
        uint256 _value,
        address _to,
        bytes calldata _payload
    )
        external
    {
        uint256 nonce = MESSENGER.messageNonce();
        (bool success, bytes memory result) = _call(
            _caller,
            address(GATEWAY),
            _value,
            abi.encodeCall(GATEWAY.sendMessage, (_interop(_to), _payload, new bytes[](0)))
        );
        assert(recipient.calls() == 0);
        if (_value != 0 || _to == address(0) || _to == address(GATEWAY) || _to == address(MESSENGER)) {
            assert(!success);
        }
        if (!success) {
            assert(MESSENGER.sent() == 0);
            return;
        }
        bytes memory message = abi.encodeCall(GATEWAY.deliverMessage, (nonce, _caller, _to, _payload));
        assert(MESSENGER.sent() == keccak256(abi.encode(GATEWAY, SOURCE, GATEWAY, message)));
        assert(abi.decode(result, (bytes32)) == MESSENGER.hash());
    }

    /// @notice With an attribute nothing is sent.
    function check_sendMessage_attribute_reverts(
        address _caller,
        address _to,
        bytes calldata _attribute
    )
        external
    {
        bytes[] memory attributes = new bytes[](1);
        attributes[0] = _attribute;
        (bool success,) = _call(
            _caller, address(GATEWAY), abi.encodeCall(GATEWAY.sendMessage, (_interop(_to), "", attributes))
        );
        assert(!success && MESSENGER.sent() == 0);
    }

    /// @notice An account on the source, spelt out.
    function _interop(address _account) private pure returns (bytes memory) {
        return abi.encodePacked(hex"0001000002038614", _account);
    }
}

// forge-lint: disable-end(mixed-case-function)
