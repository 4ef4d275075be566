//! With an AWS KMS of moto's.

use super::setting::{STRANGER, Setting, server};
use crate::causeway::signal;
use serde_json::{Value, json};
use std::{
    fs,
    io::{self, BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    process::{Child, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

const SECRETS: [&str; 2] = ["canarysecretaccesskey0123456789abcdefghi", "canarysessiontoken0123456789"];
/// The service, and a door before it. They are gone when this is.
struct Kms {
    process: Child,
    address: String,
    is_shut: Arc<AtomicBool>,
    door: String,
}

impl Kms {
    fn start() -> Self {
        let mut command = server("aws-kms-server");
        let mut process = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines().map_while(Result::ok);
        let line = lines.find(|line| line.contains("Running on http://")).unwrap();
        let address = line.split("http://").nth(1).unwrap().trim().to_owned();
        thread::spawn(move || lines.for_each(drop));
        let is_shut = Arc::new(AtomicBool::new(false));
        let door = door(address.clone(), Arc::clone(&is_shut));
        Self { process, address, is_shut, door }
    }

    /// Two chains, and who may use this.
    fn setting(&self) -> Setting {
        let mut setting = Setting::new();
        setting.variables = vec![
            ("AWS_ENDPOINT_URL", format!("http://{}", self.door)),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "test".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", SECRETS[0].to_owned()),
            ("AWS_SESSION_TOKEN", SECRETS[1].to_owned()),
        ];
        setting.secrets = SECRETS.map(str::to_owned).to_vec();
        setting
    }

    fn shut(&self, is_shut: bool) {
        self.is_shut.store(is_shut, Ordering::SeqCst);
    }

    fn ask(&self, operation: &str, body: &Value) -> Value {
        let (mut stream, body) = (TcpStream::connect(&self.address).unwrap(), body.to_string());
        let scope = "Credential=test/20260101/us-east-1/kms/aws4_request";
        let head = format!(
            "POST / HTTP/1.0\r\nhost: {}\r\ncontent-type: application/x-amz-json-1.1\r\n\
             x-amz-target: TrentService.{operation}\r\n\
             authorization: AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0\r\n\
             content-length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(" 200 "), "{operation}: {answer}");
        serde_json::from_str(body).unwrap_or_default()
    }

    /// Makes a key, and returns its id.
    fn key(&self, spec: &str) -> String {
        self.made(&json!({ "KeySpec": spec, "KeyUsage": "SIGN_VERIFY" }))
    }

    /// Makes a key that answers with this error, and returns how it is named.
    fn refusing(&self, error: &str) -> String {
        let key = json!({ "KeySpec": "ECC_SECG_P256K1", "KeyUsage": "SIGN_VERIFY", "Description": error });
        format!("{STRANGER}=aws:{}", self.made(&key))
    }

    fn made(&self, key: &Value) -> String {
        self.ask("CreateKey", key)["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned()
    }
}

impl Drop for Kms {
    fn drop(&mut self) {
        signal(self.process.id(), "CONT");
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Lets connections through to an address, unless it is shut. Returns its own; it ends with the process of the test.
fn door(address: String, is_shut: Arc<AtomicBool>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let own = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for near in listener.incoming().flatten() {
            if !is_shut.load(Ordering::SeqCst) {
                let far = TcpStream::connect(&address).unwrap();
                pass(near.try_clone().unwrap(), far.try_clone().unwrap(), Arc::clone(&is_shut));
                pass(far, near, Arc::clone(&is_shut));
            }
        }
    });
    own
}

/// Hands on what is said in one direction, until the door is shut.
fn pass(mut from: TcpStream, mut to: TcpStream, is_shut: Arc<AtomicBool>) {
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            if is_shut.load(Ordering::SeqCst) || to.write_all(&buffer[..count]).is_err() {
                break;
            }
        }
        let _: [io::Result<()>; 2] = [from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both)];
    });
}

#[test]
fn a_key_of_aws_pays_for_deliveries_and_outages_are_waited_out() {
    let kms = Kms::start();
    let setting = kms.setting();
    let (key, next) = (kms.key("ECC_SECG_P256K1"), kms.key("ECC_SECG_P256K1"));
    kms.ask("CreateAlias", &json!({ "AliasName": "alias/relayer", "TargetKeyId": key }));
    let account = setting.account(&format!("aws:{key}"));
    let named = format!("{account}=aws:alias/relayer");
    setting.accepted(&named, "AWS KMS (key alias/relayer)");

    // Away at the start.
    kms.shut(true);
    let (mut relayer, log) = setting.relayer(&["--kms-signer", &named]);
    relayer.until(|event| event["event"] == "started" && event["account"] == *account);
    let hash = setting.send();
    setting.until_unsigned(&log, "AWS KMS (key alias/relayer) does not sign: ");
    kms.shut(false);
    setting.until_delivered(&mut relayer, &hash);

    // Slow.
    signal(kms.process.id(), "STOP");
    let hash = setting.send();
    setting.until_unsigned(&log, "does not answer within 10s");
    signal(kms.process.id(), "CONT");
    setting.until_delivered(&mut relayer, &hash);

    // Disabled.
    kms.ask("DisableKey", &json!({ "KeyId": key }));
    let hash = setting.send();
    setting.until_unsigned(&log, "is disabled");
    kms.ask("EnableKey", &json!({ "KeyId": key }));
    setting.until_delivered(&mut relayer, &hash);

    // Somebody else's: its signatures are sent nowhere.
    kms.ask("UpdateAlias", &json!({ "AliasName": "alias/relayer", "TargetKeyId": next }));
    let hash = setting.send();
    setting.until_unsigned(&log, &format!("not that of {account}"));
    kms.ask("UpdateAlias", &json!({ "AliasName": "alias/relayer", "TargetKeyId": key }));
    setting.until_delivered(&mut relayer, &hash);

    assert_eq!(setting.sent_by(&account), "0x4", "the account has paid, once each");
    assert_eq!(relayer.interrupt(), 0);
    log.iter().for_each(|line| setting.assert_silent(&line));
}

/// A fresh account delivers, and one whose key is of AWS gives it what it needs.
#[test]
fn a_key_of_aws_fills_the_account_that_delivers() {
    let kms = Kms::start();
    let setting = kms.setting();
    let key = kms.key("ECC_SECG_P256K1");
    let account = setting.account(&format!("aws:{key}"));
    let path = setting.world.path().join("key");
    fs::write(&path, format!("0x{}", "42".repeat(32))).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let limits = "top-up-below = \"0.05ether\"\ntop-up-to = \"0.2ether\"\ntop-up-max-per-day = \"1ether\"";
    let text = format!(
        "[relayer]\nallow-destinations = [902]\nkey-files = [\"{}\"]\ntop-up-kms-signer = \"{account}=aws:{key}\"\n{limits}\n",
        path.display()
    );
    fs::write(setting.world.path().join("causeway.toml"), text).unwrap();
    let (mut relayer, log) = setting.relayer(&[]);
    let hash = setting.send();
    relayer.until(|event| event["event"] == "topped-up" && event["chainId"] == "902");
    setting.until_delivered(&mut relayer, &hash);
    assert_eq!(relayer.interrupt(), 0);
    log.iter().for_each(|line| setting.assert_silent(&line));
    assert_eq!(setting.sent_by(&account), "0x1", "it has given once");
}

#[test]
fn a_check_says_why_a_key_does_not_sign() {
    let kms = Kms::start();
    let mut setting = kms.setting();
    let key = kms.key("ECC_SECG_P256K1");
    let named = format!("{}=aws:{key}", setting.account(&format!("aws:{key}")));
    kms.ask("DisableKey", &json!({ "KeyId": key }));
    setting.refused(&named, &["is disabled", "enable it"]);
    let other = format!("{STRANGER}=aws:{}", kms.key("ECC_NIST_P256"));
    setting.refused(&other, &["of secp256k1", "ECC_SECG_P256K1"]);
    let unknown = format!("{STRANGER}=aws:11111111-2222-3333-4444-555555555555");
    setting.refused(&unknown, &["NotFoundException", "name a key that is there"]);
    setting.refused(&kms.refusing("AccessDeniedException"), &["not authorized", "kms:GetPublicKey"]);
    // What the service says then repeats a secret, which no check shows.
    let strange = kms.refusing("UnrecognizedClientException");
    setting.refused(&strange, &["UnrecognizedClientException", "give the relayer credentials"]);
    kms.shut(true);
    setting.refused(&named, &["does not sign", "can it be reached from here"]);
    setting.variables.retain(|(name, _)| !["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].contains(name));
    setting.variables.push(("AWS_EC2_METADATA_DISABLED", "true".to_owned()));
    setting.refused(&named, &["does not sign", "give the relayer credentials"]);
}
