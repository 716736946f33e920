//! Which files belong to a Helm chart, and are no objects before it is rendered.

use crate::files::inputs::input_file::InputFile;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// The charts among some files.
#[derive(Debug, Default)]
pub(crate) struct HelmCharts {
    folders: Vec<PathBuf>,
}

impl HelmCharts {
    /// The charts among some files: each has a `Chart.yaml`.
    pub(crate) fn among(files: &[Arc<InputFile>]) -> Self {
        let charts =
            files.iter().filter(|file| file.path().file_name().is_some_and(|name| name == "Chart.yaml"));
        let mut folders: Vec<_> =
            charts.filter_map(|file| file.path().parent()).map(Path::to_owned).collect();
        folders.sort();
        Self { folders }
    }

    /// The folder of the chart to which a file belongs, which is not the one that it brings along. What a chart holds beside its
    /// templates, such as the definitions in `crds`, is as it is.
    pub(crate) fn chart_of(&self, path: &Path) -> Option<String> {
        let folders = || self.folders.iter().filter(|folder| path.starts_with(folder));
        let (outermost, innermost) = (folders().next()?, folders().next_back()?);
        let within = path.strip_prefix(innermost).ok()?; // none: it begins with the folder
        let mut parts = within.components();
        let first = match (parts.next()?, parts.next()) {
            (Component::Normal(folder), Some(_)) => folder == "templates" || folder == "ci",
            (Component::Normal(file), None) => {
                let name = file.to_string_lossy();
                name == "Chart.yaml" || name.starts_with("values")
            }
            _ => false,
        };
        first.then(|| outermost.display().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::template("a/shop/templates/gateway.yaml", Some("a/shop"))]
    #[case::deep("a/shop/templates/mesh/gateway.yaml", Some("a/shop"))]
    #[case::chart("a/shop/Chart.yaml", Some("a/shop"))]
    #[case::values("a/shop/values-prod.yaml", Some("a/shop"))]
    #[case::chart_within("a/shop/charts/till/templates/x.yaml", Some("a/shop"))]
    #[case::definition("a/shop/crds/x.yaml", None)]
    #[case::beside("a/shop/gateway.yaml", None)]
    #[case::elsewhere("a/templates/x.yaml", None)]
    fn file_belongs_to_a_chart(#[case] path: &str, #[case] expected: Option<&str>) {
        let chart = |name: &str| Arc::new(InputFile::held(name.to_owned(), Vec::new()));
        let charts = HelmCharts::among(&[chart("a/shop/Chart.yaml"), chart("a/shop/charts/till/Chart.yaml")]);
        assert_eq!(charts.chart_of(Path::new(path)).as_deref(), expected);
    }
}
