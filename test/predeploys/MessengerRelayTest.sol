// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Identifier } from "../../contracts/interfaces/ICrossL2Inbox.sol";
import { IL2ToL2CrossDomainMessenger } from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { RelayTest } from "../InteropTest.sol";

/// @notice Target of messages: keeps what it was called with, answers with a given return value or revert.
contract Recorder {
    IL2ToL2CrossDomainMessenger internal constant MESSENGER =
        IL2ToL2CrossDomainMessenger(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER);

    address public caller;
    uint256 public value;
    bytes public data;
    address public sender;
    uint256 public source;

    bytes internal answer;
    bool internal refuses;

    receive() external payable { }

    function set(bytes calldata _answer, bool _refuses) external {
        answer = _answer;
        refuses = _refuses;
    }

    fallback(bytes calldata _data) external payable returns (bytes memory) {
        (caller, value, data) = (msg.sender, msg.value, _data);
        (sender, source) = MESSENGER.crossDomainMessageContext();
        require(
            sender == MESSENGER.crossDomainMessageSender() && source == MESSENGER.crossDomainMessageSource()
        );

        bytes memory result = answer;
        if (!refuses) return result;
        assembly {
            revert(add(result, 0x20), mload(result))
        }
    }
}

/// @notice Relays, and then looks at the messenger in the same transaction.
contract Relayer {
    IL2ToL2CrossDomainMessenger internal constant MESSENGER =
        IL2ToL2CrossDomainMessenger(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER);

    function relayAndThen(Identifier calldata _id, bytes calldata _payload, bytes calldata _call) external {
        MESSENGER.relayMessage(_id, _payload);
        (bool success, bytes memory result) = address(MESSENGER).call(_call);
        assembly {
            if success { return(add(result, 0x20), mload(result)) }
            revert(add(result, 0x20), mload(result))
        }
    }
}

/// @notice Target that calls the messenger back, and reverts as it does.
contract Caller {
    fallback(bytes calldata _data) external returns (bytes memory) {
        (bool success, bytes memory result) = Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER.call(_data);
        if (success) return result;
        assembly {
            revert(add(result, 0x20), mload(result))
        }
    }
}

abstract contract MessengerRelayTest is RelayTest {
    address internal constant SENDER = address(0x5E4D);

    Recorder internal recorder;

    function setUp() public virtual override {
        super.setUp();
        recorder = new Recorder();
    }

    function _toRecorder() internal view returns (Sent memory) {
        return _sent(SENDER, address(recorder), hex"c0ffee");
    }

    function _expectRelayed(Sent memory _message, bytes memory _returned) internal {
        vm.expectEmit(address(MESSENGER));
        emit IL2ToL2CrossDomainMessenger.RelayedMessage(
            SOURCE,
            _message.nonce,
            _hash(_message),
            keccak256(_returned)
        );
    }

    /// @notice Relays a payload that is declared as it is, whatever it is.
    function _relayPayload(bytes memory _data) internal {
        _declare(_identify(), _data);
        MESSENGER.relayMessage(_identify(), _data);
    }
}
