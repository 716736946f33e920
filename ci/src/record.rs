//! Makes a recording of the program anew, from the stack on the kind cluster.

use anyhow::{Context, Result, bail};
use record::{Recording, bundle};
use std::path::{Path, PathBuf};
use std::process::Command;
use vocabulary::ExitCode;

/// A recording under 1 MiB, so that the program stays small.
const LARGEST: usize = 1 << 20;

/// The faults of the recording that shows what failures look like: what people do to such a cluster.
const BROKEN: &[&str] = &[
    "prerequisites::services::gateway_is_cluster_ip/load-balancer",
    "mesh::mtls::is_strict_mesh_wide/permissive",
    "gateways::ingress::certificate_is_usable/expired",
    "gateways::local::port_translation_is_off/label-removed",
    "serverless::eventing::workloads_are_injected/label-removed",
    "kafka::reachability::round_trip_through_service_entry/port-removed",
];

/// Runs all checks on the healthy cluster, and keeps what they were given.
pub(crate) fn reference(top: &Path) -> Result<()> {
    write(top, "reference", &run(top, ExitCode::Passed)?)
}

/// The same with six faults in the cluster, which are healed again.
pub(crate) fn broken(top: &Path) -> Result<()> {
    let out = top.join("out").join("faults");
    let status = meshproof(top, &[&["fault", "--provider", "kind", "--leave"], BROKEN].concat(), &out)?;
    if !status.success() {
        bail!("the faults could not be brought in; heal what is there with `meshproof fault --undo`");
    }
    let made = run(top, ExitCode::Failed);
    if !meshproof(top, &["fault", "--provider", "kind", "--undo"], &out)?.success() {
        bail!("the cluster is not healed");
    }
    write(top, "broken", &made?)
}

fn write(top: &Path, name: &str, made: &bundle::Entries) -> Result<()> {
    let recording = Recording::parse(made.get(bundle::RECORDING).context("the bundle has no recording")?)?;
    let path = top.join("fixtures/recordings").join(name).with_extension("json");
    let text = serde_json::to_string_pretty(&recording)? + "\n";
    if text.len() > LARGEST {
        bail!("the recording has {} KiB, and may have {}", text.len() >> 10, LARGEST >> 10);
    }
    std::fs::write(&path, &text)?;
    anstream::eprintln!("{} is made anew, {} KiB; look at the difference", path.display(), text.len() >> 10);
    Ok(())
}

/// The bundle of a run of all checks. A run that does not end as it should is not kept.
fn run(top: &Path, wanted: ExitCode) -> Result<bundle::Entries> {
    let out = top.join("out").join("record");
    if out.exists() {
        std::fs::remove_dir_all(&out)?;
    }
    let status = meshproof(top, &["run", "--provider", "kind"], &out)?;
    if status.code() != Some(i32::from(wanted as u8)) {
        bail!("the run ended with {status}, and should with {}", wanted as u8);
    }
    let folder = only(&out)?;
    Ok(bundle::read(&folder.join(bundle::FILE))?)
}

/// Runs meshproof as a person would.
pub(crate) fn meshproof(top: &Path, arguments: &[&str], out: &Path) -> Result<std::process::ExitStatus> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    Command::new(program)
        .args(["run", "--quiet", "--package", "meshproof-suites", "--"])
        .args(arguments)
        .arg("--out")
        .arg(out)
        .current_dir(top)
        .status()
        .context("could not start cargo")
}

/// The one folder in a folder.
pub(crate) fn only(folder: &Path) -> Result<PathBuf> {
    Ok(std::fs::read_dir(folder)?.next().context("the run left nothing")??.path())
}
