//! What meshproof keeps of a cluster that it made, on this machine: `$XDG_STATE_HOME/meshproof/<cluster>/`.
//!
//! The folder is for its owner alone, since it holds keys. It is also the proof of what was made: nothing is deleted
//! that it does not name.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use thiserror::Error;
use vocabulary::{FileReaders, write_whole_file};

const MADE: &str = "made.json";
/// The file that keeps the password of the Kafka beside the cluster.
pub const KAFKA_PASSWORD: &str = "kafka-password";

/// A file of the state could not be read or written.
#[derive(Debug, Error)]
pub enum StateError {
    /// It could not be read.
    #[error("could not read `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It could not be written.
    #[error("could not write `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It is not what was written there.
    #[error("`{}` is damaged", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
}

/// A folder for its owner alone.
#[derive(Debug, Clone)]
pub struct StateFolder(PathBuf);

impl StateFolder {
    /// A folder, which is made when something is written to it.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// A folder in it.
    #[must_use]
    pub fn folder(&self, name: &str) -> Self {
        Self(self.0.join(name))
    }

    /// The path of a file in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The text of a file, if it exists.
    pub fn read(&self, name: &str) -> Result<Option<String>, StateError> {
        let path = self.path(name);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(StateError::Read { path, source }),
        }
    }

    /// Writes a file that only its owner reads, whole or not at all: who is killed in between leaves the file as it was.
    pub fn write(&self, name: &str, text: &str) -> Result<(), StateError> {
        let path = self.path(name);
        self.make()
            .and_then(|()| write_whole_file(&path, text.as_bytes(), FileReaders::Owner))
            .map_err(|source| StateError::Write { path, source })
    }

    /// Removes a file, if it exists.
    pub fn remove(&self, name: &str) -> Result<(), StateError> {
        let path = self.path(name);
        ignore_missing(fs::remove_file(&path)).map_err(|source| StateError::Write { path, source })
    }

    /// Makes the folder and those above it.
    pub fn make(&self) -> io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.0)
    }
}

fn ignore_missing(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

/// What was made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MadeCluster {
    /// The UID of the namespace `kube-system`, which tells one cluster from another of the same name. Absent while the
    /// cluster is being made.
    pub cluster_uid: Option<String>,
    /// The engine's id of the first node, for when the API server does not answer.
    pub node: Option<String>,
    /// The containers beside the cluster, by their name.
    pub containers: Vec<String>,
    /// The flavour whose stack was installed, or begun.
    pub flavour: Option<String>,
    /// The domain that was installed.
    pub domain: Option<String>,
    /// The host of Kafka that was installed.
    pub kafka_host: Option<String>,
    /// The address of the node on which the router of OpenShift answers, where one was installed.
    pub router_address: Option<String>,
}

/// What meshproof keeps of one cluster.
#[derive(Debug, Clone)]
pub struct State {
    folder: StateFolder,
}

impl State {
    /// The state of a cluster of that name, in the folder of this user's states.
    pub fn of_cluster(name: &str) -> Self {
        Self::in_folder(&states(), name)
    }

    /// The state of a cluster of that name, in another folder.
    pub fn in_folder(states: &Path, name: &str) -> Self {
        // A context's name may hold anything; a folder's may not.
        let is_plain =
            |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '.' | '_');
        let plain = name.chars().map(|character| if is_plain(character) { character } else { '-' });
        Self { folder: StateFolder::at(states.join(plain.collect::<String>())) }
    }

    /// The folder.
    pub fn folder(&self) -> &StateFolder {
        &self.folder
    }

    /// The kubeconfig of the cluster.
    pub fn kubeconfig(&self) -> PathBuf {
        self.folder.path("kubeconfig")
    }

    /// The folder of the certificates.
    pub fn pki(&self) -> StateFolder {
        self.folder.folder("pki")
    }

    /// What was made. `None`: nothing.
    pub fn made(&self) -> Result<Option<MadeCluster>, StateError> {
        let path = self.folder.path(MADE);
        let read =
            |text: String| serde_json::from_str(&text).map_err(|source| StateError::Damaged { path, source });
        self.folder.read(MADE)?.map(read).transpose()
    }

    /// What was installed, as inputs of a later run: dotted key → (value, where it is written down).
    pub fn inputs(&self) -> Result<BTreeMap<String, (Value, String)>, StateError> {
        let Some(made) = self.made()? else { return Ok(BTreeMap::new()) };
        let origin = |name: &str| self.folder.path(name).display().to_string();
        let pki = |name: &str| {
            let path = self.pki().path(name);
            path.is_file().then(|| Value::from(path.display().to_string()))
        };
        let servers = made.kafka_host.map(|host| Value::from(vec![format!("{host}:9092")]));
        let rows = [
            ("serverless.domain", made.domain.map(Value::from), origin(MADE)),
            ("serverless.router_address", made.router_address.map(Value::from), origin(MADE)),
            ("kafka.bootstrap_servers", servers, origin(MADE)),
            ("kafka.password", self.folder.read(KAFKA_PASSWORD)?.map(Value::from), origin(KAFKA_PASSWORD)),
            // Kafka's own certificate is for clients, too.
            ("kafka.client_certificate", pki("kafka.crt"), origin("pki")),
            ("kafka.client_key", pki("kafka.key"), origin("pki")),
            ("kafka.root_ca", pki("root.crt"), origin("pki")),
            ("tls.root_ca", pki("root.crt"), origin("pki")),
        ];
        Ok(rows
            .into_iter()
            .filter_map(|(key, value, origin)| Some((key.to_owned(), (value?, origin))))
            .collect())
    }

    /// Changes what is written down as made.
    pub fn note(&self, change: impl FnOnce(&mut MadeCluster)) -> Result<(), StateError> {
        let mut made = self.made()?.unwrap_or_default();
        change(&mut made);
        let text = serde_json::to_string_pretty(&made);
        let text = text.map_err(|source| StateError::Damaged { path: self.folder.path(MADE), source })?;
        self.folder.write(MADE, &text)
    }

    /// A secret text that is made once and kept.
    pub fn secret(&self, name: &str) -> Result<String, StateError> {
        if let Some(secret) = self.folder.read(name)? {
            return Ok(secret);
        }
        let secret = uuid::Uuid::new_v4().simple().to_string();
        self.folder.write(name, &secret)?;
        Ok(secret)
    }

    /// Forgets everything.
    pub fn remove(&self) -> Result<(), StateError> {
        let path = self.folder.0.clone();
        ignore_missing(fs::remove_dir_all(&path)).map_err(|source| StateError::Write { path, source })
    }
}

/// Where this user's states are.
fn states() -> PathBuf {
    let set = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let base = set.unwrap_or_else(|| std::env::home_dir().unwrap_or_default().join(".local").join("state"));
    base.join("meshproof")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn state(dir: &tempfile::TempDir) -> State {
        State::in_folder(dir.path(), "a/../b")
    }

    #[test]
    fn files_are_for_their_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let state = state(&dir);
        state.secret("s").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&state.folder.0), mode(&state.folder.path("s"))), (0o700, 0o600));
        assert_eq!(state.folder.0, dir.path().join("a-..-b"));
    }

    #[test]
    fn made_is_kept_and_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let state = state(&dir);
        assert_eq!(state.made().unwrap(), None);
        state.note(|made| made.node = Some("n".to_owned())).unwrap();
        state.note(|made| made.containers.push("c".to_owned())).unwrap();
        let made = state.made().unwrap().unwrap();
        assert_eq!((made.node.as_deref(), made.containers.len()), (Some("n"), 1));
        state.remove().unwrap();
        assert_eq!(state.made().unwrap(), None);
    }

    #[test]
    fn installed_values_are_inputs_of_later_runs() {
        let dir = tempfile::tempdir().unwrap();
        let state = state(&dir);
        assert!(state.inputs().unwrap().is_empty());
        state.note(|made| made.kafka_host = Some("kafka.test".to_owned())).unwrap();
        state.folder.write(KAFKA_PASSWORD, "secret").unwrap();
        let inputs = state.inputs().unwrap();
        assert_eq!(inputs.keys().collect::<Vec<_>>(), ["kafka.bootstrap_servers", "kafka.password"]);
        assert_eq!(inputs["kafka.bootstrap_servers"].0, serde_json::json!(["kafka.test:9092"]));
    }

    #[test]
    fn write_that_fails_leaves_the_file_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let state = state(&dir);
        state.note(|made| made.node = Some("n".to_owned())).unwrap();
        // The disk is full, as far as this file is concerned: what would be renamed to it cannot be written.
        let unfinished = format!("{MADE}.{}.unfinished", std::process::id());
        fs::create_dir(state.folder.path(&unfinished)).unwrap();
        state.note(|made| made.node = Some("another".to_owned())).unwrap_err();
        assert_eq!(state.made().unwrap().unwrap().node.as_deref(), Some("n"));
    }

    #[test]
    fn damaged_state_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let state = state(&dir);
        state.folder.write(MADE, "{").unwrap();
        assert!(state.made().unwrap_err().to_string().ends_with("made.json` is damaged"));
    }
}
