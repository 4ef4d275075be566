// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Identifier } from "../../contracts/interfaces/ICrossL2Inbox.sol";
import { IL2ToL2CrossDomainMessenger } from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { AccessListKeys } from "../../contracts/libraries/AccessListKeys.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { MessengerHarness } from "../predeploys/L2ToL2CrossDomainMessengerContext.t.sol";
import { Attacker, Courier, Delivery, IArsenal, Outcome, Tally, Token } from "./Actors.sol";
import { Model } from "./Model.sol";
import { SwappedChains } from "./SwappedChains.sol";
import { VmSafe } from "forge-std/Vm.sol";

/// @title World
/// @notice Three chains, those who act on them, and what was seen of what they did: calls that ended otherwise
///         than the model says, logs, supplies and balances.
abstract contract World is SwappedChains, Model, IArsenal {
    /// @notice What a chain looked like when something last happened there.
    struct Reading {
        uint256 nonce;
        uint256 supply;
        uint256 liquidity;
        uint256 total;
        mapping(address => uint256) tokens;
        mapping(address => uint256) wei_;
    }

    /// @notice Those without code, who start transactions.
    address[] internal people;

    /// @notice Every account that may ever have ETH.
    address[] internal accounts;

    Courier internal courier;

    mapping(uint256 chain => Reading) internal seen;

    /// @notice How many `RelayedMessage` logs a message has.
    mapping(bytes32 hash => uint256) internal relays;

    mapping(uint256 chain => mapping(uint256 nonce => bool)) internal nonceSeen;
    uint256 internal repeatedNonces;

    /// @notice How many relays left something in transient storage.
    uint256 internal uncleanRelays;

    /// @notice How many calls ended, or logs looked, otherwise than the model says, and which the first was.
    uint256 internal surprises;
    string internal firstSurprise;

    /// @notice Payloads that relays of this step logged and took back when they reverted: forge records them.
    mapping(uint256 step => mapping(bytes32 payloadHash => bool)) internal takenBack;
    uint256 internal steps;

    uint256 private dice;

    /// @notice One step: something happens on some chain. What happens is drawn from the steps before alone.
    ///         Arguments by the fuzzer would not do: forge draws some of them from a dictionary whose order
    ///         changes from run to run, so that a seed would not always mean the same.
    modifier step() {
        _setBlock();
        dice = uint256(keccak256(abi.encode(dice, msg.sig)));
        ++steps;
        vm.recordLogs();
        uint256 oldLetters = letters.length;
        _;
        _collect(vm.getRecordedLogs(), oldLetters);
        _look();
    }

    constructor() {
        setUp();
        _install(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER, type(MessengerHarness).runtimeCode);
        for (uint160 i = 1; i <= 3; ++i) {
            people.push(address(0xBE0B1E00 + i));
        }
        (courier, tally, attacker) = (new Courier(), new Tally(), new Attacker(this));
        holders = people;
        holders.push(address(tally));
        holders.push(address(attacker));

        accounts = holders;
        accounts.push(NOBODY);
        accounts.push(address(courier));
        accounts.push(address(MESSENGER));
        accounts.push(address(TOKEN_BRIDGE));
        accounts.push(address(ETH_BRIDGE));
        accounts.push(address(LIQUIDITY));

        address[] memory stores = new address[](6);
        token = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
        (stores[0], stores[1], stores[2]) = (token, address(MESSENGER), address(INBOX));
        (stores[3], stores[4], stores[5]) = (address(TOKEN_BRIDGE), address(ETH_BRIDGE), address(LIQUIDITY));
        _recordStores(stores);
        new Token(holders, FUNDS);
        for (uint256 i = 0; i < holders.length; ++i) {
            vm.deal(holders[i], FUNDS);
        }
        _startChains(accounts);
        _onEachChain(_open);
    }

    /// @notice Notes what everybody has on this chain.
    function _open() private {
        for (uint256 i = 0; i < holders.length; ++i) {
            (tokens[here][holders[i]], wei_[here][holders[i]]) = (FUNDS, FUNDS);
        }
        supply[here] = FUNDS * holders.length;
        liquidity[here] = PRELOAD;
        _look();
    }

    // --------------------------------------------------------------------------------------------- acting

    /// @notice A number below `_end`.
    function _roll(uint256 _end) internal returns (uint256) {
        dice = uint256(keccak256(abi.encode(dice)));
        return dice % _end;
    }

    function _person() internal returns (address) {
        return people[_roll(people.length)];
    }

    /// @notice Some chain.
    function _chain() internal returns (uint256) {
        return FIRST + _roll(CHAINS);
    }

    /// @notice Some chain, but not this one.
    function _otherChain(uint256 _than) internal returns (uint256) {
        return FIRST + (_than - FIRST + 1 + _roll(CHAINS - 1)) % CHAINS;
    }

    /// @notice Makes a call as somebody, and compares how it ends with what the model says.
    function _call(
        string memory _what,
        address _from,
        address _to,
        uint256 _value,
        bytes memory _data,
        bool _succeeds,
        bytes memory _result
    )
        internal
    {
        vm.accessList(new VmSafe.AccessListItem[](0));
        vm.prank(_from);
        (bool success, bytes memory result) = _to.call{ value: _value }(_data);
        // What it logged before it reverted, which forge has recorded.
        if (!success) vm.getRecordedLogs();
        _compare(_what, success, result, _succeeds, _result);
    }

    /// @notice Has the courier deliver messages, and returns what became of them.
    function _courier(
        address _from,
        Delivery[] memory _deliveries,
        bytes32[] memory _declared
    )
        internal
        returns (Outcome[] memory outcomes_)
    {
        uint256 value;
        for (uint256 i = 0; i < _deliveries.length; ++i) {
            value += _deliveries[i].value;
        }
        VmSafe.AccessListItem[] memory list = new VmSafe.AccessListItem[](1);
        list[0] = VmSafe.AccessListItem({ target: Predeploys.CROSS_L2_INBOX, storageKeys: _declared });
        vm.accessList(list);
        vm.prank(_from);
        outcomes_ = courier.deliver{ value: value }(_deliveries);
        for (uint256 i = 0; i < outcomes_.length; ++i) {
            if (!outcomes_[i].clean) ++uncleanRelays;
        }
    }

    // ------------------------------------------------------------------------------------------ observing

    function _compare(
        string memory _what,
        bool _success,
        bytes memory _result,
        bool _expectedSuccess,
        bytes memory _expectedResult
    )
        internal
    {
        if (_success == _expectedSuccess && keccak256(_result) == keccak256(_expectedResult)) return;
        _surprise(
            string.concat(
                _what,
                _success ? " succeeded with " : " reverted with ",
                vm.toString(_result),
                _expectedSuccess ? ", should have succeeded with " : ", should have reverted with ",
                vm.toString(_expectedResult)
            )
        );
    }

    function _surprise(string memory _what) internal {
        if (++surprises == 1) firstSurprise = _what;
    }

    /// @notice Goes through the logs of a step. Those of sent messages must be the letters that the model has
    ///         written meanwhile, in their order.
    function _collect(VmSafe.Log[] memory _logs, uint256 _oldLetters) private {
        uint256 next = _oldLetters;
        for (uint256 i = 0; i < _logs.length; ++i) {
            if (_logs[i].emitter != address(MESSENGER)) continue;
            if (_logs[i].topics[0] == IL2ToL2CrossDomainMessenger.RelayedMessage.selector) {
                ++relays[_logs[i].topics[3]];
            } else if (_logs[i].topics[0] == IL2ToL2CrossDomainMessenger.SentMessage.selector) {
                bytes memory payload = abi.encodePacked(_logs[i].topics, _logs[i].data);
                if (takenBack[steps][keccak256(payload)]) continue;
                _collectSent(uint256(_logs[i].topics[3]), payload, next++);
            }
        }
        if (next < letters.length) _surprise("a message was not logged");
    }

    function _collectSent(uint256 _nonce, bytes memory _logged, uint256 _letter) private {
        bool again = _letter < letters.length && letters[_letter].again;
        if (!again) {
            if (nonceSeen[here][_nonce]) ++repeatedNonces;
            nonceSeen[here][_nonce] = true;
        }

        if (_letter >= letters.length) {
            _surprise("a message was logged that nobody sent");
        } else if (keccak256(_logged) != keccak256(_payload(messages[letters[_letter].tag]))) {
            _surprise("a message was logged otherwise than it was sent");
        }
    }

    /// @notice Reads what the chain of the moment looks like.
    function _look() internal {
        Reading storage reading = seen[here];
        (uint256 nonce, uint256 total, uint256[] memory held, uint256[] memory funds) =
            courier.look(Token(token), holders, accounts);
        (reading.nonce, reading.supply, reading.liquidity) = (nonce, total, address(LIQUIDITY).balance);
        for (uint256 i = 0; i < holders.length; ++i) {
            reading.tokens[holders[i]] = held[i];
        }
        total = 0;
        for (uint256 i = 0; i < accounts.length; ++i) {
            reading.wei_[accounts[i]] = funds[i];
            total += funds[i];
        }
        reading.total = total;
    }

    function _id(uint256 _letter) internal view returns (Identifier memory) {
        return Identifier({
            origin: address(MESSENGER),
            blockNumber: letters[_letter].blockNumber,
            logIndex: letters[_letter].logIndex,
            timestamp: letters[_letter].timestamp,
            chainId: messages[letters[_letter].tag].source
        });
    }

    /// @notice Keys that declare a letter.
    function _keys(uint256 _letter) internal view returns (bytes32[] memory) {
        return AccessListKeys.encode(_id(_letter), keccak256(_payload(messages[letters[_letter].tag])));
    }
}
