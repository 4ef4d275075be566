use crate::causeway::World;

/// Help texts are part of the interface: a change shows in review.
#[test]
fn help_of_every_command() {
    let world = World::new();
    for command in [
        "",
        "demo",
        "devnet",
        "bridge",
        "bridge erc20",
        "bridge eth",
        "message",
        "message send",
        "message status",
        "message list",
        "message relay",
        "relayer run",
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
        assert!(ran.stdout.contains("access-list"), "{shell}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let world = World::new();
    let mut child =
        world.command(&["completions", "bash"]).stdout(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
}
