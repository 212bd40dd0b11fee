//! From a node to its controller, by the way that was found for the operation.

use std::sync::Arc;
use std::time::Duration;

use cimc_client::{
    Capabilities, CimcError, Controller, Controllers, HostNic, Operation, Session, Shell, Turn,
    Way, WayIn,
};

use super::driver_info::settings;
use super::ways::{Choice, Ways};
use crate::drivers::DriverError;
use crate::drivers::error::with_sources;
use crate::model::Node;

/// Finds the controllers of nodes; cheap to clone.
#[derive(Debug, Clone)]
pub struct Access {
    controllers: Arc<Controllers>,
    timeout: Duration,
    ways: Arc<Ways>,
}

impl Access {
    /// Controllers from this registry; `timeout` bounds one request.
    pub fn new(controllers: Arc<Controllers>, timeout: Duration) -> Self {
        Self {
            controllers,
            timeout,
            ways: Arc::default(),
        }
    }

    /// Whether a node's record has what is needed; touches no hardware.
    pub(super) fn validate(&self, node: &Node) -> Result<(), DriverError> {
        settings(node, self.timeout).map(drop)
    }

    /// Whether, and how, an operation goes on a node's controller.
    pub(super) fn choose(&self, node: &Node, operation: Operation) -> Choice {
        self.ways.choose(node, operation)
    }

    /// Finds out what a node's controller can do, and remembers it.
    pub(super) async fn probe(&self, node: &Node) -> Result<Capabilities, DriverError> {
        let controller = self.controller(node)?;
        let found = controller
            .probe()
            .await
            .map_err(|error| from_cimc(&error))?;
        self.ways.learn(node, found.clone());
        Ok(found)
    }

    /// Does something on a node's controller, by the way that was found for it.
    ///
    /// A controller that tells another firmware version than it was probed with is probed again
    /// first: what it could do, and how, may have changed. So is one that nobody has probed and
    /// that turns out to have no XML API.
    ///
    /// # Errors
    /// [`DriverError::Unsupported`] with what was seen, where it can't be done; those of the
    /// client.
    pub(super) async fn perform<T, F>(
        &self,
        node: &Node,
        operation: Operation,
        work: F,
    ) -> Result<T, DriverError>
    where
        F: AsyncFnOnce(&mut WayIn) -> Result<T, CimcError>,
    {
        let turn = self.turn(node).await?;
        self.perform_in(turn, node, operation, work).await
    }

    /// The same for somebody whose turn it is.
    ///
    /// # Errors
    /// Those of [`Access::perform`].
    pub(super) async fn perform_in<T, F>(
        &self,
        turn: Turn,
        node: &Node,
        operation: Operation,
        work: F,
    ) -> Result<T, DriverError>
    where
        F: AsyncFnOnce(&mut WayIn) -> Result<T, CimcError>,
    {
        let mut way = match self.enter(turn, node, operation).await {
            Ok(way) => way,
            Err(Closed::By(error)) => return Err(error),
            Err(Closed::Not(why)) => return Err(unsupported(node, operation, &why)),
        };
        let done = work(&mut way).await;
        way.close().await;
        done.map_err(|error| match error {
            CimcError::Unsupported { .. } => unsupported(node, operation, &with_sources(&error)),
            error => from_cimc(&error),
        })
    }

    /// The network interfaces that the command line knows, where the XML API leaves some out.
    /// What it can't tell now is no failure: the XML API's are there.
    pub(super) async fn more_nics(&self, node: &Node) -> Result<Vec<HostNic>, DriverError> {
        if self.choose(node, Operation::HostNics) != Choice::By(Way::XmlAndCli) {
            return Ok(Vec::new());
        }
        let read = async |shell: &mut Shell| shell.host_nics().await;
        let more = self.controller(node)?.cli(read).await;
        Ok(more.unwrap_or_else(|error| {
            tracing::warn!(node = %node.uuid, %error, "mainboard ports were not read");
            Vec::new()
        }))
    }

    /// Opens a session by the way of an operation.
    async fn enter(
        &self,
        mut turn: Turn,
        node: &Node,
        operation: Operation,
    ) -> Result<WayIn, Closed> {
        let choice = self.choose(node, operation);
        if !matches!(choice, Choice::By(Way::Cli)) {
            match turn.log_in().await {
                Ok(session) => {
                    let session = self.asked_again(node, session).await?;
                    match self.choose(node, operation) {
                        Choice::By(Way::Cli) => session.close().await,
                        Choice::Not(why) => {
                            session.close().await;
                            return Err(Closed::Not(why));
                        }
                        Choice::By(_) | Choice::Unknown => return Ok(WayIn::Xml(session)),
                    }
                }
                Err(CimcError::NoXmlApi { .. }) if self.controller(node)?.has_cli() => {
                    // Nobody has looked yet, or the API was there and was switched off since.
                    if !matches!(choice, Choice::Not(_)) {
                        self.probe(node).await?;
                    }
                    if let Choice::Not(why) = self.choose(node, operation) {
                        return Err(Closed::Not(why));
                    }
                }
                Err(error) => return Err(from_cimc(&error).into()),
            }
            turn = self.turn(node).await?;
        }
        let shell = turn.open_shell().await;
        shell
            .map(WayIn::Cli)
            .map_err(|error| from_cimc(&error).into())
    }

    /// The session; probed first, and opened anew, where the controller runs another firmware.
    async fn asked_again(&self, node: &Node, session: Session) -> Result<Session, DriverError> {
        let known = self.ways.of(node);
        let Some(known) = known.filter(|known| is_another(known, &session)) else {
            return Ok(session);
        };
        tracing::info!(
            before = known.firmware,
            now = session.told_version(),
            "another firmware"
        );
        // The probe needs the controller's one session.
        session.close().await;
        self.probe(node).await?;
        let session = self.turn(node).await?.log_in().await;
        session.map_err(|error| from_cimc(&error))
    }

    /// Waits for the turn on a node's controller.
    pub(super) async fn turn(&self, node: &Node) -> Result<Turn, DriverError> {
        let turn = self.controller(node)?.turn().await;
        turn.map_err(|error| from_cimc(&error))
    }

    /// The turn on a node's controller, if nobody else has it.
    pub(super) async fn turn_if_free(&self, node: &Node) -> Result<Option<Turn>, DriverError> {
        let turn = self.controller(node)?.turn_if_free().await;
        turn.map_err(|error| from_cimc(&error))
    }

    /// The controller of a node.
    ///
    /// # Errors
    /// [`DriverError::InvalidParameter`] that names the key.
    pub fn controller(&self, node: &Node) -> Result<Arc<Controller>, DriverError> {
        let settings = settings(node, self.timeout)?;
        self.controllers
            .get(&settings)
            .map_err(|error| from_cimc(&error))
    }
}

/// Why an operation can't be begun.
enum Closed {
    /// It can't be done on this controller; what was seen.
    Not(String),
    /// The controller couldn't be asked.
    By(DriverError),
}

impl From<DriverError> for Closed {
    fn from(error: DriverError) -> Self {
        Self::By(error)
    }
}

fn unsupported(node: &Node, operation: Operation, why: &str) -> DriverError {
    DriverError::Unsupported {
        driver: node.driver.clone(),
        feature: format!("{operation} on its controller: {why}"),
    }
}

/// Whether a controller runs another firmware than when it was probed, as far as both are told.
fn is_another(known: &Capabilities, session: &Session) -> bool {
    match (&known.firmware, session.told_version()) {
        (Some(before), Some(now)) => before != now,
        _ => false,
    }
}

/// The client's errors as the conductor treats them.
pub(super) fn from_cimc(error: &CimcError) -> DriverError {
    let message = with_sources(error);
    match error {
        CimcError::SessionLimit { retry_after, .. } => DriverError::SessionLimit {
            message,
            retry_after: *retry_after,
        },
        error if error.is_transient() => DriverError::Transient(message),
        _ => DriverError::Refused(message),
    }
}
