//! What is committed is what the generator writes.

use std::process::Command;

#[test]
fn what_is_committed_is_what_the_generator_writes() {
    let output = Command::new(env!("CARGO_BIN_EXE_renew")).arg("--check").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
