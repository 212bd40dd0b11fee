//! Of which controllers transcripts are written, and where.

use std::path::PathBuf;
use std::sync::Arc;

use super::Recorder;

/// Where transcripts are written.
#[derive(Debug, Default)]
pub(crate) enum Recording {
    #[default]
    Off,
    /// Of whatever controller there is.
    One(Arc<Recorder>),
    /// One for each controller, in files named by address and port.
    Directory(PathBuf),
}

impl Recording {
    /// The recorder of a new controller. A recording that can't be begun is not worth a failed
    /// operation.
    pub(crate) fn begin(&self, key: &str) -> Option<Arc<Recorder>> {
        match self {
            Self::Off => None,
            Self::One(recorder) => Some(recorder.clone()),
            Self::Directory(directory) => {
                let name = |c: char| {
                    if c.is_ascii_alphanumeric() || c == '.' {
                        c
                    } else {
                        '_'
                    }
                };
                let name: String = key.chars().map(name).collect();
                let path = directory.join(format!("{name}.jsonl"));
                match Recorder::replace(&path) {
                    Ok(recorder) => Some(Arc::new(recorder)),
                    Err(error) => {
                        let path = path.display();
                        tracing::warn!(%error, %path, "no transcript: the file can't be made");
                        None
                    }
                }
            }
        }
    }
}
