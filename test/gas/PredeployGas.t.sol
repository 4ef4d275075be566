// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Identifier } from "../../contracts/interfaces/ICrossL2Inbox.sol";
import { IERC7802 } from "../../contracts/interfaces/IERC7802.sol";
import { AccessListKeys } from "../../contracts/libraries/AccessListKeys.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { SuperchainERC20 } from "../../contracts/token/SuperchainERC20.sol";
import { GasTest } from "./GasTest.sol";

/// @notice Contract that accepts every message and does nothing.
contract Sink {
    fallback() external payable { }
}

/// @notice The least that the bridge moves: balances, and the interface that it asks for. What a figure with it leaves
///         out is the token's own affair: allowances, supply, events.
contract MinimalToken is IERC7802 {
    mapping(address => uint256) internal balances;

    constructor(address _holder) {
        balances[_holder] = 1_000_000 ether;
    }

    function crosschainMint(address _to, uint256 _amount) external {
        balances[_to] += _amount;
    }

    function crosschainBurn(address _from, uint256 _amount) external {
        balances[_from] -= _amount;
    }

    function supportsInterface(bytes4 _interfaceId) external pure returns (bool) {
        return _interfaceId == type(IERC7802).interfaceId;
    }
}

/// @notice A token as dapps have it.
contract Token is SuperchainERC20 {
    constructor(address _holder) {
        _mint(_holder, 1_000_000 ether);
    }

    function name() public pure override returns (string memory) {
        return "Token";
    }

    function symbol() public pure override returns (string memory) {
        return "TKN";
    }
}

/// @notice Execution gas of the predeploys, each call a transaction of its own, with one declared key where a message
///         is executed.
abstract contract PredeployGasTest is GasTest {
    address internal constant HOLDER = address(0x401DE5);
    address internal constant ACCOUNT = address(0xACC0);

    address internal minimalToken;
    address internal token;
    address internal sink;

    function setUp() public virtual override {
        super.setUp();
        minimalToken = address(new MinimalToken(HOLDER));
        token = address(new Token(HOLDER));
        sink = address(new Sink());
        vm.deal(HOLDER, 100 ether);
        // The first message of a chain pays for the nonce's slot, no later one does.
        MESSENGER.sendMessage(SOURCE, sink, "");
    }

    function test_validateMessage_gas_succeeds() public {
        Identifier memory id = _identify(sink);
        bytes32 msgHash = keccak256("message");
        _declareChecksum(id, msgHash);
        _measure(
            "validateMessage", address(INBOX), 0, abi.encodeCall(INBOX.validateMessage, (id, msgHash)), 1
        );
    }

    function test_sendMessage_gas_succeeds() public {
        _measureSend("send 0 bytes", 0);
        _measureSend("send 100 bytes", 100);
        _measureSend("send 4096 bytes", 4096);
    }

    function test_resendMessage_gas_succeeds() public {
        bytes memory message = _message(100);
        uint256 nonce = MESSENGER.messageNonce();
        vm.prank(HOLDER);
        MESSENGER.sendMessage(SOURCE, sink, message);
        bytes memory data = abi.encodeCall(MESSENGER.resendMessage, (SOURCE, nonce, HOLDER, sink, message));
        _measure("resend 100 bytes", address(MESSENGER), 0, data, 0);
    }

    function test_relayMessage_gas_succeeds() public {
        _measureRelay("relay 0 bytes to an account", _sent(HOLDER, ACCOUNT, ""));
        _measureRelay("relay 100 bytes to an account", _sent(HOLDER, ACCOUNT, _message(100)));
        _measureRelay("relay 4096 bytes to an account", _sent(HOLDER, ACCOUNT, _message(4096)));
        _measureRelay("relay 100 bytes to a contract", _sent(HOLDER, sink, _message(100)));
    }

    function test_sendERC20_gas_succeeds() public {
        _measureTokenSend("sendERC20, minimal token", minimalToken);
        _measureTokenSend("sendERC20, SuperchainERC20", token);
    }

    function test_relayERC20_gas_succeeds() public {
        _measureTokenRelay("relay of sendERC20, minimal token", minimalToken);
        _measureTokenRelay("relay of sendERC20, SuperchainERC20", token);
    }

    function test_sendETH_gas_succeeds() public {
        bytes memory data = abi.encodeCall(ETH_BRIDGE.sendETH, (ACCOUNT, SOURCE));
        _measure("sendETH", address(ETH_BRIDGE), 1 ether, data, 0);
    }

    function test_relayETH_gas_succeeds() public {
        bytes memory message = abi.encodeCall(ETH_BRIDGE.relayETH, (HOLDER, ACCOUNT, 1 ether));
        _measureRelay("relay of sendETH", _sent(address(ETH_BRIDGE), address(ETH_BRIDGE), message));
    }

    /// @notice Group of the snapshot.
    function _group() internal pure virtual returns (string memory);

    function _measureSend(string memory _name, uint256 _length) private {
        bytes memory data = abi.encodeCall(MESSENGER.sendMessage, (SOURCE, sink, _message(_length)));
        _measure(_name, address(MESSENGER), 0, data, 0);
    }

    function _measureTokenSend(string memory _name, address _token) private {
        bytes memory data = abi.encodeCall(TOKEN_BRIDGE.sendERC20, (_token, ACCOUNT, 1 ether, SOURCE));
        _measure(_name, address(TOKEN_BRIDGE), 0, data, 0);
    }

    function _measureTokenRelay(string memory _name, address _token) private {
        bytes memory message = abi.encodeCall(TOKEN_BRIDGE.relayERC20, (_token, HOLDER, ACCOUNT, 1 ether));
        _measureRelay(_name, _sent(address(TOKEN_BRIDGE), address(TOKEN_BRIDGE), message));
    }

    function _measureRelay(string memory _name, Sent memory _sentMessage) private {
        Identifier memory id = _identify();
        bytes memory payload = _payload(_sentMessage);
        _declareChecksum(id, keccak256(payload));
        _measure(_name, address(MESSENGER), 0, abi.encodeCall(MESSENGER.relayMessage, (id, payload)), 1);
    }

    function _measure(
        string memory _name,
        address _to,
        uint256 _value,
        bytes memory _data,
        uint256 _keys
    )
        private
    {
        vm.prank(HOLDER);
        (, uint256 execution) = _transact(_to, _value, _data, _keys);
        vm.snapshotValue(_group(), _name, execution);
        if (_keys != 0) _declareNothing();
    }

    /// @notice Declares nothing but the checksum of a log: the lookup identity costs the same wherever it stands.
    function _declareChecksum(Identifier memory _id, bytes32 _msgHash) private {
        bytes32[] memory all = AccessListKeys.encode(_id, _msgHash);
        bytes32[] memory checksum = new bytes32[](1);
        checksum[0] = all[all.length - 1];
        _declareKeys(Predeploys.CROSS_L2_INBOX, checksum);
    }

    /// @notice Calldata for a target, without zero bytes.
    function _message(uint256 _length) private pure returns (bytes memory message_) {
        message_ = new bytes(_length);
        for (uint256 i; i < _length; ++i) {
            message_[i] = 0xff;
        }
    }
}

/// @notice The contracts at the predeploys' addresses themselves: what compares with other implementations.
contract PredeployGas_Bare_Test is PredeployGasTest {
    function _install(address _predeploy, bytes memory _code) internal override {
        vm.etch(_predeploy, _code);
    }

    function _group() internal pure override returns (string memory) {
        return "Predeploys";
    }
}

/// @notice The contracts as a chain has them.
contract PredeployGas_Proxied_Test is PredeployGasTest {
    function _group() internal pure override returns (string memory) {
        return "PredeploysBehindProxies";
    }
}

/// @notice Another implementation, whose runtime bytecode the environment gives (`make snapshots REFERENCE=...`).
contract PredeployGas_Reference_Test is PredeployGasTest {
    function setUp() public override {
        vm.skip(!vm.envExists("REFERENCE_CrossL2Inbox"), "no other implementation is given");
        super.setUp();
    }

    function _install(address _predeploy, bytes memory) internal override {
        vm.etch(_predeploy, vm.envBytes(string.concat("REFERENCE_", _name(_predeploy))));
    }

    function _name(address _predeploy) private pure returns (string memory) {
        if (_predeploy == Predeploys.CROSS_L2_INBOX) return "CrossL2Inbox";
        if (_predeploy == Predeploys.SUPERCHAIN_ETH_BRIDGE) return "SuperchainETHBridge";
        if (_predeploy == Predeploys.ETH_LIQUIDITY) return "ETHLiquidity";
        if (_predeploy == Predeploys.SUPERCHAIN_TOKEN_BRIDGE) return "SuperchainTokenBridge";
        return "L2ToL2CrossDomainMessenger";
    }

    function _group() internal pure override returns (string memory) {
        return "Reference";
    }
}
