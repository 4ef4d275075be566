// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Identifier } from "../../contracts/interfaces/ICrossL2Inbox.sol";
import { IL2ToL2CrossDomainMessenger } from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { L2ToL2CrossDomainMessenger } from "../../contracts/predeploys/L2ToL2CrossDomainMessenger.sol";
import { SVM, SymbolicTest, VM, selectorOf } from "./SymbolicTest.sol";

/// @notice A relay, field by field. The addresses of the payload are whole words, so that dirty ones are among them.
struct Relay {
    Identifier id;
    bytes32 topic;
    uint256 destination;
    uint256 target;
    uint256 nonce;
    uint256 sender;
    bytes message;
    /// Whether the message stands one word further down than the messenger itself puts it.
    bool shifted;
}

/// @notice Calls of the messenger.
library MessengerCalls {
    /// @notice Any function with any arguments, `relayMessage` with those of `_relay`: halmos cannot follow
    ///         offsets that it does not know, so the layout of the payload has to be given, and here it is the
    ///         messenger's own.
    function any(Relay memory _relay, bool _withViews) internal returns (bytes memory call_) {
        _relay.shifted = false;
        call_ = SVM.createCalldata("L2ToL2CrossDomainMessenger", _withViews);
        if (selectorOf(call_) == IL2ToL2CrossDomainMessenger.relayMessage.selector) call_ = relay(_relay);
    }

    function any(Relay memory _relay) internal returns (bytes memory) {
        return any(_relay, true);
    }

    function relay(Relay memory _relay) internal pure returns (bytes memory) {
        return abi.encodeCall(IL2ToL2CrossDomainMessenger.relayMessage, (_relay.id, payload(_relay)));
    }

    function payload(Relay memory _relay) internal pure returns (bytes memory) {
        bytes memory topics = abi.encode(_relay.topic, _relay.destination, _relay.target, _relay.nonce);
        if (!_relay.shifted) return abi.encodePacked(topics, abi.encode(_relay.sender, _relay.message));
        return abi.encodePacked(
            topics, _relay.sender, uint256(0x60), uint256(0), _relay.message.length, _relay.message
        );
    }

    /// @notice Hash of the message, by the rule of the specs.
    function hash(Relay memory _relay) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                _relay.destination,
                _relay.id.chainId,
                _relay.nonce,
                _relay.sender,
                _relay.target,
                _relay.message
            )
        );
    }
}

/// @notice Stands for CrossL2Inbox: accepts or refuses whatever it is asked, and keeps what it accepted last.
contract AnyInbox {
    bytes32 public accepted;

    function validateMessage(Identifier calldata _id, bytes32 _msgHash) external {
        require(SVM.createBool("inbox accepts"));
        accepted = keccak256(abi.encode(_id, _msgHash));
    }
}

/// @notice Target of messages: may call a function of the messenger back that is not a view, and succeeds or reverts.
///         When it is called once more it does not call back again.
contract AnyTarget {
    bool internal called;

    fallback(bytes calldata) external payable returns (bytes memory) {
        if (!called && SVM.createBool("target calls back")) {
            called = true;
            _callBack();
        }
        require(SVM.createBool("target succeeds"), "refused");
        return abi.encode(SVM.createBytes32("answer"));
    }

    function _callBack() internal {
        Identifier memory id = Identifier({
            origin: SVM.createAddress("origin"),
            blockNumber: SVM.createUint256("blockNumber"),
            logIndex: SVM.createUint256("logIndex"),
            timestamp: SVM.createUint256("timestamp"),
            chainId: SVM.createUint256("chainId")
        });
        Relay memory relay = Relay({
            id: id,
            topic: SVM.createBytes32("topic"),
            destination: SVM.createUint256("destination"),
            target: SVM.createUint256("target"),
            nonce: SVM.createUint256("nonce"),
            sender: SVM.createUint256("sender"),
            message: "",
            shifted: false
        });
        (bool success,) = Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER.call(MessengerCalls.any(relay, false));
        // Either is fine.
        success;
    }
}

/// @notice Base of the proofs about the messenger: on any chain, with any storage, an inbox that answers anything and
///         a contract that messages may find at their target.
abstract contract MessengerProof is SymbolicTest {
    IL2ToL2CrossDomainMessenger internal constant MESSENGER =
        IL2ToL2CrossDomainMessenger(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER);

    function setUp() public virtual {
        VM.chainId(SVM.createUint256("chain id"));
        VM.etch(address(MESSENGER), type(L2ToL2CrossDomainMessenger).runtimeCode);
        VM.etch(Predeploys.CROSS_L2_INBOX, type(AnyInbox).runtimeCode);
        new AnyTarget();

        SVM.enableSymbolicStorage(address(MESSENGER));
        VM.assume(_isNonce(_nonceSlot()));
    }

    function _callMessenger(
        address _caller,
        uint256 _value,
        bytes memory _data
    )
        internal
        returns (bool success_)
    {
        (success_,) = _call(_caller, address(MESSENGER), _value, _data);
    }

    /// @notice What `msgNonce` has to be: 240 bits, and nothing above them.
    function _isNonce(uint256 _word) internal pure returns (bool) {
        return _word <= type(uint240).max;
    }

    function _nonceSlot() internal view returns (uint256) {
        return uint256(VM.load(address(MESSENGER), bytes32(uint256(1))));
    }
}
