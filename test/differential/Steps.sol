// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { ICrossL2Inbox, Identifier } from "../../contracts/interfaces/ICrossL2Inbox.sol";
import { IL2ToL2CrossDomainMessenger } from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { AccessListKeys } from "../../contracts/libraries/AccessListKeys.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { L2NativeSuperchainERC20 } from "../../contracts/token/L2NativeSuperchainERC20.sol";
import { DifferentialTest } from "./DifferentialTest.sol";
import { Mutation } from "./Mutation.sol";
import { Step } from "./Outcome.sol";
import { OddToken, Puppet } from "./Puppet.sol";
import { Random, RandomLib } from "./Random.sol";

/// @notice What all makers of steps share: the accounts that take part, and draws from them.
abstract contract Steps is DifferentialTest {
    using RandomLib for Random;

    address internal constant ALICE = address(0xA11CE);
    address internal constant BOB = address(0xB0B);

    Puppet internal puppet;
    L2NativeSuperchainERC20 internal token;
    address[] internal oddTokens;

    /// @notice Keys that the step in the making declares.
    bytes32[] internal declared;

    function setUp() public virtual override {
        super.setUp();
        puppet = new Puppet();
        token = new L2NativeSuperchainERC20();
        for (uint256 i; i <= uint256(type(OddToken.Kind).max); ++i) {
            oddTokens.push(address(new OddToken(OddToken.Kind(i))));
        }
        for (uint256 i; i < 3; ++i) {
            address actor = [ALICE, BOB, address(puppet)][i];
            vm.deal(actor, 1000 ether);
            token.mint(actor, 1000 ether);
        }
        vm.deal(Predeploys.SUPERCHAIN_ETH_BRIDGE, 1 ether);
    }

    function _cast() internal view override returns (address[] memory cast_) {
        cast_ = new address[](9 + oddTokens.length);
        address[5] memory predeploys = _predeploys();
        for (uint256 i; i < 5; ++i) {
            cast_[i] = predeploys[i];
        }
        (cast_[5], cast_[6], cast_[7], cast_[8]) = (ALICE, BOB, address(puppet), address(token));
        for (uint256 i; i < oddTokens.length; ++i) {
            cast_[9 + i] = oddTokens[i];
        }
    }

    /// @notice One of those who call of their own will.
    function _actor(Random memory _r) internal view returns (address) {
        return [ALICE, BOB, address(puppet)][_r.below(3)];
    }

    function _predeploy(Random memory _r) internal pure returns (address) {
        return _predeploys()[_r.below(5)];
    }

    /// @notice Any account that could matter, or none that does.
    function _account(Random memory _r) internal view returns (address) {
        uint256 choice = _r.below(10);
        if (choice < 4) return _actor(_r);
        if (choice < 7) return _predeploy(_r);
        if (choice == 7) return [address(0), address(2), address(4), address(token)][_r.below(4)];
        if (choice == 8) return oddTokens[_r.below(oddTokens.length)];
        return address(uint160(_r.word()));
    }

    function _chain(Random memory _r) internal pure returns (uint256) {
        uint256 choice = _r.below(8);
        if (choice < 4) return SOURCE;
        if (choice < 6) return HERE;
        return _r.edge();
    }

    /// @notice Bytes without meaning; now and then many.
    function _noise(Random memory _r) internal pure returns (bytes memory) {
        return _r.data(_r.chance(5) ? 4000 + _r.below(200) : _r.below(110));
    }

    function _identifier(Random memory _r) internal view returns (Identifier memory id_) {
        id_ = _identify(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER);
        id_.logIndex = _r.below(200);
        id_.blockNumber = _r.below(1000);
        if (_r.chance(12)) id_.origin = _account(_r);
        if (_r.chance(7)) id_.blockNumber = _r.edge();
        if (_r.chance(7)) id_.logIndex = _r.edge();
        if (_r.chance(7)) id_.timestamp = _r.edge();
        if (_r.chance(20)) id_.chainId = _chain(_r);
    }

    /// @notice Declares a log, most of the time.
    function _declareLog(Random memory _r, Identifier memory _id, bytes32 _msgHash) internal {
        if (_r.chance(6)) return;
        _id.origin = address(uint160(_id.origin));
        unchecked {
            bytes32[] memory keys = AccessListKeys.encode(_id, _msgHash);
            // Now and then the last one, the checksum, is missing.
            uint256 count = keys.length - (_r.chance(4) ? 1 : 0);
            for (uint256 i; i < count; ++i) {
                declared.push(keys[i]);
            }
        }
    }

    /// @notice Spoils the arguments of a call, in one case of seven.
    function _spoil(Random memory _r, bytes memory _data) internal pure returns (bytes memory) {
        return _r.chance(14) ? Mutation.mutate(_r, _data, 4) : _data;
    }

    /// @notice A call of the messenger's or the inbox's that takes a log, declared as a decoder would read it: what
    ///         is spoilt often still decodes, to something else.
    function _declareCall(Random memory _r, bytes memory _data) internal {
        if (_data.length < 4 + 192) return;
        Identifier memory id = Identifier({
            origin: address(uint160(Mutation.wordAt(_data, 4))),
            blockNumber: Mutation.wordAt(_data, 36),
            logIndex: Mutation.wordAt(_data, 68),
            timestamp: Mutation.wordAt(_data, 100),
            chainId: Mutation.wordAt(_data, 132)
        });
        uint256 last = Mutation.wordAt(_data, 164);
        // The selector is what the cast is for.
        // forge-lint: disable-next-line(unsafe-typecast)
        if (bytes4(_data) != IL2ToL2CrossDomainMessenger.relayMessage.selector) {
            _declareLog(_r, id, bytes32(last));
            return;
        }
        if (last > _data.length || last + 36 > _data.length) return;
        uint256 length = Mutation.wordAt(_data, 4 + last);
        if (length > _data.length || last + 36 + length > _data.length) return;
        bytes32 msgHash;
        assembly ("memory-safe") {
            msgHash := keccak256(add(add(_data, 68), last), length)
        }
        _declareLog(_r, id, msgHash);
    }

    /// @notice A step from `_from`, who can afford it.
    function _step(
        Random memory _r,
        string memory _name,
        address _from,
        address _to,
        bytes memory _data
    )
        internal
        view
        returns (Step memory step_)
    {
        step_.name = _name;
        step_.from = _from;
        step_.to = _to;
        step_.data = _data;
        if (_r.chance(15)) step_.value = _r.below(1 ether);
        if (step_.value > _from.balance) step_.value = 0;
    }

    /// @notice A question to the messenger that changes nothing.
    function _question(Random memory _r) internal pure returns (bytes memory) {
        uint256 choice = _r.below(5);
        if (choice < 2) return abi.encodeCall(IL2ToL2CrossDomainMessenger.crossDomainMessageContext, ());
        if (choice == 2) return abi.encodeCall(IL2ToL2CrossDomainMessenger.crossDomainMessageSender, ());
        if (choice == 3) return abi.encodeCall(IL2ToL2CrossDomainMessenger.crossDomainMessageSource, ());
        return abi.encodeCall(IL2ToL2CrossDomainMessenger.messageNonce, ());
    }

    /// @notice A direct question to the inbox, valid or not.
    function _inboxCall(Random memory _r) internal returns (bytes memory data_) {
        Identifier memory id = _identifier(_r);
        bytes32 msgHash = bytes32(_r.word());
        data_ = _r.chance(60)
            ? abi.encodeCall(ICrossL2Inbox.validateMessage, (id, msgHash))
            : abi.encodeCall(ICrossL2Inbox.calculateChecksum, (id, msgHash));
        data_ = _spoil(_r, data_);
        _declareCall(_r, data_);
    }
}
