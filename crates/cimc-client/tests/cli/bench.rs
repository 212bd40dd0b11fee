//! One simulated controller with a command line, and the client's view of it.

use std::sync::Arc;
use std::time::Duration;

use cimc_client::{CliSettings, Controller, ControllerSettings, Controllers, HostKey, Protocol};
use cimc_sim::{ControllerSpec, Personality, Rack, RackSpec, Timing};

pub(crate) const PASSWORD: &str = "password";

pub(crate) struct Bench {
    pub(crate) rack: Rack,
    pub(crate) controllers: Controllers,
}

impl Bench {
    pub(crate) async fn start(personality: &str) -> Self {
        let mut controller = ControllerSpec::new(Personality::by_name(personality).unwrap());
        controller.ssh = Some(0);
        let mut spec = RackSpec::new(vec![controller]);
        spec.timing = Timing::default().scaled(0.02);
        spec.read_only = Some(("viewer".to_owned(), PASSWORD.into()));
        Self {
            rack: Rack::start(spec).await.unwrap(),
            controllers: Controllers::new(),
        }
    }

    pub(crate) fn sim(&self) -> &cimc_sim::Controller {
        &self.rack.controllers()[0]
    }

    /// Settings that let in: plain HTTP, the right password, the right host key.
    pub(crate) fn settings(&self) -> ControllerSettings {
        let mut settings = ControllerSettings::new(&self.sim().address(), "admin", PASSWORD.into());
        settings.protocol = Protocol::Http;
        settings.request_timeout = Duration::from_secs(20);
        settings.cli = Some(CliSettings {
            port: self.sim().ssh_address().unwrap().port(),
            host_key: HostKey::fingerprint(self.sim().ssh_fingerprint().unwrap()).unwrap(),
        });
        settings
    }

    pub(crate) fn controller(&self) -> Arc<Controller> {
        self.controllers.get(&self.settings()).unwrap()
    }

    pub(crate) fn controller_with(
        &self,
        change: impl FnOnce(&mut ControllerSettings),
    ) -> Arc<Controller> {
        let mut settings = self.settings();
        change(&mut settings);
        self.controllers.get(&settings).unwrap()
    }
}

/// Waits for a condition, with a limit.
pub(crate) async fn until(what: &str, condition: impl Fn() -> bool) {
    let waiting = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(
        tokio::time::timeout(Duration::from_secs(20), waiting)
            .await
            .is_ok(),
        "{what} within 20 s"
    );
}
