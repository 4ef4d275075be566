//! The OP Stack interop protocol, pure: types, hashing, access-list codec, validity rules, message graph.
