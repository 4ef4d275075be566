// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Kind, Message, Path } from "./Model.sol";
import { World } from "./World.sol";

/// @title Properties
/// @notice What always holds. Chains are judged by how they looked when something last happened there;
///         `lookEverywhere` looks again.
abstract contract Properties is World {
    function lookEverywhere() external {
        _setBlock();
        _onEachChain(_look);
        _onEachChain(_checkNonces);
    }

    /// @notice (a) Each message executes at most once; those that the model says were delivered, exactly once.
    function checkExecutions() external view {
        for (uint256 i = 0; i < messages.length; ++i) {
            Message memory message = messages[i];
            uint256 expected = message.executed ? 1 : 0;
            assertEq(relays[_hash(message)], expected, "(a) relays of a message");

            if (message.kind == Kind.TALLIED) {
                assertEq(tally.executions(message.key), expected, "(a) executions of a message");
            } else if (message.kind == Kind.ATTACK) {
                assertEq(attacker.executions(message.key), expected, "(a) executions of an attack");
            }
        }
    }

    /// @notice (b) What is on the chains and what is in flight add up to what there was in the beginning. ETH in
    ///         flight is in the stores, and none is anywhere where it should not be.
    function checkConservation() external view {
        (uint256 supplies, uint256 stores) = (0, 0);
        uint256 funds = FUNDS * holders.length;
        for (uint256 chain = FIRST; chain < FIRST + CHAINS; ++chain) {
            supplies += seen[chain].supply;
            stores += seen[chain].liquidity;

            uint256 held = 0;
            for (uint256 i = 0; i < holders.length; ++i) {
                held += seen[chain].tokens[holders[i]];
            }
            assertEq(held, seen[chain].supply, "(b) tokens held on a chain");
            assertEq(seen[chain].total, PRELOAD + funds, "(b) ETH on a chain");
        }
        assertEq(supplies + _inFlight(Kind.TOKENS), CHAINS * funds, "(b) tokens on chains and in flight");
        assertEq(stores, CHAINS * PRELOAD + _inFlight(Kind.ETH), "(b) ETH in stores");
    }

    /// @notice (c) No nonce repeats: every message has had one of its own, and the messenger has counted all.
    function checkNonces() external view {
        assertEq(repeatedNonces, 0, "(c) nonces that repeat");
        for (uint256 chain = FIRST; chain < FIRST + CHAINS; ++chain) {
            assertEq(seen[chain].nonce, sentFrom[chain], "(c) nonce of a messenger");
        }
    }

    /// @notice (d) Nobody but the bridges changes supplies, or anybody's balance.
    function checkBalances() external view {
        for (uint256 chain = FIRST; chain < FIRST + CHAINS; ++chain) {
            assertEq(seen[chain].supply, supply[chain], "(d) supply of a chain");
            assertEq(seen[chain].liquidity, liquidity[chain], "(d) store of a chain");
            for (uint256 i = 0; i < holders.length; ++i) {
                assertEq(seen[chain].tokens[holders[i]], tokens[chain][holders[i]], "(d) tokens of a holder");
            }
            // The last one is the store.
            for (uint256 i = 0; i < accounts.length - 1; ++i) {
                assertEq(seen[chain].wei_[accounts[i]], wei_[chain][accounts[i]], "(d) ETH of an account");
            }
        }
    }

    /// @notice (e) Relays leave nothing in transient storage, be they successful or not.
    function checkContext() external view {
        assertEq(uncleanRelays, 0, "(e) relays that left their context");
        assertTrue(courier.isClean(), "(e) context outside of relays");
    }

    /// @notice Whatever was called ended as the model says: it succeeded, or reverted with the one right error.
    function checkOutcomes() external view {
        assertEq(surprises, 0, firstSurprise);
    }

    /// @notice How often something happened.
    function times(Path _path) external view returns (uint256) {
        return count[_path];
    }

    /// @notice Every message is known to its source by the nonce that the model has given it.
    function _checkNonces() private view {
        for (uint256 i = 0; i < messages.length; ++i) {
            Message memory message = messages[i];
            if (message.source == here) {
                assertEq(MESSENGER.sentMessages(message.nonce), _hash(message), "(c) message of a nonce");
            }
        }
    }
}
