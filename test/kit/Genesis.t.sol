// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IERC20 } from "../../contracts/interfaces/IERC20.sol";
import { IL2StandardBridgeInterop } from "../../contracts/interfaces/IL2StandardBridgeInterop.sol";
import { IOptimismMintableERC20Factory } from "../../contracts/interfaces/IOptimismMintableERC20Factory.sol";
import {
    IOptimismSuperchainERC20Factory
} from "../../contracts/interfaces/IOptimismSuperchainERC20Factory.sol";
import { IProxyAdmin } from "../../contracts/interfaces/IProxyAdmin.sol";
import { IWETH } from "../../contracts/interfaces/IWETH.sol";
import { Absent } from "../../contracts/kit/Absent.sol";
import { Kit_PredeployAbsent } from "../../contracts/kit/Errors.sol";
import { InteropKit } from "../../contracts/kit/InteropKit.sol";
import { RecordedInbox } from "../../contracts/kit/RecordedInbox.sol";
import { RecordedMessenger } from "../../contracts/kit/RecordedMessenger.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";

interface IPermit2 {
    struct TokenPermissions {
        address token;
        uint256 amount;
    }

    struct PermitTransferFrom {
        TokenPermissions permitted;
        uint256 nonce;
        uint256 deadline;
    }

    struct SignatureTransferDetails {
        address to;
        uint256 requestedAmount;
    }

    function DOMAIN_SEPARATOR() external view returns (bytes32);
    function permitTransferFrom(
        PermitTransferFrom calldata _permit,
        SignatureTransferDetails calldata _details,
        address _owner,
        bytes calldata _signature
    )
        external;
}

interface IMulticall3 {
    struct Call {
        address target;
        bytes callData;
    }

    function aggregate(Call[] calldata _calls)
        external
        payable
        returns (uint256 blockNumber_, bytes[] memory data_);
}

interface IDeployer {
    function deployCreate(bytes calldata _initCode) external payable returns (address deployed_);
}

/// @notice What the kit's chains start with is what a devnet's chain starts with.
contract Genesis_Install_Test is InteropKit {
    /// @notice Preinstalls that a chain of the kit does not have, or has from forge.
    string internal constant LEFT_OUT =
        "BeaconBlockRoots EntryPointV06 EntryPointV07 HistoryStorage MultiSend MultiSendCallOnly Safe SafeL2 SenderCreatorV06 SenderCreatorV07";

    /// @notice What `snapshots/genesis.json` says of each contract.
    string[] internal layout;

    function setUp() public override {
        super.setUp();
        addChain(10);
        // forge-lint: disable-next-line(unsafe-cheatcode)
        string memory entries = vm.readFile("snapshots/genesis.json");
        layout = vm.split(vm.replace(vm.replace(entries, "[\n", ""), "\n]\n", ""), ",\n");
        assertGt(layout.length, 50);
    }

    function test_genesis_isThatOfADevnet() external {
        onEachChain(_checkAll);
    }

    function _checkAll() private view {
        for (uint256 i = 0; i < layout.length; ++i) {
            string memory entry = layout[i];
            string memory name = vm.parseJsonString(entry, ".name");
            address account = vm.parseJsonAddress(entry, ".address");
            if (_listed(LEFT_OUT, name)) assertEq(account.code.length, 0, name);
            else _check(entry, name, account);
        }
    }

    function _check(string memory _entry, string memory _name, address _account) private view {
        bytes32 code = keccak256(_code(_name, vm.parseJsonString(_entry, ".role"), _account));
        assertEq(_account.codehash, code, string.concat("code of ", _name));
        assertEq(_account.balance, vm.parseJsonUint(_entry, ".balance"), string.concat("balance of ", _name));
        // That of forge's own is forge's.
        uint256 nonce =
            _account == CREATE2_FACTORY ? vm.getNonce(_account) : vm.parseJsonUint(_entry, ".nonce");
        assertEq(vm.getNonce(_account), nonce, string.concat("nonce of ", _name));

        string[] memory slots = vm.parseJsonKeys(_entry, ".storage");
        for (uint256 i = 0; i < slots.length; ++i) {
            bytes32 value = vm.parseJsonBytes32(_entry, string.concat(".storage.", slots[i]));
            assertEq(vm.load(_account, vm.parseBytes32(slots[i])), value, string.concat("storage of ", _name));
        }
    }

    /// @notice What forge made of the sources, not what the kit carries.
    function _code(
        string memory _name,
        string memory _role,
        address _account
    )
        private
        view
        returns (bytes memory)
    {
        if (_account == Predeploys.CROSS_L2_INBOX) return type(RecordedInbox).runtimeCode;
        if (_account == Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER) {
            return type(RecordedMessenger).runtimeCode;
        }
        if (_is(_role, "absent")) return type(Absent).runtimeCode;
        if (_is(_role, "preinstall")) {
            // forge-lint: disable-next-line(unsafe-cheatcode)
            string memory file = vm.readFile(string.concat("crates/deploy/preinstalls/", _name, ".json"));
            return vm.parseJsonBytes(file, ".runtime");
        }
        if (_is(_role, "proxy")) _name = "Proxy";
        return vm.getDeployedCode(string.concat(_name, ".sol:", _name));
    }

    function _listed(string memory _names, string memory _name) private pure returns (bool) {
        return
            vm.indexOf(string.concat(" ", _names, " "), string.concat(" ", _name, " ")) != type(uint256).max;
    }

    function _is(string memory _a, string memory _b) private pure returns (bool) {
        return keccak256(bytes(_a)) == keccak256(bytes(_b));
    }
}

/// @notice They work, on each chain by itself.
contract Genesis_Use_Test is InteropKit {
    IWETH internal constant WRAPPED = IWETH(payable(Predeploys.WETH));
    IPermit2 internal constant PERMIT2 = IPermit2(0x000000000022D473030F116dDEE9F6B43aC78BA3);
    IMulticall3 internal constant MULTICALL3 = IMulticall3(0xcA11bde05977b3631167028862bE2a173976CA11);
    IDeployer internal constant CREATEX = IDeployer(0xba5Ed099633D3B313e4D5F7bdc1305d3c28ba5Ed);

    function test_weth_isOfEachChain() external {
        deal(address(this), 3);
        WRAPPED.deposit{ value: 3 }();
        onChain(902);
        assertEq(WRAPPED.totalSupply(), 0);
        assertEq(WRAPPED.balanceOf(address(this)), 0);
        onChain(901);
        assertEq(WRAPPED.totalSupply(), 3);
        assertEq(WRAPPED.balanceOf(address(this)), 3);
    }

    function test_permit2_domainSeparator_isOfEachChain() external {
        onEachChain(_checkDomain);
    }

    /// @notice A signature moves tokens on its chain, and on no other.
    function test_permit2_signature_isOfItsChain() external {
        (address owner, uint256 key) = makeAddrAndKey("owner");
        onEachChain(_fundOwner);
        bytes memory signature = _sign(key);
        onChain(902);
        vm.expectRevert(bytes4(keccak256("InvalidSigner()")));
        _permit(owner, signature);
        onChain(901);
        _permit(owner, signature);
        assertEq(WRAPPED.balanceOf(address(1)), 5);
    }

    function test_multicall3_succeeds() external {
        IMulticall3.Call[] memory calls = new IMulticall3.Call[](1);
        calls[0] = IMulticall3.Call(Predeploys.WETH, abi.encodeCall(IWETH.decimals, ()));
        (, bytes[] memory data) = MULTICALL3.aggregate(calls);
        assertEq(abi.decode(data[0], (uint8)), 18);
    }

    /// @notice A factory that counts what it creates counts on each chain by itself.
    function test_createX_countsOnEachChain() external {
        bytes memory initCode = hex"60fe60005360016000f3";
        address first = CREATEX.deployCreate(initCode);
        address second = CREATEX.deployCreate(initCode);
        assertNotEq(first, second);
        onChain(902);
        assertEq(first.code.length, 0);
        assertEq(CREATEX.deployCreate(initCode), first);
    }

    function test_factories_convert_succeeds() external {
        onEachChain(_createTokens);
    }

    function test_proxyAdmin_owner_upgrades() external {
        IProxyAdmin admin = IProxyAdmin(Predeploys.PROXY_ADMIN);
        vm.prank(admin.owner());
        admin.upgrade(
            payable(Predeploys.ETH_LIQUIDITY), Predeploys.implementationOf(Predeploys.CROSS_L2_INBOX)
        );
        assertEq(
            admin.getProxyImplementation(Predeploys.ETH_LIQUIDITY),
            Predeploys.implementationOf(Predeploys.CROSS_L2_INBOX)
        );
        onChain(902);
        assertEq(
            admin.getProxyImplementation(Predeploys.ETH_LIQUIDITY),
            Predeploys.implementationOf(Predeploys.ETH_LIQUIDITY)
        );
    }

    function test_absent_refuses() external {
        address gasPriceOracle = 0x420000000000000000000000000000000000000F;
        onChain(902);
        deal(address(this), 1);
        (bool success, bytes memory reason) = gasPriceOracle.call{ value: 1 }("");
        assertFalse(success);
        assertEq(reason, abi.encodeWithSelector(Kit_PredeployAbsent.selector, gasPriceOracle));
    }

    function _createTokens() private {
        address remote = address(0x1111);
        address legacy = IOptimismMintableERC20Factory(Predeploys.OPTIMISM_MINTABLE_ERC20_FACTORY)
            .createOptimismMintableERC20(remote, "Legacy", "LEG");
        address modern = IOptimismSuperchainERC20Factory(Predeploys.OPTIMISM_SUPERCHAIN_ERC20_FACTORY)
            .deploy(remote, "Modern", "MOD", 18);
        vm.prank(Predeploys.L2_STANDARD_BRIDGE);
        (bool success,) = legacy.call(abi.encodeWithSignature("mint(address,uint256)", address(this), 7));
        assertTrue(success);
        IL2StandardBridgeInterop(payable(Predeploys.L2_STANDARD_BRIDGE)).convert(legacy, modern, 7);
        assertEq(IERC20(modern).balanceOf(address(this)), 7);
        assertEq(IERC20(legacy).totalSupply(), 0);
    }

    function _fundOwner() private {
        address owner = makeAddr("owner");
        deal(owner, 5);
        vm.startPrank(owner);
        WRAPPED.deposit{ value: 5 }();
        WRAPPED.approve(address(PERMIT2), 5);
        vm.stopPrank();
    }

    function _checkDomain() private view {
        assertEq(PERMIT2.DOMAIN_SEPARATOR(), _domain(currentChain()));
    }

    function _domain(uint256 _chainId) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,uint256 chainId,address verifyingContract)"),
                keccak256("Permit2"),
                _chainId,
                address(PERMIT2)
            )
        );
    }

    function _sign(uint256 _key) private view returns (bytes memory) {
        bytes32 permissions = keccak256(
            abi.encode(keccak256("TokenPermissions(address token,uint256 amount)"), Predeploys.WETH, 5)
        );
        bytes32 typeHash = keccak256(
            "PermitTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline)TokenPermissions(address token,uint256 amount)"
        );
        bytes32 permit = keccak256(abi.encode(typeHash, permissions, address(this), 0, type(uint256).max));
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(_key, keccak256(abi.encodePacked(hex"1901", _domain(currentChain()), permit)));
        return abi.encodePacked(r, s, v);
    }

    function _permit(address _owner, bytes memory _signature) private {
        PERMIT2.permitTransferFrom(
            IPermit2.PermitTransferFrom(IPermit2.TokenPermissions(Predeploys.WETH, 5), 0, type(uint256).max),
            IPermit2.SignatureTransferDetails(address(1), 5),
            _owner,
            _signature
        );
    }
}
