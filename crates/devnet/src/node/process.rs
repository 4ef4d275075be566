use super::{
    NodeOptions,
    guard::{Order, PID_LINE, guarded},
    output::{Line, Tail, drain},
};
use std::{
    process::{ExitStatus, Stdio},
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::{
    io::AsyncWriteExt,
    process::{Child, ChildStdin, Command},
    sync::{mpsc, oneshot, watch},
    task::JoinSet,
    time::timeout,
};

/// How long a node may take to end when asked to, before it is killed.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a node that writes its state may take to do so after we died.
const ORPHAN_GRACE: Duration = Duration::from_secs(10);

/// What a node printed last, in an error.
fn said(output: &str) -> String {
    if output.is_empty() { "and printed nothing".to_owned() } else { format!("and printed: {output}") }
}

/// Why a node did not start.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// The program could not be started.
    #[error("cannot start the node of chain {chain_id}")]
    Spawn {
        /// The chain.
        chain_id: u64,
        /// What the system said.
        source: std::io::Error,
    },
    /// The program ended before it listened.
    #[error("the node of chain {chain_id} ended before it was ready ({how}), {}", said(output))]
    Exited {
        /// The chain.
        chain_id: u64,
        /// How it ended.
        how: NodeEnd,
        /// What it printed last.
        output: String,
    },
    /// The program runs but does not listen.
    #[error(
        "the node of chain {chain_id} runs but did not listen within {seconds} seconds, {}",
        said(output)
    )]
    Silent {
        /// The chain.
        chain_id: u64,
        /// How long it was given.
        seconds: u64,
        /// What it printed last.
        output: String,
    },
}

/// How a node ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeEnd {
    /// With an exit code.
    Code(i32),
    /// By a signal.
    Signal(i32),
    /// Nobody can tell.
    Unknown,
}

impl std::fmt::Display for NodeEnd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Code(code) => write!(f, "exit code {code}"),
            Self::Signal(signal) => write!(f, "signal {signal}"),
            Self::Unknown => f.write_str("reason unknown"),
        }
    }
}

impl From<std::io::Result<ExitStatus>> for NodeEnd {
    /// Reads the guard's exit status: shells report a signal as 128 more than its number.
    fn from(status: std::io::Result<ExitStatus>) -> Self {
        match status.ok().and_then(|status| status.code()) {
            Some(code) if code > 128 => Self::Signal(code - 128),
            Some(code) => Self::Code(code),
            None => Self::Unknown,
        }
    }
}

/// A running node. Dropping it kills the process.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) port: u16,
    pub(crate) pid: u32,
    tail: Tail,
    orders: mpsc::Sender<Order>,
    end: watch::Receiver<Option<NodeEnd>>,
}

impl Node {
    /// Starts the process and waits until it listens.
    pub(crate) async fn start(options: &NodeOptions) -> Result<Self, NodeError> {
        let chain_id = options.chain_id;
        // A program that writes its state needs time for it; a launcher script needs it to end its own child.
        let gentle = options.is_persistent() || options.binary.is_script();
        let grace = if gentle { ORPHAN_GRACE } else { Duration::ZERO };
        let mut command = guarded(options.binary.path(), grace, options.marker());
        // anvil reads its host from here otherwise.
        command.args(options.arguments()).env_remove("ANVIL_IP_ADDR");
        let mut child = command.spawn().map_err(|source| NodeError::Spawn { chain_id, source })?;
        if let (Some(marker), Some(guard)) = (options.marker(), child.id()) {
            // Without it the next start would not wait for this node, should we be killed.
            let written = std::fs::write(marker, guard.to_string());
            written.map_err(|source| NodeError::Spawn { chain_id, source })?;
        }

        let tail = Tail::default();
        let pid = Pid::default();
        let (started, starting) = oneshot::channel();
        let mut streams = JoinSet::new();
        if let Some(stdout) = child.stdout.take() {
            streams.spawn(drain(stdout, tail.clone(), listener(pid.clone(), started)));
        }
        if let Some(stderr) = child.stderr.take() {
            streams.spawn(drain(stderr, tail.clone(), |_| Line::Plain));
        }
        let (orders, received) = mpsc::channel(4);
        let (ended, mut end) = watch::channel(None);
        tokio::spawn(supervise(child, pid.clone(), streams, received, ended));

        match timeout(options.patience, starting).await {
            Ok(Ok(port)) => {
                let pid = pid.get().copied().unwrap_or_default();
                Ok(Self { port, pid, tail, orders, end })
            }
            Ok(Err(_)) => {
                let how = wait_for_end(&mut end).await;
                Err(NodeError::Exited { chain_id, how, output: tail.text() })
            }
            Err(_) => {
                Err(NodeError::Silent { chain_id, seconds: options.patience.as_secs(), output: tail.text() })
            }
        }
    }

    /// Waits for the end of the process.
    pub(crate) fn ended(&self) -> impl Future<Output = NodeEnd> + Send + 'static {
        let mut end = self.end.clone();
        async move { wait_for_end(&mut end).await }
    }

    /// What the process printed last.
    pub(crate) fn output(&self) -> String {
        self.tail.text()
    }

    /// Ends the process at once; returns when it is gone.
    pub(crate) async fn kill(&self) -> NodeEnd {
        let _ = self.orders.send(Order::Kill).await;
        self.ended().await
    }

    /// Asks the process to end, and kills it when it does not; returns when it is gone.
    pub(crate) async fn stop(&self) -> NodeEnd {
        // A closed channel means that it has ended already.
        let _ = self.orders.send(Order::Stop).await;
        if let Ok(end) = timeout(STOP_TIMEOUT, self.ended()).await {
            return end;
        }
        self.kill().await
    }
}

async fn wait_for_end(end: &mut watch::Receiver<Option<NodeEnd>>) -> NodeEnd {
    match end.wait_for(Option::is_some).await {
        Ok(end) => end.unwrap_or(NodeEnd::Unknown),
        Err(_) => NodeEnd::Unknown,
    }
}

/// Owns the guard: passes orders on, learns of the end, collects the exit status.
async fn supervise(
    mut guard: Child,
    pid: Pid,
    mut streams: JoinSet<()>,
    mut orders: mpsc::Receiver<Order>,
    ended: watch::Sender<Option<NodeEnd>>,
) {
    // Dropping this end of the pipe is what kills the process.
    let Some(mut pipe) = guard.stdin.take() else { return };
    loop {
        tokio::select! {
            // Both streams are at their end: so is the process.
            stream = streams.join_next() => if stream.is_none() {
                give(&mut pipe, Order::Reap).await;
                break;
            },
            order = orders.recv() => match order {
                Some(order) => give(&mut pipe, order).await,
                None => break,
            },
            status = guard.wait() => {
                // Somebody killed the guard, which leaves its child to us.
                if let Some(pid) = pid.get() {
                    kill_by_pid(*pid).await;
                }
                let _ = ended.send(Some(status.into()));
                return;
            }
        }
    }
    drop(pipe);
    let _ = ended.send(Some(guard.wait().await.into()));
}

async fn give(pipe: &mut ChildStdin, order: Order) {
    // It fails when the guard is gone, which the wait for it reports.
    let _ = pipe.write_all(order.line()).await;
}

/// The pid of the guarded program, once the guard has told it.
type Pid = Arc<OnceLock<u32>>;

/// Watches the output for the two lines that matter; tells what each line is.
fn listener(pid: Pid, started: oneshot::Sender<u16>) -> impl FnMut(&str) -> Line {
    let mut started = Some(started);
    move |line| {
        if pid.get().is_none()
            && let Some(number) = line.strip_prefix(PID_LINE).and_then(|number| number.parse().ok())
        {
            let _ = pid.set(number);
            return Line::NotTheNodes;
        }
        if started.is_some()
            && let Some(port) = listening_port(line)
            && let Some(started) = started.take()
        {
            let _ = started.send(port);
            return Line::Ready;
        }
        Line::Plain
    }
}

fn listening_port(line: &str) -> Option<u16> {
    line.strip_prefix("Listening on ")?.trim().rsplit_once(':')?.1.parse().ok()
}

/// Ends a process by its pid, for the one case that the guard itself was killed.
async fn kill_by_pid(pid: u32) {
    let _ = Command::new("/bin/sh")
        .args(["-c", "kill -KILL \"$1\"", "kill", &pid.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_is_read_from_the_line_that_announces_it() {
        assert_eq!(listening_port("Listening on 127.0.0.1:41041"), Some(41041));
        assert_eq!(listening_port("Listening on [::1]:8545"), Some(8545));
        assert_eq!(listening_port("Private Keys"), None);
        assert_eq!(listening_port("Listening on 127.0.0.1:70000"), None);
    }
}
