// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Identifier } from "../../contracts/interfaces/ICrossL2Inbox.sol";
import { AccessListKeys } from "../../contracts/libraries/AccessListKeys.sol";
import { Hashing } from "../../contracts/libraries/Hashing.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { Test } from "forge-std/Test.sol";

/// @notice Vectors that other implementations of the protocol agree on.
abstract contract ChecksumTest is Test {
    struct Vector {
        Identifier id;
        bytes32 msgHash;
        bytes32[] keys;
    }

    function _vectors() internal pure returns (Vector[] memory vectors_) {
        vectors_ = new Vector[](6);
        // Every field its own pattern of bytes.
        vectors_[0] = Vector({
            id: Identifier({
                origin: 0xe0E1E2e3E4e5E6e7e8E9f0F1F2F3F4F5f6F7f8f9,
                blockNumber: 0xa1a2a3a4a5a6a7a8,
                logIndex: 0xb1b2b3b4,
                timestamp: 0xc1c2c3c4c5c6c7c8,
                chainId: 0xd1d2d3d4d5d6d7d8
            }),
            msgHash: 0x8017559a85b12c04b14a1a425d53486d1015f833714a09bd62f04152a7e2ae9b,
            keys: _two(
                0x01000000d1d2d3d4d5d6d7d8a1a2a3a4a5a6a7a8c1c2c3c4c5c6c7c8b1b2b3b4,
                0x03749e87fd7789575de9906569deb05aaf220dc4cfab3d8abbfd34a2e1d7d357
            )
        });
        // The answer of the inbox of a live chain.
        vectors_[1] = Vector({
            id: Identifier({
                origin: Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER,
                blockNumber: 201_796,
                logIndex: 1,
                timestamp: 1_787_665_760,
                chainId: 424_246
            }),
            msgHash: 0x1c8f5a3f7a34098df1428809b8b23aeeb5d141c14498627fa3307652031341bb,
            keys: _two(
                0x0100000000000000000679360000000000031444000000006a8d9d6000000001,
                0x03629159a5a565da57ee9593fe23dee3c2ed041b50d72cbe79c1566d18b04922
            )
        });
        // Every field at its limit.
        vectors_[2] = Vector({
            id: Identifier({
                origin: 0xFFfFfFffFFfffFFfFFfFFFFFffFFFffffFfFFFfF,
                blockNumber: type(uint64).max,
                logIndex: type(uint32).max,
                timestamp: type(uint64).max,
                chainId: type(uint256).max
            }),
            msgHash: bytes32(type(uint256).max),
            keys: _three(
                0x01000000ffffffffffffffffffffffffffffffffffffffffffffffffffffffff,
                0x0200000000000000ffffffffffffffffffffffffffffffffffffffffffffffff,
                0x03585e3b0d18eb2485454d04adc6397ef23765f84dba8a147b901095d7dcf1c8
            )
        });
        // Small fields, easily confused with one another.
        vectors_[3] = Vector({
            id: Identifier({
                origin: 0x4a3A55f0661411B525F4268819f4D65F053Ed2FD,
                blockNumber: 7,
                logIndex: 13,
                timestamp: 11,
                chainId: 424_246
            }),
            msgHash: 0x348b6357d46f7b2eef0300864a3a55f0661411b525f4268819f4d65f053ed2fd,
            keys: _two(
                0x0100000000000000000679360000000000000007000000000000000b0000000d,
                0x035e2ab94d24dcd7ed88ccf511f4d1905d089e7f1880a3a9561fe91d5f44e767
            )
        });
        vectors_[4] = Vector({
            id: Identifier({
                origin: 0x84144e1dBa82ac1b05f73319c57aaf316B2f995F,
                blockNumber: 9,
                logIndex: 0,
                timestamp: 101,
                chainId: 424_246
            }),
            msgHash: 0xf01d568fa43d12644a3211c7e305d1c9c735be5ddd321c7460841916034286eb,
            keys: _two(
                0x0100000000000000000679360000000000000009000000000000006500000000,
                0x036192711f65ca1c4c56d5a20f4a0ef1f9f6505abefde3f3ccfea868aad3185a
            )
        });
        // A transfer of 1,000 tokens, with its whole payload.
        vectors_[5] = Vector({
            id: Identifier({
                origin: Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER,
                blockNumber: 14,
                logIndex: 2,
                timestamp: 1_743_801_675,
                chainId: 901
            }),
            msgHash: keccak256(_transferPayload()),
            keys: _two(
                0x010000000000000000000385000000000000000e0000000067f04d4b00000002,
                0x03c6d2648cef120ce1d7ccf9f8d4042d6b25ff30a02e22d9ea2a47d2677ccb8d
            )
        });
    }

    function _transferPayload() internal pure returns (bytes memory) {
        address user = 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266;
        bytes memory message = abi.encodeWithSelector(
            0x7cfd6dbc, 0x420beeF000000000000000000000000000000001, user, user, 1000
        );
        return abi.encodePacked(
            bytes32(0x382409ac69001e11931a28435afef442cbfd20d9891907e8fa373ba7d351f320),
            abi.encode(902, Predeploys.SUPERCHAIN_TOKEN_BRIDGE, 0),
            abi.encode(Predeploys.SUPERCHAIN_TOKEN_BRIDGE, message)
        );
    }

    function _two(bytes32 _first, bytes32 _second) internal pure returns (bytes32[] memory keys_) {
        keys_ = new bytes32[](2);
        (keys_[0], keys_[1]) = (_first, _second);
    }

    function _three(
        bytes32 _first,
        bytes32 _second,
        bytes32 _third
    )
        internal
        pure
        returns (bytes32[] memory keys_)
    {
        keys_ = new bytes32[](3);
        (keys_[0], keys_[1], keys_[2]) = (_first, _second, _third);
    }
}

contract Hashing_Checksum_Test is ChecksumTest {
    function test_checksum_vectors_succeeds() external pure {
        Vector[] memory vectors = _vectors();
        for (uint256 i = 0; i < vectors.length; i++) {
            bytes32[] memory keys = vectors[i].keys;
            assertEq(Hashing.checksum(vectors[i].id, vectors[i].msgHash), keys[keys.length - 1]);
        }
    }

    /// @notice Fields that trade places make another checksum.
    function test_checksum_transposedFields_succeeds() external pure {
        Identifier memory id =
            Identifier({ origin: address(1), blockNumber: 7, logIndex: 13, timestamp: 11, chainId: 901 });
        bytes32 checksum = Hashing.checksum(id, bytes32(0));
        (id.blockNumber, id.timestamp) = (id.timestamp, id.blockNumber);
        assertNotEq(Hashing.checksum(id, bytes32(0)), checksum);
    }
}

contract AccessListKeys_Encode_Test is ChecksumTest {
    function test_encode_vectors_succeeds() external pure {
        Vector[] memory vectors = _vectors();
        for (uint256 i = 0; i < vectors.length; i++) {
            bytes32[] memory keys = AccessListKeys.encode(vectors[i].id, vectors[i].msgHash);
            assertEq(abi.encode(keys), abi.encode(vectors[i].keys));
        }
    }

    /// @notice The chain ID is split between two keys if it has to be.
    function testFuzz_encode_chainId_succeeds(uint256 _chainId) external pure {
        bytes32[] memory keys = AccessListKeys.encode(
            Identifier({ origin: address(1), blockNumber: 2, logIndex: 3, timestamp: 4, chainId: _chainId }),
            bytes32(0)
        );
        uint256 chainId = uint64(uint256(keys[0]) >> 160);
        if (keys.length == 3) chainId |= uint256(keys[1]) << 64;
        assertEq(chainId, _chainId);
        assertEq(keys.length, _chainId < 1 << 64 ? 2 : 3);
    }
}
