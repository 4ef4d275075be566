// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { PredeployAddresses } from "@interop-lib/libraries/PredeployAddresses.sol";
import { PreinstallAddresses } from "@interop-lib/libraries/PreinstallAddresses.sol";
import { TransientReentrancyAware } from "@interop-lib/libraries/TransientContext.sol";
import { Test } from "forge-std/Test.sol";
import { IWETH98 } from "interfaces/universal/IWETH98.sol";
import { OptimismSuperchainERC20 } from "src/L2/OptimismSuperchainERC20.sol";
import { WETH } from "src/L2/WETH.sol";
import { Predeploys } from "src/libraries/Predeploys.sol";
import { Preinstalls } from "src/libraries/Preinstalls.sol";
import { TransientContext } from "src/libraries/TransientContext.sol";

/// @notice What keeps a caller's context apart from that of the calls it makes.
contract Promises is TransientReentrancyAware {
    uint256 public depth;

    function enter() external reentrantAware {
        _note();
        this.enterAgain();
    }

    function enterAgain() external reentrantAware {
        _note();
    }

    function note() external {
        _note();
    }

    function _note() private notEntered {
        depth = TransientContext.callDepth();
    }
}

/// @notice A superchain token as test suites of the field inherit it.
contract CountingToken is OptimismSuperchainERC20 {
    uint256 public minted;

    function mint(address _to, uint256 _amount) external override {
        minted += _amount;
        _mint(_to, _amount);
    }

    function burn(address _from, uint256 _amount) external override {
        _burn(_from, _amount);
    }

    function remoteToken() external pure override returns (address) {
        return address(1);
    }

    function name() public pure override returns (string memory) {
        return "Counting";
    }

    function symbol() public pure override returns (string memory) {
        return "CNT";
    }

    function decimals() public pure override returns (uint8) {
        return 18;
    }

    function supportsInterface(bytes4) public pure override returns (bool) {
        return false;
    }
}

contract Names_Test is Test {
    function test_interopLibAddresses_succeeds() external pure {
        assertEq(PreinstallAddresses.CREATE2_DEPLOYER, Preinstalls.Create2Deployer);
        assertEq(PreinstallAddresses.PERMIT2, Preinstalls.Permit2);
        assertEq(PredeployAddresses.WETH, Predeploys.WETH);
        assertEq(PredeployAddresses.GAS_PRICE_ORACLE, Predeploys.GAS_PRICE_ORACLE);
        assertEq(PredeployAddresses.CROSS_L2_INBOX, Predeploys.CROSS_L2_INBOX);
        assertEq(
            PredeployAddresses.L2_TO_L2_CROSS_DOMAIN_MESSENGER, Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER
        );
        assertEq(PredeployAddresses.SUPERCHAIN_ETH_BRIDGE, Predeploys.SUPERCHAIN_ETH_BRIDGE);
        assertEq(PredeployAddresses.ETH_LIQUIDITY, Predeploys.ETH_LIQUIDITY);
        assertEq(PredeployAddresses.SUPERCHAIN_TOKEN_BRIDGE, Predeploys.SUPERCHAIN_TOKEN_BRIDGE);
        assertEq(PredeployAddresses.PROMISE, 0xFcdC08d2DFf80DCDf1e954c4759B3316BdE86464);
    }

    function test_predeploys_succeeds() external pure {
        address[27] memory all = [
            Predeploys.LEGACY_MESSAGE_PASSER,
            Predeploys.L1_MESSAGE_SENDER,
            Predeploys.DEPLOYER_WHITELIST,
            Predeploys.WETH,
            Predeploys.L2_CROSS_DOMAIN_MESSENGER,
            Predeploys.GAS_PRICE_ORACLE,
            Predeploys.L2_STANDARD_BRIDGE,
            Predeploys.SEQUENCER_FEE_WALLET,
            Predeploys.OPTIMISM_MINTABLE_ERC20_FACTORY,
            Predeploys.L1_BLOCK_NUMBER,
            Predeploys.L2_ERC721_BRIDGE,
            Predeploys.L1_BLOCK_ATTRIBUTES,
            Predeploys.L2_TO_L1_MESSAGE_PASSER,
            Predeploys.OPTIMISM_MINTABLE_ERC721_FACTORY,
            Predeploys.PROXY_ADMIN,
            Predeploys.BASE_FEE_VAULT,
            Predeploys.L1_FEE_VAULT,
            Predeploys.OPERATOR_FEE_VAULT,
            Predeploys.SCHEMA_REGISTRY,
            Predeploys.EAS,
            Predeploys.CROSS_L2_INBOX,
            Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER,
            Predeploys.SUPERCHAIN_ETH_BRIDGE,
            Predeploys.ETH_LIQUIDITY,
            Predeploys.OPTIMISM_SUPERCHAIN_ERC20_FACTORY,
            Predeploys.OPTIMISM_SUPERCHAIN_ERC20_BEACON,
            Predeploys.SUPERCHAIN_TOKEN_BRIDGE
        ];
        for (uint256 i = 1; i < all.length; ++i) {
            assertLt(uint160(all[i - 1]), uint160(all[i]));
            assertTrue(Predeploys.isPredeployNamespace(all[i]));
        }
        assertEq(uint160(all[0]), uint160(0x4200) << 144);
        assertEq(Predeploys.GOVERNANCE_TOKEN, 0x4200000000000000000000000000000000000042);
        assertEq(Predeploys.LEGACY_ERC20_ETH, 0xDeadDeAddeAddEAddeadDEaDDEAdDeaDDeAD0000);
        assertEq(Predeploys.PREDEPLOY_COUNT, 2048);
        assertTrue(Predeploys.isPredeployNamespace(0x42000000000000000000000000000000000007fF));
        assertFalse(Predeploys.isPredeployNamespace(0x4200000000000000000000000000000000000800));
        assertFalse(Predeploys.isPredeployNamespace(0x41ffFffffFfFffFFFFFfffFFFfFFffFfFffFfffF));
        assertEq(Preinstalls.BeaconBlockRootsSender, 0x0B799C86a49DEeb90402691F1041aa3AF2d3C875);
    }

    function test_reentrantAware_succeeds() external {
        Promises promises = new Promises();
        vm.expectRevert(TransientReentrancyAware.NotEntered.selector);
        promises.note();
        promises.enter();
        assertEq(promises.depth(), 2);
        promises.enterAgain();
        assertEq(promises.depth(), 1);
    }

    function test_inheritedToken_succeeds() external {
        CountingToken token = new CountingToken();
        token.mint(address(this), 3);
        token.burn(address(this), 1);
        assertEq(token.minted(), 3);
        assertEq(token.totalSupply(), 2);
        assertEq(token.remoteToken(), address(1));
    }

    function test_weth_succeeds() external {
        vm.etch(Predeploys.WETH, address(new WETH()).code);
        IWETH98 weth = IWETH98(payable(Predeploys.WETH));
        vm.expectEmit(address(weth));
        emit IWETH98.Deposit(address(this), 5);
        weth.deposit{ value: 5 }();
        assertEq(weth.balanceOf(address(this)), 5);
        assertEq(weth.totalSupply(), 5);
    }
}
