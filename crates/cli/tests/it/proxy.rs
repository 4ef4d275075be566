//! A node's door that can be opened late, or be too busy for the first callers.

use socket2::{Domain, Socket, Type};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    thread,
};

/// A port that nobody listens on, and that nobody else can be given meanwhile: a port that was only free a moment ago may
/// be another test's by now.
pub(crate) struct ClosedPort(Socket);

impl ClosedPort {
    pub(crate) fn new() -> Self {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).unwrap();
        Self(socket)
    }

    pub(crate) fn port(&self) -> u16 {
        self.0.local_addr().unwrap().as_socket().unwrap().port()
    }

    fn listen(self) -> TcpListener {
        self.0.listen(128).unwrap();
        self.0.into()
    }
}

/// A port that nobody listens on before the test's process ends.
pub(crate) fn closed_port() -> u16 {
    let closed = ClosedPort::new();
    let port = closed.port();
    std::mem::forget(closed);
    port
}

/// Passes requests on to a node. It ends with the test's process.
pub(crate) struct Proxy {
    listener: TcpListener,
    node: String,
    too_many: usize,
}

impl Proxy {
    /// A proxy in front of the node at a URL.
    pub(crate) fn new(port: ClosedPort, node_url: &str) -> Self {
        let node = node_url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        Self { listener: port.listen(), node, too_many: 0 }
    }

    /// The first requests are answered with status 429.
    pub(crate) fn too_many(mut self, requests: usize) -> Self {
        self.too_many = requests;
        self
    }

    /// Opens the door.
    pub(crate) fn open(self) -> String {
        let url = format!("http://{}", self.listener.local_addr().unwrap());
        thread::spawn(move || {
            let mut too_many = self.too_many;
            for caller in self.listener.incoming().flatten() {
                let (node, refuse) = (self.node.clone(), too_many > 0);
                too_many = too_many.saturating_sub(1);
                thread::spawn(move || if refuse { refuse_one(caller) } else { pass_on(caller, &node) });
            }
        });
        url
    }
}

fn refuse_one(caller: TcpStream) {
    let mut reader = BufReader::new(caller.try_clone().unwrap());
    let (mut line, mut length) = (String::new(), 0);
    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        line.clear();
    }
    let mut body = vec![0; length];
    let _ = reader.read_exact(&mut body);
    let _ = (&caller)
        .write_all(b"HTTP/1.1 429 Too Many Requests\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
}

fn pass_on(caller: TcpStream, node: &str) {
    let Ok(upstream) = TcpStream::connect(node) else { return };
    let (mut from, mut to) = (caller.try_clone().unwrap(), upstream.try_clone().unwrap());
    thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(std::net::Shutdown::Write);
    });
    let (mut from, mut to) = (upstream, caller);
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(std::net::Shutdown::Write);
}
