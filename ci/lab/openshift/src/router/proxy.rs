//! HAProxy as a process: a master, which keeps the connections of old workers while new ones take over.
//!
//! The master reloads when it is asked to through its socket, which does what SIGUSR2 does. A configuration that HAProxy would
//! refuse is not put in its place.
use std::io;
use std::path::Path;
use std::process::Stdio;

use tokio::fs;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio::process::{Child, Command};
use tracing::info;

/// Where its files are.
pub(super) const DIRECTORY: &str = "/run/haproxy";
const PROGRAM: &str = "haproxy";
const SOCKET: &str = "/run/haproxy/master.sock";

/// Why HAProxy does not do what it is to.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProxyError {
    #[error("could not {action}")]
    Io {
        action: &'static str,
        #[source]
        source: io::Error,
    },
    #[error("HAProxy refuses the configuration: {0}")]
    Refused(String),
}

/// What it reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Files {
    pub(super) config: String,
    pub(super) certificate: String,
    pub(super) page: &'static str,
}

/// A running HAProxy.
pub(super) struct Proxy {
    loaded: Files,
}

impl Proxy {
    /// Starts it with these files. The process is dead when it ends, whatever its workers do.
    pub(super) async fn start(files: &Files) -> Result<(Self, Child), ProxyError> {
        write(files).await?;
        let config = path("haproxy.cfg");
        let child =
            Command::new(PROGRAM).args(["-W", "-S", SOCKET, "-f", &config]).kill_on_drop(true).spawn();
        let child = child.map_err(failed("start HAProxy"))?;
        info!("HAProxy started");
        Ok((Self { loaded: files.clone() }, child))
    }

    /// Has it read these files, if they are others than it has read.
    pub(super) async fn load(&mut self, files: &Files) -> Result<(), ProxyError> {
        if *files == self.loaded {
            return Ok(());
        }
        write(files).await?;
        let mut master = UnixStream::connect(SOCKET).await.map_err(failed("reach HAProxy"))?;
        master.write_all(b"reload\n").await.map_err(failed("ask HAProxy to reload"))?;
        // It says nothing, and closes when it has begun.
        let mut answer = Vec::new();
        master.read_to_end(&mut answer).await.map_err(failed("have HAProxy reload"))?;
        self.loaded = files.clone();
        info!("HAProxy reloaded");
        Ok(())
    }
}

/// Writes the files, if HAProxy takes them.
async fn write(files: &Files) -> Result<(), ProxyError> {
    let put = async |name: &str, content: &str| -> io::Result<()> {
        // Whole or not at all: a reload may come at any time.
        fs::write(path("new"), content).await?;
        fs::rename(path("new"), path(name)).await
    };
    let failed_to_write = failed("write the files of HAProxy");
    let written = async {
        fs::create_dir_all(Path::new(DIRECTORY)).await?;
        put("default.pem", &files.certificate).await?;
        put("503.http", files.page).await?;
        put("candidate.cfg", &files.config).await
    };
    written.await.map_err(failed_to_write)?;
    let check =
        Command::new(PROGRAM).args(["-c", "-f", &path("candidate.cfg")]).stdin(Stdio::null()).output();
    let check = check.await.map_err(failed("check the configuration of HAProxy"))?;
    if !check.status.success() {
        return Err(ProxyError::Refused(String::from_utf8_lossy(&check.stderr).trim().to_owned()));
    }
    fs::rename(path("candidate.cfg"), path("haproxy.cfg")).await.map_err(failed("write the files of HAProxy"))
}

fn path(name: &str) -> String {
    format!("{DIRECTORY}/{name}")
}

fn failed(action: &'static str) -> impl FnOnce(io::Error) -> ProxyError {
    move |source| ProxyError::Io { action, source }
}
