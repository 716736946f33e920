//! The objects of all files by their resource, each once, and how much is known of each resource.

pub(crate) mod duplicate;
pub(crate) mod extent;
pub(crate) mod gathered_path;
pub(crate) mod list_claim;
pub(crate) mod resource_name;

use crate::api_group::{group_of, is_built_in};
use crate::files::documents::document::FileContents;
use crate::files::documents::file_object::FileObject;
use crate::files::hold::FilesHold;
use crate::files::inventory::duplicate::{choose, is_from_server};
use crate::files::inventory::extent::{union, without_namespace};
use crate::files::inventory::gathered_path::GatheredPath;
use crate::files::inventory::resource_name::{Plurals, resource_and_version};
use crate::files::not_read::NotRead;
use crate::manifests::{KnownObject, KnownObjects, Manifests, OtherResources};
use jiff::Timestamp;
use record::ServedKinds;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use vocabulary::Extent;

pub(crate) const DEFINITIONS: &str = "customresourcedefinitions.apiextensions.k8s.io";

/// The objects of each resource, by its full name.
#[derive(Debug)]
pub(crate) struct Inventory {
    resources: BTreeMap<String, ResourceObjects>,
    /// `None`: what the files hold is a guess by what is in them.
    hold: Option<FilesHold>,
}

/// The objects of one resource.
#[derive(Debug)]
struct ResourceObjects {
    versions: BTreeSet<String>,
    /// By namespace and name.
    objects: BTreeMap<(String, String), FileObject>,
    /// How much of the resource the objects are.
    extent: Extent,
    /// Whether an object was left out, of which it is not known what it is in the end.
    is_lacking: bool,
}

impl Default for ResourceObjects {
    fn default() -> Self {
        Self {
            versions: BTreeSet::new(),
            objects: BTreeMap::new(),
            extent: Extent::Nothing,
            is_lacking: false,
        }
    }
}

impl Inventory {
    /// The objects of all files. What stands in the way of others is added to what was not read.
    pub(crate) fn of(contents: FileContents, not_read: &mut Vec<NotRead>, hold: Option<FilesHold>) -> Self {
        let plurals = Plurals::of(&contents.objects);
        let mut inventory = Self { resources: BTreeMap::new(), hold };
        let mut of_keys = BTreeMap::<(String, String, String), Vec<FileObject>>::new();
        for object in contents.objects {
            let (resource, version) = resource_and_version(&object.api_version, &object.kind, &plurals);
            inventory.resource(&resource).versions.insert(version);
            let meta = |field: &str| object.object["metadata"][field].as_str().unwrap_or("").to_owned();
            of_keys.entry((resource, meta("namespace"), meta("name"))).or_default().push(object);
        }
        let mut unknown = Vec::new();
        for ((resource, namespace, name), objects) in of_keys {
            let kind = objects.first().map_or("", |object| object.kind.as_str());
            let shown = if namespace.is_empty() {
                format!("{kind} {name}")
            } else {
                format!("{kind} {namespace}/{name}")
            };
            let (chosen, told) = choose(objects, &shown);
            not_read.extend(told);
            match chosen {
                Some(object) => {
                    inventory.resource(&resource).objects.insert((namespace, name), object);
                }
                None => unknown.push((resource, namespace)),
            }
        }
        let claims = contents.extents.into_iter().map(|known| {
            let (resource, version) = resource_and_version(&known.api_version, &known.kind, &plurals);
            (resource, version, known.extent, known.is_empty)
        });
        let (empty, claims): (Vec<_>, Vec<_>) = claims.partition(|(_, _, _, is_empty)| *is_empty);
        for (resource, version, extent, _) in claims {
            inventory.add_extent(&resource, version, extent);
        }
        // A list without items may be of any namespace, if there are others of its kind.
        for (resource, version, extent, _) in empty {
            let is_only_one = inventory.resource(&resource).objects.is_empty();
            inventory.add_extent(&resource, version, if is_only_one { extent } else { Extent::Part });
        }
        inventory.add_folders(not_read);
        for (resource, namespace) in unknown {
            inventory.leave_out(&resource, &namespace);
        }
        inventory.doubt_definitions();
        inventory
    }

    fn resource(&mut self, name: &str) -> &mut ResourceObjects {
        self.resources.entry(name.to_owned()).or_default()
    }

    fn add_extent(&mut self, resource: &str, version: String, extent: Extent) {
        let resource = self.resource(resource);
        resource.versions.insert(version);
        resource.extent = union(resource.extent.clone(), extent);
    }

    /// What is known by the folders of a must-gather that hold each object by itself. Kinds of Kubernetes are not: an object
    /// that another one relates to is put there alone.
    fn add_folders(&mut self, not_read: &[NotRead]) {
        let broken: BTreeSet<_> = not_read.iter().filter_map(|one| Path::new(&one.path).parent()).collect();
        for (name, resource) in &mut self.resources {
            let mut extent = Extent::Part;
            for ((namespace, _), object) in &resource.objects {
                let path = PathBuf::from(object.place.file());
                let gathered = GatheredPath::of(&path).filter(|_| is_from_server(&object.object));
                let is_whole = gathered.as_ref().is_some_and(|gathered| {
                    gathered.resource.as_ref() == Some(name)
                        && gathered.namespace.as_deref().unwrap_or("") == namespace
                        && !is_built_in(group_of(name))
                        && path.parent().is_some_and(|folder| !broken.contains(folder))
                });
                if is_whole && namespace.is_empty() {
                    extent = Extent::Whole;
                } else if is_whole {
                    extent = union(extent, Extent::Namespaces(BTreeSet::from([namespace.clone()])));
                }
            }
            resource.extent = union(resource.extent.clone(), extent);
        }
    }

    /// Definitions are not whole where an object has none: only some were asked for by their names.
    fn doubt_definitions(&mut self) {
        let defined: BTreeSet<_> = self.definitions().map(|((_, name), _)| name.clone()).collect();
        let is_undefined = |(name, resource): (&String, &ResourceObjects)| {
            let is_on_server = || resource.objects.values().any(|object| is_from_server(&object.object));
            !is_built_in(group_of(name)) && !defined.contains(name) && is_on_server()
        };
        if self.resources.iter().any(is_undefined)
            && let Some(definitions) = self.resources.get_mut(DEFINITIONS)
        {
            definitions.extent = Extent::Part;
        }
    }

    fn definitions(&self) -> impl Iterator<Item = (&(String, String), &FileObject)> {
        self.resources.get(DEFINITIONS).into_iter().flat_map(|resource| &resource.objects)
    }

    /// Takes out an object of which it is not known what it is in the end. It is neither there nor absent.
    fn leave_out(&mut self, resource: &str, namespace: &str) {
        let resource = self.resource(resource);
        resource.extent = without_namespace(resource.extent.clone(), namespace);
        resource.is_lacking = true;
    }

    /// Whether all definitions of the cluster are among the objects, so that it is known which kinds it serves.
    pub(crate) fn has_all_definitions(&self) -> bool {
        let has_some = self.definitions().next().is_some();
        let is_whole =
            || self.resources.get(DEFINITIONS).is_some_and(|resource| resource.extent == Extent::Whole);
        match self.hold {
            Some(FilesHold::All) => has_some,
            Some(FilesHold::Some) => false,
            None => has_some && is_whole(),
        }
    }

    /// What an API server with these objects serves: what definitions define, and the resources of the objects; if all
    /// definitions are known, no custom resource but those.
    fn served(&self) -> ServedKinds {
        let has_all = self.has_all_definitions();
        let of_objects = self.resources.iter().flat_map(|(resource, ResourceObjects { versions, .. })| {
            versions.iter().map(|version| (resource.as_str(), version.as_str()))
        });
        let of_objects = of_objects.filter(|(resource, _)| !has_all || is_built_in(group_of(resource)));
        let defined = self.definitions().flat_map(|(_, definition)| defined_versions(&definition.object));
        let all: BTreeSet<_> = of_objects.chain(defined).collect();
        ServedKinds::from_names(all)
    }

    /// The objects, to be judged.
    pub(crate) fn into_manifests(self, now: Timestamp) -> Manifests {
        let (served, others, hold) = (self.served(), self.others(), self.hold);
        let known = |FileObject { object, place, .. }| KnownObject { object, place: Some(place) };
        let of_resource = |resource: ResourceObjects| KnownObjects {
            objects: resource.objects.into_values().map(known).collect(),
            extent: match hold {
                Some(FilesHold::All) if !resource.is_lacking => Extent::Whole,
                Some(FilesHold::All | FilesHold::Some) => Extent::Part,
                None => resource.extent,
            },
        };
        let objects = self.resources.into_iter().map(|(name, resource)| (name, of_resource(resource)));
        Manifests::partial(now, served, objects.collect(), others)
    }

    /// What is known of the resources that no file names.
    fn others(&self) -> OtherResources {
        match self.hold {
            Some(FilesHold::All) => OtherResources::Absent,
            _ if self.has_all_definitions() => OtherResources::AbsentUnlessServed,
            _ => OtherResources::Unknown,
        }
    }
}

/// The full name of the resource that a definition defines, with each version that is served.
fn defined_versions(definition: &Value) -> impl Iterator<Item = (&str, &str)> {
    let name = definition["metadata"]["name"].as_str().unwrap_or("");
    let versions = definition["spec"]["versions"].as_array().into_iter().flatten();
    let served = versions.filter(|version| version["served"] != false);
    served.filter_map(move |version| Some((name, version["name"].as_str()?)))
}
