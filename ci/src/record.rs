//! Makes a recording of the program anew, from the stack on the kind cluster.

use crate::program::{empty_folder, meshproof, only_folder};
use crate::recordings;
use anyhow::{Context, Result, bail};
use record::{Recording, bundle};
use std::path::Path;
use vocabulary::ExitCode;

/// The faults of the recording that shows what failures look like: what people do to such a cluster.
const BROKEN: &[&str] = &[
    "prerequisites::services::gateway_is_cluster_ip/load-balancer",
    "mesh::mtls::is_strict_mesh_wide/permissive",
    "gateways::ingress::certificate_is_usable/expired",
    "gateways::local::port_translation_is_off/label-removed",
    "serverless::eventing::workloads_are_injected/label-removed",
    "kafka::reachability::round_trip_through_service_entry/port-removed",
];

/// Runs all checks on the healthy cluster, and keeps what they were given, under this name.
pub(crate) fn healthy(top: &Path, name: &str) -> Result<()> {
    write(top, name, &run(top, ExitCode::Passed)?)
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

fn write(top: &Path, name: &str, made: &bundle::BundleEntries) -> Result<()> {
    let recording = Recording::parse(made.get(bundle::RECORDING).context("the bundle has no recording")?)?;
    let size = recordings::write(top, name, &recording)?;
    let path = recordings::path(top, name);
    anstream::eprintln!("{} is made anew, {size} KiB; look at the difference", path.display());
    Ok(())
}

/// The bundle of a run of all checks. A run that does not end as it should is not kept.
fn run(top: &Path, wanted: ExitCode) -> Result<bundle::BundleEntries> {
    let out = empty_folder(top, "record")?;
    let status = meshproof(top, &["run", "--provider", "kind"], &out)?;
    if status.code() != Some(i32::from(wanted as u8)) {
        bail!("the run ended with {status}, and should with {}", wanted as u8);
    }
    let folder = only_folder(&out)?;
    Ok(bundle::read(&folder.join(bundle::FILE))?)
}
