//! The servers of the cases, each with the firmware that its case wants.

use cimc_sim::{ControllerSpec, Personality, Rack, RackSpec, Timing, Tls};
use testkit::{CIMC_PASSWORD, CIMC_USER, Lab};

use crate::cases::Case;

/// As fast as a lab's.
const PACE: f64 = 0.02;

pub(crate) async fn start(lab: &Lab, cases: &[&Case]) -> Rack {
    let controllers = cases
        .iter()
        .map(|case| ControllerSpec {
            tls: match case.tls {
                true => Tls::Modern,
                false => Tls::Off,
            },
            ..ControllerSpec::new(Personality::by_name(case.firmware).unwrap())
        })
        .collect();
    let mut spec = RackSpec::new(controllers);
    spec.user = CIMC_USER.to_owned();
    spec.password = CIMC_PASSWORD.into();
    // Other serial numbers and MAC addresses than the lab's own.
    spec.first_index = 1000;
    spec.cobbler_base = Some(lab.cobbler.base_url());
    spec.timing = Timing::default().scaled(PACE);
    // A restart is long enough for each of its phases to be met.
    spec.timing.controller_web = std::time::Duration::from_secs(1);
    spec.timing.controller_users = std::time::Duration::from_secs(3);
    // As with real ones, an installer takes longer than a change of the boot order that meets a
    // fault or two: else the server would begin again before it is told to boot from its disk.
    spec.install_duration = std::time::Duration::from_secs(8);
    Rack::start(spec).await.unwrap()
}
