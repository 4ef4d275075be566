//! With a server that checks what Google's does.

use super::setting::{STRANGER, Setting, server};
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdout, Stdio},
};

/// The service. It is gone when this is.
struct Kms {
    process: Child,
    lines: BufReader<ChildStdout>,
    /// What the version of its key is called.
    version: String,
}

impl Kms {
    /// With two chains, and who may use it.
    fn start() -> (Self, Setting) {
        let mut setting = Setting::new();
        let mut command = server("gcp-kms-server");
        command.arg(setting.world.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        let said = |name: &str| ready[name].as_str().unwrap().to_owned();
        let path = setting.world.path().join("credentials.json");
        let credentials: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let key = credentials["private_key"].as_str().unwrap();
        setting.secrets = vec!["canaryaccesstoken".to_owned(), key.lines().nth(1).unwrap().to_owned()];
        setting.variables = vec![
            ("CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS", said("url") + "/"),
            ("GOOGLE_APPLICATION_CREDENTIALS", path.to_str().unwrap().to_owned()),
        ];
        (Self { process, lines, version: said("version") }, setting)
    }

    /// Sets the version's state.
    fn set(&mut self, state: &str) {
        writeln!(self.process.stdin.as_ref().unwrap(), "{state}").unwrap();
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        assert_eq!(line.trim(), state);
    }
}

impl Drop for Kms {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_key_of_google_pays_for_deliveries_and_is_waited_for_while_it_is_disabled() {
    let (mut kms, setting) = Kms::start();
    let key = format!("gcp:{}", kms.version);
    let account = setting.account(&key);
    let named = format!("{account}={key}");
    setting.accepted(&named, "Google Cloud KMS (key relayer, version 1)");
    let (mut relayer, log) = setting.relayer(&["--kms-signer", &named]);
    let hash = setting.send();
    setting.until_delivered(&mut relayer, &hash);

    kms.set("DISABLED");
    let hash = setting.send();
    setting.until_unsigned(&log, "is not enabled, current state is: DISABLED");
    kms.set("ENABLED");
    setting.until_delivered(&mut relayer, &hash);

    assert_eq!(setting.sent_by(&account), "0x2", "the account has paid, once each");
    assert_eq!(relayer.interrupt(), 0);
    log.iter().for_each(|line| setting.assert_silent(&line));
}

#[test]
fn a_check_says_why_a_key_of_google_does_not_sign() {
    let (mut kms, mut setting) = Kms::start();
    let unknown = format!("{STRANGER}=gcp:{}", kms.version.replace("Versions/1", "Versions/2"));
    setting.refused(&unknown, &["not found", "name a key that is there"]);
    let named = format!("{STRANGER}=gcp:{}", kms.version);
    for (state, cause, remedy) in [
        ("DISABLED", "current state is: DISABLED", "enable it"),
        ("DENIED", "'cloudkms.cryptoKeyVersions.viewPublicKey' denied", "allow these credentials"),
        ("P256", "of secp256k1", "EC_SIGN_SECP256K1_SHA256"),
    ] {
        kms.set(state);
        setting.refused(&named, &[cause, remedy]);
    }
    // Credentials of nobody, and none.
    let path = setting.world.path().join("credentials.json");
    let text = fs::read_to_string(&path).unwrap().replace("relayer@", "stranger@");
    fs::write(&path, text).unwrap();
    setting.refused(&named, &["no token is given for these credentials", "give the relayer credentials"]);
    fs::write(&path, "canaryaccesstoken").unwrap();
    setting.refused(&named, &["the file with credentials is none", "give the relayer credentials"]);
    setting.variables.retain(|(name, _)| name.starts_with("CLOUDSDK"));
    setting.variables.push(("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere".to_owned()));
    setting.refused(&named, &["cannot be read", "give the relayer credentials"]);
    // Nobody is there.
    drop(kms);
    setting.refused(&named, &["does not sign", "can it be reached from here"]);
}
