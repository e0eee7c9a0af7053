//! A small web server for this machine alone, which the pages of `make watch` and of `make book-serve` share.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread;

use tiny_http::{Header, Request, Response, Server};

use crate::error::Error;

/// How many requests are answered at once.
const THREADS: usize = 4;

/// What a server says to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAnswer {
    /// The status of HTTP, such as 200 or 404.
    pub status: u16,
    /// The type of the content, such as `text/html; charset=utf-8`.
    pub kind: &'static str,
    /// The content.
    pub bytes: Vec<u8>,
}

/// A server on 127.0.0.1.
pub struct LocalServer {
    server: Arc<Server>,
    address: SocketAddr,
}

impl LocalServer {
    /// Listens on that port; 0 is any that is free. Requests wait until the server [serves](Self::serve).
    ///
    /// Fails if the port is taken, or not allowed.
    pub fn listen(port: u16) -> Result<LocalServer, Error> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let server = Server::http(address).map_err(|error| {
            Error::Asked(format!(
                "cannot listen on {address}: {error}. Choose another port with PORT="
            ))
        })?;
        let address = server.server_addr().to_ip().unwrap_or(address);
        Ok(LocalServer { server: Arc::new(server), address })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers requests until the program ends. `answer` is given the path of each, without `?` and what
    /// follows. No browser keeps an answer.
    ///
    /// Fails if a thread cannot be started.
    pub fn serve<F>(&self, answer: F) -> Result<(), Error>
    where
        F: Fn(&str) -> WebAnswer + Send + Sync + 'static,
    {
        let answer = Arc::new(answer);
        for _ in 0..THREADS {
            let (server, answer) = (self.server.clone(), answer.clone());
            let serve = move || {
                for request in server.incoming_requests() {
                    let path = request.url().split(['?', '#']).next().unwrap_or_default();
                    let answer = answer(path);
                    respond(request, answer);
                }
            };
            let thread = thread::Builder::new().name("web".into()).spawn(serve);
            thread
                .map_err(|source| Error::System { doing: "start a web server".into(), source })?;
        }
        Ok(())
    }
}

fn respond(request: Request, answer: WebAnswer) {
    let WebAnswer { status, kind, bytes } = answer;
    let mut response = Response::from_data(bytes).with_status_code(status);
    for (name, value) in [("Content-Type", kind), ("Cache-Control", "no-store")] {
        if let Ok(header) = Header::from_bytes(name, value) {
            response.add_header(header);
        }
    }
    // A browser that no longer wants the answer is not an error.
    let _ = request.respond(response);
}
