//! Turns to write: a few callers at a time, and one kind of them before all others.

use tokio::sync::{Semaphore, SemaphorePermit};

/// The turns of one server.
#[derive(Debug)]
pub(crate) struct Turns {
    /// Who writes now. Never held without being about to write.
    writers: Semaphore,
    /// As many ordinary callers wait for `writers` at most; the others wait here. So one that is
    /// urgent has a few before it and not all.
    ordinary: Semaphore,
}

/// A turn, which ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    _writer: SemaphorePermit<'a>,
    _ordinary: Option<SemaphorePermit<'a>>,
}

impl Turns {
    /// With so many writers at a time.
    pub(crate) fn new(writers: usize) -> Self {
        Self {
            writers: Semaphore::new(writers),
            ordinary: Semaphore::new(writers),
        }
    }

    /// Waits for a turn in the order of asking. Nothing only if the turns have been closed.
    pub(crate) async fn ordinary(&self) -> Option<Turn<'_>> {
        let ordinary = self.ordinary.acquire().await.ok()?;
        Some(Turn {
            _writer: self.writers.acquire().await.ok()?,
            _ordinary: Some(ordinary),
        })
    }

    /// Waits for a turn before all ordinary callers, but for the first few.
    pub(crate) async fn urgent(&self) -> Option<Turn<'_>> {
        Some(Turn {
            _writer: self.writers.acquire().await.ok()?,
            _ordinary: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use futures_util::future::{BoxFuture, join_all};

    use super::*;

    const WRITERS: usize = 2;

    #[tokio::test]
    async fn an_urgent_caller_has_only_a_few_before_it() {
        let turns = Turns::new(WRITERS);
        let order = std::sync::Mutex::new(Vec::new());
        let enter = async |name: &str, turn: BoxFuture<'_, Option<Turn<'_>>>| {
            let turn = turn.await.expect("a turn");
            order.lock().expect("not poisoned").push(name.to_owned());
            tokio::task::yield_now().await;
            drop(turn);
        };
        let ordinary = (0..20).map(|_| enter("ordinary", turns.ordinary().boxed()));
        let all = join_all(ordinary);
        let urgent = enter("urgent", turns.urgent().boxed());
        tokio::join!(all, urgent);
        let order = order.into_inner().expect("not poisoned");
        let before = order.iter().position(|name| name == "urgent");
        assert_eq!(order.len(), 21);
        assert!(before <= Some(2 * WRITERS), "{order:?}");
    }

    #[tokio::test]
    async fn urgent_callers_are_writers_like_others() {
        let turns = Turns::new(WRITERS);
        let first = turns.ordinary().await;
        let second = turns.urgent().await;
        assert!(first.is_some() && second.is_some());
        assert!(turns.urgent().now_or_never().is_none());
        assert!(turns.ordinary().now_or_never().is_none());
        drop(second);
        assert!(turns.ordinary().now_or_never().flatten().is_some());
    }
}
