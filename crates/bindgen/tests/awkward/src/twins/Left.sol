// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title The left one of two contracts of one name
contract Twin {
    /// @notice Two fields here, three on the right.
    struct Config {
        uint256 left;
        address owner;
    }

    Config internal config_;

    event Configured(Config config);

    function configure(Config calldata _config) external {
        config_ = _config;
        emit Configured(_config);
    }

    function config() external view returns (Config memory) {
        return config_;
    }
}
