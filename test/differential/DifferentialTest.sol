// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { CrossL2Inbox } from "../../contracts/predeploys/CrossL2Inbox.sol";
import { ETHLiquidity } from "../../contracts/predeploys/ETHLiquidity.sol";
import { L2ToL2CrossDomainMessenger } from "../../contracts/predeploys/L2ToL2CrossDomainMessenger.sol";
import { SuperchainETHBridge } from "../../contracts/predeploys/SuperchainETHBridge.sol";
import { SuperchainTokenBridge } from "../../contracts/predeploys/SuperchainTokenBridge.sol";
import { RelayTest } from "../InteropTest.sol";
import { Account as Touched, Outcome, OutcomeLib, Slot, Step } from "./Outcome.sol";
import { Vm } from "forge-std/Vm.sol";
import { console } from "forge-std/console.sol";

/// @notice Base of the differential tests: runs a step on two implementations, from the same state, and compares.
///         `given` comes from the environment (`script/differential` sets it) and is ours where it does not.
abstract contract DifferentialTest is RelayTest {
    /// @notice Accounts that keep the code of the predeploys, in the order of `_predeploys`: so the code is at hand
    ///         at no cost.
    address internal constant GIVEN = address(0x61FE0000);
    address internal constant OURS = address(0x00250000);

    /// @notice Gas of a transaction. An implementation that burns all of it cannot take the test along.
    uint256 internal constant STEP_GAS = 20_000_000;

    /// @notice Gas of the step that was compared last, as transactions pay it.
    uint256 internal gasGiven;
    uint256 internal gasOurs;

    /// @notice Whether the predeploys stand behind proxies.
    bool internal proxied;

    /// @notice Documented differences that may show, by name.
    mapping(string => bool) internal allowed;

    function setUp() public virtual override {
        super.setUp();
        _keep(0, "DIFFERENTIAL_INBOX", type(CrossL2Inbox).runtimeCode);
        _keep(1, "DIFFERENTIAL_MESSENGER", type(L2ToL2CrossDomainMessenger).runtimeCode);
        _keep(2, "DIFFERENTIAL_ETH_BRIDGE", type(SuperchainETHBridge).runtimeCode);
        _keep(3, "DIFFERENTIAL_ETH_LIQUIDITY", type(ETHLiquidity).runtimeCode);
        _keep(4, "DIFFERENTIAL_TOKEN_BRIDGE", type(SuperchainTokenBridge).runtimeCode);
        string[] memory names = vm.envOr("DIFFERENTIAL_ALLOW", ",", new string[](0));
        for (uint256 i; i < names.length; ++i) {
            allowed[names[i]] = true;
        }
        proxied = vm.envOr("DIFFERENTIAL_PROXIED", false);
        if (!proxied) {
            // What `InteropTest` put there; nothing of it may stay.
            for (uint256 i; i < 5; ++i) {
                _setSlot(_predeploys()[i], "eip1967.proxy.implementation", address(0));
                _setSlot(_predeploys()[i], "eip1967.proxy.admin", address(0));
            }
        }
        _place(OURS);
    }

    function _predeploys() internal pure returns (address[5] memory) {
        return [
            Predeploys.CROSS_L2_INBOX,
            Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER,
            Predeploys.SUPERCHAIN_ETH_BRIDGE,
            Predeploys.ETH_LIQUIDITY,
            Predeploys.SUPERCHAIN_TOKEN_BRIDGE
        ];
    }

    /// @notice Keeps the code of one predeploy: what is ours, and what was given instead.
    function _keep(uint160 _index, string memory _variable, bytes memory _code) private {
        vm.etch(_keeper(OURS, _index), _code);
        vm.etch(_keeper(GIVEN, _index), vm.envOr(_variable, _code));
    }

    function _keeper(address _codes, uint160 _index) internal pure returns (address) {
        return address(uint160(_codes) + _index);
    }

    /// @notice Puts an implementation, given or ours, at the predeploys' addresses. State stays.
    function _place(address _codes) internal {
        address[5] memory predeploys = _predeploys();
        for (uint160 i; i < 5; ++i) {
            address place = proxied ? Predeploys.implementationOf(predeploys[i]) : predeploys[i];
            vm.etch(place, _keeper(_codes, i).code);
        }
    }

    /// @notice Accounts whose storage is compared. What logs name besides is compared for its balance.
    function _cast() internal view virtual returns (address[] memory);

    /// @notice Name of the documented difference that explains a difference; nothing if none does.
    function _documented(
        Step memory _step,
        Outcome memory _a,
        Outcome memory _b
    )
        internal
        view
        virtual
        returns (string memory);

    /// @notice Runs a step on both implementations and leaves the state that ours makes.
    /// @return difference_ What differs; nothing if the outcomes are the same, or differ in an allowed way.
    function _compare(Step memory _step) internal returns (string memory difference_) {
        uint256 before = vm.snapshotState();
        Outcome memory a = _run(_step, GIVEN);
        vm.revertToState(before);
        Outcome memory b = _run(_step, OURS);

        (gasGiven, gasOurs) = (a.gas, b.gas);

        difference_ = OutcomeLib.compareCall(a, b);
        if (bytes(difference_).length == 0) difference_ = _compareSlots(a.slots, b.slots, before);
        for (uint256 i; i < a.accounts.length && bytes(difference_).length == 0; ++i) {
            // Logs are the same by now, so accounts are, too.
            bool exceptNonce = _mayDifferInNonce(a.accounts[i].account);
            difference_ = OutcomeLib.compareAccount(a.accounts[i], b.accounts[i], exceptNonce);
        }
        vm.deleteStateSnapshot(before);
        if (bytes(difference_).length == 0) return "";

        string memory gas_ = string.concat("given ", vm.toString(a.gas), ", ours ", vm.toString(b.gas));
        difference_ = string.concat(OutcomeLib.describe(_step), "\n", difference_, "\n  gas:   ", gas_);
        string memory name = _documented(_step, a, b);
        if (allowed[name]) {
            console.log("allowed difference %s: %s", name, difference_);
            return "";
        }
    }

    /// @notice Compares the slots that either implementation wrote. The state now is ours, and stays.
    function _compareSlots(
        Slot[] memory _a,
        Slot[] memory _b,
        uint256 _before
    )
        internal
        returns (string memory difference_)
    {
        for (uint256 i; i < _a.length && bytes(difference_).length == 0; ++i) {
            difference_ = OutcomeLib.compareSlot(_a[i], _slotNow(_a[i].account, _a[i].key));
        }
        Slot[] memory others = OutcomeLib.without(_b, _a);
        if (others.length == 0 || bytes(difference_).length != 0) return difference_;

        // What ours alone wrote is with the given implementation what it was before.
        uint256 now_ = vm.snapshotState();
        vm.revertToState(_before);
        for (uint256 i; i < others.length && bytes(difference_).length == 0; ++i) {
            difference_ = OutcomeLib.compareSlot(_slotNow(others[i].account, others[i].key), others[i]);
        }
        vm.revertToState(now_);
    }

    /// @notice The reference creates a contract where ours pays.
    function _mayDifferInNonce(address _account) internal view returns (bool) {
        return _account == Predeploys.ETH_LIQUIDITY && allowed["eth-liquidity-nonce"];
    }

    /// @notice Runs a step on an implementation. Forge's record of state differences would do what `_noteState`
    ///         does, but with it on, every slot is warm, as if everything were declared.
    function _run(Step memory _step, address _codes) internal returns (Outcome memory outcome_) {
        _place(_codes);
        _declareKeys(Predeploys.CROSS_L2_INBOX, _step.keys);
        vm.recordLogs();
        vm.record();
        vm.prank(_step.from);
        (outcome_.success, outcome_.returned) = _step.to.call{ value: _step.value, gas: STEP_GAS }(_step.data);
        outcome_.gas = vm.lastCallGas().gasTotalUsed;
        vm.stopRecord();
        Vm.Log[] memory logs = vm.getRecordedLogs();
        if (outcome_.success) outcome_.logs = OutcomeLib.surviving(logs);
        _noteState(outcome_);
    }

    /// @notice Notes the slots that were written, and the accounts.
    function _noteState(Outcome memory _outcome) internal {
        address[] memory cast = _cast();
        bytes32[][] memory writes = new bytes32[][](cast.length);
        uint256 count;
        for (uint256 i; i < cast.length; ++i) {
            (, writes[i]) = vm.accesses(cast[i]);
            count += writes[i].length;
        }
        _outcome.slots = new Slot[](count);
        for (uint256 i; i < cast.length; ++i) {
            for (uint256 j; j < writes[i].length; ++j) {
                _outcome.slots[--count] = _slotNow(cast[i], writes[i][j]);
            }
        }

        address[] memory named = OutcomeLib.namedIn(_outcome.logs);
        _outcome.accounts = new Touched[](cast.length + named.length);
        for (uint256 i; i < _outcome.accounts.length; ++i) {
            _outcome.accounts[i] = _accountNow(i < cast.length ? cast[i] : named[i - cast.length]);
        }
    }

    function _slotNow(address _account, bytes32 _key) private view returns (Slot memory) {
        return Slot({ account: _account, key: _key, value: vm.load(_account, _key) });
    }

    /// @notice An account as it is. The predeploys' code is what is compared, and is left out.
    function _accountNow(address _account) private view returns (Touched memory) {
        bool isPredeploy;
        for (uint256 i; i < 5; ++i) {
            address predeploy = _predeploys()[i];
            if (_account == predeploy || _account == Predeploys.implementationOf(predeploy)) {
                isPredeploy = true;
            }
        }
        return Touched({
            account: _account,
            balance: _account.balance,
            nonce: vm.getNonce(_account),
            codeHash: isPredeploy ? bytes32(0) : _account.codehash
        });
    }
}
