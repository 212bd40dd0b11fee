//! `ferric watch`: the nodes of a running service, until Ctrl-C.

use clap::Args;

use super::client::Client;
use super::exit::{Exit, Outcome};
use super::view::View;
use super::{Global, fleet, interrupt};

/// Where `serve` listens unless told otherwise.
pub(super) const DEFAULT_SERVER: &str = "http://127.0.0.1:6385";

#[derive(Debug, Args)]
pub(super) struct WatchArgs {
    /// The service's base URL
    #[arg(long, value_name = "URL", default_value = DEFAULT_SERVER)]
    server: String,
}

pub(super) async fn run(global: &Global, args: WatchArgs) -> Outcome {
    global.log()?;
    let stop = interrupt::watch();
    let client = Client::new(&args.server)?;
    // A wrong address is an error now; a server that goes away later is shown.
    client.get("/v1").await?;
    let mut fleet = fleet::follow(client, None, fleet::INTERVAL);
    let mut view = View::new();
    loop {
        tokio::select! {
            changed = fleet.changed() => if changed.is_err() { break },
            () = stop.cancelled() => break,
        }
        let now = fleet.borrow_and_update().clone();
        view.update(&now);
    }
    view.finish();
    Ok(Exit::Done)
}
