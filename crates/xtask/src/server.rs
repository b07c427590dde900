//! A static file server for this machine only: what a good static host does, in small.

mod address;
mod content_type;
mod negotiate;
mod store;

use crate::failure::{Explain, Result};
use negotiate::Answer;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use store::Store;
use tiny_http::{Header, Method, Request, Response, StatusCode};

/// How many requests are answered at a time; a browser opens six connections to a host.
const WORKERS: usize = 6;

/// A running server; it stops when this is dropped.
pub(crate) struct Server {
    listener: Arc<tiny_http::Server>,
    address: SocketAddr,
    workers: Vec<thread::JoinHandle<()>>,
}

impl Server {
    /// Serves a directory on a port of this machine; port 0 takes any free one.
    pub(crate) fn start(directory: PathBuf, port: u16) -> Result<Server> {
        let cannot =
            || format!("Port {port} cannot be used, perhaps another program has it; choose another with --port.");
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).explain(cannot)?;
        let address = socket.local_addr().explain(cannot)?;
        let listener = Arc::new(tiny_http::Server::from_listener(socket, None).explain(cannot)?);
        let store = Arc::new(Store::new(directory));
        let workers = (0..WORKERS)
            .map(|_| {
                let (listener, store) = (Arc::clone(&listener), Arc::clone(&store));
                thread::spawn(move || {
                    while let Ok(request) = listener.recv() {
                        // A browser that has gone away does not need its answer.
                        let _ = answer(request, &store);
                    }
                })
            })
            .collect();
        Ok(Server { listener, address, workers })
    }

    /// The address to type into a browser.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Serves until the process is ended.
    pub(crate) fn wait(mut self) {
        for worker in self.workers.drain(..) {
            let _ = worker.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for _ in &self.workers {
            self.listener.unblock();
        }
    }
}

fn answer(request: Request, store: &Store) -> io::Result<()> {
    let header = |name: &'static str| {
        request.headers().iter().find(|header| header.field.equiv(name)).map(|header| header.value.as_str())
    };
    let answer = match request.method() {
        Method::Get | Method::Head => negotiate::answer(
            store,
            request.url(),
            header("Accept-Encoding").unwrap_or_default(),
            header("If-None-Match").unwrap_or_default(),
        ),
        _ => Answer::method_not_allowed(),
    };
    let mut response =
        Response::new(StatusCode(answer.status), Vec::new(), answer.body.as_slice(), Some(answer.body.len()), None)
            // With a length instead of chunks, the browser can show progress.
            .with_chunked_threshold(usize::MAX);
    for (name, value) in &answer.headers {
        if let Ok(header) = Header::from_bytes(name.as_bytes(), value.as_bytes()) {
            response.add_header(header);
        }
    }
    request.respond(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::{Read, Write};
    use std::net::TcpStream;

    /// What the server sends for one request, as text.
    fn talk(server: &Server, request: &str) -> String {
        let mut stream = TcpStream::connect(server.address).unwrap();
        write!(stream, "{request}\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut reply = Vec::new();
        stream.read_to_end(&mut reply).unwrap();
        String::from_utf8_lossy(&reply).into_owned()
    }

    #[test]
    fn one_round_over_a_socket() {
        let directory = std::env::temp_dir().join(format!("daxscope-server-{}", std::process::id()));
        fs::create_dir_all(directory.join("site")).unwrap();
        fs::write(directory.join("site/index.html"), "<h1>hello</h1>").unwrap();
        fs::write(directory.join("secret.txt"), "secret").unwrap();
        let server = Server::start(directory.join("site"), 0).unwrap();

        let page = talk(&server, "GET / HTTP/1.1");
        assert!(page.starts_with("HTTP/1.1 200"), "{page}");
        assert!(page.contains("Content-Type: text/html; charset=utf-8\r\n"), "{page}");
        assert!(page.ends_with("<h1>hello</h1>"), "{page}");

        let head = talk(&server, "HEAD /index.html HTTP/1.1");
        assert!(head.contains("Content-Length: 14\r\n") && head.ends_with("\r\n\r\n"), "{head}");

        for outside in ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/missing"] {
            let reply = talk(&server, &format!("GET {outside} HTTP/1.1"));
            assert!(reply.starts_with("HTTP/1.1 404"), "{outside}: {reply}");
            assert!(!reply.contains("secret\n") && reply.contains("text/plain"), "{outside}: {reply}");
        }
        assert!(talk(&server, "DELETE / HTTP/1.1").starts_with("HTTP/1.1 405"));
        drop(server);
        fs::remove_dir_all(directory).unwrap();
    }
}
