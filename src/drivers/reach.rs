//! A look at a machine's address from outside: whether an SSH server answers there. ICMP would need
//! privileges that the service does without.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

/// How long the connection, and then the greeting, may take.
const LIMIT: Duration = Duration::from_secs(3);
/// The longest greeting that is read, in bytes; RFC 4253 allows lines before the version's, which
/// has at most 255.
const GREETING: u64 = 1024;

/// What answers at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// An SSH server, with its version line.
    Ssh(String),
    /// Something that takes connections and doesn't greet as SSH does.
    Open,
}

/// Connects and reads the greeting; `None` if nobody takes the connection.
pub(super) async fn look(address: SocketAddr) -> Option<Answer> {
    let connected = tokio::time::timeout(LIMIT, TcpStream::connect(address)).await;
    let stream = connected.ok()?.ok()?;
    let mut read = Vec::new();
    // What came until the limit is judged, whole or not.
    let greeting = async {
        let mut stream = stream.take(GREETING);
        while stream
            .read_buf(&mut read)
            .await
            .is_ok_and(|count| count > 0)
        {
            if version(&read).is_some() {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(LIMIT, greeting).await;
    Some(version(&read).map_or(Answer::Open, Answer::Ssh))
}

/// The version line, once it is whole: `SSH-2.0-OpenSSH_8.7`.
fn version(read: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(read);
    let (whole, _) = text.rsplit_once('\n')?;
    let line = whole.lines().find(|line| line.starts_with("SSH-"))?;
    Some(line.chars().filter(|c| !c.is_control()).collect())
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt as _;
    use tokio::net::TcpListener;

    use super::*;

    async fn greeted_with(greeting: &'static [u8]) -> Option<Answer> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serve = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            // Who has read enough hangs up.
            let _ = stream.write_all(greeting).await;
        };
        tokio::join!(look(address), serve).0
    }

    #[tokio::test]
    async fn an_ssh_server_is_known_by_its_version_line() {
        assert_eq!(
            greeted_with(b"welcome\r\nSSH-2.0-OpenSSH_8.7\r\nmore").await,
            Some(Answer::Ssh("SSH-2.0-OpenSSH_8.7".to_owned()))
        );
        assert_eq!(greeted_with(b"220 mail\r\n").await, Some(Answer::Open));
        assert_eq!(greeted_with(b"").await, Some(Answer::Open));
    }

    #[tokio::test]
    async fn an_endless_greeting_ends_at_the_limit() {
        assert_eq!(greeted_with(&[b'x'; 64 * 1024]).await, Some(Answer::Open));
    }

    #[tokio::test]
    async fn nobody_there_is_nothing() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        assert_eq!(look(address).await, None);
    }
}
