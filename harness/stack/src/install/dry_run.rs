//! What an installation would do: its steps with every object, Secrets redacted. No cluster is asked.

use crate::install::container::image_of;
use crate::install::error::{InstallError, StepError};
use crate::install::step_fixtures::{flavour_of_stack, read_steps};
use crate::install::step_spec::StepSpec;
use crate::install::{objects, values};
use inputs::Inputs;
use serde_json::Value;
use std::fmt;

/// A step as it would be done.
#[derive(Debug, Clone)]
pub struct RenderedStep {
    /// The step's name.
    pub name: String,
    /// Its name for a person.
    pub title: String,
    /// What it does besides applying objects, and what it waits for.
    pub notes: Vec<String>,
    /// The image of its container beside the cluster.
    pub container: Option<String>,
    /// Its objects. The data of Secrets is redacted.
    pub objects: Vec<Value>,
}

/// Renders every step. Programs that print objects are run, and manifests are fetched.
pub async fn render(inputs: &Inputs) -> Result<Vec<RenderedStep>, InstallError> {
    let values = values::dry_run_values(inputs);
    let mut steps = Vec::new();
    for step in read_steps(inputs, flavour_of_stack(inputs, None))? {
        let failed = |error: objects::ObjectsError| InstallError::Step {
            title: step.spec.title.clone(),
            source: Box::new(StepError::Objects(error)),
        };
        let mut objects = objects::objects_of_step(&step, inputs, &values).await.map_err(failed)?;
        objects.iter_mut().for_each(redact);
        let notes = notes(&step.spec, inputs);
        let container = step.spec.container.as_ref().map(|container| image_of(container, inputs));
        steps.push(RenderedStep { name: step.name, title: step.spec.title, notes, container, objects });
    }
    Ok(steps)
}

fn notes(spec: &StepSpec, inputs: &Inputs) -> Vec<String> {
    let after = (!spec.after.is_empty()).then(|| format!("after: {}", spec.after.join(", ")));
    let container = spec.container.as_ref().map(|container| {
        format!("runs: container {} from image {}", container.name, image_of(container, inputs))
    });
    let until = spec.until.iter().map(|condition| format!("waits for: {condition}"));
    after.into_iter().chain(container).chain(until).collect()
}

/// Redacts the data of a Secret.
fn redact(object: &mut Value) {
    if object["kind"] != "Secret" {
        return;
    }
    for field in ["data", "stringData"] {
        for value in object[field].as_object_mut().into_iter().flat_map(serde_json::Map::values_mut) {
            *value = Value::from("(redacted)");
        }
        if object[field].is_null()
            && let Some(fields) = object.as_object_mut()
        {
            fields.remove(field);
        }
    }
}

impl fmt::Display for RenderedStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "---\n# {}", self.title)?;
        self.notes.iter().try_for_each(|note| writeln!(f, "# {note}"))?;
        for (number, object) in self.objects.iter().enumerate() {
            let separator = if number == 0 { "" } else { "---\n" };
            let yaml = serde_yaml::to_string(object).map_err(|_| fmt::Error)?;
            write!(f, "{separator}{yaml}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use inputs::Supply;

    /// The inputs of a machine without network, with a stand-in for istioctl.
    fn offline(dir: &tempfile::TempDir) -> Inputs {
        let manifest = dir.path().join("operator.yaml");
        std::fs::write(&manifest, "kind: A\n").unwrap();
        let mut inputs = Inputs { supply: Supply::Lab, ..Inputs::default() };
        inputs.install.knative_operator_manifest = Some(manifest.display().to_string());
        inputs.tools.istioctl = "true".into();
        inputs
    }

    #[tokio::test]
    async fn step_prints_its_objects_without_secrets() {
        let dir = tempfile::tempdir().unwrap();
        let steps = render(&offline(&dir)).await.unwrap();
        let printed: String = steps.iter().take(3).map(ToString::to_string).collect();
        insta::assert_snapshot!(printed);
    }

    #[tokio::test]
    async fn missing_program_is_named_with_its_step() {
        let dir = tempfile::tempdir().unwrap();
        let mut inputs = offline(&dir);
        inputs.tools.istioctl = "no-istioctl".into();
        let error = render(&inputs).await.unwrap_err();
        insta::assert_snapshot!(format!("{}\nhint: {}", vocabulary::chain(&error), error.hint()), @r"
        step `Istio` failed: there is no program `no-istioctl`
        hint: install no-istioctl, or name its path in `tools` of `meshproof.toml`
        ");
    }
}
