//! A real Postgres, started by the tests and ended with them.

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    os::unix::{fs::MetadataExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{ChildStdin, Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

/// Keeps a server running until nobody writes to its standard input any more, however that came about; then ends it by its
/// id and cleans up. There is no port that could be another one's: the server listens on a socket in its own folder.
const KEEPER: &str = r#"
directory=$1 programs=$2 fsync=$3 port=$4
cd "$directory"
fail() { echo "failed: $(tail -n 5 initdb.log)"; exit 1; }
"$programs/initdb" --pgdata=data --username=causeway --auth=trust --encoding=UTF8 --locale=C --no-sync \
    >initdb.log 2>&1 || fail
listen=(-c listen_addresses=)
if [ "$port" -gt 0 ]; then
    # Somebody who signs, and a certificate of the server's that is signed.
    {
        openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -days 2 -subj /CN=somebody &&
        openssl req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=localhost &&
        echo subjectAltName=DNS:localhost >names &&
        openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -out server.crt -days 2 -extfile names &&
        chmod 600 server.key && echo "hostssl all all 127.0.0.1/32 trust" >data/pg_hba.conf &&
        echo "local all all trust" >>data/pg_hba.conf
    } >>initdb.log 2>&1 || fail
    listen=(-c listen_addresses=127.0.0.1 -c "port=$port" -c ssl=on \
        -c "ssl_cert_file=$directory/server.crt" -c "ssl_key_file=$directory/server.key")
fi
start() {
    "$programs/postgres" -D data -k "$directory" "${listen[@]}" -c fsync="$fsync" -c max_connections=300 \
        -c shared_buffers=16MB -c log_min_messages=log -c logging_collector=off 2>&1 </dev/null &
    server=$!
}
end() { kill -"$1" "$server" && wait "$server"; }
start
while read -r command; do
    case $command in
    stop) end INT ;;
    crash) end QUIT ;;
    # It says itself when it is there. Before that it would not hear that it is to stop.
    start) start; continue ;;
    esac
    echo "done: $command"
done
end INT
cd /
rm -rf "$directory"
"#;

/// What the server says when it is there.
const READY: &str = "ready to accept connections";

/// A server. It ends with the process that started it.
#[derive(Debug)]
pub struct PostgresServer {
    directory: PathBuf,
    /// Where it listens by TLS, if it does; otherwise 0.
    port: u16,
    keeper: Mutex<(ChildStdin, std::sync::mpsc::Receiver<String>)>,
    schemas: AtomicU64,
}

impl PostgresServer {
    /// Starts a server that need not survive a loss of power.
    pub fn start() -> Self {
        Self::start_with("off", 0)
    }

    /// Starts a server that makes sure that what is written is on disk.
    pub fn start_durable() -> Self {
        Self::start_with("on", 0)
    }

    /// Starts a server that listens on a port of this machine as well, to those who come by TLS.
    pub fn start_with_tls() -> Self {
        // Free a moment ago: a port that the system chooses, it tells nobody.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self::start_with("off", port)
    }

    fn start_with(fsync: &str, port: u16) -> Self {
        let programs = programs();
        let directory = tempfile::Builder::new().prefix("cw-pg").tempdir().unwrap().keep();
        let mut command = Command::new("bash");
        command
            .arg("-c")
            .arg(KEEPER)
            .arg("keeper")
            .arg(&directory)
            .arg(&programs)
            .arg(fsync)
            .arg(port.to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0);
        // The server refuses to be root.
        if fs::metadata("/proc/self").unwrap().uid() == 0 {
            let nobody = 65_534;
            std::os::unix::fs::chown(&directory, Some(nobody), Some(nobody)).unwrap();
            command.uid(nobody).gid(nobody);
        }
        let mut child = command.spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (lines, received) = std::sync::mpsc::channel();
        // Whoever does not read lets the server wait.
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                drop(lines.send(line));
            }
            drop(child.wait());
        });
        let schemas = AtomicU64::new(0);
        let server = Self { directory, port, keeper: Mutex::new((input, received)), schemas };
        server.wait_for(READY);
        server
    }

    /// Ends the server in an orderly way (`stop`), or as the loss of power would (`crash`), or starts it again (`start`).
    pub fn tell(&self, command: &str) {
        writeln!(self.keeper.lock().unwrap().0, "{command}").unwrap();
        let done = format!("done: {command}");
        self.wait_for(if command == "start" { READY } else { &done });
    }

    fn wait_for(&self, text: &str) {
        let keeper = self.keeper.lock().unwrap();
        loop {
            let line = keeper.1.recv().unwrap_or_else(|_| panic!("Postgres ended before `{text}`"));
            assert!(!line.starts_with("failed: "), "initdb {line}");
            if line.contains(text) {
                return;
            }
        }
    }

    /// The URL of an empty database: a schema of its own.
    pub async fn new_url(&self) -> String {
        self.url(&self.new_schema().await)
    }

    /// Makes an empty schema; returns its name.
    pub async fn new_schema(&self) -> String {
        let schema = format!("s{}", self.schemas.fetch_add(1, Ordering::Relaxed));
        let mut connection = PgConnection::connect(&self.url("public")).await.unwrap();
        let statement = AssertSqlSafe(format!("CREATE SCHEMA {schema}"));
        sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        schema
    }

    /// Makes a schema empty, as it was when it was new.
    pub async fn empty(&self, schema: &str) {
        let mut connection = PgConnection::connect(&self.url("public")).await.unwrap();
        let statements = AssertSqlSafe(format!("DROP SCHEMA {schema} CASCADE; CREATE SCHEMA {schema}"));
        sqlx::raw_sql(statements).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }

    /// The URL of the database, of which this schema is to be used.
    pub fn url(&self, schema: &str) -> String {
        let (directory, port) = (self.directory.display(), if self.port == 0 { 5_432 } else { self.port });
        format!(
            "postgres://causeway@localhost:{port}/postgres?host={directory}&options=-csearch_path%3D{schema}"
        )
    }

    /// The URL of a new empty database by TLS, checked as `mode` says.
    pub async fn new_tls_url(&self, mode: &str) -> String {
        let (port, schema) = (self.port, self.new_schema().await);
        format!(
            "postgres://causeway@localhost:{port}/postgres?sslmode={mode}&options=-csearch_path%3D{schema}"
        )
    }

    /// The certificate of whoever signed that of the server.
    pub fn root_certificate(&self) -> PathBuf {
        self.directory.join("ca.crt")
    }

    /// Where it listens.
    pub(super) fn socket(&self) -> PathBuf {
        self.directory.join(".s.PGSQL.5432")
    }
}

/// The folder of Postgres' programs.
#[expect(clippy::disallowed_methods, reason = "a test has nobody else to ask")]
fn programs() -> PathBuf {
    let has_server = |folder: &Path| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    let told = std::env::var_os("CAUSEWAY_POSTGRES").map(PathBuf::from);
    let mut packaged: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|entries| entries.flatten().map(|entry| entry.path().join("bin")).collect())
        .unwrap_or_default();
    packaged.sort();
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<PathBuf> = std::env::split_paths(&on_path).collect();
    let mut folders = told.into_iter().chain(packaged.into_iter().rev()).chain(on_path);
    folders.find(|folder| has_server(folder)).unwrap_or_else(|| {
        panic!(
            "these tests need Postgres: `make setup-postgres` installs it; or set CAUSEWAY_POSTGRES to the folder \
             that holds its programs `initdb` and `postgres`"
        )
    })
}
