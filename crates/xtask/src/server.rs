//! A static file server for this machine only: hyper's connections, and tower-http's files.
//!
//! Everything about files is tower-http's: which one an address names, content types, ranges, ETags, and which
//! compressed copy beside a file a browser gets ([`crate::site`] writes them). Here is only what makes a server of
//! them: a port, connections, two headers, and words for what is not there.

mod ports;
#[cfg(test)]
mod tests;

pub(crate) use ports::Ports;

use crate::failure::{Explain, Result};
use http_body_util::{Either, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::thread;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tower_http::services::ServeDir;
use tower_http::services::fs::ServeFileSystemResponseBody;
use tower_service::Service;

/// Connections are waited for, not each by a thread of its own; so few threads are enough for any number of them.
const THREADS: usize = 2;
/// How long to wait when the system has no connection to give, for example because too many files are open.
const PAUSE: Duration = Duration::from_millis(50);
/// What stands in the place of a missing file.
const NOT_FOUND: &str = "There is no such file here. The page is at / and `cargo xtask build` makes it.\n";

/// Bytes of a file, or words.
type Body = Either<ServeFileSystemResponseBody, Full<Bytes>>;

/// A running server; it stops when this is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    /// Drives the connections, and ends them when it goes.
    _runtime: Runtime,
}

impl Server {
    /// Serves a directory on a port of this machine.
    ///
    /// # Errors
    ///
    /// None of the ports is free, or may be used.
    pub(crate) fn start(directory: &Path, ports: Ports) -> Result<Server> {
        let cannot = || "The server could not be started; run this again.".to_owned();
        let socket = ports.bind()?;
        let address = socket.local_addr().explain(cannot)?;
        socket.set_nonblocking(true).explain(cannot)?;
        let runtime = Builder::new_multi_thread().worker_threads(THREADS).enable_all().build().explain(cannot)?;
        let files = ServeDir::new(directory).precompressed_br().precompressed_gzip();
        let listener = runtime.block_on(async { TcpListener::from_std(socket) }).explain(cannot)?;
        runtime.spawn(accept(listener, files));
        Ok(Server { address, _runtime: runtime })
    }

    /// The address to type into a browser.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// The port that was free.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Serves until the process is ended.
    pub(crate) fn wait(self) -> ! {
        loop {
            thread::park();
        }
    }
}

async fn accept(listener: TcpListener, files: ServeDir) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(converse(stream, files.clone()))),
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

/// Answers the requests of one connection, until the browser closes it.
async fn converse(stream: TcpStream, files: ServeDir) {
    let answers = service_fn(|request| answer(files.clone(), request));
    // A browser that has gone away does not need its answer.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answers).await;
}

async fn answer(mut files: ServeDir, request: Request<Incoming>) -> std::result::Result<Response<Body>, Infallible> {
    let mut response = files.call(request).await?.map(Either::Left);
    let is_missing = response.status() == StatusCode::NOT_FOUND;
    let headers = response.headers_mut();
    // Kept, but asked for each time: a rebuilt page is never mixed with an older module.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if is_missing {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        *response.body_mut() = Either::Right(Full::from(NOT_FOUND));
    }
    Ok(response)
}
