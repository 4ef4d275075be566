// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IRelayBatcher } from "../../contracts/interfaces/IRelayBatcher.sol";
import { RelayBatch, RelayItem } from "../../contracts/libraries/RelayBatch.sol";
import { TransactionGas } from "../../contracts/libraries/TransactionGas.sol";
import { Test } from "forge-std/Test.sol";

contract TransactionGas_LimitFor_Test is Test {
    /// @notice 10 zero bytes and 3 others, one address, two keys.
    function test_limitFor_rules_succeeds() external pure {
        bytes memory data = hex"00000000000000000000ffffff";
        uint256 paid = 21_000 + 10 * 4 + 3 * 16 + 2400 + 2 * 1900;
        assertEq(TransactionGas.limitFor(TransactionGas.prague(), data, 1, 2, 7), paid + 7);
        paid += 1280 + 2 * 2048;
        assertEq(TransactionGas.limitFor(TransactionGas.amsterdam(), data, 1, 2, 7), paid + 7);
    }

    /// @notice The floor alone, where nothing runs and nothing is declared.
    function test_limitFor_floor_succeeds() external pure {
        bytes memory data = hex"00000000000000000000ffffff";
        assertEq(TransactionGas.limitFor(TransactionGas.prague(), data, 0, 0, 0), 21_000 + 100 + 120);
        assertEq(TransactionGas.limitFor(TransactionGas.amsterdam(), data, 0, 0, 0), 21_000 + 13 * 64);
        // With an access list, whose bytes are in the floor to come: 52 of them.
        assertEq(
            TransactionGas.limitFor(TransactionGas.amsterdam(), new bytes(100_000), 1, 1, 0),
            21_000 + 100_000 * 64 + 52 * 64
        );
    }
}

contract RelayBatch_GasLimitFor_Test is Test {
    RelayItem[] internal items;

    /// @notice A long message: what it takes to run is far less than the floor for its bytes.
    function test_gasLimitFor_longMessage_succeeds() external {
        items.push();
        items[0].message = new bytes(20_000);
        for (uint256 i; i < 20_000; ++i) {
            items[0].message[i] = 0xff;
        }
        items[0].gasLimit = 100_000;
        bytes memory plain = abi.encodeCall(IRelayBatcher.relayMessages, (RelayBatch.encode(items)));
        bytes memory compact = abi.encodeCall(IRelayBatcher.relayCompact, (RelayBatch.encodeCompact(items)));
        assertEq(RelayBatch.gasLimitFor(items, plain), _floor(plain));
        assertEq(RelayBatch.gasLimitFor(items, compact), _floor(compact));
        assertGt(_floor(compact), 800_000);
    }

    /// @notice A short one: the other sum. Three keys declare a message of a large chain ID.
    function test_gasLimitFor_shortMessage_succeeds() external {
        items.push();
        items[0].gasLimit = 300_000;
        assertEq(RelayBatch.gasLimitFor(items, ""), 21_000 + 2400 + 2 * 1900 + RelayBatch.gasFor(items));
        items[0].chainId = 1 << 64;
        assertEq(
            RelayBatch.gasLimitFor(items, "", TransactionGas.amsterdam()),
            21_000 + 3680 + 3 * 3948 + RelayBatch.gasFor(items)
        );
    }

    function test_gasLimitFor_empty_succeeds() external view {
        assertEq(RelayBatch.gasLimitFor(items, ""), 21_000 + RelayBatch.gasFor(items));
    }

    function _floor(bytes memory _data) private pure returns (uint256 floor_) {
        floor_ = 21_000;
        for (uint256 i; i < _data.length; ++i) {
            floor_ += _data[i] == 0 ? 10 : 40;
        }
    }
}
