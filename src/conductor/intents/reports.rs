//! What installers say, and what they fetch. They prove themselves by the one-time token of the
//! running deploy; without it they learn nothing, not even whether the node exists.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::conductor::{Conductor, ConductorError};
use crate::drivers::cobbler::INSTALL_TOKEN;
use crate::model::{Evidence, EvidenceKind, Job, JobKind, Node, now};
use crate::states::ProvisionState as State;

/// The longest message that is kept; installers send the last lines of a log.
const MESSAGE_LIMIT: usize = 4096;

impl Conductor {
    /// Keeps what an installer reports, and wakes its node.
    ///
    /// # Errors
    /// [`ConductorError::BadToken`].
    pub async fn report(
        &self,
        node: Uuid,
        token: &str,
        kind: EvidenceKind,
        message: String,
        source: &str,
    ) -> Result<(), ConductorError> {
        let (node, job) = self.installing(node, token).await?;
        let evidence = Evidence {
            node_uuid: node.uuid,
            job_id: job.id,
            source: source.to_owned(),
            kind,
            message: clean(&message),
            seen_at: now(),
        };
        tracing::info!(node.uuid = %node.uuid, node.name = node.name, %kind, message = evidence.message, source, "report");
        self.inner.store.add_evidence(&evidence).await?;
        // A step that backs off from a controller isn't hurried: what was said is kept for its next
        // try. An installer in a loop would make it ask without a pause.
        if job.attempt == 0 {
            self.inner.store.wake_node(node.uuid).await?;
            self.wake();
        }
        Ok(())
    }

    /// The script with a node's own data.
    ///
    /// # Errors
    /// [`ConductorError::BadToken`].
    pub async fn install_script(&self, node: Uuid, token: &str) -> Result<String, ConductorError> {
        let (node, _) = self.installing(node, token).await?;
        let ports = self.inner.store.ports_of(node.uuid).await?;
        Ok(self
            .inner
            .drivers
            .interfaces(&node)?
            .deploy
            .install_script(&node, &ports)?)
    }

    /// The script that an installer runs whose answer file can hold none.
    ///
    /// # Errors
    /// [`ConductorError::BadToken`].
    pub async fn install_hooks(&self, node: Uuid, token: &str) -> Result<String, ConductorError> {
        let (node, _) = self.installing(node, token).await?;
        let interfaces = self.inner.drivers.interfaces(&node)?;
        Ok(interfaces.deploy.install_hooks()?)
    }

    /// The node and its deploy, if the token is that of the deploy that runs.
    async fn installing(&self, node: Uuid, token: &str) -> Result<(Node, Job), ConductorError> {
        let node = self
            .inner
            .store
            .node(&node.to_string())
            .await
            .map_err(|_| ConductorError::BadToken)?;
        let known = node.internal_text(INSTALL_TOKEN);
        // Hashes are compared: the time it takes says nothing of the token.
        let matches = known.is_some_and(|known| Sha256::digest(known) == Sha256::digest(token));
        let deploying = matches!(node.provision_state, State::Deploying | State::DeployWait);
        match node.job.clone() {
            Some(job) if matches && deploying && job.kind == JobKind::Deploy => Ok((node, job)),
            _ => Err(ConductorError::BadToken),
        }
    }
}

/// A message as it may be shown: the end of it, without control characters.
fn clean(message: &str) -> String {
    let text: String = message
        .chars()
        .filter(|c| !c.is_control() || *c == '\n')
        .collect();
    let text = text.trim();
    let start = text.len().saturating_sub(MESSAGE_LIMIT);
    let start = (start..text.len())
        .find(|i| text.is_char_boundary(*i))
        .unwrap_or(0);
    text[start..].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_message_the_end_is_kept() {
        let long = format!("{}ü{}", "a".repeat(10_000), "z".repeat(MESSAGE_LIMIT - 1));
        let kept = clean(&long);
        assert!(
            kept.len() <= MESSAGE_LIMIT && kept.ends_with('z'),
            "{}",
            kept.len()
        );
        assert_eq!(clean("a\u{1b}[31mb\0"), "a[31mb");
    }
}
