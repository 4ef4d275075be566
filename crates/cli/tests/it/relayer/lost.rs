//! Databases that are gone, emptied or moved while no relayer works on them.

use super::{levels, unready};
use crate::causeway::{Ran, RunningDevnet, SEND, Service, World};
use alloy::primitives::keccak256;
use causeway_store::test_utils::PostgresServer;
use serde_json::{Value, json};
use std::{fs, os::unix::fs::symlink, path::Path};
use tokio::runtime::Runtime;

/// One of those that every devnet has, and that nothing else here uses.
const KEY: &str = "0x8b3a350cf5c34c9194ca85829a2df0ec3153be0318b5e2d3348e872092edffba";

/// A devnet, and a world beside it of whose chains it is not said that they are a devnet's: an operator's.
fn operators() -> (World, RunningDevnet, World) {
    let (senders, devnet) = World::with_devnet();
    let world = World::new();
    let (a, b) = (devnet.rpc_url(0), devnet.rpc_url(1));
    let chains = format!(
        "[chains.a]\nchain-id = 901\nrpc-url = \"{a}\"\n[chains.b]\nchain-id = 902\nrpc-url = \"{b}\"\n"
    );
    fs::write(world.path().join("causeway.toml"), chains).unwrap();
    (senders, devnet, world)
}

/// Has a relayer deliver something, and stops it.
fn deliver(senders: &World, mut relayer: Service) {
    relayer.until(|event| event["event"] == "started");
    let hash = senders.json(&SEND)["messageHash"].clone();
    relayer.until(|event| event["event"] == "delivered" && event["messageHash"] == hash);
    assert_eq!(relayer.interrupt(), 0);
}

fn refused(world: &World, args: &[&str], words: &[&str]) {
    let ran = world.run(args);
    assert_eq!(ran.code, 1, "{args:?}: {ran:?}");
    for word in words {
        assert!(ran.stderr.contains(word), "{args:?} says nothing of `{word}`: {ran:?}");
    }
}

fn accepted(world: &World, database: &[&str]) -> Value {
    world.json(&[&["relayer", "accept"], database].concat())["accepted"].clone()
}

#[test]
fn a_file_that_is_gone_or_empty_is_not_replaced_by_itself() {
    let (senders, _devnet, world) = operators();
    let run = ["relayer", "run", "--private-key", KEY];
    let state = world.path().join(".local/state/causeway");
    let database = state.join("relayer.sqlite");
    assert_eq!(accepted(&world, &[]), "nothing", "a newcomer has none");
    for round in 0..2 {
        // Neither a newcomer nor who was stopped needs to say anything.
        deliver(&senders, world.service(&run));
        deliver(&senders, world.service(&run));
        assert_eq!(accepted(&world, &[]), "nothing", "it is there");
        for suffix in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(state.join(format!("relayer.sqlite{suffix}")));
        }
        // As a service manager does, and as often.
        for words in [["and now it is gone", "causeway relayer accept"]; 2] {
            refused(&world, &run, &words);
            assert!(!database.exists(), "it makes none");
        }
        if round > 0 {
            fs::write(&database, "").unwrap();
            refused(&world, &run, &["and now it is gone"]);
        }
        assert_eq!(levels(&unready(&world, &["--private-key", KEY]), "database"), ["error"]);
        assert_eq!(accepted(&world, &[]), "begins-anew");
    }
    // One without anything in it is no database that was worked on.
    let mut relayer = world.service(&run);
    relayer.until(|event| event["event"] == "started");
}

#[test]
fn one_that_was_moved_into_postgres_is_left_alone_and_an_emptied_one_told_of() {
    let (senders, _devnet, world) = operators();
    let (runtime, server) = (Runtime::new().unwrap(), PostgresServer::start());
    let schema = runtime.block_on(server.new_schema());
    let url = server.url(&schema);
    fs::write(world.path().join("url"), &url).unwrap();
    let on_file = ["relayer", "run", "--private-key", KEY];
    let on_server = [&on_file[..], &["--database", "@url"]].concat();
    let file = world.path().join(".local/state/causeway/relayer.sqlite");
    let file = file.to_str().unwrap();

    deliver(&senders, world.service(&on_file));
    let moved = world.json(&["relayer", "migrate", "--from", file, "--to", "@url"]);
    let place = moved["to"].as_str().unwrap();
    for args in [&on_file[..], &["relayer", "retry", "--all-failed"]] {
        refused(&world, args, &[&format!("was copied to {place}"), "--database @FILE", "relayer accept"]);
        assert!(!world.run(args).stderr.contains("causeway@"), "who may come in there is shown nowhere");
    }
    assert_eq!(levels(&unready(&world, &["--private-key", KEY]), "database"), ["error"]);
    let status = world.json(&["relayer", "status"]);
    assert_eq!(status["relayer"], Value::Null, "what it knew can be read: {status:#}");
    deliver(&senders, world.service(&on_server));

    runtime.block_on(server.empty(&schema));
    for _ in 0..2 {
        refused(&world, &on_server, &["a relayer has worked on the database", "and now it is gone"]);
    }
    assert_eq!(accepted(&world, &["--database", "@url"]), "begins-anew");
    deliver(&senders, world.service(&on_server));
    assert_eq!(accepted(&world, &["--database", "@url"]), json!("nothing"));
    assert_eq!(accepted(&world, &[]), "taken-back");
    deliver(&senders, world.service(&on_file));
}

const fn run_on(database: &str) -> [&str; 6] {
    ["relayer", "run", "--private-key", KEY, "--database", database]
}

/// What is left of a database is removed.
fn lose(file: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{suffix}", file.display()));
    }
}

#[test]
fn one_is_missed_however_its_path_is_spelled() {
    let (senders, _devnet, world) = operators();
    let folder = world.path().canonicalize().unwrap();
    fs::create_dir(folder.join("real")).unwrap();
    symlink(folder.join("real"), folder.join("link")).unwrap();
    symlink("real/x.sqlite", folder.join("x.sqlite")).unwrap();
    let at = |spelled: &str| folder.join(spelled).display().to_string();
    let real = at("real/x.sqlite");
    let words = ["a relayer has worked on the database", "and now it is gone"];
    let missed = |spelled| {
        refused(&world, &run_on(&at(spelled)), &words);
        assert!(!Path::new(&real).exists(), "{spelled}: it makes none");
    };
    let everywhere = ["real/x.sqlite", "link/x.sqlite", "real/../real/x.sqlite", "x.sqlite"];

    deliver(&senders, world.service(&run_on(&at("link/x.sqlite"))));
    lose(Path::new(&real));
    everywhere.iter().copied().for_each(missed);
    // An earlier version knew it by the path that was named, and by no other.
    let marks = world.path().join(".local/state/causeway/databases");
    fs::remove_dir_all(&marks).unwrap();
    fs::create_dir(&marks).unwrap();
    let (named, name) = (at("link/x.sqlite"), keccak256(at("link/x.sqlite")).to_string());
    fs::write(marks.join(&name[2..34]), format!("{named}\n")).unwrap();
    everywhere.iter().copied().for_each(missed);
    // It is accepted by every name at once.
    assert_eq!(accepted(&world, &["--database", &at("real/../real/x.sqlite")]), "begins-anew");
    for spelled in everywhere {
        assert_eq!(accepted(&world, &["--database", &at(spelled)]), "nothing", "{spelled}");
    }
    // A link that leads elsewhere now leads to no database that was worked on.
    deliver(&senders, world.service(&run_on(&at("link/x.sqlite"))));
    fs::create_dir(folder.join("elsewhere")).unwrap();
    fs::remove_file(folder.join("link")).unwrap();
    symlink(folder.join("elsewhere"), folder.join("link")).unwrap();
    refused(&world, &run_on(&at("link/x.sqlite")), &words);
    deliver(&senders, world.service(&run_on(&real)));
}

#[test]
fn who_remembers_nothing_says_where_it_looked() {
    let (senders, _devnet, world) = operators();
    let file = world.path().join("x.sqlite");
    let database = file.to_str().unwrap();
    let accept = ["relayer", "accept", "--database", database];
    let home = world.path().join("somebody-else");
    let somebody_else = || {
        let ran = Ran::from(world.command(&accept).env("CAUSEWAY_HOME", &home).output().unwrap());
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(ran.stdout.contains(home.to_str().unwrap()), "{ran:?}");
        assert!(ran.stderr.contains("another CAUSEWAY_HOME"), "{ran:?}");
        ran.stdout
    };

    assert!(somebody_else().contains("is missing or empty"));
    deliver(&senders, world.service(&run_on(database)));
    assert!(somebody_else().contains("there is nothing to accept"));
    lose(&file);
    for _ in 0..2 {
        // Whoever asks that in a shell of their own is not told that no relayer is refused.
        let said = somebody_else();
        assert!(said.starts_with("nothing was accepted") && !said.contains("is refused"), "{said}");
        refused(&world, &run_on(database), &["and now it is gone"]);
        fs::write(&file, "").unwrap();
    }
    let own = world.json(&accept);
    assert_eq!(own["accepted"], "begins-anew");
    assert_eq!(own["stateFolder"], json!(world.path().join(".local/state/causeway")));
}

#[test]
fn another_one_in_its_place_is_refused() {
    let (senders, _devnet, world) = operators();
    let (file, copy, other) =
        ["x.sqlite", "copy.sqlite", "other.sqlite"].map(|name| world.path().join(name)).into();
    let [database, elsewhere] = [&file, &other].map(|path| path.to_str().unwrap());
    let words = ["a relayer has worked on the database", "another one is in its place", "relayer accept"];
    let put = |from: &Path| {
        lose(&file);
        fs::copy(from, &file).unwrap();
    };

    deliver(&senders, world.service(&run_on(database)));
    fs::copy(&file, &copy).unwrap();
    deliver(&senders, world.service(&run_on(elsewhere)));
    put(&other);
    for _ in 0..2 {
        refused(&world, &run_on(database), &words);
    }
    let findings = unready(&world, &["--private-key", KEY, "--database", database]);
    assert_eq!(levels(&findings, "database"), ["error"]);
    // A copy is the same one.
    put(&copy);
    deliver(&senders, world.service(&run_on(database)));
    put(&other);
    assert_eq!(accepted(&world, &["--database", database]), "replaced");
    assert_eq!(accepted(&world, &["--database", database]), "nothing");
    deliver(&senders, world.service(&run_on(database)));
    put(&copy);
    refused(&world, &run_on(database), &words);
    // What an earlier version remembers says of none which one it was; from the first start on it is known.
    let marks = world.path().join(".local/state/causeway/databases");
    for mark in fs::read_dir(&marks).unwrap() {
        let mark = mark.unwrap().path();
        let place = fs::read_to_string(&mark).unwrap().lines().next().unwrap().to_owned();
        fs::write(mark, format!("{place}\n")).unwrap();
    }
    deliver(&senders, world.service(&run_on(database)));
    put(&other);
    refused(&world, &run_on(database), &words);
}

/// The database of a server is made anew, and another machine is the first to find it.
#[test]
fn a_server_on_which_another_replica_began_anew_is_refused() {
    let (senders, _devnet, world) = operators();
    let (runtime, server) = (Runtime::new().unwrap(), PostgresServer::start());
    let schema = runtime.block_on(server.new_schema());
    fs::write(world.path().join("url"), server.url(&schema)).unwrap();
    let run = run_on("@url");
    let another = World::new();
    for file in ["url", "causeway.toml"] {
        fs::copy(world.path().join(file), another.path().join(file)).unwrap();
    }

    deliver(&senders, world.service(&run));
    runtime.block_on(server.empty(&schema));
    deliver(&senders, another.service(&run));
    refused(&world, &run, &["a relayer has worked on the database", "another one is in its place"]);
    assert_eq!(accepted(&world, &["--database", "@url"]), "replaced");
    deliver(&senders, world.service(&run));
}
