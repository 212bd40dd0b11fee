//! The lab's folder, and the scripts that come with this program.

use std::fs::{self, File, TryLockError};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::cli::exit::Failure;

/// The scripts, by their places in the repository: theirs in the folder are the same.
const SCRIPTS: &[(&str, &str)] = &[
    ("lab/build.sh", include_str!("../../../lab/build.sh")),
    ("lab/cobbler.py", include_str!("../../../lab/cobbler.py")),
    ("lab/network.sh", include_str!("../../../lab/network.sh")),
    (
        "lab/installer/curl",
        include_str!("../../../lab/installer/curl"),
    ),
    (
        "lab/installer/init",
        include_str!("../../../lab/installer/init"),
    ),
    (
        "lab/installer/install",
        include_str!("../../../lab/installer/install"),
    ),
    (
        "lab/installer/kickstart.awk",
        include_str!("../../../lab/installer/kickstart.awk"),
    ),
    (
        "lab/installer/lease.sh",
        include_str!("../../../lab/installer/lease.sh"),
    ),
    (
        "lab/installer/packages.sh",
        include_str!("../../../lab/installer/packages.sh"),
    ),
    (
        "lab/installer/storage.sh",
        include_str!("../../../lab/installer/storage.sh"),
    ),
    (
        "lab/installer/system.sh",
        include_str!("../../../lab/installer/system.sh"),
    ),
    (
        "tests/cobbler/front.py",
        include_str!("../../../tests/cobbler/front.py"),
    ),
    (
        "tests/cobbler/real-cobbler.sh",
        include_str!("../../../tests/cobbler/real-cobbler.sh"),
    ),
];

/// The folder: `image` and `cobbler` are kept, `run` is the rack of one run.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Makes it where it isn't there.
    pub(super) fn new(path: &Path) -> Result<Self, Failure> {
        let made = fs::create_dir_all(path).and_then(|()| path.canonicalize());
        match made {
            Ok(path) => Ok(Self { path }),
            Err(error) => Err(unwritable(path, &error)),
        }
    }

    /// Keeps other labs out until the file is dropped.
    pub(super) fn lock(&self) -> Result<File, Failure> {
        let path = self.path.join("lock");
        let file = File::create(&path).map_err(|error| unwritable(&path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(Failure::cannot_start(format!(
                "a lab runs in {}: end it, or choose another folder with --dir",
                self.path.display()
            ))),
            Err(TryLockError::Error(error)) => Err(unwritable(&path, &error)),
        }
    }

    /// What the scripts have built.
    pub(super) fn image(&self) -> PathBuf {
        self.path.join("image")
    }

    /// The installations of Cobbler.
    pub(super) fn cobbler(&self) -> PathBuf {
        self.path.join("cobbler")
    }

    /// What belongs to one run.
    pub(super) fn run(&self) -> PathBuf {
        self.path.join("run")
    }

    /// The place of a script, as in the repository.
    pub(super) fn script(&self, name: &str) -> PathBuf {
        self.path.join("scripts").join(name)
    }

    /// Takes what an earlier run left.
    pub(super) fn clear_run(&self) -> Result<(), Failure> {
        let run = self.run();
        let cleared = match fs::remove_dir_all(&run) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            other => other,
        };
        cleared
            .and_then(|()| fs::create_dir_all(&run))
            .map_err(|error| unwritable(&run, &error))
    }

    /// Writes the scripts.
    pub(super) fn write_scripts(&self) -> Result<(), Failure> {
        for (name, text) in SCRIPTS {
            let path = self.script(name);
            path.parent()
                .map_or(Ok(()), fs::create_dir_all)
                .and_then(|()| fs::write(&path, text))
                .and_then(|()| fs::set_permissions(&path, fs::Permissions::from_mode(0o755)))
                .map_err(|error| unwritable(&path, &error))?;
        }
        Ok(())
    }

    /// Writes a file of the run.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        let path = self.run().join(name);
        path.parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&path, text))
            .map_err(|error| unwritable(&path, &error))
    }

    /// Reads a file of the run.
    pub(super) fn read(&self, name: &str) -> Result<String, Failure> {
        let path = self.run().join(name);
        fs::read_to_string(&path).map_err(|error| {
            Failure::cannot_start(format!("{} can't be read: {error}", path.display()))
        })
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::cannot_start(format!(
        "{} can't be written: {error}; choose another folder with --dir",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_of_the_repository_comes_with_the_program() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let there = fs::read_dir(root.join("lab/installer")).unwrap().count();
        let known = SCRIPTS
            .iter()
            .filter(|(name, _)| name.starts_with("lab/installer/"))
            .count();
        assert_eq!(there, known);
    }

    #[test]
    fn a_folder_is_of_one_lab() {
        let parent = tempfile::tempdir().unwrap();
        let folder = Folder::new(parent.path()).unwrap();
        let lock = folder.lock().unwrap();
        let refused = folder.lock().unwrap_err().message;
        assert!(refused.contains("--dir"), "{refused}");
        drop(lock);
        folder.lock().unwrap();
    }

    #[test]
    fn a_run_begins_with_an_empty_folder() {
        let parent = tempfile::tempdir().unwrap();
        let folder = Folder::new(&parent.path().join("lab")).unwrap();
        folder.clear_run().unwrap();
        folder.write("hosts/lab", "x").unwrap();
        folder.clear_run().unwrap();
        assert!(folder.read("hosts/lab").is_err());
    }
}
