use std::{path::Path, process::Stdio, time::Duration};
use tokio::process::Command;

/// A shell that starts one program and answers for its end.
///
/// Its standard input is a pipe whose only other end is ours. Whatever happens to this process, a SIGKILL
/// included, the pipe closes, the shell's `read` returns and it ends the program. It does so by the pid of a child
/// that it has not waited for yet, so the pid cannot have passed to another process.
///
/// The first line on its standard output is `guard: <pid>`, everything else is the program's.
///
/// The file that the second argument names, if it names one, goes when the program has ended.
const GUARD: &str = r#"
grace=$1
marker=$2
shift 2
gone() { [ -z "$marker" ] || rm -f "$marker"; }
exec 3<&0 </dev/null
"$@" 3<&- &
child=$!
echo "guard: $child"
exec >/dev/null 2>&1
while read -r order <&3; do
  case $order in
    stop) kill -TERM "$child" ;;
    kill) kill -KILL "$child" ;;
    reap) wait "$child"; code=$?; gone; exit $code ;;
  esac
done
if [ "$grace" -gt 0 ]; then
  kill -TERM "$child"
  (sleep "$grace"; kill -KILL "$child") &
  killer=$!
  wait "$child"
  kill "$killer"
else
  kill -KILL "$child"
  wait "$child"
fi
gone
"#;

/// Introduces the pid of the guarded program.
pub(super) const PID_LINE: &str = "guard: ";

/// What the guard is told, a line each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Ask the program to end.
    Stop,
    /// End the program.
    Kill,
    /// The program has ended: pass on its exit status.
    Reap,
}

impl Order {
    pub(super) const fn line(self) -> &'static [u8] {
        match self {
            Self::Stop => b"stop\n",
            Self::Kill => b"kill\n",
            Self::Reap => b"reap\n",
        }
    }
}

/// The command that starts a program under guard, all three standard streams piped.
///
/// It gets a process group of its own, so that Ctrl-C in a terminal reaches us and not the program. When the pipe
/// closes unexpectedly, the program is asked to end and given the grace before it is killed.
pub(super) fn guarded(program: &Path, grace: Duration, marker: Option<&Path>) -> Command {
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", GUARD, "guard"])
        .arg(grace.as_secs().to_string())
        .arg(marker.unwrap_or(Path::new("")))
        .arg(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    command
}
