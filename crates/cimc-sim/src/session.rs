//! The session table of a controller: four slots for everybody.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use uuid::Uuid;

/// All sessions together: XML API and web page share `commHttps.maximumSessions`, which is 4.
pub(crate) const LIMIT: usize = 4;

/// What a session may do. A CIMC has three; `user` and `admin` don't differ in what is simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Admin,
    ReadOnly,
}

impl Role {
    /// The text of `outPriv`.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Role::Admin => "admin",
            Role::ReadOnly => "read-only",
        }
    }
}

#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) id: u32,
    pub(crate) user: String,
    pub(crate) role: Role,
    cookie: String,
    last_used: Instant,
}

/// The open sessions and what tests want to know about them.
#[derive(Debug)]
pub(crate) struct SessionTable {
    open: Vec<Session>,
    idle: Duration,
    next_id: u32,
    pub(crate) logins: u64,
    pub(crate) most_open: usize,
}

impl SessionTable {
    pub(crate) fn new(idle: Duration) -> Self {
        Self {
            open: Vec::new(),
            idle,
            next_id: 1,
            logins: 0,
            most_open: 0,
        }
    }

    /// Opens a session and returns its cookie and number; `None` if all slots are taken, of which
    /// `foreign` by sessions of people and other programs.
    pub(crate) fn open(&mut self, user: &str, role: Role, foreign: usize) -> Option<(String, u32)> {
        self.expire();
        if self.open.len() + foreign >= LIMIT {
            return None;
        }
        let cookie = new_cookie();
        let id = self.next_id;
        self.next_id += 1;
        self.logins += 1;
        self.open.push(Session {
            id,
            user: user.to_owned(),
            role,
            cookie: cookie.clone(),
            last_used: Instant::now(),
        });
        self.most_open = self.most_open.max(self.open.len());
        Some((cookie, id))
    }

    /// The session of a cookie, whose idle time starts again.
    pub(crate) fn touch(&mut self, cookie: &str) -> Option<&mut Session> {
        self.expire();
        let session = self.open.iter_mut().find(|s| s.cookie == cookie)?;
        session.last_used = Instant::now();
        Some(session)
    }

    /// Gives a session a new cookie; the old one is void.
    pub(crate) fn refresh(&mut self, cookie: &str) -> Option<(String, u32)> {
        let session = self.touch(cookie)?;
        session.cookie = new_cookie();
        Some((session.cookie.clone(), session.id))
    }

    /// Ends a session. False if there is none with that cookie.
    pub(crate) fn close(&mut self, cookie: &str) -> bool {
        self.expire();
        let before = self.open.len();
        self.open.retain(|s| s.cookie != cookie);
        self.open.len() != before
    }

    pub(crate) fn close_all(&mut self) {
        self.open.clear();
    }

    pub(crate) fn list(&mut self) -> &[Session] {
        self.expire();
        &self.open
    }

    fn expire(&mut self) {
        let idle = self.idle;
        self.open.retain(|s| s.last_used.elapsed() < idle);
    }
}

/// `<epoch seconds>/<uuid>`, 47 characters.
fn new_cookie() -> String {
    let epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    format!("{epoch}/{}", Uuid::new_v4())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_session_is_refused_until_one_closes() {
        let mut table = SessionTable::new(Duration::from_secs(600));
        let cookies: Vec<_> = (0..4)
            .map(|_| table.open("admin", Role::Admin, 0).unwrap().0)
            .collect();
        assert!(table.open("admin", Role::Admin, 0).is_none());
        assert!(table.close(&cookies[2]));
        assert!(!table.close(&cookies[2]));
        assert!(table.open("admin", Role::Admin, 0).is_some());
        assert_eq!((table.most_open, table.logins), (4, 5));
    }

    #[test]
    fn foreign_sessions_take_slots() {
        let mut table = SessionTable::new(Duration::from_secs(600));
        assert!(table.open("admin", Role::Admin, 3).is_some());
        assert!(table.open("admin", Role::Admin, 3).is_none());
    }

    #[test]
    fn an_idle_session_ends() {
        let mut table = SessionTable::new(Duration::ZERO);
        let (cookie, _) = table.open("admin", Role::Admin, 0).unwrap();
        assert!(table.touch(&cookie).is_none());
        assert!(table.list().is_empty());
    }

    #[test]
    fn a_cookie_fits_the_field() {
        assert!(new_cookie().len() <= 47);
    }
}
