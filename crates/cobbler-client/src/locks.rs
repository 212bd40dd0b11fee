//! One writer per name and per MAC, and many users of a profile that nobody may remove meanwhile.
//!
//! Cobbler checks for duplicates long before it stores: of 16 simultaneous clients with one MAC,
//! two got a system (3.3.10). So this process takes turns itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

/// Locks by key; unused ones are forgotten.
#[derive(Debug, Default)]
pub(crate) struct KeyedLocks {
    locks: Mutex<HashMap<String, Weak<RwLock<()>>>>,
}

impl KeyedLocks {
    /// Waits for the turn of `key`. Callers that need a name and a MAC take the name first.
    pub(crate) async fn lock(&self, key: String) -> OwnedRwLockWriteGuard<()> {
        self.get(key).write_owned().await
    }

    /// Waits until nobody has [`Self::lock`] of `key`; others may share it.
    pub(crate) async fn share(&self, key: String) -> OwnedRwLockReadGuard<()> {
        self.get(key).read_owned().await
    }

    fn get(&self, key: String) -> Arc<RwLock<()>> {
        let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lock) = locks.get(&key).and_then(Weak::upgrade) {
            return lock;
        }
        locks.retain(|_, lock| lock.strong_count() > 0);
        let lock = Arc::default();
        locks.insert(key, Arc::downgrade(&lock));
        lock
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_key_excludes_itself_and_nothing_else() {
        let locks = KeyedLocks::default();
        let first = locks.lock("a".to_owned()).await;
        let _other = locks.lock("b".to_owned()).await;
        assert!(locks.get("a".to_owned()).try_read().is_err());
        drop(first);
        assert!(locks.get("a".to_owned()).try_read().is_ok());
    }

    #[tokio::test]
    async fn users_share_a_key_and_keep_its_writer_out() {
        let locks = KeyedLocks::default();
        let first = locks.share("a".to_owned()).await;
        let second = locks.share("a".to_owned()).await;
        assert!(locks.get("a".to_owned()).try_write().is_err());
        drop((first, second));
        assert!(locks.get("a".to_owned()).try_write().is_ok());
    }

    #[tokio::test]
    async fn unused_locks_are_forgotten() {
        let locks = KeyedLocks::default();
        for n in 0..100 {
            drop(locks.lock(format!("system {n}")).await);
        }
        assert!(locks.locks.lock().expect("not poisoned").len() <= 2);
    }
}
