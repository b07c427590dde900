//! What a browser relies on, over real sockets.

use super::{Ports, Server};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::Duration;

/// How many connections a browser opens to a host at once.
const BROWSER: usize = 6;
/// How many fresh servers have to answer them all.
const ROUNDS: usize = 100;
/// Whoever waits that long waits for ever: a server that hangs fails its test instead of holding it up.
const FOR_EVER: Duration = Duration::from_secs(60);

/// A keep-alive connection, as a browser holds it.
struct Connection(BufReader<TcpStream>);

/// An answer; names of headers are in lower case.
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Connection {
    fn open(server: &Server) -> Connection {
        let stream = TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(FOR_EVER)).unwrap();
        Connection(BufReader::new(stream))
    }

    /// Sends a request: the method and the address, and further headers, each with its line end.
    fn ask(&mut self, request: &str, headers: &str) {
        write!(self.0.get_mut(), "{request} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n").unwrap();
    }

    /// Reads one answer; the connection stays open.
    fn answer(&mut self, has_body: bool) -> Answer {
        let status = self.line().split(' ').nth(1).unwrap().parse().unwrap();
        let mut answer = Answer { status, headers: Vec::new(), body: Vec::new() };
        loop {
            let line = self.line();
            let Some((name, value)) = line.split_once(':') else { break };
            answer.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        if has_body {
            answer.body = vec![0; answer.header("content-length").map_or(0, |length| length.parse().unwrap())];
            self.0.read_exact(&mut answer.body).unwrap();
        }
        answer
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).expect("an answer");
        line.trim_end().to_owned()
    }

    fn get(&mut self, address: &str, headers: &str) -> Answer {
        self.ask(&format!("GET {address}"), headers);
        self.answer(true)
    }
}

/// A directory with a site in it, and something beside that nobody may read.
struct Site(PathBuf);

impl Site {
    fn new(name: &str) -> Site {
        let site = Site(std::env::temp_dir().join(format!("daxscope-server-{name}-{}", std::process::id())));
        fs::create_dir_all(site.0.join("site")).unwrap();
        fs::write(site.0.join("secret.txt"), "a secret").unwrap();
        site.write("index.html", b"<h1>hello</h1>");
        site
    }

    fn write(&self, file: &str, bytes: &[u8]) {
        fs::write(self.0.join("site").join(file), bytes).unwrap();
    }

    fn serve(&self) -> Server {
        Server::start(&self.0.join("site"), Ports::ANY).unwrap()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What made first loads hang: of six connections at once two were given to nobody.
#[test]
fn a_fresh_server_answers_six_connections_at_once() {
    let site = Site::new("six");
    for file in 0..BROWSER {
        site.write(&format!("{file}.css"), format!("file {file}").as_bytes());
    }
    for round in 0..ROUNDS {
        let server = site.serve();
        let mut connections: Vec<_> = (0..BROWSER).map(|_| Connection::open(&server)).collect();
        // All stay open while each of them is asked twice, the second time in the other order.
        for again in 0..2 {
            for (file, connection) in connections.iter_mut().enumerate() {
                connection.ask(&format!("GET /{file}.css"), "");
            }
            for (file, connection) in connections.iter_mut().enumerate().rev() {
                assert_eq!(connection.answer(true).text(), format!("file {file}"), "round {round}, {again}");
            }
        }
    }
}

#[test]
fn silent_connections_keep_nobody_waiting() {
    let site = Site::new("silent");
    let server = site.serve();
    let silent: Vec<_> = (0..100).map(|_| Connection::open(&server)).collect();
    assert_eq!(Connection::open(&server).get("/", "").text(), "<h1>hello</h1>");
    drop(silent);
}

#[test]
fn files_come_with_their_types_and_nothing_outside_comes() {
    let site = Site::new("files");
    for file in ["a.wasm", "a.js", "a.css", "a.svg"] {
        site.write(file, b"file");
    }
    let server = site.serve();
    let mut connection = Connection::open(&server);
    let types = [
        ("/", "text/html"),
        ("/index.html?v=1", "text/html"),
        ("/a.wasm", "application/wasm"),
        ("/a.js", "text/javascript"),
        ("/a.css", "text/css"),
        ("/a.svg", "image/svg+xml"),
    ];
    for (address, kind) in types {
        let answer = connection.get(address, "");
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(kind)), "{address}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
    for outside in ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/..%5csecret.txt", "/missing"] {
        let answer = connection.get(outside, "");
        assert_eq!(answer.status, 404, "{outside}");
        assert!(answer.text().contains("cargo xtask build"), "{outside}: {}", answer.text());
    }
    connection.ask("HEAD /index.html", "");
    let head = connection.answer(false);
    assert_eq!((head.status, head.header("content-length")), (200, Some("14")));
    connection.ask("DELETE /", "");
    assert_eq!(connection.answer(true).status, 405);
}

#[test]
fn a_browser_gets_the_smallest_copy_that_it_takes() {
    let site = Site::new("copies");
    site.write("a.wasm", &[7; 5000]);
    site.write("a.wasm.gz", b"gzip");
    site.write("a.wasm.br", b"br");
    let server = site.serve();
    let mut connection = Connection::open(&server);
    let mut check = |accepted: &str, encoding: Option<&str>, length: usize| {
        let headers = if accepted.is_empty() { String::new() } else { format!("Accept-Encoding: {accepted}\r\n") };
        let answer = connection.get("/a.wasm", &headers);
        assert_eq!(answer.header("content-encoding"), encoding, "{accepted}");
        assert_eq!(answer.header("content-type"), Some("application/wasm"), "{accepted}");
        assert_eq!(answer.header("vary"), Some("accept-encoding"), "{accepted}");
        assert_eq!(answer.body.len(), length, "{accepted}");
    };
    check("gzip, deflate, br, zstd", Some("br"), 2);
    check("gzip, deflate", Some("gzip"), 4);
    check("br;q=0, gzip", Some("gzip"), 4);
    check("identity", None, 5000);
    check("", None, 5000);
}

#[test]
fn what_a_browser_has_is_not_sent_again_until_it_changes() {
    let site = Site::new("tags");
    site.write("a.wasm", &[7; 5000]);
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(&[7; 5000]).unwrap();
    site.write("a.wasm.gz", &gzip.finish().unwrap());
    let server = site.serve();
    let mut connection = Connection::open(&server);
    let mut ask = |headers: &str| connection.get("/a.wasm", headers);

    let plain = ask("").header("etag").expect("an ETag").to_owned();
    let zipped = ask("Accept-Encoding: gzip\r\n").header("etag").expect("an ETag").to_owned();
    assert!(plain.starts_with('"') && zipped.starts_with('"'), "strong tags: {plain} {zipped}");
    assert_ne!(plain, zipped, "two sets of bytes need two tags");

    let again = ask(&format!("If-None-Match: {plain}\r\n"));
    assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, Some(&*plain)));
    assert_eq!(again.header("cache-control"), Some("no-cache"), "asked for each time");
    assert_eq!(ask(&format!("If-None-Match: \"other\", {plain}\r\n")).status, 304);
    assert_eq!(ask(&format!("Accept-Encoding: gzip\r\nIf-None-Match: {zipped}\r\n")).status, 304);
    assert_eq!(ask(&format!("Accept-Encoding: gzip\r\nIf-None-Match: {plain}\r\n")).status, 200);

    site.write("a.wasm", &[8; 5001]);
    let changed = ask(&format!("If-None-Match: {plain}\r\n"));
    assert_eq!((changed.status, changed.body.len()), (200, 5001));
}

#[test]
fn a_server_gives_its_port_back() {
    let site = Site::new("port");
    let server = site.serve();
    let port = server.port();
    let only: Ports = port.to_string().parse().unwrap();
    let mut open = Connection::open(&server);
    assert_eq!(open.get("/", "").status, 200);
    let taken = Server::start(&site.0, only).err().expect("the port is taken").to_string();
    assert!(taken.starts_with(&format!("Port {port} is taken")), "{taken}");
    drop(server);
    // The tasks of a runtime end when it is dropped, and with them their sockets.
    assert!(Server::start(&site.0, only).is_ok(), "port {port} is still taken");
}
