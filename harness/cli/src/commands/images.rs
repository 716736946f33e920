//! `meshproof images`: the images that a cluster has to be able to pull, for a person who mirrors them.

use crate::error::CliError;
use crate::output::{print, runtime, tell};
use inputs::InputLayers;
use serde_json::Value;
use stack::install;
use std::collections::BTreeMap;
use vocabulary::{ExitCode, ObjectRef};

#[derive(Debug, clap::Args)]
pub(crate) struct ImagesArguments {
    /// List the images of the stack that `meshproof install` installs, too
    #[arg(long)]
    stack: bool,
}

pub(crate) fn main(layers: &InputLayers, arguments: &ImagesArguments) -> Result<ExitCode, CliError> {
    let inputs = layers.merge()?;
    let mut images = BTreeMap::new();
    if let Some(image) = inputs.probe.image_to_pull() {
        images.insert(image, "the probe, which checks with traffic send with".to_owned());
    }
    if arguments.stack {
        for step in runtime()?.block_on(install::render(&inputs))? {
            images.extend(step.container.map(|image| (image, "a container beside the cluster".to_owned())));
            images.extend(images_of_objects(&step.objects));
        }
    }
    for (image, user) in &images {
        print(&format!("{image}\n"))?;
        tracing::info!("{image}: {user}");
    }
    if inputs.probe.image.is_none() {
        tell("the probe has no image: build one with `ci/probe-image`, and name it with `probe.image`\n");
    }
    Ok(ExitCode::Passed)
}

/// The images of the containers of objects, each with the object that runs it.
fn images_of_objects<'a>(objects: impl IntoIterator<Item = &'a Value>) -> BTreeMap<String, String> {
    fn add_images(value: &Value, user: &ObjectRef, images: &mut BTreeMap<String, String>) {
        match value {
            Value::Object(fields) => {
                for (name, field) in fields {
                    match (name.as_str(), field) {
                        ("image", Value::String(image)) if is_image(image) => {
                            images.entry(image.clone()).or_insert_with(|| user.to_string());
                        }
                        // What the Knative operator is told to use instead of its release's images.
                        ("override", Value::Object(named)) => {
                            let named = named.values().filter_map(Value::as_str);
                            images.extend(named.map(|image| (image.to_owned(), user.to_string())));
                        }
                        _ => add_images(field, user, images),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| add_images(item, user, images)),
            _ => {}
        }
    }
    let mut images = BTreeMap::new();
    let runs_containers = |object: &&Value| object["kind"] != "CustomResourceDefinition";
    for object in objects.into_iter().filter(runs_containers) {
        let user = cluster::kinds::ref_of(object);
        if let Some(spec) = object.get("spec") {
            add_images(spec, &user, &mut images);
        }
        images.extend(
            sidecar_image(object).map(|image| (image, "the sidecars and gateways of the mesh".to_owned())),
        );
    }
    images
}

/// The image that Istio's webhook fills in.
fn sidecar_image(object: &Value) -> Option<String> {
    let values: Value = serde_json::from_str(object.pointer("/data/values")?.as_str()?).ok()?;
    let global = values.get("global")?;
    let text = |pointer: &str| global.pointer(pointer).and_then(Value::as_str);
    let image = text("/proxy/image")?;
    if image.contains('/') {
        return Some(image.to_owned());
    }
    Some(format!("{}/{image}:{}", text("/hub")?, text("/tag")?))
}

/// Istio's templates hold `auto` for what its webhook fills in.
fn is_image(text: &str) -> bool {
    text != "auto" && !text.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn images_of_containers_are_listed_once() {
        let pod = json!({"kind": "Deployment", "metadata": {"name": "d", "namespace": "n"}, "spec": {"template": {"spec": {
            "containers": [{"image": "a:1"}, {"image": "auto"}], "initContainers": [{"image": "b:2"}]}}}});
        let images = images_of_objects([&pod, &pod]);
        assert_eq!(images.keys().collect::<Vec<_>>(), ["a:1", "b:2"]);
        assert_eq!(images["a:1"], "Deployment n/d");
    }
}
