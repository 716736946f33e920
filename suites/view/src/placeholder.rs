//! Placeholders: what stands in a file in the place of a value, and is filled in by whoever applies the file.

/// Whether a value is filled in by whoever applies the file: by `envsubst`, an OpenShift Template or Helm.
pub fn is_placeholder(text: &str) -> bool {
    ["${", "{{"].iter().any(|start| text.contains(start))
}
