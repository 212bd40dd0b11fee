//! The connections to a controller, below HTTP and TLS: which are taken, and how they break.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Extension;
use axum::middleware::AddExtension;
use axum_server::accept::Accept;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tower::Layer;

use crate::chassis::{Availability, Chassis};
use crate::fault::Fault;

/// How long a client may take to begin a handshake that fails.
const FIRST_BYTES_LIMIT: Duration = Duration::from_secs(10);

/// TLS alert, fatal, `handshake_failure` (RFC 5246, 7.2.2), in a record of version 1.0.
const HANDSHAKE_FAILURE: [u8; 7] = [0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x28];

/// Takes connections unless the controller is down or told to refuse them.
#[derive(Debug, Clone)]
pub(crate) struct Gate {
    pub(crate) chassis: Arc<Chassis>,
    /// Whether TLS is spoken on the connections.
    pub(crate) tls: bool,
}

impl<S: Send + 'static> Accept<TcpStream, S> for Gate {
    type Stream = Wire;
    type Service = AddExtension<S, Connection>;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Self::Stream, Self::Service)>> + Send>>;

    fn accept(&self, mut stream: TcpStream, service: S) -> Self::Future {
        let faults = &self.chassis.faults;
        let closed = self.chassis.availability() == Availability::Closed
            || faults.strikes("", &Fault::Refuse);
        let handshake_fails = self.tls && !closed && faults.strikes("", &Fault::HandshakeFails);
        Box::pin(async move {
            if closed {
                // No linger: the client sees a reset, not a polite end.
                stream.set_zero_linger()?;
                return Err(io::ErrorKind::ConnectionRefused.into());
            }
            if handshake_fails {
                let refusal = refuse_handshake(&mut stream);
                tokio::time::timeout(FIRST_BYTES_LIMIT, refusal).await??;
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            let connection = Connection::default();
            let service = Extension(connection.clone()).layer(service);
            Ok((Wire { stream, connection }, service))
        })
    }
}

async fn refuse_handshake(stream: &mut TcpStream) -> io::Result<()> {
    let mut hello = [0; 1024];
    let _ = stream.read(&mut hello).await?;
    stream.write_all(&HANDSHAKE_FAILURE).await?;
    stream.shutdown().await
}

/// One connection, as the code that answers on it sees it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Connection(Arc<Breaks>);

#[derive(Debug, Default)]
struct Breaks {
    now: AtomicBool,
    at_next_request: AtomicBool,
}

impl Connection {
    /// Breaks the connection; what is written to it from now on gets lost.
    pub(crate) fn reset(&self) {
        self.0.now.store(true, Ordering::Relaxed);
    }

    /// Breaks the connection when the client sends its next request.
    pub(crate) fn go_stale(&self) {
        self.0.at_next_request.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_stale(&self) -> bool {
        self.0.at_next_request.load(Ordering::Relaxed)
    }

    fn is_reset(&self) -> bool {
        self.0.now.load(Ordering::Relaxed)
    }
}

/// A TCP stream that can be made to break.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: TcpStream,
    connection: Connection,
}

impl Wire {
    fn intact(&self) -> io::Result<()> {
        if self.connection.is_reset() {
            self.stream.set_zero_linger()?;
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.intact()?;
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        if self.connection.is_stale() && buffer.filled().len() > before {
            self.connection.reset();
            self.intact()?;
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.intact()?;
        Pin::new(&mut self.stream).poll_write(cx, data)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
