//! `PUT /v1/nodes/{node}/states/provision`.

use serde_json::Value;

use super::{asked_steps, locked};
use crate::conductor::{Conductor, ConductorError, planning};
use crate::model::{Job, JobKind, Node, PlannedStep, Resource, ResourceKind, Time, now};
use crate::states::{ProvisionState as State, Verb};
use crate::store::{Page, ResourceFilter, StoreError};

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
        let templates = match verb {
            Verb::Active | Verb::Rebuild => self.deploy_templates().await?,
            _ => Vec::new(),
        };
        let node = self
            .change_noting(ident, |node| {
                self.allow(node, verb)?;
                if verb == Verb::Abort {
                    let (before, present) = (node.clone(), now());
                    self.abort(node, present)?;
                    return Ok(self.aborted(&before, node, present));
                }
                self.begin(node, verb, &request, &templates).map(|()| None)
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
        templates: &[Resource],
    ) -> Result<(), ConductorError> {
        match verb {
            Verb::Clean => return self.begin_clean(node, request, now()),
            Verb::Service => return self.begin_service(node, request, now()),
            Verb::Unhold => return asked_steps::unhold(node, now()),
            _ => {}
        }
        let kind = match verb {
            Verb::Manage if node.provision_state == State::Enroll => Some(JobKind::Verify),
            Verb::Manage => {
                asked_steps::acknowledge(node);
                None
            }
            Verb::Inspect => Some(JobKind::Inspect),
            Verb::Provide => Some(JobKind::Clean),
            Verb::Active | Verb::Rebuild => Some(JobKind::Deploy),
            Verb::Deleted => Some(JobKind::TearDown),
            Verb::Adopt => Some(JobKind::Adopt),
            Verb::Rescue => Some(JobKind::Rescue),
            Verb::Unrescue => Some(JobKind::Unrescue),
            // They have left by now.
            Verb::Abort | Verb::Clean | Verb::Service | Verb::Unhold => None,
        };
        let present = now();
        let mut deploy = None;
        if kind == Some(JobKind::Deploy) {
            let steps = self.prepare_deploy(node, request, templates)?;
            deploy = Some(Job::new(JobKind::Deploy, steps, present));
        }
        if kind == Some(JobKind::Inspect) {
            self.prepare_inspection(node)?;
        }
        match verb {
            Verb::Rescue => self.prepare_rescue(node, request.rescue_password.as_deref())?,
            Verb::Unrescue => self.prepare_unrescue(node)?,
            _ => {}
        }
        enter(node, verb, present)?;
        node.job = match (deploy, kind) {
            (Some(deploy), _) => Some(deploy),
            (None, Some(kind)) => Some(self.plan(node, kind, present)?),
            (None, None) => None,
        };
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

    /// The deploy templates there are; an instance's traits choose among them.
    pub(super) async fn deploy_templates(&self) -> Result<Vec<Resource>, StoreError> {
        let (kind, all) = (ResourceKind::DeployTemplate, ResourceFilter::default());
        self.inner.store.resources(kind, &all, &Page::all()).await
    }

    /// Checks that the node can be deployed, keeps what came with the request, and gives the steps.
    /// Nothing is touched but the record.
    fn prepare_deploy(
        &self,
        node: &mut Node,
        request: &ProvisionRequest,
        templates: &[Resource],
    ) -> Result<Vec<PlannedStep>, ConductorError> {
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
        let wrong = |error: String| {
            ConductorError::InvalidParameter(format!(
                "Failed to validate deploy or power info for node {}: {error}",
                node.uuid
            ))
        };
        for check in checks {
            check.map_err(|error| wrong(error.to_string()))?;
        }
        planning::deploy(node, &interfaces, request.deploy_steps.as_ref(), templates).map_err(wrong)
    }
}

/// Enters the state that a verb leads to.
pub(super) fn enter(node: &mut Node, verb: Verb, present: Time) -> Result<(), ConductorError> {
    let state = node.provision_state.next(verb.event()).map_err(|refused| {
        ConductorError::InvalidState {
            action: verb.to_string(),
            node: node.uuid,
            state: refused.state,
        }
    })?;
    node.last_error = None;
    node.enter(state, present);
    Ok(())
}
