//! The journal of open sessions in the state directory, and what it says of former processes.

use std::path::Path;
use std::sync::Arc;

use cimc_client::{LeftOpen, SessionJournal};

/// More controllers than these are told in one line.
const ONE_BY_ONE: usize = 5;

/// Opens the journal of this process below `state_dir`, and says which sessions processes have
/// left open that were killed: a controller has four, and one of them is taken for so much longer.
///
/// Without a journal everything works; only the next start will not know.
pub fn session_journal(state_dir: &Path) -> Option<Arc<SessionJournal>> {
    let opened = std::fs::create_dir_all(state_dir).and_then(|()| SessionJournal::open(state_dir));
    match opened {
        Ok((journal, left)) => {
            for line in told(&left) {
                tracing::warn!("{line}");
            }
            Some(journal)
        }
        Err(error) => {
            tracing::warn!(
                directory = %state_dir.display(),
                %error,
                "open CIMC sessions can't be noted: after a crash nobody will know of them"
            );
            None
        }
    }
}

fn told(left: &[LeftOpen]) -> Vec<String> {
    let longest = left.iter().map(|one| one.ends_in.as_secs()).max();
    match longest {
        None => Vec::new(),
        Some(_) if left.len() <= ONE_BY_ONE => left
            .iter()
            .map(|one| {
                format!(
                    "a process that was killed left a session open on CIMC {}: it takes one of the controller's four \
                     for up to {} s more",
                    one.address,
                    one.ends_in.as_secs()
                )
            })
            .collect(),
        Some(longest) => vec![format!(
            "processes that were killed left sessions open on {} CIMCs: each takes one of its controller's four, the \
             last for up to {longest} s more",
            left.len()
        )],
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn left(count: u64) -> Vec<LeftOpen> {
        (0..count)
            .map(|number| LeftOpen {
                address: format!("10.0.0.{number}"),
                ends_in: Duration::from_secs(100 + number),
            })
            .collect()
    }

    #[test]
    fn few_controllers_are_named_and_many_are_counted() {
        assert!(told(&left(0)).is_empty());
        let few = told(&left(2));
        assert_eq!(few.len(), 2);
        assert!(
            few[1].contains("10.0.0.1") && few[1].contains("101 s"),
            "{few:?}"
        );
        let many = told(&left(2000));
        assert_eq!(many.len(), 1);
        assert!(
            many[0].contains("2000 CIMCs") && many[0].contains("2099 s"),
            "{many:?}"
        );
    }
}
