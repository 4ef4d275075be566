// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    AddressMissing,
    ChainReferenceMissing,
    ChainReferenceNotCanonical,
    ChainReferenceTooLong,
    InteropAddress,
    InteropAddressTooLong,
    InteropAddressTooShort,
    InvalidAddressLength,
    UnsupportedChainType,
    UnsupportedInteropAddressVersion
} from "../../contracts/libraries/InteropAddress.sol";
import {
    InteroperableAddress as OpenZeppelin
} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";
import { Test } from "forge-std/Test.sol";

/// @notice The library, and OpenZeppelin's beside it. What is behind an address in calldata is not its zeros.
contract Codec {
    function parse(
        bytes calldata _encoded,
        bytes32
    )
        external
        pure
        returns (uint256 chainId_, address account_)
    {
        (chainId_, account_) = InteropAddress.parseEvm(_encoded);
    }

    function tryParseOpenZeppelin(bytes calldata _encoded) external pure returns (bool, uint256, address) {
        return OpenZeppelin.tryParseEvmV1Calldata(_encoded);
    }
}

abstract contract InteropAddressTest is Test {
    /// @notice Example of ERC-7930.
    address internal constant EXAMPLE = 0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045;

    Codec internal codec = new Codec();

    function _parse(bytes memory _encoded) internal view returns (uint256, address) {
        return codec.parse(_encoded, ~bytes32(0));
    }
}

contract InteropAddress_ParseEvm_Test is InteropAddressTest {
    function test_parseEvm_example_succeeds() external view {
        (uint256 chainId, address account) =
            _parse(hex"00010000010114d8da6bf26964af9d7eed9e03e53415d37aa96045");
        assertEq(chainId, 1);
        assertEq(account, EXAMPLE);
    }

    function testFuzz_parseEvm_formatted_succeeds(
        uint256 _chainId,
        uint8 _shift,
        address _account
    )
        external
        view
    {
        _chainId = _someId(_chainId, _shift);
        (uint256 chainId, address account) = _parse(InteropAddress.formatEvm(_chainId, _account));
        assertEq(chainId, _chainId);
        assertEq(account, _account);
    }

    /// @notice What it takes, OpenZeppelin's takes and reads the same; and formatted again it is what it was.
    function testFuzz_parseEvm_mutated_isCanonicalOrReverts(
        uint256 _chainId,
        uint8 _shift,
        uint8 _place,
        bytes1 _byte,
        uint8 _length
    )
        external
        view
    {
        bytes memory encoded = InteropAddress.formatEvm(_someId(_chainId, _shift), EXAMPLE);
        if (_place < 10) encoded[_place % encoded.length] = _byte;
        if (_length < 80) {
            bytes memory cut = new bytes(_length);
            for (uint256 i; i < _length && i < encoded.length; ++i) {
                cut[i] = encoded[i];
            }
            encoded = cut;
        }
        _assertCanonicalOrRefused(encoded);
    }

    function testFuzz_parseEvm_anything_isCanonicalOrReverts(bytes calldata _encoded) external view {
        _assertCanonicalOrRefused(_encoded);
    }

    function test_parseEvm_tooShort_reverts() external {
        bytes memory whole = InteropAddress.formatEvm(0x0385, EXAMPLE);
        for (uint256 length; length < whole.length; ++length) {
            bytes memory cut = new bytes(length);
            for (uint256 i; i < length; ++i) {
                cut[i] = whole[i];
            }
            _expect(abi.encodeWithSelector(InteropAddressTooShort.selector, length), cut);
        }
    }

    function test_parseEvm_tooLong_reverts() external {
        bytes memory whole = InteropAddress.formatEvm(0x0385, EXAMPLE);
        _expect(abi.encodeWithSelector(InteropAddressTooLong.selector, 1), bytes.concat(whole, hex"00"));
        _expect(abi.encodeWithSelector(InteropAddressTooLong.selector, 28), bytes.concat(whole, whole));
    }

    function test_parseEvm_otherVersion_reverts() external {
        bytes4 selector = UnsupportedInteropAddressVersion.selector;
        _expect(
            abi.encodeWithSelector(selector, 2), hex"00020000010114d8da6bf26964af9d7eed9e03e53415d37aa96045"
        );
        _expect(
            abi.encodeWithSelector(selector, 0x8001),
            hex"80010000010114d8da6bf26964af9d7eed9e03e53415d37aa96045"
        );
        // All zeros, by which ERC-7786 leaves it to a gateway who receives.
        _expect(abi.encodeWithSelector(selector, 0), hex"000000000000");
    }

    function test_parseEvm_otherChainType_reverts() external {
        // Example of ERC-7930: an account on Solana.
        _expect(
            abi.encodeWithSelector(UnsupportedChainType.selector, bytes2(0x0002)),
            hex"000100022045296998a6f8e2a784db5d9f95e18fc23f70441a1039446801089879b08c7ef02005333498d5aea4ae009585c43f7b8c30df8e70187d4a713d134f977fc8dfe0b5"
        );
        _expect(
            abi.encodeWithSelector(UnsupportedChainType.selector, bytes2(0x0100)),
            hex"00010100010114d8da6bf26964af9d7eed9e03e53415d37aa96045"
        );
    }

    function test_parseEvm_chainReference_reverts() external {
        // Example of ERC-7930: an account without a chain.
        _expect(
            abi.encodeWithSelector(ChainReferenceMissing.selector),
            hex"000100000014d8da6bf26964af9d7eed9e03e53415d37aa96045"
        );
        bytes memory account = abi.encodePacked(hex"14", EXAMPLE);
        _expect(
            abi.encodeWithSelector(ChainReferenceTooLong.selector, 33),
            abi.encodePacked(hex"0001000021", bytes32(~uint256(0)), hex"01", account)
        );
        _expect(
            abi.encodeWithSelector(ChainReferenceTooLong.selector, 255), abi.encodePacked(hex"00010000ff00")
        );
    }

    function test_parseEvm_leadingZeros_reverts() external {
        bytes memory expected = abi.encodeWithSelector(ChainReferenceNotCanonical.selector);
        bytes memory account = abi.encodePacked(hex"14", EXAMPLE);
        _expect(expected, abi.encodePacked(hex"0001000002", hex"0001", account));
        _expect(expected, abi.encodePacked(hex"0001000003", hex"000385", account));
        _expect(expected, abi.encodePacked(hex"0001000020", bytes32(uint256(901)), account));
        // Chain 0 is none.
        _expect(expected, abi.encodePacked(hex"0001000001", hex"00", account));
    }

    function test_parseEvm_account_reverts() external {
        // A chain alone.
        _expect(abi.encodeWithSelector(AddressMissing.selector), hex"0001000002038500");
        bytes memory chain = hex"00010000020385";
        _expect(
            abi.encodeWithSelector(InvalidAddressLength.selector, 32),
            abi.encodePacked(chain, hex"20", bytes32(uint256(uint160(EXAMPLE))))
        );
        _expect(
            abi.encodeWithSelector(InvalidAddressLength.selector, 19),
            abi.encodePacked(chain, hex"13", bytes19(0))
        );
        _expect(abi.encodeWithSelector(InvalidAddressLength.selector, 255), abi.encodePacked(chain, hex"ff"));
    }

    function _assertCanonicalOrRefused(bytes memory _encoded) private view {
        try codec.parse(_encoded, ~bytes32(0)) returns (uint256 chainId, address account) {
            (bool success, uint256 expectedChainId, address expected) = codec.tryParseOpenZeppelin(_encoded);
            assertTrue(success);
            assertEq(chainId, expectedChainId);
            assertEq(account, expected);
            assertEq(InteropAddress.formatEvm(chainId, account), _encoded);
        } catch (bytes memory reason) {
            assertGt(reason.length, 3, "refused without an error");
            (bool success, uint256 chainId, address account) = codec.tryParseOpenZeppelin(_encoded);
            // What only OpenZeppelin's takes is not the one encoding of what it reads in it.
            if (!success || chainId == 0) return;
            assertNotEq(InteropAddress.formatEvm(chainId, account), _encoded);
        }
    }

    function _expect(bytes memory _error, bytes memory _encoded) private {
        vm.expectRevert(_error);
        _parse(_encoded);
    }

    /// @notice Ids of all lengths alike; none is zero.
    function _someId(uint256 _chainId, uint8 _shift) private pure returns (uint256 id_) {
        id_ = _chainId >> _shift;
        if (id_ == 0) id_ = 1;
    }
}

contract InteropAddress_FormatEvm_Test is InteropAddressTest {
    function test_formatEvm_example_succeeds() external pure {
        assertEq(
            InteropAddress.formatEvm(1, EXAMPLE), hex"00010000010114d8da6bf26964af9d7eed9e03e53415d37aa96045"
        );
        assertEq(
            InteropAddress.formatEvm(902, EXAMPLE),
            hex"0001000002038614d8da6bf26964af9d7eed9e03e53415d37aa96045"
        );
    }

    /// @notice For every id and account it gives what OpenZeppelin's gives, which contracts compare ours with.
    function testFuzz_formatEvm_isOpenZeppelins(
        uint256 _chainId,
        uint8 _shift,
        address _account
    )
        external
        pure
    {
        uint256 id = _chainId >> _shift;
        assertEq(InteropAddress.formatEvm(id, _account), OpenZeppelin.formatEvmV1(id, _account));
    }

    function test_formatEvm_everyLength_succeeds() external pure {
        for (uint256 bits; bits < 256; ++bits) {
            for (uint256 i; i < 2; ++i) {
                uint256 id = i == 0 ? 2 ** bits : type(uint256).max >> (255 - bits);
                assertEq(InteropAddress.formatEvm(id, EXAMPLE), OpenZeppelin.formatEvmV1(id, EXAMPLE));
            }
        }
        assertEq(InteropAddress.formatEvm(0, EXAMPLE), OpenZeppelin.formatEvmV1(0, EXAMPLE));
    }

    /// @notice In memory that is not zero, of an account with dirty upper bits: it is padded with zeros, and what is
    ///         allocated next does not touch it.
    function testFuzz_formatEvm_memory_succeeds(
        uint256 _chainId,
        uint8 _shift,
        address _account
    )
        external
        pure
    {
        uint256 id = _chainId >> _shift;
        bytes memory expected = OpenZeppelin.formatEvmV1(id, _account);
        address dirty;
        assembly ("memory-safe") {
            let free := mload(0x40)
            for { let i := 0 } lt(i, 0x200) { i := add(i, 0x20) } { mstore(add(free, i), not(0)) }
            dirty := or(_account, shl(160, 0xffff))
        }
        bytes memory encoded = InteropAddress.formatEvm(id, dirty);
        bytes memory next = abi.encode(~uint256(0));
        assertEq(encoded, expected);
        assertEq(next, abi.encode(~uint256(0)));
        uint256 padding;
        assembly ("memory-safe") {
            // The rest of the word in which it ends.
            let end := add(add(encoded, 0x20), mload(encoded))
            let rest := and(sub(0, mload(encoded)), 0x1f)
            padding := shr(sub(256, shl(3, rest)), mload(end))
        }
        assertEq(padding, 0);
    }
}
