//! Simulated racks and Cobblers, as the commands start them.

use std::net::SocketAddr;
use std::time::Duration;

use cimc_sim::{ControllerSpec, Personality, Rack, RackSpec, Timing};
use cobbler_sim::{CobblerSim, SimSpec};

use super::open_files;
use crate::cli::exit::{Exit, Failure};

/// The word for every firmware in turn.
pub(in crate::cli) const MIX: &str = "mix";

/// The distro that every simulated Cobbler has.
pub(in crate::cli) const DISTRO: &str = "el9-x86_64";

/// An install that takes this long goes with hardware at its own pace.
const USUAL_INSTALL: f64 = 300.0;

/// `count` controllers of a firmware, or of all in turn.
pub(in crate::cli) fn controllers(
    firmware: &str,
    count: usize,
) -> Result<Vec<ControllerSpec>, Failure> {
    if firmware == MIX {
        let mut all = Vec::new();
        while all.len() < count {
            all.extend(Personality::mix().take(count - all.len()));
        }
        return Ok(all.into_iter().map(ControllerSpec::new).collect());
    }
    let personality = Personality::by_name(firmware).ok_or_else(|| {
        Failure::usage(format!(
            "--firmware: {firmware:?} is not known; write mix or one of {}",
            Personality::names().collect::<Vec<_>>().join(", ")
        ))
    })?;
    Ok(vec![ControllerSpec::new(personality); count])
}

/// How long the hardware takes when an install takes so long: demonstrations are quick in all.
pub(in crate::cli) fn timing(install: Duration) -> Timing {
    let factor = (install.as_secs_f64() / USUAL_INSTALL * 2.0).clamp(0.002, 1.0);
    Timing::default().scaled(factor)
}

/// Starts a rack.
pub(in crate::cli) async fn start_rack(spec: RackSpec) -> Result<Rack, Failure> {
    open_files::allow(spec.controllers.len())?;
    Rack::start(spec)
        .await
        .map_err(|error| Failure::of(Exit::CannotStart, &error))
}

/// Starts a Cobbler.
pub(in crate::cli) async fn start_cobbler(listen: SocketAddr) -> Result<CobblerSim, Failure> {
    start_cobbler_as(SimSpec {
        listen,
        ..SimSpec::default()
    })
    .await
}

/// Starts a Cobbler as described.
pub(in crate::cli) async fn start_cobbler_as(spec: SimSpec) -> Result<CobblerSim, Failure> {
    CobblerSim::start(spec)
        .await
        .map_err(|error| Failure::of(Exit::CannotStart, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mix_repeats_until_there_are_enough() {
        assert_eq!(controllers(MIX, 100).unwrap().len(), 100);
        let firmware = |spec: &ControllerSpec| spec.personality.firmware();
        let three: Vec<_> = controllers(MIX, 3).unwrap().iter().map(firmware).collect();
        assert!(three[0] != three[1] && three[1] != three[2], "{three:?}");
    }

    #[test]
    fn an_unknown_firmware_lists_the_known_ones() {
        let failure = controllers("9.9", 1).unwrap_err();
        let first = Personality::names().next().unwrap();
        assert!(failure.message.contains(first), "{}", failure.message);
    }
}
