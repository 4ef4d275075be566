// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

// Forge gives artifacts the names of contracts, so these have names that no others have.
import { CrosschainLinked } from "@openzeppelin/contracts/crosschain/CrosschainLinked.sol";
import { BridgeERC1155 } from "@openzeppelin/contracts/crosschain/bridges/BridgeERC1155.sol";
import { BridgeERC20 } from "@openzeppelin/contracts/crosschain/bridges/BridgeERC20.sol";
import { BridgeERC721 } from "@openzeppelin/contracts/crosschain/bridges/BridgeERC721.sol";
import { BridgeERC7802 } from "@openzeppelin/contracts/crosschain/bridges/BridgeERC7802.sol";
import { IERC7802 } from "@openzeppelin/contracts/interfaces/draft-IERC7802.sol";
import { ERC1155 } from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import { IERC1155 } from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import { ERC1155Crosschain } from "@openzeppelin/contracts/token/ERC1155/extensions/ERC1155Crosschain.sol";
import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { ERC20Crosschain } from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Crosschain.sol";
import { ERC20Bridgeable } from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC20Bridgeable.sol";
import { ERC721 } from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import { ERC721Crosschain } from "@openzeppelin/contracts/token/ERC721/extensions/ERC721Crosschain.sol";

// What OpenZeppelin leaves abstract, with nothing but what has to be filled in. All of them are linked by their
// constructors.

/// @notice An ERC-20 that knows of no other chain.
contract OZToken is ERC20 {
    constructor(address _holder) ERC20("Token", "TKN") {
        _mint(_holder, 1000 ether);
    }
}

/// @notice Keeps tokens of an `OZToken` for those that exist elsewhere.
contract OZCustodyBridge is BridgeERC20 {
    constructor(IERC20 _token, Link[] memory _links) BridgeERC20(_token) CrosschainLinked(_links) { }
}

/// @notice An ERC-7802 token of one bridge.
contract OZBridgeableToken is ERC20Bridgeable {
    address private immutable BRIDGE;

    error NotTheBridge();

    constructor(address _itsBridge) ERC20("Token", "TKN") {
        BRIDGE = _itsBridge;
    }

    function _checkTokenBridge(address _caller) internal view override {
        if (_caller != BRIDGE) revert NotTheBridge();
    }
}

/// @notice Mints and burns an `OZBridgeableToken`.
contract OZMintingBridge is BridgeERC7802 {
    constructor(IERC7802 _token, Link[] memory _links) BridgeERC7802(_token) CrosschainLinked(_links) { }
}

/// @notice An ERC-20 that is its own bridge.
contract OZCrosschainToken is ERC20Crosschain {
    constructor(
        address _holder,
        uint256 _supply,
        Link[] memory _links
    )
        ERC20("Token", "TKN")
        CrosschainLinked(_links)
    {
        _mint(_holder, _supply);
    }
}

contract OZPicture is ERC721 {
    constructor(address _holder, uint256 _id) ERC721("Picture", "PIC") {
        _mint(_holder, _id);
    }
}

contract OZPictureBridge is BridgeERC721 {
    constructor(IERC721 _token, Link[] memory _links) BridgeERC721(_token) CrosschainLinked(_links) { }
}

contract OZCrosschainPicture is ERC721Crosschain {
    constructor(Link[] memory _links) ERC721("Picture", "PIC") CrosschainLinked(_links) { }
}

contract OZItems is ERC1155 {
    constructor(address _holder, uint256 _id, uint256 _amount) ERC1155("") {
        _mint(_holder, _id, _amount, "");
    }
}

contract OZItemsBridge is BridgeERC1155 {
    constructor(IERC1155 _token, Link[] memory _links) BridgeERC1155(_token) CrosschainLinked(_links) { }
}

contract OZCrosschainItems is ERC1155Crosschain {
    constructor(Link[] memory _links) ERC1155("") CrosschainLinked(_links) { }
}
