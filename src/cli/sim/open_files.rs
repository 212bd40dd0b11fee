//! How many files the process may have open: every simulated controller listens on one.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::cli::exit::Failure;

/// For connections, and what the program itself has open.
const BESIDE: u64 = 512;

/// Raises the soft limit as far as that many controllers need.
pub(super) fn allow(controllers: usize) -> Result<(), Failure> {
    let needed = u64::try_from(controllers).unwrap_or(u64::MAX) + BESIDE;
    let limit = getrlimit(Resource::Nofile);
    // No limit is enough.
    if limit.current.is_none_or(|current| current >= needed) {
        return Ok(());
    }
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    let enough = limit.maximum.is_none_or(|maximum| maximum >= needed);
    if enough && setrlimit(Resource::Nofile, raised).is_ok() {
        return Ok(());
    }
    let allowed = limit.maximum.or(limit.current).unwrap_or_default();
    Err(Failure::cannot_start(format!(
        "{controllers} controllers need {needed} open files and this process may have {allowed}: \
         raise the limit (as root: ulimit -n {needed}; for a service: LimitNOFILE={needed}) or \
         simulate fewer controllers"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_limit_allows_is_refused_with_what_to_do() {
        allow(1).unwrap();
        if getrlimit(Resource::Nofile).maximum.is_some() {
            let failure = allow(usize::MAX / 2).unwrap_err();
            assert!(failure.message.contains("ulimit -n"), "{}", failure.message);
        }
    }
}
