//! The statements that are sent to a database, as sqlx logs them.

use std::sync::OnceLock;

use tokio::sync::{Mutex, MutexGuard};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

static STATEMENTS: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new());
static ONE: Mutex<()> = Mutex::const_new(());
static SUBSCRIBED: OnceLock<()> = OnceLock::new();

struct Listen;

impl<S: Subscriber> Layer<S> for Listen {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            let mut text = Text::default();
            event.record(&mut text);
            let statement = if text.whole.is_empty() {
                text.summary
            } else {
                text.whole
            };
            STATEMENTS.lock().unwrap().push(statement);
        }
    }
}

#[derive(Default)]
struct Text {
    /// The first words, or all where there are no more.
    summary: String,
    whole: String,
}

impl Visit for Text {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" => self.summary = value.to_owned(),
            "db.statement" => self.whole = value.trim().to_owned(),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

/// What is said is heard of all tests in the process: one test at a time.
pub(crate) async fn alone() -> MutexGuard<'static, ()> {
    ONE.lock().await
}

/// What reads or changes rows while `work` is done, each statement once.
pub(crate) async fn during(work: impl Future<Output = ()>) -> Vec<String> {
    SUBSCRIBED.get_or_init(|| {
        let subscriber = tracing_subscriber::registry().with(Listen);
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
    STATEMENTS.lock().unwrap().clear();
    work.await;
    let mut seen = Vec::new();
    for statement in STATEMENTS.lock().unwrap().drain(..) {
        let reads = ["SELECT", "UPDATE", "DELETE", "INSERT"]
            .iter()
            .any(|verb| statement.starts_with(verb));
        if reads && !seen.contains(&statement) {
            seen.push(statement);
        }
    }
    seen
}
