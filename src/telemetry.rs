//! Logging, to standard error.

use std::io::{self, Write};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::config::LogFormat;

/// Why logging can't be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The level is neither a level nor directives.
    #[error(
        "the log level {level:?} is not understood; write error, warn, info, debug or trace, or directives such as info,ferric::conductor=debug"
    )]
    Level {
        /// What was given.
        level: String,
    },
    /// Something else in this process has set logging up.
    #[error("logging is set up already")]
    Twice,
}

/// Sets up logging for the process.
///
/// `write` gets one line at a time, for a terminal that shows more than the log.
///
/// # Errors
///
/// When the level is not understood, or on a second call.
pub fn init(level: &str, format: LogFormat, write: fn(&[u8])) -> Result<(), TelemetryError> {
    let filter = filter(level)?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(Lines(write));
    match format {
        LogFormat::Text => builder.with_ansi(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    }
    .map_err(|_| TelemetryError::Twice)
}

/// It logs as an error what it returns as one, and what is then said with more sense.
const QUIET: &str = "rustls_platform_verifier=off";

/// A bare level says what our own modules log; of the libraries only warnings are wanted then.
fn filter(level: &str) -> Result<EnvFilter, TelemetryError> {
    let wrong = || TelemetryError::Level {
        level: level.to_owned(),
    };
    if level.trim().is_empty() {
        return Err(wrong());
    }
    let directives = match level.parse::<tracing::level_filters::LevelFilter>() {
        Ok(ours) if ours > tracing::level_filters::LevelFilter::WARN => {
            format!("warn,ferric={ours},cimc_client={ours},cobbler_client={ours},{QUIET}")
        }
        Ok(all) => format!("{all},{QUIET}"),
        Err(_) if level.contains(['=', ',']) => level.to_owned(),
        Err(_) => return Err(wrong()),
    };
    EnvFilter::try_new(directives).map_err(|_| wrong())
}

/// Hands whole lines to a function.
struct Lines(fn(&[u8]));

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line {
            write: self.0,
            buffer: Vec::new(),
        }
    }
}

struct Line {
    write: fn(&[u8]),
    buffer: Vec<u8>,
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if !self.buffer.is_empty() {
            (self.write)(&self.buffer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_directives_are_understood_and_slips_are_not() {
        for good in [
            "info",
            "WARN",
            "debug",
            "off",
            "info,ferric::conductor=debug",
        ] {
            assert!(filter(good).is_ok(), "{good}");
        }
        for bad in ["inof", "", "verbose"] {
            let error = filter(bad).unwrap_err().to_string();
            assert!(error.contains(&format!("{bad:?}")), "{error}");
        }
    }

    #[test]
    fn a_bare_level_leaves_libraries_at_warnings() {
        assert!(
            filter("debug")
                .unwrap()
                .to_string()
                .contains("ferric=debug")
        );
        assert_eq!(
            filter("error").unwrap().to_string(),
            format!("{QUIET},error")
        );
    }
}
