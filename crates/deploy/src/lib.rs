//! Put the interop contracts on chains: genesis files, preinstalls, tokens.
