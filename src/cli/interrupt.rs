//! Ctrl-C and SIGTERM as a wish to end.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// A token that is cancelled by the first Ctrl-C or SIGTERM. A second one ends the process at
/// once, as an operator who presses it twice expects.
pub(super) fn watch() -> CancellationToken {
    let token = CancellationToken::new();
    let wish = token.clone();
    tokio::spawn(async move {
        wait().await;
        wish.cancel();
        wait().await;
        std::process::exit(super::exit::Exit::Interrupted as i32);
    });
    token
}

async fn wait() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
