//! What installers say, and what they fetch. They prove themselves by the one-time token of the
//! running deploy; without it they learn nothing, not even whether the node exists.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::conductor::{Conductor, ConductorError};
use crate::drivers::cobbler::{FIRST_BOOT, INSTALL_TOKEN};
use crate::evidence::{Verdict, judge};
use crate::metrics::Report;
use crate::model::{
    Evidence, EvidenceKind, EvidenceSource, HistoryEntry, Job, JobKind, Node, Severity, now,
};
use crate::states::ProvisionState as State;
use crate::store::StoreError;

/// The longest message that is kept; installers send the last lines of a log.
const MESSAGE_LIMIT: usize = 4096;

/// What is known of a node's running or newest install.
#[derive(Debug, Clone)]
pub struct InstallEvidence {
    /// The node.
    pub node: Node,
    /// What has been seen, in the order in which it came.
    pub seen: Vec<Evidence>,
    /// What follows from it, in words for a person.
    pub verdict: String,
}

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
        source: EvidenceSource,
    ) -> Result<(), ConductorError> {
        let result = match self.installing(node, token).await {
            Ok((node, job)) => {
                self.keep(node.uuid, job.id, source, kind, clean(&message))
                    .await?;
                self.wake_for(&node, &job).await
            }
            Err(ConductorError::BadToken) => {
                self.report_afterwards(node, token, source, kind, clean(&message))
                    .await
            }
            Err(error) => Err(error),
        };
        self.count(source, &result);
        result
    }

    /// Makes the engine look at the node for what was said.
    async fn wake_for(&self, node: &Node, job: &Job) -> Result<(), ConductorError> {
        // A step that backs off from a controller isn't hurried: what was said is kept for its next
        // try. An installer in a loop would make it ask without a pause.
        if job.attempt == 0 {
            self.inner.store.wake_node(node.uuid).await?;
            self.wake();
        }
        Ok(())
    }

    /// Whether the token is that of the node's running install.
    ///
    /// # Errors
    /// [`ConductorError::BadToken`].
    pub async fn prove(
        &self,
        node: Uuid,
        token: &str,
        source: EvidenceSource,
    ) -> Result<(), ConductorError> {
        let result = self.installing(node, token).await.map(drop);
        self.count(source, &result);
        result
    }

    /// The script with a node's own data.
    ///
    /// # Errors
    /// [`ConductorError::BadToken`].
    pub async fn install_script(&self, node: Uuid, token: &str) -> Result<String, ConductorError> {
        let found = self.installing(node, token).await;
        self.count(EvidenceSource::Installer, &found);
        let (node, job) = found?;
        let ports = self.inner.store.ports_of(node.uuid).await?;
        let interfaces = self.inner.drivers.interfaces(&node)?;
        let script = match job.kind {
            JobKind::Rescue => interfaces.rescue.script(&node)?,
            _ => interfaces.deploy.install_script(&node, &ports)?,
        };
        let (source, kind) = (EvidenceSource::Installer, EvidenceKind::Fetched);
        self.keep(node.uuid, job.id, source, kind, String::new())
            .await?;
        // A rescue system has no more to say than that.
        if job.kind == JobKind::Rescue {
            self.wake_for(&node, &job).await?;
        }
        Ok(script)
    }

    /// The script that an installer runs whose answer file can hold none.
    ///
    /// # Errors
    /// [`ConductorError::BadToken`].
    pub async fn install_hooks(&self, node: Uuid, token: &str) -> Result<String, ConductorError> {
        let found = self.installing(node, token).await;
        self.count(EvidenceSource::Installer, &found);
        let interfaces = self.inner.drivers.interfaces(&found?.0)?;
        Ok(interfaces.deploy.install_hooks()?)
    }

    /// What is known of a node's running install, or else of its newest.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn install_evidence(&self, ident: &str) -> Result<InstallEvidence, ConductorError> {
        let node = self.inner.store.node(ident).await?;
        let seen = match &node.job {
            Some(job) if matches!(job.kind, JobKind::Deploy | JobKind::Rescue) => {
                self.inner.store.evidence(node.uuid, job.id).await?
            }
            _ => self.inner.store.newest_evidence(node.uuid).await?,
        };
        let verdict = in_words(&judge(&seen));
        Ok(InstallEvidence {
            node,
            seen,
            verdict,
        })
    }

    /// The node and its deploy, if the token is that of the deploy that runs.
    async fn installing(&self, node: Uuid, token: &str) -> Result<(Node, Job), ConductorError> {
        let node = self.known(node).await?;
        let known = node.internal_text(INSTALL_TOKEN);
        // Hashes are compared: the time it takes says nothing of the token.
        let matches = known.is_some_and(|known| Sha256::digest(known) == Sha256::digest(token));
        let under_way = |job: &Job| match node.provision_state {
            State::Deploying | State::DeployWait | State::DeployHold => job.kind == JobKind::Deploy,
            State::Rescuing | State::RescueWait => job.kind == JobKind::Rescue,
            _ => false,
        };
        match node.job.clone() {
            Some(job) if matches && under_way(&job) => Ok((node, job)),
            _ => Err(ConductorError::BadToken),
        }
    }

    async fn known(&self, node: Uuid) -> Result<Node, ConductorError> {
        match self.inner.store.node(&node.to_string()).await {
            Err(StoreError::NotFound { .. }) => Err(ConductorError::BadToken),
            other => Ok(other?),
        }
    }

    /// What the token of an install that has ended is still good for: the first boot from disk, and
    /// a start of the installer where there should be none.
    async fn report_afterwards(
        &self,
        node: Uuid,
        token: &str,
        source: EvidenceSource,
        kind: EvidenceKind,
        message: String,
    ) -> Result<(), ConductorError> {
        let found = self.known(node).await?;
        let Some(job) = ended_install(&found, token) else {
            return Err(ConductorError::BadToken);
        };
        match kind {
            EvidenceKind::Booted => {
                self.change(&node.to_string(), |node| {
                    // Another report of it may have been faster.
                    node.driver_internal_info.remove(FIRST_BOOT);
                    Ok(())
                })
                .await?;
            }
            EvidenceKind::Started => {
                let event = "the installer has started again after the installation was done; look at the boot order \
                             in the CIMC and at what answers the server's network boot";
                tracing::error!(node.uuid = %node, node.name = found.name, "{event}");
                let unlocked = self.unlocked_node(&node.to_string()).await?;
                let entry = HistoryEntry::about(
                    &unlocked,
                    "deploying",
                    Severity::Error,
                    event.to_owned(),
                    self.hostname(),
                    now(),
                );
                self.inner.store.save_outcome(&unlocked, &[entry]).await?;
            }
            _ => return Err(ConductorError::BadToken),
        }
        self.keep(node, job, source, kind, message).await
    }

    async fn keep(
        &self,
        node: Uuid,
        job: Uuid,
        source: EvidenceSource,
        kind: EvidenceKind,
        message: String,
    ) -> Result<(), ConductorError> {
        tracing::info!(node.uuid = %node, %kind, message, %source, "report");
        let evidence = Evidence {
            node_uuid: node,
            job_id: job,
            source,
            kind,
            message,
            seen_at: now(),
        };
        Ok(self.inner.store.add_evidence(&evidence).await?)
    }

    fn count<T>(&self, source: EvidenceSource, result: &Result<T, ConductorError>) {
        let outcome = match result {
            Ok(_) => Report::Taken,
            Err(ConductorError::BadToken) => Report::Refused,
            Err(_) => Report::Failed,
        };
        self.inner
            .options
            .metrics
            .engine()
            .reported(source.into(), outcome);
    }
}

/// The install that this token belonged to, if it is the newest one and has ended well.
fn ended_install(node: &Node, token: &str) -> Option<Uuid> {
    let kept = node.driver_internal_info.get(FIRST_BOOT)?;
    let matches = kept["proof"] == proof(token).as_str();
    kept["job"].as_str().filter(|_| matches)?.parse().ok()
}

/// What is kept of a token whose install has ended: enough to know it again, too little to use it.
pub(in crate::conductor) fn proof(token: &str) -> String {
    let digest = Sha256::digest(token);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A verdict as a person reads it.
fn in_words(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Nothing => "nothing has been heard of an installer".to_owned(),
        Verdict::Installing {
            progress,
            last_seen,
        } => format!("{progress}, at {}", last_seen.format("%F %T UTC")),
        Verdict::Done { since, booted } => {
            let boot = if *booted { ", and has booted" } else { "" };
            format!("installed at {}{boot}", since.format("%F %T UTC"))
        }
        Verdict::Failed { cause, words } => format!("{cause}: {words}"),
        Verdict::Loop(starts) => format!("boot loop: {starts} starts of the installer"),
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
