// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IERC7786Recipient } from "../../contracts/interfaces/IERC7786.sol";
import { IERC7786Gateway } from "../../contracts/interfaces/IERC7786Gateway.sol";
import { InteropKit } from "../../contracts/kit/InteropKit.sol";
import { GatewayDeployment } from "../../contracts/libraries/GatewayDeployment.sol";
import { InteropAddress } from "../../contracts/libraries/InteropAddress.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";

/// @notice Recipient that keeps everything that the gateway ever gave to it, unless it is closed.
contract Ledger is IERC7786Recipient {
    bool public closed;
    bytes32[] public received;
    mapping(bytes32 => uint256) public times;

    error Closed();

    function setClosed(bool _closed) external {
        closed = _closed;
    }

    function count() external view returns (uint256) {
        return received.length;
    }

    /// @notice All of them count, whoever calls: nobody but the gateway is to come this far with the gateway's address.
    function receiveMessage(
        bytes32 _receiveId,
        bytes calldata _sender,
        bytes calldata _payload
    )
        external
        payable
        returns (bytes4)
    {
        if (closed) revert Closed();
        bytes32 entry = keccak256(abi.encode(msg.sender, msg.value, _receiveId, _sender, _payload));
        received.push(entry);
        ++times[entry];
        return IERC7786Recipient.receiveMessage.selector;
    }
}

/// @notice What can be done with the gateway: messages sent by anyone, delivered in any order, delivered again, sent
///         again, forged in several ways, to recipients that are closed for a while. Handlers draw what they need
///         from the steps before, as those of the predeploys' invariants do.
contract Carrier is InteropKit {
    /// @notice A message that was sent by the gateway: what its recipient is to get, and where.
    struct Carried {
        uint256 destination;
        bytes32 entry;
        uint256 number;
    }

    uint256 internal constant CHAINS = 3;
    IERC7786Gateway internal constant GATEWAY = IERC7786Gateway(GatewayDeployment.GATEWAY);

    Ledger public ledger;
    uint256 public forgeries;
    uint256 public refusals;
    uint256 public replays;
    mapping(uint256 => uint256) internal delivered;
    Carried[] internal sent;
    uint256 internal seed;

    constructor() {
        startChains();
        addChain(903);
        onEachChain(_deploy);
    }

    function _deploy() private {
        ledger = new Ledger{ salt: 0 }();
    }

    /// @notice A new payload or the one before, from a new sender or the one before, to another chain.
    function send() public {
        uint256 source = _drawChain();
        uint256 destination = 901 + (source - 901 + 1 + _draw(CHAINS - 1)) % CHAINS;
        address sender = address(uint160(0x1000 + _draw(3)));
        bytes memory payload = new bytes(_draw(3) * 17);
        onChain(source);
        vm.prank(sender);
        bytes32 id = GATEWAY.sendMessage(
            InteropAddress.formatEvm(destination, address(ledger)), payload, new bytes[](0)
        );

        bytes memory from = InteropAddress.formatEvm(source, sender);
        bytes32 entry = keccak256(abi.encode(address(GATEWAY), uint256(0), id, from, payload));
        sent.push(Carried({ destination: destination, entry: entry, number: messageNumber(id) }));
    }

    function deliver() public {
        if (sent.length == 0) return;
        _deliver(sent[_draw(sent.length)]);
    }

    function deliverLast() public {
        if (sent.length != 0) _deliver(sent[sent.length - 1]);
    }

    function resendAny() public {
        if (sent.length != 0) resend(sent[_draw(sent.length)].number);
    }

    function toggle() public {
        onChain(_drawChain());
        ledger.setClosed(!ledger.closed());
    }

    /// @notice Whatever anyone may try: to call the gateway, or to have the messenger call it or the recipient.
    function forge() public {
        uint256 source = _drawChain();
        uint256 destination = 901 + (source - 901 + 1) % CHAINS;
        bytes memory payload = new bytes(_draw(3) * 17);
        bytes memory call = abi.encodeCall(
            GATEWAY.deliverMessage, (MESSENGER.messageNonce(), address(0x1000), address(ledger), payload)
        );
        onChain(source);
        uint256 kind = _draw(3);
        bool success;
        if (kind == 0) {
            (success,) = address(GATEWAY).call(call);
        } else {
            address target = kind == 1 ? address(GATEWAY) : Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER;
            if (kind == 2) (success,) = target.call(abi.encodePacked(GATEWAY.sendMessage.selector, call));
            else (success,) = tryRelay(messageNumber(MESSENGER.sendMessage(destination, target, call)));
        }
        assertFalse(success, "a forgery was accepted");
        ++forgeries;
    }

    /// @notice Compares what was received on every chain with what was sent there and delivered.
    function check() public {
        for (uint256 chain = 901; chain < 901 + CHAINS; ++chain) {
            onChain(chain);
            assertEq(ledger.count(), delivered[chain], "received what was not delivered, or the reverse");
            for (uint256 i; i < sent.length; ++i) {
                uint256 expected = 0;
                if (sent[i].destination == chain && message(sent[i].number).delivered) expected = 1;
                assertEq(ledger.times(sent[i].entry), expected, "not once, or not as sent");
            }
        }
    }

    function countSent() public view returns (uint256) {
        return sent.length;
    }

    function countDelivered() public view returns (uint256) {
        return delivered[901] + delivered[902] + delivered[903];
    }

    function _deliver(Carried memory _carried) private {
        bool before = message(_carried.number).delivered;
        onChain(_carried.destination);
        bool closed = ledger.closed();
        // Clocks that drift apart are for other tests.
        (bool success,) = tryRelay(_carried.number);
        assertEq(success, !before && !closed, "delivered though it should not, or the reverse");
        if (success) ++delivered[_carried.destination];
        else if (before) ++replays;
        else ++refusals;
    }

    function _drawChain() private returns (uint256) {
        return 901 + _draw(CHAINS);
    }

    function _draw(uint256 _below) private returns (uint256) {
        seed = uint256(keccak256(abi.encode(seed, msg.sig, sent.length)));
        return seed % _below;
    }
}
