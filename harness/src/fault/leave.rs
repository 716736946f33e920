//! Breaking a cluster and leaving it broken, to see what failures look like.

use super::case::Case;
use super::engine::EngineError;
use super::progress::Progress;
use super::record::{self, Record};
use super::site::{Resources, Site, SiteError};
use super::{FaultError, hold, inject, touch, undo};
use crate::base;
use crate::cluster::client::UserAgent;
use crate::cluster::kinds::Kinds;
use crate::inputs::Inputs;
use crate::provider::Provider;
use crate::provider::kind::Kind;
use crate::runner::new_run_id;
use jiff::Timestamp;

/// Brings faults in, after what an earlier run left is healed. Their undo records stay in the cluster.
pub async fn leave(
    kind: &Kind,
    inputs: &Inputs,
    cases: &[Case],
    progress: &Progress,
) -> Result<(), EngineError> {
    let run = new_run_id();
    let client = kind.connect(&UserAgent::of_run(&run)).await?;
    let _taken = kind.take()?;
    let site = Site { kinds: Kinds::new(client), inputs: inputs.clone(), state: kind.state().clone() };
    undo::on_site(&site, progress).await?;
    let failed = |action| move |source| EngineError::Site { action, source: Box::new(source) };
    record::open(&site, &run).await.map_err(failed("make the namespace of the undo records"))?;
    let mut is_held = false;
    for case in cases {
        progress.now(&format!("breaking: {}", case.id()));
        break_in(&site, &run, case, &mut is_held).await.map_err(failed("bring the fault in"))?;
    }
    Ok(())
}

async fn break_in(site: &Site, run: &str, case: &Case, is_held: &mut bool) -> Result<(), SiteError> {
    let case = case.rendered(&base::values(&site.inputs))?;
    let resources = Resources::discover(site.kinds.client()).await?;
    let steps = case.fault.on_cluster();
    let mut entries = touch::entries(site, &resources, steps).await?;
    if !*is_held && hold::is_needed(&entries) {
        if let Some((_, record)) = hold::write_down(site, &resources, run).await? {
            hold::hold(site, &record).await?;
        }
        *is_held = true;
        // The operator may have written until it was gone.
        entries = touch::entries(site, &resources, steps).await?;
    }
    let record = Record { run: run.to_owned(), what: case.id(), at: Timestamp::now(), entries };
    record.write(site).await?;
    if inject::inject(site, &resources, steps).await? {
        Ok(())
    } else {
        Err(FaultError::ChangesNothing(case.id()).into())
    }
}
