//! Asks an API server which kinds it serves.

use kube::discovery::Discovery;
use record::ServedKinds;

/// Which kinds an API server serves, by one aggregated discovery.
pub(crate) async fn discover(client: &kube::Client) -> Result<ServedKinds, kube::Error> {
    let discovery = Discovery::new(client.clone()).run_aggregated().await?;
    let resources = discovery.groups().flat_map(|group| {
        group.versions().flat_map(move |version| {
            let resources = group.versioned_resources(version).into_iter();
            resources.map(move |(resource, _)| {
                (vocabulary::full_name(&resource.plural, &resource.group), version.to_owned())
            })
        })
    });
    let resources: Vec<_> = resources.collect();
    Ok(ServedKinds::from_names(resources.iter().map(|(name, version)| (name.as_str(), version.as_str()))))
}
