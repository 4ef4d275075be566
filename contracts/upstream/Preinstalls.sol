// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title Preinstalls
/// @notice Addresses of the contracts that an OP Stack chain has from genesis besides the predeploys, by upstream's names.
library Preinstalls {
    // The names are known in this spelling.
    // forge-lint: disable-start(screaming-snake-case-const)

    address internal constant MultiCall3 = 0xcA11bde05977b3631167028862bE2a173976CA11;
    address internal constant Create2Deployer = 0x13b0D85CcB8bf860b6b79AF3029fCA081AE9beF2;
    address internal constant Safe_v130 = 0x69f4D1788e39c87893C980c06EdF4b7f686e2938;
    address internal constant SafeL2_v130 = 0xfb1bffC9d739B8D520DaF37dF666da4C687191EA;
    address internal constant MultiSendCallOnly_v130 = 0xA1dabEF33b3B82c7814B6D82A79e50F4AC44102B;
    address internal constant SafeSingletonFactory = 0x914d7Fec6aaC8cd542e72Bca78B30650d45643d7;
    address internal constant DeterministicDeploymentProxy = 0x4e59b44847b379578588920cA78FbF26c0B4956C;
    address internal constant MultiSend_v130 = 0x998739BFdAAdde7C933B942a68053933098f9EDa;
    address internal constant Permit2 = 0x000000000022D473030F116dDEE9F6B43aC78BA3;
    address internal constant SenderCreator_v060 = 0x7fc98430eAEdbb6070B35B39D798725049088348;
    address internal constant EntryPoint_v060 = 0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789;
    address internal constant SenderCreator_v070 = 0xEFC2c1444eBCC4Db75e7613d20C6a62fF67A167C;
    address internal constant EntryPoint_v070 = 0x0000000071727De22E5E9d8BAf0edAc6f37da032;
    address internal constant BeaconBlockRoots = 0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02;
    address internal constant BeaconBlockRootsSender = 0x0B799C86a49DEeb90402691F1041aa3AF2d3C875;
    address internal constant CreateX = 0xba5Ed099633D3B313e4D5F7bdc1305d3c28ba5Ed;
    address internal constant HistoryStorage = 0x0000F90827F1C53a10cb7A02335B175320002935;

    // forge-lint: disable-end(screaming-snake-case-const)
}
