// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Identifier } from "../../contracts/interfaces/ICrossL2Inbox.sol";
import { IL2ToL2CrossDomainMessenger } from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import {
    IRelayBatcher,
    InsufficientValue,
    MalformedBatch,
    RefundRefused
} from "../../contracts/interfaces/IRelayBatcher.sol";
import { Hashing } from "../../contracts/libraries/Hashing.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { RelayItem } from "../../contracts/libraries/RelayBatch.sol";

/// @notice RelayBatcher written for readers, and not for gas: what it keeps back is about right, and right where there
///         is gas in plenty or far too little.
contract PlainRelayBatcher is IRelayBatcher {
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    function relayMessages(bytes calldata _batch)
        external
        payable
        returns (uint256 attempted_, Failure[] memory failures_)
    {
        RelayItem[] memory items = _decode(_batch);
        uint256 required;
        for (uint256 i; i < items.length; ++i) {
            required += items[i].value;
        }
        if (msg.value < required) revert InsufficientValue(required, msg.value);

        uint256 left = msg.value;
        Failure[] memory failures = new Failure[](items.length);
        uint256 failed;
        for (; attempted_ < items.length; ++attempted_) {
            uint256 i = attempted_;
            // In 256 bits: a limit near 2^32 and its 63rd do not fit 32.
            uint256 gasLimit = items[i].gasLimit;
            if (gasleft() < gasLimit + gasLimit / 63 + 100_000) {
                emit BatchCutShort(msg.sender, attempted_, items.length);
                break;
            }
            (bool success, bytes memory reason) = _relay(items[i]);
            if (success) {
                left -= items[i].value;
                continue;
            }
            failures[failed] = Failure({ index: i, messageHash: _hash(items[i]), reason: reason });
            emit RelayFailed(msg.sender, failures[failed].messageHash, i, reason);
            ++failed;
        }

        if (left != 0) {
            (bool success,) = msg.sender.call{ value: left }("");
            if (!success) revert RefundRefused();
        }
        failures_ = new Failure[](failed);
        for (uint256 i; i < failed; ++i) {
            failures_[i] = failures[i];
        }
    }

    function _relay(RelayItem memory _item) private returns (bool success_, bytes memory reason_) {
        Identifier memory id = Identifier({
            origin: Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER,
            blockNumber: _item.blockNumber,
            logIndex: _item.logIndex,
            timestamp: _item.timestamp,
            chainId: _item.chainId
        });
        bytes memory topics = abi.encode(
            IL2ToL2CrossDomainMessenger.SentMessage.selector, block.chainid, _item.target, _item.nonce
        );
        bytes memory payload = bytes.concat(topics, abi.encode(_item.sender, _item.message));
        bytes memory data = abi.encodeCall(IL2ToL2CrossDomainMessenger.relayMessage, (id, payload));

        bytes memory returned;
        (success_, returned) =
            Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER.call{ gas: _item.gasLimit, value: _item.value }(data);
        reason_ = new bytes(returned.length > 256 ? 256 : returned.length);
        for (uint256 i; i < reason_.length; ++i) {
            reason_[i] = returned[i];
        }
    }

    function _hash(RelayItem memory _item) private view returns (bytes32) {
        return Hashing.hashL2toL2CrossDomainMessage({
            _destination: block.chainid,
            _source: _item.chainId,
            _nonce: _item.nonce,
            _sender: _item.sender,
            _target: _item.target,
            _message: _item.message
        });
    }

    function _decode(bytes calldata _batch) private pure returns (RelayItem[] memory items_) {
        uint256 count;
        for (bytes calldata rest = _batch; rest.length != 0; ++count) {
            rest = rest[_sizeOfFirst(rest):];
        }
        items_ = new RelayItem[](count);
        for (uint256 i; i < count; ++i) {
            uint256 size = _sizeOfFirst(_batch);
            items_[i] = _decodeItem(_batch[:size]);
            _batch = _batch[size:];
        }
    }

    function _sizeOfFirst(bytes calldata _rest) private pure returns (uint256 size_) {
        if (_rest.length < 148) revert MalformedBatch();
        size_ = 148 + uint256(uint32(bytes4(_rest[144:148])));
        if (_rest.length < size_) revert MalformedBatch();
    }

    function _decodeItem(bytes calldata _item) private pure returns (RelayItem memory item_) {
        item_.blockNumber = uint64(bytes8(_item[0:8]));
        item_.logIndex = uint32(bytes4(_item[8:12]));
        item_.timestamp = uint64(bytes8(_item[12:20]));
        item_.chainId = uint256(bytes32(_item[20:52]));
        item_.gasLimit = uint32(bytes4(_item[52:56]));
        item_.value = uint128(bytes16(_item[56:72]));
        item_.target = address(bytes20(_item[72:92]));
        item_.nonce = uint256(bytes32(_item[92:124]));
        item_.sender = address(bytes20(_item[124:144]));
        item_.message = _item[148:];
    }
}
