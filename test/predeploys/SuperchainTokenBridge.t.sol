// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IERC7802 } from "../../contracts/interfaces/IERC7802.sol";
import {
    IL2ToL2CrossDomainMessenger,
    MessageDestinationSameChain
} from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import {
    ISuperchainTokenBridge,
    InvalidERC7802
} from "../../contracts/interfaces/ISuperchainTokenBridge.sol";
import {
    InvalidCrossDomainSender,
    Unauthorized,
    ZeroAddress
} from "../../contracts/libraries/CommonErrors.sol";
import { NotEntered } from "../../contracts/libraries/TransientReentrancyAware.sol";
import { L2NativeSuperchainERC20 } from "../../contracts/token/L2NativeSuperchainERC20.sol";
import { RelayTest } from "../InteropTest.sol";
import { ERC20 } from "solady/tokens/ERC20.sol";

/// @notice Answers every call with the same bytes, after it has burnt some gas.
contract Parrot {
    bytes internal answer;
    uint256 internal toBurn;

    constructor(bytes memory _answer, uint256 _toBurn) {
        (answer, toBurn) = (_answer, _toBurn);
    }

    fallback(bytes calldata) external returns (bytes memory) {
        uint256 start = gasleft();
        while (start - gasleft() < toBurn) { }
        return answer;
    }
}

abstract contract TokenBridgeTest is RelayTest {
    uint256 internal constant THERE = 903;
    address internal constant FROM = address(0xF00);
    address internal constant TO = address(0x700);

    L2NativeSuperchainERC20 internal token;

    function setUp() public override {
        super.setUp();
        token = new L2NativeSuperchainERC20();
    }

    /// @notice A transfer of `_amount` that `_sender` has sent from the source.
    function _transfer(address _sender, uint256 _amount) internal view returns (Sent memory) {
        return _sent(
            _sender,
            address(TOKEN_BRIDGE),
            abi.encodeCall(TOKEN_BRIDGE.relayERC20, (address(token), FROM, TO, _amount))
        );
    }
}

contract SuperchainTokenBridge_SendERC20_Test is TokenBridgeTest {
    function testFuzz_sendERC20_succeeds(
        address _from,
        address _to,
        uint256 _held,
        uint256 _amount
    )
        external
    {
        vm.assume(_from != address(0) && _to != address(0));
        _amount = bound(_amount, 0, _held);
        token.mint(_from, _held);
        bytes memory message = abi.encodeCall(TOKEN_BRIDGE.relayERC20, (address(token), _from, _to, _amount));

        vm.expectEmit(address(token));
        emit IERC7802.CrosschainBurn(_from, _amount, address(TOKEN_BRIDGE));
        vm.expectEmit(address(MESSENGER));
        emit IL2ToL2CrossDomainMessenger.SentMessage(
            THERE,
            address(TOKEN_BRIDGE),
            0,
            address(TOKEN_BRIDGE),
            message
        );
        vm.expectEmit(address(TOKEN_BRIDGE));
        emit ISuperchainTokenBridge.SendERC20(address(token), _from, _to, _amount, THERE);
        vm.prank(_from);
        bytes32 hash = TOKEN_BRIDGE.sendERC20(address(token), _to, _amount, THERE);

        assertEq(hash, MESSENGER.sentMessages(0));
        assertEq(token.balanceOf(_from), _held - _amount);
        assertEq(token.totalSupply(), _held - _amount);
    }

    function test_sendERC20_zeroRecipient_reverts() external {
        vm.expectRevert(ZeroAddress.selector);
        TOKEN_BRIDGE.sendERC20(address(token), address(0), 1, THERE);
    }

    /// @notice The recipient is looked at before the token.
    function test_sendERC20_zeroRecipientAndNoToken_reverts() external {
        vm.expectRevert(ZeroAddress.selector);
        TOKEN_BRIDGE.sendERC20(address(0), address(0), 1, THERE);
    }

    function test_sendERC20_codelessToken_reverts() external {
        _expectInvalid(address(0x70CE));
    }

    function test_sendERC20_tokenSaysNo_reverts() external {
        _expectInvalid(address(new Parrot(abi.encode(false), 0)));
    }

    function test_sendERC20_tokenSaysNothing_reverts() external {
        _expectInvalid(address(new Parrot("", 0)));
    }

    function test_sendERC20_tokenSaysTooLittle_reverts() external {
        _expectInvalid(address(new Parrot(new bytes(31), 0)));
    }

    function test_sendERC20_tokenSaysNoBoolean_reverts() external {
        _expectInvalid(address(new Parrot(abi.encode(2), 0)));
    }

    function test_sendERC20_tokenReverts_reverts() external {
        // Not a token, but a contract without fallback.
        _expectInvalid(address(INBOX));
    }

    function test_sendERC20_tokenUsesUpItsGas_reverts() external {
        _expectInvalid(address(new Parrot("", type(uint256).max)));
    }

    /// @notice ERC-165 grants 30,000 gas for the answer, and no more is spent on it.
    function test_sendERC20_tokenAnswersTooLate_reverts() external {
        _expectInvalid(address(new Parrot(abi.encode(true), 30_000)));
    }

    function test_sendERC20_tokenAnswersLate_succeeds() external {
        address slow = address(new Parrot(abi.encode(true), 20_000));
        assertEq(TOKEN_BRIDGE.sendERC20(slow, TO, 1, THERE), MESSENGER.sentMessages(0));
    }

    function test_sendERC20_insufficientBalance_reverts() external {
        token.mint(address(this), 1);
        vm.expectRevert(ERC20.InsufficientBalance.selector);
        TOKEN_BRIDGE.sendERC20(address(token), TO, 2, THERE);
    }

    function test_sendERC20_sameChain_reverts() external {
        token.mint(address(this), 1);
        vm.expectRevert(MessageDestinationSameChain.selector);
        TOKEN_BRIDGE.sendERC20(address(token), TO, 1, HERE);
        assertEq(token.balanceOf(address(this)), 1);
    }

    function _expectInvalid(address _token) internal {
        vm.expectRevert(InvalidERC7802.selector);
        TOKEN_BRIDGE.sendERC20(_token, TO, 1, THERE);
    }
}

contract SuperchainTokenBridge_RelayERC20_Test is TokenBridgeTest {
    function testFuzz_relayERC20_succeeds(uint256 _amount) external {
        vm.expectEmit(address(token));
        emit IERC7802.CrosschainMint(TO, _amount, address(TOKEN_BRIDGE));
        vm.expectEmit(address(TOKEN_BRIDGE));
        emit ISuperchainTokenBridge.RelayERC20(address(token), FROM, TO, _amount, SOURCE);
        _relay(_transfer(address(TOKEN_BRIDGE), _amount));

        assertEq(token.balanceOf(TO), _amount);
        assertEq(token.totalSupply(), _amount);
    }

    function testFuzz_relayERC20_notTheMessenger_reverts(address _caller) external {
        vm.assume(_caller != address(MESSENGER));
        vm.prank(_caller);
        vm.expectRevert(Unauthorized.selector);
        TOKEN_BRIDGE.relayERC20(address(token), FROM, TO, 1);
    }

    function test_relayERC20_messengerOutsideOfRelay_reverts() external {
        vm.prank(address(MESSENGER));
        vm.expectRevert(NotEntered.selector);
        TOKEN_BRIDGE.relayERC20(address(token), FROM, TO, 1);
    }

    function testFuzz_relayERC20_messageOfAnother_reverts(address _sender) external {
        vm.assume(_sender != address(TOKEN_BRIDGE));
        vm.expectRevert(InvalidCrossDomainSender.selector);
        _relay(_transfer(_sender, 1));
    }

    function test_relayERC20_tokenReverts_reverts() external {
        token.mint(TO, type(uint256).max);
        vm.expectRevert(ERC20.TotalSupplyOverflow.selector);
        _relay(_transfer(address(TOKEN_BRIDGE), 1));
    }

    /// @notice Until the token is deployed, a transfer cannot be delivered, but neither is it lost.
    function test_relayERC20_tokenNotYetDeployed_succeeds() external {
        bytes memory code = address(token).code;
        vm.etch(address(token), "");
        vm.expectRevert(bytes(""));
        _relay(_transfer(address(TOKEN_BRIDGE), 1));

        vm.etch(address(token), code);
        _relay(_transfer(address(TOKEN_BRIDGE), 1));
        assertEq(token.balanceOf(TO), 1);
    }
}

contract SuperchainTokenBridge_Version_Test is TokenBridgeTest {
    function test_version_succeeds() external view {
        assertEq(TOKEN_BRIDGE.version(), "1.0.1");
    }
}
