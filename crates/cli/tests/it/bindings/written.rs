//! What is written, compared and watched.

use super::{forge, parsed, project, put};
use crate::causeway::{Ran, World, signal};
use serde_json::Value;
use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::Stdio,
    time::Duration,
};

fn differences(ran: &Ran) -> Vec<(String, String)> {
    let list = parsed(ran)["errors"][0]["details"]["differences"].as_array().unwrap().clone();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    list.iter().map(|one| (text(&one["path"]), text(&one["kind"]))).collect()
}

#[test]
fn a_check_says_what_differs_and_writes_nothing() {
    let world = World::new();
    project(&world, ".");
    forge(&world, ".", "src/Old.sol", "Old", "old", "old");
    let run = |more: &[&str]| {
        world
            .run(&[&["bindings", "typescript", "--out", "gen", "--runtime", "none", "--json"], more].concat())
    };
    let pair = |path: &str, kind: &str| (path.to_owned(), kind.to_owned());
    let ran = run(&["--check"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    crate::schema::check(&["bindings", "typescript"], &parsed(&ran));
    assert_eq!(
        differences(&ran),
        [pair("counter.ts", "missing"), pair("index.ts", "missing"), pair("old.ts", "missing")]
    );
    assert!(!world.path().join("gen").exists());
    run(&[]);
    let ran = run(&["--check"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    crate::schema::check(&["bindings", "typescript"], &parsed(&ran));

    fs::remove_dir_all(world.path().join("out/Old.sol")).unwrap();
    put(&world, "gen/mine.ts", "mine");
    put(&world, "gen/counter.ts", &(fs::read_to_string(world.path().join("gen/counter.ts")).unwrap() + "//"));
    let ran = run(&["--check"]);
    assert_eq!(
        differences(&ran),
        [pair("counter.ts", "changed"), pair("index.ts", "changed"), pair("old.ts", "stale")]
    );
    let ran = run(&[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    crate::schema::check(&["bindings", "typescript"], &parsed(&ran));
    assert_eq!(run(&["--check"]).code, 0);
    assert!(!world.path().join("gen/old.ts").exists() && world.path().join("gen/mine.ts").exists());
}

#[test]
fn what_is_told_of_it_is_short_and_names_what_was_said() {
    let world = World::new();
    project(&world, ".");
    let ran = world.run(&["bindings", "typescript", "--out", "gen"]);
    let lines: Vec<_> = ran.stdout.lines().collect();
    assert_eq!(lines[..2], ["written    counter.ts", "written    index.ts"], "{ran:?}");
    assert!(lines.len() == 3 && lines[2].starts_with("written    interop/ ("), "{ran:?}");
    fs::remove_file(world.path().join("gen/interop/index.ts")).unwrap();
    let ran = world.run(&["bindings", "typescript", "--out", "gen"]);
    assert_eq!(ran.stdout, "written    interop/ (1 file)\n", "{ran:?}");

    let ran = world.run(&["bindings", "json", "--out", "app/b.json"]);
    assert!(ran.stderr.contains("1 contract in app/b.json; files: 1 written"), "{ran:?}");
    let ran = world.run(&["bindings", "json", "--out", "app/b.json", "--check"]);
    assert!(ran.stderr.contains("app/b.json is as the contracts are"), "{ran:?}");
    put(&world, "app/b.json", "{}");
    let ran = world.run(&["bindings", "json", "--out", "app/b.json", "--check"]);
    assert!(ran.stderr.contains("the bindings in app/b.json are not those"), "{ran:?}");
}

#[test]
fn what_is_somebody_elses_is_left_alone() {
    let world = World::new();
    project(&world, ".");
    put(&world, "gen/counter.ts", "mine");
    let run =
        |out: &str, more: &[&str]| world.run(&[&["bindings", "typescript", "--out", out], more].concat());
    let ran = run("gen", &[]);
    assert!(ran.code == 2 && ran.stderr.contains("--force") && ran.stderr.contains("counter.ts"), "{ran:?}");
    assert_eq!(fs::read_dir(world.path().join("gen")).unwrap().count(), 1, "something was written");
    assert_eq!(run("gen", &["--force"]).code, 0);
    for (out, words) in
        [(".", "is the project itself"), ("out", "among the artifacts"), ("out/gen", "among the artifacts")]
    {
        let ran = run(out, &[]);
        assert!(ran.code == 2 && ran.stderr.contains(words), "{out}: {ran:?}");
    }
    put(&world, "file", "");
    let ran = run("file", &[]);
    assert!(ran.code == 1 && ran.stderr.contains("hint:"), "{ran:?}");
}

/// Whenever it ends: a file is as it should be, or not there.
#[cfg(unix)]
#[test]
fn a_kill_leaves_no_half_file() {
    let world = World::new();
    let all = |out: &str| ["bindings", "typescript", "--out", out].map(str::to_owned);
    let wanted = world.path().join("wanted");
    assert_eq!(world.run(&all("wanted").each_ref().map(String::as_str)).code, 0);
    for round in 0..24 {
        let name = format!("gen{round}");
        let mut child = world
            .command(&all(&name).each_ref().map(String::as_str))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(round * 4));
        child.kill().unwrap();
        child.wait().unwrap();
        let mut folders = vec![world.path().join(&name)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten().map(Result::unwrap) {
                if entry.file_type().unwrap().is_dir() {
                    folders.push(entry.path());
                } else if !entry.file_name().to_str().unwrap().starts_with(".causeway-") {
                    let path = entry.path();
                    let below = path.strip_prefix(world.path().join(&name)).unwrap();
                    assert!(fs::read(&path).unwrap() == fs::read(wanted.join(below)).unwrap(), "{path:?}");
                }
            }
        }
    }
    // The next run finishes what was begun.
    assert_eq!(world.run(&all("gen0").each_ref().map(String::as_str)).code, 0);
    assert_eq!(world.run(&["bindings", "typescript", "--out", "gen0", "--check"]).code, 0);
}

#[cfg(unix)]
#[test]
fn a_watch_writes_again_when_artifacts_change() {
    let world = World::new();
    project(&world, ".");
    let mut command =
        world.command(&["bindings", "typescript", "--out", "gen", "--runtime", "none", "--watch"]);
    let mut child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let mut wait_for = |words: &str| lines.find(|line| line.contains(words)).unwrap();
    wait_for("files: 2 written");
    // What a compiler leaves in between is said, and waited out.
    put(&world, "out/More.sol/More.json", "{");
    wait_for("it is no JSON");
    forge(&world, ".", "src/More.sol", "More", "more", "more");
    wait_for("2 contracts in gen; files: 1 written, 1 replaced, 1 unchanged");
    assert!(world.path().join("gen/more.ts").exists());
    // `forge clean`, and compiled again.
    fs::remove_dir_all(world.path().join("out")).unwrap();
    wait_for("there are no artifacts in");
    project(&world, ".");
    wait_for("✓ 1 contract in gen; files: ");
    signal(child.id(), "INT");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
