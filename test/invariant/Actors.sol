// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Identifier } from "../../contracts/interfaces/ICrossL2Inbox.sol";
import { IERC7802 } from "../../contracts/interfaces/IERC7802.sol";
import { IETHLiquidity } from "../../contracts/interfaces/IETHLiquidity.sol";
import { IL2ToL2CrossDomainMessenger } from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { ISuperchainETHBridge } from "../../contracts/interfaces/ISuperchainETHBridge.sol";
import { ISuperchainTokenBridge } from "../../contracts/interfaces/ISuperchainTokenBridge.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { NotEntered } from "../../contracts/libraries/TransientReentrancyAware.sol";
import { SuperchainERC20 } from "../../contracts/token/SuperchainERC20.sol";
import { MessengerHarness } from "../predeploys/L2ToL2CrossDomainMessengerContext.t.sol";

/// @notice A target does not want its message now.
error Refused(uint256 key);

// The messenger of whatever chain, with transient slots that can be looked at.
MessengerHarness constant MESSENGER = MessengerHarness(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER);

/// @notice Token whose supply nothing but the bridge can change after its deployment.
contract Token is SuperchainERC20 {
    constructor(address[] memory _holders, uint256 _amount) {
        for (uint256 i = 0; i < _holders.length; ++i) {
            _mint(_holders[i], _amount);
        }
    }

    function name() public pure override returns (string memory) {
        return "Token";
    }

    function symbol() public pure override returns (string memory) {
        return "TOKEN";
    }
}

/// @notice Target of messages that counts them, and refuses them while it is told to.
contract Tally {
    /// @notice How often the message of each key was executed. Shared by all chains, so that a message that
    ///         executes on two of them counts twice.
    mapping(uint256 => uint256) public executions;

    mapping(uint256 => bool) internal refusing;

    modifier counted(uint256 _key) {
        require(msg.sender == address(MESSENGER));
        ++executions[_key];
        _;
        if (refusing[block.chainid]) revert Refused(_key);
    }

    /// @notice Makes the tally of the current chain refuse, or stop refusing.
    function refuse(bool _refuses) external {
        refusing[block.chainid] = _refuses;
    }

    /// @notice Executes a message, and answers with the context that it came in.
    function execute(uint256 _key)
        external
        payable
        counted(_key)
        returns (uint256 key_, address sender_, uint256 source_)
    {
        (sender_, source_) = MESSENGER.crossDomainMessageContext();
        key_ = _key;
    }
}

/// @notice What an attacker wants to try, and what it comes to if nothing is broken.
struct Attempt {
    address target;
    bytes call;
    bytes result;
    bool succeeds;
}

/// @notice Who knows what the attacker can try: the attacker itself sees no logs of other chains.
interface IArsenal {
    function attempts(uint256 _tag) external view returns (Attempt[] memory);
}

/// @notice Target that, while it is called, tries whatever might break something. It answers with the first
///         attempt that came out unexpectedly, plus one.
contract Attacker is Tally {
    IArsenal internal immutable ARSENAL;

    constructor(IArsenal _arsenal) {
        ARSENAL = _arsenal;
    }

    function strike(uint256 _key) external payable counted(_key) returns (uint256 surprise_) {
        (address sender, uint256 source) = MESSENGER.crossDomainMessageContext();
        Attempt[] memory attempts = ARSENAL.attempts(_key);
        for (uint256 i = 0; i < attempts.length; ++i) {
            (bool success, bytes memory result) = attempts[i].target.call(attempts[i].call);
            bool expected =
                success == attempts[i].succeeds && keccak256(result) == keccak256(attempts[i].result);
            if (!expected && surprise_ == 0) surprise_ = i + 1;
        }
        // Whatever it tried, the message is still the one that is being delivered.
        (address senderAfter, uint256 sourceAfter) = MESSENGER.crossDomainMessageContext();
        require(sender == senderAfter && source == sourceAfter);
    }
}

/// @notice A message to relay.
struct Delivery {
    Identifier id;
    bytes payload;
    uint256 value;
}

/// @notice What became of it.
struct Outcome {
    bool success;
    bytes result;
    bool clean;
}

/// @notice Relays messages, several in one transaction, and looks at the messenger after each of them.
contract Courier {
    receive() external payable { }

    function deliver(Delivery[] calldata _deliveries) external payable returns (Outcome[] memory outcomes_) {
        outcomes_ = new Outcome[](_deliveries.length);
        for (uint256 i = 0; i < _deliveries.length; ++i) {
            (outcomes_[i].success, outcomes_[i].result) = address(MESSENGER)
            .call{ value: _deliveries[i].value }(
                abi.encodeCall(
                    IL2ToL2CrossDomainMessenger.relayMessage, (_deliveries[i].id, _deliveries[i].payload)
                )
            );
            outcomes_[i].clean = isClean();
        }
        // What failed relays did not use.
        (bool success,) = msg.sender.call{ value: address(this).balance }("");
        require(success);
    }

    /// @notice Reads a chain in one call; in `isolate` mode each call of a test is a costly transaction.
    function look(
        Token _token,
        address[] calldata _holders,
        address[] calldata _accounts
    )
        external
        view
        returns (uint256 nonce_, uint256 supply_, uint256[] memory tokens_, uint256[] memory wei_)
    {
        (nonce_, supply_) = (MESSENGER.messageNonce(), _token.totalSupply());
        (tokens_, wei_) = (new uint256[](_holders.length), new uint256[](_accounts.length));
        for (uint256 i = 0; i < _holders.length; ++i) {
            tokens_[i] = _token.balanceOf(_holders[i]);
        }
        for (uint256 i = 0; i < _accounts.length; ++i) {
            wei_[i] = _accounts[i].balance;
        }
    }

    /// @notice Whether nothing is left of a relay in the messenger's transient storage.
    function isClean() public view returns (bool) {
        (uint256 entered, uint256 sender, uint256 source) = MESSENGER.transients();
        (bool success, bytes memory result) = address(MESSENGER)
            .staticcall(abi.encodeCall(IL2ToL2CrossDomainMessenger.crossDomainMessageContext, ()));
        return entered == 0 && sender == 0 && source == 0 && !success
            && keccak256(result) == keccak256(abi.encodeWithSelector(NotEntered.selector));
    }
}

/// @notice Calls that nobody but a predeploy may make.
library Meddling {
    function calls(
        address _token,
        address _meddler,
        uint256 _amount
    )
        internal
        pure
        returns (address[] memory targets_, bytes[] memory calls_)
    {
        (targets_, calls_) = (new address[](6), new bytes[](6));
        (targets_[0], calls_[0]) = (_token, abi.encodeCall(IERC7802.crosschainMint, (_meddler, _amount)));
        (targets_[1], calls_[1]) = (_token, abi.encodeCall(IERC7802.crosschainBurn, (_meddler, _amount)));
        (targets_[2], calls_[2]) = (Predeploys.ETH_LIQUIDITY, abi.encodeCall(IETHLiquidity.mint, (_amount)));
        (targets_[3], calls_[3]) = (Predeploys.ETH_LIQUIDITY, abi.encodeCall(IETHLiquidity.burn, ()));
        (targets_[4], calls_[4]) =
        (
            Predeploys.SUPERCHAIN_TOKEN_BRIDGE,
            abi.encodeCall(ISuperchainTokenBridge.relayERC20, (_token, _meddler, _meddler, _amount))
        );
        (targets_[5], calls_[5]) =
        (
            Predeploys.SUPERCHAIN_ETH_BRIDGE,
            abi.encodeCall(ISuperchainETHBridge.relayETH, (_meddler, _meddler, _amount))
        );
    }
}
