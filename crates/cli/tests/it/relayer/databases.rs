//! Where a relayer keeps what it knows.

use super::*;

#[test]
fn a_database_is_copied_into_postgres_alone_and_its_password_is_shown_nowhere() {
    let world = World::new();
    let secret = "s3cretpassw0rd";
    let url = format!("postgres://causeway:{secret}@127.0.0.1:1/causeway");
    std::fs::write(world.path().join("url"), &url).unwrap();
    let migrate =
        |more: &[&str]| world.run(&[&["relayer", "migrate", "--from", "relayer.sqlite"], more].concat());
    assert_eq!(migrate(&[]).code, 2);
    assert_eq!(migrate(&["--to", "@url"]).code, 1, "there is no file");
    let (_devnet, database) = (world.devnet(&["--block-time", "1"]), world.path().join("relayer.sqlite"));
    let run = ["relayer", "run", "--database", database.to_str().unwrap()];
    let mut relayer = world.service(&run);
    relayer.until(|event| event["event"] == "started");
    let held = migrate(&["--to", "@url"]);
    assert!(held.code == 1 && held.stderr.contains("another relayer works on this database"), "{held:?}");
    assert_eq!(relayer.interrupt(), 0);
    for to in ["@url", &url] {
        let away = migrate(&["--to", to]);
        assert_eq!(away.code, 1, "{away:?}");
        assert!(!(away.stderr.clone() + &away.stdout).contains(secret), "{away:?}");
    }
    let wrong = migrate(&["--to", "mysql://causeway:s3cretpassw0rd@h/x"]);
    assert!(wrong.code == 2 && !wrong.stderr.contains(secret), "{wrong:?}");
}

#[test]
fn without_a_database_there_is_nothing_to_operate() {
    let world = World::new();
    let hash = format!("0x{}", "ab".repeat(32));
    for args in [&["status"][..], &["explain", &hash], &["retry", "--all-failed"], &["skip", &hash, "--undo"]]
    {
        let ran = world.run(&[&["relayer"], args].concat());
        assert_eq!(ran.code, 1, "{args:?}: {ran:?}");
        let toml = world.path().join("causeway.toml").display().to_string();
        for said in
            ["no relayer has run here", "/relayer.sqlite", &format!("there is no {toml}"), "--config FILE"]
        {
            assert!(ran.stderr.contains(said), "{args:?}: {ran:?}");
        }
        let ran = world.run(&[&["relayer"], args, &["--database", "nothing.sqlite"]].concat());
        let there = world.path().join("nothing.sqlite").display().to_string();
        assert!(ran.stderr.contains(&format!("no database at {there}, which --database names")), "{ran:?}");
        assert!(!world.path().join("nothing.sqlite").exists());
    }
    // What decides about messages says why, and names some.
    for args in [&["retry"][..], &["skip", &hash], &["skip", "--reason", "x"]] {
        assert_eq!(world.run(&[&["relayer"], args].concat()).code, 2, "{args:?}");
    }
}
