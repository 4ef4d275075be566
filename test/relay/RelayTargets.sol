// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IL2ToL2CrossDomainMessenger } from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { IRelayBatcher } from "../../contracts/interfaces/IRelayBatcher.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { RelayBatch } from "../../contracts/libraries/RelayBatch.sol";

/// @notice Target of messages, well-behaved or not.
contract Target {
    IL2ToL2CrossDomainMessenger internal constant MESSENGER =
        IL2ToL2CrossDomainMessenger(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER);

    /// @notice What `accept` saw, by the key that it was called with.
    mapping(uint256 => uint256) public calls;
    mapping(uint256 => uint256) public values;
    mapping(uint256 => address) public senders;
    mapping(uint256 => uint256) public sources;
    mapping(uint256 => bytes) public data;

    bool public isOpen = true;

    receive() external payable { }

    function accept(uint256 _key, bytes calldata _data) external payable {
        require(isOpen, "closed");
        ++calls[_key];
        (values[_key], data[_key]) = (msg.value, _data);
        (senders[_key], sources[_key]) = MESSENGER.crossDomainMessageContext();
    }

    function setOpen(bool _isOpen) external {
        isOpen = _isOpen;
    }

    function refuse(bytes memory _reason) external payable {
        assembly {
            revert(add(_reason, 0x20), mload(_reason))
        }
    }

    function burn() external payable {
        assembly {
            invalid()
        }
    }

    function spin() external payable {
        while (true) { }
    }

    function refuseWithBomb(uint256 _size) external payable {
        assembly {
            revert(0x1000, _size)
        }
    }

    function acceptWithBomb(uint256 _size) external payable {
        assembly {
            return(0x1000, _size)
        }
    }

    /// @notice Relays a batch of its own with a wei more than it needs, and gets all of it back.
    function reenter(bytes calldata _batch) external payable {
        uint256 before = address(this).balance;
        (uint256 attempted, IRelayBatcher.Failure[] memory failures) =
            IRelayBatcher(RelayBatch.BATCHER).relayMessages{ value: 1 }(_batch);
        require(attempted == 1 && failures.length == 1 && address(this).balance == before);
        data[0] = failures[0].reason;
    }
}

/// @notice A relayer that is a contract: refuses its refund, spends gas on it, or relays another batch meanwhile.
contract RelayerContract {
    bool internal accepts = true;
    uint256 internal gasToSpend;
    bool internal isCompact;
    bytes internal next;

    error NoThanks();

    function setAccepts(bool _accepts) external {
        accepts = _accepts;
    }

    function setCompact(bool _isCompact) external {
        isCompact = _isCompact;
    }

    function setGasToSpend(uint256 _gas) external {
        gasToSpend = _gas;
    }

    function setNext(bytes calldata _batch) external {
        next = _batch;
    }

    function relay(
        bytes calldata _batch,
        uint256 _gas
    )
        external
        payable
        returns (uint256, IRelayBatcher.Failure[] memory)
    {
        IRelayBatcher batcher = IRelayBatcher(RelayBatch.BATCHER);
        if (isCompact) return batcher.relayCompact{ value: msg.value, gas: _gas }(_batch);
        return batcher.relayMessages{ value: msg.value, gas: _gas }(_batch);
    }

    /// @notice Relays, and then asks the messenger for a context in the same transaction.
    function relayAndAsk(bytes calldata _batch) external {
        IRelayBatcher(RelayBatch.BATCHER).relayMessages(_batch);
        IL2ToL2CrossDomainMessenger(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER).crossDomainMessageContext();
    }

    receive() external payable {
        uint256 start = gasleft();
        if (!accepts) revert NoThanks();
        while (start - gasleft() < gasToSpend) { }
        if (next.length != 0) {
            bytes memory batch = next;
            delete next;
            IRelayBatcher(RelayBatch.BATCHER).relayMessages{ value: msg.value }(batch);
        }
    }
}

/// @notice Stands in the messenger's place: spends all gas that it gets, and reverts with how much that was, followed by
///         more than a report has room for.
contract Spender {
    fallback() external payable {
        uint256 start = gasleft();
        assembly {
            // The pairing precompile takes all gas that it is given when its input has no meaning.
            for { } gt(gas(), 1000) { } {
                pop(staticcall(sub(gas(), 800), 0x08, 0x00, 0x01, 0x00, 0x00))
            }
            mstore(0x00, start)
            revert(0x00, 0x200)
        }
    }
}

/// @notice Stands in the messenger's place: refuses every call, and says what it was.
contract Mirror {
    fallback() external payable {
        bytes32 hash = keccak256(msg.data);
        uint256 value = msg.value;
        assembly {
            mstore(0x00, hash)
            mstore(0x20, value)
            revert(0x00, 0x40)
        }
    }
}

/// @notice Stands in the messenger's place: takes every call, and answers nothing.
contract Mute {
    fallback() external payable { }
}
