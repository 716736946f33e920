//! What of the files was not read, why, and what a person does about it.

use std::fmt;

/// A file, or a part of one, that was not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotRead {
    /// Why. It comes first, so that what belongs together is sorted together.
    pub reason: NotReadReason,
    /// The file or folder.
    pub path: String,
    /// Where in the file. `None`: all of it.
    pub line: Option<usize>,
    /// What more there is to say, such as the words of the parser.
    pub detail: Option<String>,
}

/// Why something was not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotReadReason {
    /// Manifests or the cluster's own objects that differ have one name.
    Conflict,
    /// A patch of a kustomization changes the object.
    Patched,
    /// It is neither YAML nor JSON.
    Syntax,
    /// It is a template of Go, Helm or Jinja.
    Template,
    /// It belongs to a Helm chart: the chart's folder.
    HelmChart(String),
    /// It is a kustomization that changes its objects: its folder.
    Kustomization(String),
    /// It is a patch of a kustomization, or data that it puts into an object: the kustomization's folder.
    KustomizationPart(String),
    /// It is an OpenShift Template with parameters.
    OpenShiftTemplate,
    /// A name holds a placeholder.
    Placeholder,
    /// It lacks what each object has.
    Incomplete,
    /// It could not be read from the disk.
    Unreadable,
    /// It is no text.
    NotText,
    /// It is larger than any manifest.
    Oversized,
    /// Its aliases make it larger than any manifest.
    Aliases,
    /// It is a link that leads out of the folder.
    LinkOutside,
    /// It is a link that leads nowhere.
    LinkBroken,
    /// It is a link in an archive.
    LinkInArchive,
    /// It is no regular file.
    Special,
    /// It is an archive within a folder or an archive.
    NestedArchive,
    /// It is encrypted, or compressed in another way.
    Encoded,
    /// A manifest of an object that the cluster's own state is there of.
    Superseded,
    /// It holds no object.
    NoObject,
}

impl NotRead {
    /// All of a file.
    pub(crate) fn file(path: impl Into<String>, reason: NotReadReason) -> Self {
        Self { reason, path: path.into(), line: None, detail: None }
    }

    /// What begins on a line of a file.
    pub(crate) fn at(path: impl Into<String>, line: usize, reason: NotReadReason) -> Self {
        Self { line: Some(line), ..Self::file(path, reason) }
    }

    /// With more to say.
    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(vocabulary::one_line(&detail.into()));
        self
    }

    /// What a person does about it.
    pub fn hint(&self) -> Option<String> {
        let folder_or_here =
            |folder: &str| if folder.is_empty() { ".".to_owned() } else { folder.to_owned() };
        Some(match &self.reason {
            NotReadReason::HelmChart(chart) => {
                format!("render it: `helm template {} | meshproof run --files -`", folder_or_here(chart))
            }
            NotReadReason::Kustomization(folder) | NotReadReason::KustomizationPart(folder) => {
                format!("render it: `kustomize build {} | meshproof run --files -`", folder_or_here(folder))
            }
            NotReadReason::Patched => "render the kustomization, and judge what it prints".to_owned(),
            NotReadReason::OpenShiftTemplate => {
                format!("render it: `oc process --local -f {} -o yaml | meshproof run --files -`", self.path)
            }
            NotReadReason::Template | NotReadReason::Placeholder => {
                "render it first, and judge what that prints".to_owned()
            }
            NotReadReason::Conflict => "name the files of one environment only".to_owned(),
            NotReadReason::NestedArchive => "name it with a `--files` of its own".to_owned(),
            NotReadReason::LinkOutside => {
                "name the folder that it leads to with a `--files` of its own".to_owned()
            }
            NotReadReason::Encoded => "unpack it, and name the folder".to_owned(),
            NotReadReason::Syntax
            | NotReadReason::Incomplete
            | NotReadReason::Unreadable
            | NotReadReason::NotText
            | NotReadReason::Oversized
            | NotReadReason::Aliases
            | NotReadReason::LinkBroken
            | NotReadReason::LinkInArchive
            | NotReadReason::Special
            | NotReadReason::Superseded
            | NotReadReason::NoObject => return None,
        })
    }
}

/// What it is, in a few words: `a.yaml:3 (did not find expected key)`.
impl fmt::Display for NotRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        match &self.detail {
            Some(detail) => write!(f, " ({detail})"),
            None => Ok(()),
        }
    }
}

impl NotReadReason {
    /// The reason, said of some of them: `templates of the Helm chart charts/shop`.
    pub(crate) fn describe(&self, count: usize) -> String {
        let (one, many) = match self {
            Self::Conflict => (
                "is an object that is written twice and differs, so it is not judged",
                "are objects that are written twice and differ, so they are not judged",
            ),
            Self::Patched => (
                "is an object that a patch changes, so it is not judged",
                "are objects that patches change, so they are not judged",
            ),
            Self::Syntax => ("is neither YAML nor JSON", "are neither YAML nor JSON"),
            Self::Template => ("is a template", "are templates"),
            Self::HelmChart(chart) => {
                let chart = if chart.is_empty() { "here" } else { chart };
                return format!("{} to the Helm chart {chart}", plural(count, "belongs", "belong"));
            }
            Self::Kustomization(_) => (
                "is a kustomization, whose objects are read without what it changes",
                "are kustomizations, whose objects are read without what they change",
            ),
            Self::KustomizationPart(_) => {
                ("is a patch or data of a kustomization", "are patches or data of a kustomization")
            }
            Self::OpenShiftTemplate => ("is an OpenShift Template", "are OpenShift Templates"),
            Self::Placeholder => ("has a placeholder for a name", "have a placeholder for a name"),
            Self::Incomplete => ("lacks what each object has", "lack what each object has"),
            Self::Unreadable => ("could not be read", "could not be read"),
            Self::NotText => ("is no text", "are no text"),
            Self::Oversized => ("is larger than any manifest", "are larger than any manifest"),
            Self::Aliases => ("has aliases that make it too large", "have aliases that make them too large"),
            Self::LinkOutside => ("is a link out of the folder", "are links out of the folder"),
            Self::LinkBroken => ("is a link that leads nowhere", "are links that lead nowhere"),
            Self::LinkInArchive => ("is a link in an archive", "are links in an archive"),
            Self::Special => ("is no regular file", "are no regular files"),
            Self::NestedArchive => ("is an archive within", "are archives within"),
            Self::Encoded => {
                ("is encrypted or compressed in another way", "are encrypted or compressed in another way")
            }
            Self::Superseded => (
                "is a manifest that gives way to the cluster's own object",
                "are manifests that give way to the cluster's own objects",
            ),
            Self::NoObject => ("holds no object (values, settings)", "hold no object (values, settings)"),
        };
        plural(count, one, many).to_owned()
    }
}

fn plural<'a>(count: usize, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}
