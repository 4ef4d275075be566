// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title The right one of two contracts of one name
contract Twin {
    struct Config {
        bool right;
        string label;
        uint64[2] range;
    }

    Config internal config_;

    error Refused(Config config);

    function configure(Config calldata _config) external {
        if (!_config.right) revert Refused(_config);
        config_ = _config;
    }

    function config() external view returns (Config memory) {
        return config_;
    }
}
