//! What is easily typed wrong, and what is said of it.

use crate::causeway::World;
use std::{fs, os::unix::fs::PermissionsExt};

const ACCOUNT: &str = "0x00000000000000000000000000000000000000aa";
const HASH: &str = "0x1111111111111111111111111111111111111111111111111111111111111111";

/// Who forgets the @ before the name of a file, or writes one where none belongs, is told so, and nothing of what the file holds.
#[test]
fn a_forgotten_at_is_told_wherever_a_file_may_be_named() {
    let world = World::new();
    let write = |name: &str, text: &str| {
        let path = world.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    };
    write("held", "https://user:s3cret@h.example/");
    write("base", "postgres://user:s3cret@h.example/name\n");
    write("key", "s3cret");
    write("token-of-the-relayer", "s3cret-s3cret-s3cret");
    write("hooks", &format!("whsec_{}\n", "A".repeat(32)));
    let remote = format!("{ACCOUNT}=held");
    let configured = format!("remote-signers = [\"{remote}\"]");
    // Nothing answers there, and that is waited for: what is wrong otherwise is said before.
    let run = ["relayer", "run", "--rpc-url", "http://127.0.0.1:1"];
    let hook = ["--private-key", HASH, "--webhook-secret-file", "hooks", "--webhook-url", "held"];
    for (config, variable, args, expected) in [
        ("", None, [&run[..], &["--rpc-url", "held"]].concat(), "as @FILE"),
        ("", None, [&run[..], &["--chain", "held"]].concat(), "as @FILE"),
        ("", None, [&run[..], &["--remote-signer", &remote]].concat(), "as @FILE"),
        (&configured, None, run.to_vec(), "as @FILE"),
        ("webhook-urls = [\"held\"]", None, run.to_vec(), "as @FILE"),
        ("", None, [&run[..], &hook].concat(), "as @FILE"),
        ("", None, vec!["relayer", "status", "--database", "base"], "as @base"),
        ("", Some(("CAUSEWAY_DATABASE_URL", "base")), vec!["relayer", "status"], "as @base"),
        ("database = \"base\"", None, vec!["relayer", "accept"], "as @base"),
        ("", None, vec!["relayer", "migrate", "--from", "x", "--to", "base"], "as @FILE"),
        ("", None, vec!["relayer", "explain", HASH, "--relayer", "held"], "as @FILE"),
        ("", None, [&run[..], &["--private-key", "key"]].concat(), "a file of that name"),
        ("", None, [&run[..], &["--key-file", "@key"]].concat(), "without an @"),
        (
            "listen = \"127.0.0.1:0\"",
            Some(("CAUSEWAY_RELAYER_TOKEN", "token-of-the-relayer")),
            [&run[..], &hook[..2]].concat(),
            "as @FILE",
        ),
    ] {
        write("causeway.toml", &format!("[relayer]\n{config}\n"));
        let output = world.command(&args).envs(variable).output().unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert_eq!(output.status.code(), Some(2), "{config} {args:?}: {said}");
        assert!(said.contains(expected), "{config} {args:?}: {said}");
        assert!(!said.contains("s3cret"), "{config} {args:?}: {said}");
    }
}
