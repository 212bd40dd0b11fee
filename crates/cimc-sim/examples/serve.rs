//! Serves one controller of a given firmware over plain HTTP, for trying clients against it.
//!
//! `serve PERSONALITY PORT [COBBLER-BASE-URL]`, for example `serve 2.0 8081`. User `admin`,
//! password `password`; everything happens at twenty times the usual speed. Ends on Ctrl-C.

use std::error::Error;

use cimc_sim::{ControllerSpec, Personality, Rack, RackSpec, Timing};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().ok_or("which personality?")?;
    let personality = Personality::by_name(&name).ok_or_else(|| {
        format!(
            "no personality {name}; there are {}",
            Personality::names().collect::<Vec<_>>().join(" ")
        )
    })?;
    let port = arguments.next().ok_or("which port?")?.parse()?;
    let mut spec = RackSpec::new(vec![ControllerSpec {
        port,
        ..ControllerSpec::new(personality)
    }]);
    spec.cobbler_base = arguments.next();
    spec.timing = Timing::default().scaled(0.05);
    let rack = Rack::start(spec).await?;
    tokio::signal::ctrl_c().await?;
    rack.shutdown().await;
    Ok(())
}
