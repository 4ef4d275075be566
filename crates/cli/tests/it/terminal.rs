//! What a person sees on a terminal.

use crate::causeway::{Ran, World};

const RED: &str = "\u{1b}[";

#[test]
fn colours_as_they_were_asked_for_in_mistakes_too() {
    let world = World::new();
    let run = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command = world.command(args);
        Ran::from(command.envs(variables.iter().copied()).output().unwrap())
    };
    for args in [&["brige"][..], &["message", "status", "0x12"], &["config", "show", "--config", "/nowhere"]]
    {
        for flag in [&["--color", "always"][..], &["--color=always"]] {
            let ran = run(&[flag, args].concat(), &[("NO_COLOR", "1")]);
            assert!(ran.stderr.contains(RED), "{args:?} {flag:?}: {ran:?}");
        }
        let forced = run(args, &[("CLICOLOR_FORCE", "1")]);
        assert!(forced.stderr.contains(RED), "{args:?}: {forced:?}");
        for (flags, variables) in [
            (&["--color", "never"][..], &[("CLICOLOR_FORCE", "1")][..]),
            (&["--color=never"], &[("CLICOLOR_FORCE", "1")]),
            (&[], &[("NO_COLOR", "1")]),
            (&[], &[("CLICOLOR_FORCE", "")]),
            (&[], &[]),
        ] {
            let ran = run(&[flags, args].concat(), variables);
            assert!(!ran.stderr.contains('\u{1b}'), "{args:?} {flags:?} {variables:?}: {ran:?}");
        }
    }
    assert!(run(&["--color=always", "--help"], &[]).stdout.contains(RED));
    assert!(!run(&["--color=never", "--help"], &[("CLICOLOR_FORCE", "1")]).stdout.contains('\u{1b}'));
}

#[test]
fn the_version_names_commit_and_day() {
    let ran = World::new().run(&["--version"]);
    let version = format!("causeway {} (", env!("CARGO_PKG_VERSION"));
    let built = ran.stdout.trim().strip_prefix(&version).and_then(|rest| rest.strip_suffix(')')).unwrap();
    // From an archive of the sources it is not known.
    let (commit, day) = built.rsplit_once(' ').unwrap();
    if commit != "unknown" {
        assert!(commit.len() == 9 && commit.bytes().all(|digit| digit.is_ascii_hexdigit()), "{built}");
        let shape: String = day.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        assert_eq!(shape, "0000-00-00", "{built}");
    }
}

#[test]
fn help_beside_a_mistake_is_help() {
    let world = World::new();
    for (args, help) in [
        (&["completions", "foo", "--help"][..], "completions"),
        (&["completions", "--help", "foo"], "completions"),
        (&["bridge", "eth", "--amount", "--help"], "bridge eth"),
        (&["bridge", "eth", "--nonsense", "-h"], "bridge eth"),
        (&["message", "status", "0x12", "--help"], "message status"),
    ] {
        let ran = world.run(args);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{args:?}");
        let usage = format!("Usage: causeway {help}");
        assert!(ran.stdout.contains(&usage), "{args:?}: {ran:?}");
    }
    // There is no help of what there is not.
    let ran = world.run(&["brige", "--help"]);
    assert!(ran.code == 2 && ran.stderr.contains("'bridge'"), "{ran:?}");
}

/// Where hints send people who have a broken configuration.
#[test]
fn a_broken_configuration_is_shown_with_what_is_wrong() {
    let world = World::new();
    let file = world.path().join("causeway.toml");
    let show = || world.run(&["config", "show"]);
    std::fs::write(&file, "[devnet]\nblock-time = 1\nblok-time = 2\n").unwrap();
    let ran = show();
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{ran:?}");
    assert!(ran.stderr.contains("causeway.toml, line 3, column 1: there is no key `blok-time`"), "{ran:?}");
    assert!(ran.stderr.contains("is `block-time` meant?"), "{ran:?}");
    assert!(ran.stderr.contains("\nblock-time = 1\n"), "what is right is in force: {ran:?}");
    // Every mistake, each with its place.
    let toml = "[devnet]\nl2-count = 70000\nhost = \"x\"\n\n[chains.a]\nchain-id = \"1\"\nrpc-url = \"http://h\"\n\
                [chains.b]\nrpc-url = \"http://h\"\n";
    std::fs::write(&file, toml).unwrap();
    let ran = show();
    for said in [
        "`devnet.l2-count` in ",
        "line 2, column 1: expected a whole number from 0 to 65535, found a larger one",
        "line 3, column 1: expected an IP address",
        "line 6, column 1: expected a whole number of at least 0, found a text",
        "line 8, column 9: the key `chain-id` is missing",
        "4 things are wrong",
    ] {
        assert!(ran.stderr.contains(said), "{said:?} is not in {}", ran.stderr);
    }
    let other = world.run(&["message", "list"]);
    assert!(other.code == 2 && other.stderr.contains("hint: `causeway config show`"), "{other:?}");
    // No TOML at all: the rest is shown.
    std::fs::write(&file, "[devnet\n").unwrap();
    let ran = show();
    assert!(
        ran.code == 2 && ran.stderr.contains("is no TOML, line 1") && ran.stderr.contains("l2-count = 2")
    );
    let ran = world.run(&["config", "show", "--json"]);
    let envelope: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(envelope["errors"][0]["details"]["config"]["devnet"]["l2Count"], 2);
}

/// A section that nobody knows is one mistake: it hides no other, and nothing of what is right.
#[test]
fn a_section_that_is_not_known_hides_nothing() {
    let world = World::new();
    let toml = "[aaa]\nx = 1\n[aaa.b]\ny = 1\n[devnet]\nl2-count = 5\n[devnet.foo]\nx = 1\n[verifier]\nindx = 3\n[zzz]\nx = 1\n";
    std::fs::write(world.path().join("causeway.toml"), toml).unwrap();
    let ran = world.run(&["config", "show"]);
    for said in ["`aaa`", "`devnet.foo`", "`verifier.indx`", "`zzz`"] {
        assert!(ran.stderr.contains(&format!("wrong at {said} in ")), "{said}: {ran:?}");
    }
    assert!(ran.stderr.contains("4 things are wrong") && ran.stderr.contains("\nl2-count = 5\n"), "{ran:?}");
}

/// What stands where a configuration is looked for is read, or said to be none; it may come through a pipe.
#[test]
fn a_configuration_that_is_there_is_never_passed_over() {
    let world = World::new();
    let file = world.path().join("causeway.toml");
    std::fs::create_dir(&file).unwrap();
    let ran = world.run(&["config", "show"]);
    assert!(ran.code == 2 && ran.stderr.contains("cannot read the configuration file"), "{ran:?}");
    std::fs::remove_dir(&file).unwrap();
    std::os::unix::fs::symlink("/nonexistent", &file).unwrap();
    let ran = world.run(&["config", "show"]);
    assert!(ran.code == 2 && ran.stderr.contains("cannot read the configuration file"), "{ran:?}");
    std::fs::remove_file(&file).unwrap();
    std::fs::write(world.path().join("other.toml"), "[devnet]\nl2-count = 5\n").unwrap();
    let mut shell = std::process::Command::new("bash");
    let piped = format!("{} config show --config <(cat other.toml)", env!("CARGO_BIN_EXE_causeway"));
    let ran = Ran::from(shell.args(["-c", &piped]).current_dir(world.path()).output().unwrap());
    assert!(ran.code == 0 && ran.stdout.contains("\nl2-count = 5\n"), "{ran:?}");
}
