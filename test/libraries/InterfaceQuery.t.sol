// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IERC165 } from "../../contracts/interfaces/IERC165.sol";
import { InterfaceQuery } from "../../contracts/libraries/InterfaceQuery.sol";
import { Parrot } from "../predeploys/SuperchainTokenBridge.t.sol";
import { Test } from "forge-std/Test.sol";

/// @notice Implements one interface.
contract Honest is IERC165 {
    bytes4 internal immutable ID;

    constructor(bytes4 _id) {
        ID = _id;
    }

    function supportsInterface(bytes4 _id) external view returns (bool) {
        return _id == ID;
    }
}

/// @notice Tries to change something when asked.
contract Writer {
    uint256 internal asked;

    function supportsInterface(bytes4) external returns (bool) {
        asked++;
        return true;
    }
}

contract InterfaceQuery_Claims_Test is Test {
    bytes4 internal constant ID = 0x12345678;

    function testFuzz_claims_succeeds(bytes4 _id, bytes4 _other) external {
        address account = address(new Honest(_id));
        assertTrue(InterfaceQuery.claims(account, _id));
        assertEq(InterfaceQuery.claims(account, _other), _id == _other);
    }

    function test_claims_codeless_succeeds() external view {
        assertFalse(InterfaceQuery.claims(address(0x70CE), ID));
    }

    function test_claims_reverting_succeeds() external view {
        assertFalse(InterfaceQuery.claims(address(this), ID));
    }

    function test_claims_writing_succeeds() external {
        assertFalse(InterfaceQuery.claims(address(new Writer()), ID));
    }

    function testFuzz_claims_noBoolean_succeeds(uint256 _answer) external {
        vm.assume(_answer != 1);
        assertFalse(InterfaceQuery.claims(address(new Parrot(abi.encode(_answer), 0)), ID));
    }

    function test_claims_answerTooShort_succeeds() external {
        bytes memory answer = abi.encode(true);
        assertTrue(InterfaceQuery.claims(address(new Parrot(answer, 0)), ID));
        assembly {
            mstore(answer, 31)
        }
        assertFalse(InterfaceQuery.claims(address(new Parrot(answer, 0)), ID));
        assertFalse(InterfaceQuery.claims(address(new Parrot("", 0)), ID));
    }

    function test_claims_tooLate_succeeds() external {
        assertTrue(InterfaceQuery.claims(address(new Parrot(abi.encode(true), 20_000)), ID));
        assertFalse(InterfaceQuery.claims(address(new Parrot(abi.encode(true), 30_000)), ID));
    }
}
