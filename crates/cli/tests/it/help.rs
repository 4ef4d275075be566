use crate::causeway::{Ran, World};

/// Help texts are part of the interface: a change shows in review.
#[test]
fn help_of_every_command() {
    let world = World::new();
    for command in [
        "",
        "demo",
        "deploy",
        "deploy predeploys",
        "deploy check",
        "devnet",
        "deploy",
        "deploy token",
        "deploy contract",
        "deploy batcher",
        "deploy gateway",
        "genesis",
        "bindings",
        "bindings rust",
        "bindings typescript",
        "bindings json",
        "bridge",
        "bridge erc20",
        "bridge eth",
        "message",
        "message send",
        "message status",
        "message list",
        "message relay",
        "relayer",
        "relayer run",
        "relayer status",
        "relayer explain",
        "relayer retry",
        "relayer skip",
        "relayer simulate",
        "relayer check",
        "relayer migrate",
        "relayer accept",
        "upgrade",
        "verifier",
        "verifier run",
        "verifier check",
        "verifier status",
        "verifier failsafe",
        "verifier resume",
        "access-list encode",
        "access-list decode",
        "config show",
        "completions",
    ] {
        let mut args: Vec<&str> = command.split_whitespace().collect();
        args.push("-h");
        let ran = world.run(&args);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{command}");
        for line in ran.stdout.lines() {
            assert!(line.chars().count() <= 80, "`{command} -h` does not fit 80 columns: {line}");
        }
        assert!(!ran.stdout.lines().any(|line| line.trim() == "\\"), "an example of `{command}` is wrapped");
        let name = if command.is_empty() { "causeway".to_owned() } else { command.replace(' ', "-") };
        insta::assert_snapshot!(format!("help-{name}"), ran.stdout);
    }
}

#[test]
fn completions_for_every_shell() {
    let world = World::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = world.run(&["completions", shell]);
        assert_eq!(ran.code, 0, "{shell}: {ran:?}");
        assert!(ran.stdout.contains("CAUSEWAY_COMPLETE"), "{shell}");
        assert!(ran.stdout.contains("causeway"), "{shell}");
    }
}

/// What a shell offers, asked as fish does.
#[test]
fn completions_know_commands_flags_and_chains() {
    let (world, devnet) = World::with_devnet();
    let toml = "[chains.mine]\nchain-id = 10\nrpc-url = \"http://127.0.0.1:1\"\n";
    std::fs::write(world.path().join("causeway.toml"), toml).unwrap();
    let offered = |words: &[&str]| {
        let args = [&["--", "causeway"], words].concat();
        let ran = Ran::from(world.command(&args).env("CAUSEWAY_COMPLETE", "fish").output().unwrap());
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{words:?}: {ran:?}");
        ran.stdout.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(offered(&["acc"]).contains(&"access-list".to_owned()));
    assert!(offered(&["bridge", "eth", "--fr"]).contains(&"--from".to_owned()));
    for words in [
        &["bridge", "eth", "--from", ""][..],
        &["message", "send", "--to", ""],
        &["message", "list", "--to", ""],
        &["relayer", "run", "--chain", ""],
        &["verifier", "check", "--on", ""],
        &["deploy", "predeploys", "--chain", ""],
        &["deploy", "check", "--chains", "10", ""],
        &["deploy", "batcher", "--chain", ""],
        &["deploy", "gateway", "--chains", "10", ""],
    ] {
        let offered = offered(words);
        for chain in ["OPChainA", "902", "mine", "10"] {
            assert!(offered.iter().any(|offer| offer == chain), "{words:?}: {offered:?}");
        }
    }
    for (words, offers) in [
        (&["deploy", "token", "--home", ""][..], &["901", "OPChainB"][..]),
        (&["deploy", "check", "--expect", ""], &["genesis", "reference", "causeway.toml"]),
        (&["deploy", "check", "--expect", "g"], &["genesis"]),
        (&["deploy", "contract", "--artifact", ""], &["causeway.toml"]),
        (&["upgrade", "--dependency-set", "c"], &["causeway.toml"]),
        (&["devnet", "--dependency-set", "c"], &["causeway.toml"]),
    ] {
        let offered = offered(words);
        for expected in offers {
            assert!(offered.iter().any(|offer| offer == expected), "{words:?}: {offered:?}");
        }
    }
    drop(devnet);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let world = World::new();
    let mut child =
        world.command(&["completions", "bash"]).stdout(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
}
