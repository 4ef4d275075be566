//! HTTP/1.1 with as little work as it takes, so that the client is not what is measured.

use eyre::{ContextCompat, ensure};
use std::{net::Ipv4Addr, net::SocketAddr, ops::Range};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

/// A request with this body.
pub(crate) fn post(body: &str) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "POST / HTTP/1.1\r\nhost: v\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    );
    (head + body).into_bytes()
}

/// One call.
pub(crate) fn call(id: usize, method: &str, params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{params}}}"#)
}

/// A connection that is kept alive.
pub(crate) struct Wire {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer, until the next one is read.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
}

impl Wire {
    /// Connects from an address of this machine.
    pub(crate) async fn connect(from: Ipv4Addr, to: SocketAddr) -> eyre::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from((from, 0)))?;
        let stream = socket.connect(to).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(16 << 10) })
    }

    /// Sends a request and reads its answer.
    pub(crate) async fn call(&mut self, request: &[u8]) -> eyre::Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let (status, body) = loop {
            let read = self.stream.read_buf(&mut self.buffer).await?;
            ensure!(read > 0, "the server closed the connection");
            if let Some(head) = head(&self.buffer)? {
                break head;
            }
        };
        while self.buffer.len() < body.end {
            ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the answer was cut off");
        }
        Ok(Answer { status, body: &self.buffer[body] })
    }

    /// What lies beneath.
    pub(crate) fn into_stream(self) -> TcpStream {
        self.stream
    }

    /// Sends bytes and expects nothing.
    pub(crate) async fn send(&mut self, bytes: &[u8]) -> eyre::Result<()> {
        Ok(self.stream.write_all(bytes).await?)
    }
}

impl Answer<'_> {
    /// Whether it is the result `null`.
    pub(crate) fn is_null(&self) -> bool {
        self.contains(b"\"result\":null")
    }

    /// Whether it is a result of any kind.
    pub(crate) fn is_result(&self) -> bool {
        self.contains(b"\"result\":")
    }

    fn contains(&self, text: &[u8]) -> bool {
        self.status == 200 && self.body.windows(text.len()).any(|part| part == text)
    }
}

/// Status, and where the body is, once the head is complete.
fn head(buffer: &[u8]) -> eyre::Result<Option<(u16, Range<usize>)>> {
    let Some(end) = buffer.windows(4).position(|part| part == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&buffer[..end])?;
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).wrap_err("no status")?.parse()?;
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>())
    });
    let length = length.wrap_err("an answer without a length")??;
    Ok(Some((status, end + 4..end + 4 + length)))
}
