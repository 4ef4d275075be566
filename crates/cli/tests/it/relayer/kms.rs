//! A relayer whose account's key a key management service keeps.

#[cfg(feature = "aws-kms")]
mod aws;
#[cfg(feature = "gcp-kms")]
mod gcp;
#[cfg(any(feature = "aws-kms", feature = "gcp-kms"))]
mod setting;

use crate::causeway::World;

/// The services are no part of a build that does not ask for them.
#[cfg(not(feature = "aws-kms"))]
#[test]
fn a_service_that_was_left_out_is_said_to_be_with_the_remedy() {
    const NAMED: &str = "0x00000000000000000000000000000000000000AA=aws:alias/relayer";
    let world = World::new();
    let _devnet = world.devnet(&[]);
    let found = super::unready(&world, &["--kms-signer", NAMED]);
    assert_eq!(super::levels(&found, "key"), ["error"], "{found:#}");
    assert!(found.to_string().contains("--features aws-kms"), "{found:#}");
    let text = format!("[relayer]\nkms-signers = [\"{NAMED}\"]\n");
    std::fs::write(world.path().join("causeway.toml"), text).unwrap();
    let ran = world.run(&["relayer", "run"]);
    assert!(ran.code == 2 && ran.stderr.contains("built without AWS KMS"), "{ran:?}");
    assert!(ran.stderr.contains("--features aws-kms"), "{ran:?}");
}

#[test]
fn a_key_that_is_named_wrong_is_refused() {
    let world = World::new();
    for wrong in ["aws:alias/relayer", "0x00000000000000000000000000000000000000AA=vault:key"] {
        let ran = world.run(&["relayer", "run", "--kms-signer", wrong]);
        assert!(ran.code == 2 && ran.stderr.contains("--kms-signer"), "{ran:?}");
    }
}
