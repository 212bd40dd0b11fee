//! `PUT /v1/nodes/{node}/states/provision`.

use serde_json::Value;

use super::locked;
use super::rescue::{self, forget_rescue};
use crate::conductor::{Conductor, ConductorError};
use crate::model::{JobKind, Node, now};
use crate::states::{ProvisionEvent as Event, ProvisionState as State, Verb};

/// What may come with a verb.
#[derive(Debug, Clone, Default, PartialEq)]
#[allow(missing_docs)] // The fields of Ironic's request.
pub struct ProvisionRequest {
    pub configdrive: Option<Value>,
    pub deploy_steps: Option<Value>,
    pub clean_steps: Option<Value>,
    pub service_steps: Option<Value>,
    pub rescue_password: Option<String>,
    pub disable_ramdisk: Option<bool>,
    pub runbook: Option<String>,
}

/// `last_error` after an abort that is followed by this job.
fn aborted(clean_up: Option<JobKind>) -> &'static str {
    match clean_up {
        Some(JobKind::RescueCleanUp) => rescue::ABORTED,
        Some(_) => {
            "By request, the deploy operation was aborted. Undeploy the node, or deploy it again."
        }
        None => "Inspection was aborted by request. Inspect the node again, or manage it.",
    }
}

impl Conductor {
    /// Starts what a verb asks for.
    ///
    /// # Errors
    /// [`ConductorError::InvalidState`], [`ConductorError::InMaintenance`],
    /// [`ConductorError::Protected`], [`ConductorError::NodeLocked`],
    /// [`ConductorError::Unsupported`] for verbs that the driver doesn't have,
    /// [`ConductorError::InvalidParameter`] where the node can't be deployed as it is.
    pub async fn provision(
        &self,
        ident: &str,
        verb: Verb,
        request: ProvisionRequest,
    ) -> Result<(), ConductorError> {
        let node = self
            .change(ident, |node| {
                self.allow(node, verb)?;
                self.begin(node, verb, &request)
            })
            .await?;
        tracing::info!(node.uuid = %node.uuid, node.name = node.name, %verb, state = %node.provision_state, "accepted");
        self.wake();
        Ok(())
    }

    /// Whether the verb may be said now.
    fn allow(&self, node: &Node, verb: Verb) -> Result<(), ConductorError> {
        let uuid = node.uuid;
        if !verb.is_legal_in(node.provision_state) {
            return Err(ConductorError::InvalidState {
                action: verb.to_string(),
                node: uuid,
                state: node.provision_state,
            });
        }
        // A change of power in hand goes first.
        if node
            .job
            .as_ref()
            .is_some_and(|job| matches!(job.kind, JobKind::Power(_)))
        {
            return Err(locked(node));
        }
        match verb {
            Verb::Active | Verb::Rebuild if node.maintenance => {
                Err(ConductorError::InMaintenance {
                    action: "provisioning".to_owned(),
                    node: uuid,
                })
            }
            Verb::Rescue | Verb::Unrescue if node.maintenance => {
                let action = if verb == Verb::Rescue {
                    "rescuing"
                } else {
                    "unrescuing"
                };
                Err(ConductorError::InMaintenance {
                    action: action.to_owned(),
                    node: uuid,
                })
            }
            Verb::Deleted | Verb::Rebuild if node.protected => {
                Err(ConductorError::Protected { node: uuid })
            }
            Verb::Provide if node.retired => Err(ConductorError::InvalidParameter(format!(
                "Node {uuid} is retired and can't be made available; unset \"retired\" first."
            ))),
            _ => Ok(()),
        }
    }

    fn begin(
        &self,
        node: &mut Node,
        verb: Verb,
        request: &ProvisionRequest,
    ) -> Result<(), ConductorError> {
        let unsupported = |feature: &str| {
            Err(ConductorError::Unsupported {
                driver: node.driver.clone(),
                feature: feature.to_owned(),
            })
        };
        let kind = match verb {
            Verb::Manage if node.provision_state == State::Enroll => Some(JobKind::Verify),
            Verb::Manage => None,
            Verb::Inspect => Some(JobKind::Inspect),
            Verb::Provide => Some(JobKind::Clean),
            Verb::Active | Verb::Rebuild => Some(JobKind::Deploy),
            Verb::Deleted => Some(JobKind::TearDown),
            Verb::Abort if node.provision_state == State::DeployWait => Some(JobKind::Abandon),
            Verb::Abort if node.provision_state == State::RescueWait => {
                Some(JobKind::RescueCleanUp)
            }
            Verb::Abort if node.provision_state == State::InspectWait => None,
            Verb::Abort => return unsupported("abort"),
            Verb::Clean => return unsupported("clean"),
            Verb::Adopt => Some(JobKind::Adopt),
            Verb::Rescue => Some(JobKind::Rescue),
            Verb::Unrescue => Some(JobKind::Unrescue),
            Verb::Service => return unsupported("service"),
            Verb::Unhold => return unsupported("unhold"),
        };
        if kind == Some(JobKind::Deploy) {
            self.prepare_deploy(node, request)?;
        }
        if kind == Some(JobKind::Inspect) {
            self.prepare_inspection(node)?;
        }
        match verb {
            Verb::Rescue => self.prepare_rescue(node, request.rescue_password.as_deref())?,
            Verb::Unrescue => self.prepare_unrescue(node)?,
            _ => {}
        }
        let present = now();
        node.last_error = None;
        let event = if verb == Verb::Active {
            Event::Deploy
        } else {
            verb.event()
        };
        let state =
            node.provision_state
                .next(event)
                .map_err(|refused| ConductorError::InvalidState {
                    action: verb.to_string(),
                    node: node.uuid,
                    state: refused.state,
                })?;
        node.enter(state, present);
        if verb == Verb::Abort {
            node.last_error = Some(aborted(kind).to_owned());
        }
        if kind == Some(JobKind::RescueCleanUp) {
            forget_rescue(node);
        }
        node.job = kind
            .map(|kind| self.plan(node, kind, present))
            .transpose()?;
        node.next_run_at = node.job.is_some().then_some(present);
        Ok(())
    }

    /// Checks that the node can be inspected, as Ironic does before it accepts.
    fn prepare_inspection(&self, node: &mut Node) -> Result<(), ConductorError> {
        let interfaces = self.inner.drivers.interfaces(node)?;
        let checks = [
            interfaces.inspect.validate(node),
            interfaces.power.validate(node),
        ];
        for check in checks {
            check.map_err(|error| {
                ConductorError::InvalidParameter(format!(
                    "Failed to validate inspection or power info for node {}: {error}",
                    node.uuid
                ))
            })?;
        }
        node.inspection_started_at = Some(now());
        node.inspection_finished_at = None;
        Ok(())
    }

    /// Checks that the node can be deployed and keeps what came with the request. Nothing is
    /// touched but the record.
    fn prepare_deploy(
        &self,
        node: &mut Node,
        request: &ProvisionRequest,
    ) -> Result<(), ConductorError> {
        let given = |steps: &Option<Value>| {
            steps
                .as_ref()
                .and_then(Value::as_array)
                .is_some_and(|steps| !steps.is_empty())
        };
        if given(&request.deploy_steps) || request.runbook.is_some() {
            return Err(ConductorError::InvalidParameter(
                "deploy_steps and runbook are not supported yet; the steps of the deploy interface are what runs."
                    .to_owned(),
            ));
        }
        if node.disable_power_off && !node.driver.starts_with("fake") {
            return Err(ConductorError::InvalidParameter(format!(
                "Node {} has disable_power_off set, and an installation begins with power off; unset it first.",
                node.uuid
            )));
        }
        if let Some(configdrive) = &request.configdrive {
            node.instance_info
                .insert("configdrive".to_owned(), configdrive.clone());
        }
        let interfaces = self.inner.drivers.interfaces(node)?;
        let checks = [
            interfaces.power.validate(node),
            interfaces.management.validate(node),
            interfaces.boot.validate(node),
            interfaces.deploy.validate(node),
        ];
        for check in checks {
            check.map_err(|error| {
                ConductorError::InvalidParameter(format!(
                    "Failed to validate deploy or power info for node {}: {error}",
                    node.uuid
                ))
            })?;
        }
        Ok(())
    }
}
