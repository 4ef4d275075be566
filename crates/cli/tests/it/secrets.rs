use crate::causeway::{Ran, World};

const KEY: &str = "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";

/// No key and no credential is ever printed, however loud the logs and however wrong the input.
fn assert_silent(ran: &Ran, secrets: &[&str]) {
    for secret in secrets {
        assert!(!ran.stdout.contains(secret) && !ran.stderr.contains(secret), "{secret} is in {ran:?}");
    }
}

#[test]
fn keys_and_credentials_are_never_printed() {
    let world = World::new();
    // Nobody listens on port 1: the connection is refused after the key and the URL were read.
    let url = "http://user:hunter2@127.0.0.1:1/v3/s3cretpath?apikey=s3cretquery";
    let secrets = [KEY, "hunter2", "s3cretpath", "s3cretquery"];
    let bridge = ["bridge", "eth", "--amount", "1", "--from", url, "--to", url, "-vvv"];
    for wrong in ["", "00", "zz"] {
        let key = format!("0x{KEY}{wrong}");
        assert_silent(&world.run(&[&bridge[..], &["--private-key", &key]].concat()), &secrets);
        let ran = world.command(&bridge).env("CAUSEWAY_PRIVATE_KEY", &key).output().unwrap();
        assert_silent(&Ran::from(ran), &secrets);
    }
    std::fs::write(
        world.path().join("causeway.toml"),
        format!("[chains.main]\nchain-id = 10\nrpc-url = \"{url}\"\n"),
    )
    .unwrap();
    for args in [&["config", "show"][..], &["config", "show", "--json"], &["message", "list", "-vvv"]] {
        let ran = world.run(args);
        assert_silent(&ran, &secrets);
    }
    assert!(world.run(&["config", "show"]).stdout.contains("127.0.0.1"));
}

#[test]
fn a_wrong_key_is_explained_without_repeating_it() {
    let world = World::new();
    let devnet = world.devnet(&[]);
    for wrong in ["0x12", &KEY[..60], &"f".repeat(64)] {
        let ran = world.run(&[
            "bridge",
            "eth",
            "--amount",
            "1",
            "--from",
            "901",
            "--to",
            "902",
            "--private-key",
            wrong,
        ]);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains("error: the private key is wrong"), "{ran:?}");
        assert_silent(&ran, &[wrong]);
    }
    drop(devnet);
}
