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

/// @notice RelayBatcher written for readers, and not for gas: what it keeps back is about right, and right where there
///         is gas in plenty or far too little. Both forms of a batch are read to their end before anything is relayed.
contract PlainRelayBatcher is IRelayBatcher {
    /// @notice An item of either form.
    struct Item {
        Identifier id;
        uint256 gasLimit;
        uint256 value;
        address target;
        uint256 nonce;
        address sender;
        bytes message;
    }

    function version() external pure returns (string memory) {
        return "1.1.0";
    }

    function relayMessages(bytes calldata _batch) external payable returns (uint256, Failure[] memory) {
        Item[] memory items = _decode(_batch);
        uint256 required;
        for (uint256 i; i < items.length; ++i) {
            required += items[i].value;
        }
        if (msg.value < required) revert InsufficientValue(required, msg.value);
        return _relayAll(items);
    }

    function relayCompact(bytes calldata _batch) external payable returns (uint256, Failure[] memory) {
        return _relayAll(_decodeCompact(_batch));
    }

    function _relayAll(Item[] memory _items)
        private
        returns (uint256 attempted_, Failure[] memory failures_)
    {
        uint256 left = msg.value;
        Failure[] memory failures = new Failure[](_items.length);
        uint256 failed;
        for (; attempted_ < _items.length; ++attempted_) {
            Item memory item = _items[attempted_];
            if (gasleft() < item.gasLimit + item.gasLimit / 63 + 100_000) {
                emit BatchCutShort(msg.sender, attempted_, _items.length);
                break;
            }
            (bool success, bytes memory reason) = _relay(item);
            if (success) {
                left -= item.value;
                continue;
            }
            failures[failed] = Failure({ index: attempted_, messageHash: _hash(item), reason: reason });
            emit RelayFailed(msg.sender, failures[failed].messageHash, attempted_, reason);
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

    function _relay(Item memory _item) private returns (bool success_, bytes memory reason_) {
        if (Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER.code.length == 0) return (false, "");
        bytes memory topics = abi.encode(
            IL2ToL2CrossDomainMessenger.SentMessage.selector, block.chainid, _item.target, _item.nonce
        );
        bytes memory payload = bytes.concat(topics, abi.encode(_item.sender, _item.message));
        bytes memory data = abi.encodeCall(IL2ToL2CrossDomainMessenger.relayMessage, (_item.id, payload));

        bytes memory returned;
        (success_, returned) =
            Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER.call{ gas: _item.gasLimit, value: _item.value }(data);
        if (returned.length < 64) success_ = false;
        reason_ = new bytes(returned.length > 256 ? 256 : returned.length);
        for (uint256 i; i < reason_.length; ++i) {
            reason_[i] = returned[i];
        }
    }

    function _hash(Item memory _item) private view returns (bytes32) {
        return Hashing.hashL2toL2CrossDomainMessage({
            _destination: block.chainid,
            _source: _item.id.chainId,
            _nonce: _item.nonce,
            _sender: _item.sender,
            _target: _item.target,
            _message: _item.message
        });
    }

    function _decode(bytes calldata _batch) private pure returns (Item[] memory items_) {
        uint256 count;
        for (bytes calldata rest = _batch; rest.length != 0; ++count) {
            rest = rest[_sizeOfFirst(rest):];
        }
        items_ = new Item[](count);
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

    function _decodeItem(bytes calldata _item) private pure returns (Item memory item_) {
        item_.id.origin = Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER;
        item_.id.blockNumber = uint64(bytes8(_item[0:8]));
        item_.id.logIndex = uint32(bytes4(_item[8:12]));
        item_.id.timestamp = uint64(bytes8(_item[12:20]));
        item_.id.chainId = uint256(bytes32(_item[20:52]));
        item_.gasLimit = uint32(bytes4(_item[52:56]));
        item_.value = uint128(bytes16(_item[56:72]));
        item_.target = address(bytes20(_item[72:92]));
        item_.nonce = uint256(bytes32(_item[92:124]));
        item_.sender = address(bytes20(_item[124:144]));
        item_.message = _item[148:];
    }

    function _decodeCompact(bytes calldata _batch) private view returns (Item[] memory items_) {
        bytes calldata rest = _batch;
        uint256 count;
        uint256 longest;
        uint256 promised;
        (count, rest) = _number(rest, 4);
        (longest, rest) = _number(rest, 4);
        (promised, rest) = _number(rest, 20);
        if (promised > msg.value) revert InsufficientValue(promised, msg.value);
        // An item has two bytes at least: who announces more of them need not be given memory.
        if (count > rest.length / 2) revert MalformedBatch();

        items_ = new Item[](count);
        Item memory last;
        last.id.origin = Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER;
        uint256 sum;
        for (uint256 i; i < count; ++i) {
            (items_[i], rest) = _decodeAfter(last, rest);
            last = items_[i];
            if (last.message.length > longest) revert MalformedBatch();
            sum += last.value;
        }
        if (rest.length != 0 || sum != promised) revert MalformedBatch();
    }

    function _decodeAfter(
        Item memory _last,
        bytes calldata _rest
    )
        private
        pure
        returns (Item memory item_, bytes calldata rest_)
    {
        // A copy: what is left out is as it was.
        item_ = abi.decode(abi.encode(_last), (Item));
        bytes memory has;
        (has, rest_) = _take(_rest, 1);
        uint8 bits = uint8(has[0]);
        if (bits & 0x01 != 0) {
            (item_.id.blockNumber, rest_) = _number(rest_, 8);
            (item_.id.timestamp, rest_) = _number(rest_, 8);
        }
        unchecked {
            ++item_.id.logIndex;
            ++item_.nonce;
        }
        if (bits & 0x02 != 0) (item_.id.logIndex, rest_) = _number(rest_, 4);
        if (bits & 0x04 != 0) (item_.id.chainId, rest_) = _number(rest_, 32);
        if (bits & 0x08 != 0) (item_.nonce, rest_) = _number(rest_, 32);
        if (bits & 0x10 != 0) (item_.gasLimit, rest_) = _number(rest_, 4);
        if (bits & 0x20 != 0) (item_.value, rest_) = _number(rest_, 16);
        bytes memory taken;
        if (bits & 0x40 != 0) {
            (taken, rest_) = _take(rest_, 20);
            item_.target = _address(taken);
        }
        if (bits & 0x80 != 0) {
            (taken, rest_) = _take(rest_, 20);
            item_.sender = _address(taken);
        }
        uint256 length;
        (length, rest_) = _number(rest_, 4);
        (item_.message, rest_) = _take(rest_, length);
    }

    function _address(bytes memory _taken) private pure returns (address) {
        // Twenty bytes were taken.
        // forge-lint: disable-next-line(unsafe-typecast)
        return address(bytes20(_taken));
    }

    function _number(
        bytes calldata _rest,
        uint256 _width
    )
        private
        pure
        returns (uint256 value_, bytes calldata rest_)
    {
        bytes memory taken;
        (taken, rest_) = _take(_rest, 1);
        uint256 size = uint8(taken[0]);
        if (size > _width) revert MalformedBatch();
        (taken, rest_) = _take(rest_, size);
        if (size != 0 && taken[0] == 0) revert MalformedBatch();
        for (uint256 i; i < size; ++i) {
            value_ = value_ << 8 | uint8(taken[i]);
        }
    }

    function _take(
        bytes calldata _rest,
        uint256 _size
    )
        private
        pure
        returns (bytes memory taken_, bytes calldata rest_)
    {
        if (_rest.length < _size) revert MalformedBatch();
        return (_rest[:_size], _rest[_size:]);
    }
}
