//! Circles: files of a crate that lead back to themselves, so that none can be read, tested or moved without the others.

use crate::arrow::{Arrow, arrows};
use crate::error::StructureError;
use crate::member::Member;
use crate::module::ModuleTree;
use crate::workspace::Workspace;
use petgraph::algo::{astar, tarjan_scc};
use petgraph::graph::{DiGraph, NodeIndex};
use std::collections::BTreeMap;
use std::fmt;

/// The shortest circle among files of which each leads to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circle {
    /// The way around. Each arrow begins where the one before it ends.
    pub arrows: Vec<Arrow>,
    /// How many files lead to each other, with those of this circle.
    pub files: usize,
}

impl fmt::Display for Circle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(first) = self.arrows.first() {
            write!(f, "{}", first.from.display())?;
        }
        for arrow in &self.arrows {
            write!(f, " {arrow}")?;
        }
        match self.files {
            files if files > self.arrows.len() => write!(f, "; the shortest circle of {files} files"),
            _ => Ok(()),
        }
    }
}

/// One circle for each set of files that lead to each other: the shortest.
pub fn circles(arrows: &[Arrow]) -> Vec<Circle> {
    let mut graph = DiGraph::<(), ()>::new();
    let mut nodes = BTreeMap::new();
    for file in arrows.iter().flat_map(|arrow| [&arrow.from, &arrow.to]) {
        nodes.entry(file).or_insert_with(|| graph.add_node(()));
    }
    let ends = |arrow: &Arrow| (nodes[&arrow.from], nodes[&arrow.to]);
    let between: BTreeMap<_, _> = arrows.iter().map(|arrow| (ends(arrow), arrow)).collect();
    graph.extend_with_edges(between.keys());
    let mut circles: Vec<_> = tarjan_scc(&graph)
        .into_iter()
        .filter_map(|files| {
            let inside =
                arrows.iter().map(ends).filter(|(from, to)| files.contains(from) && files.contains(to));
            let way = inside.filter_map(|(from, to)| way_around(&graph, from, to)).min_by_key(Vec::len)?;
            let steps = way.windows(2).filter_map(|step| between.get(&(step[0], step[1])));
            Some(Circle { arrows: steps.copied().cloned().collect(), files: files.len() })
        })
        .collect();
    circles.sort_by(|a, b| a.arrows.cmp(&b.arrows));
    circles
}

/// The circles of a crate, in its library and in its programs.
pub fn circles_of(workspace: &Workspace, member: &Member) -> Result<Vec<Circle>, StructureError> {
    let mut found = Vec::new();
    for root in &member.roots {
        found.extend(circles(&arrows(&ModuleTree::read(&workspace.top, root)?)));
    }
    Ok(found)
}

/// Along an edge and, by the shortest way, back to where it begins.
fn way_around(graph: &DiGraph<(), ()>, from: NodeIndex, to: NodeIndex) -> Option<Vec<NodeIndex>> {
    let (_, back) = astar(graph, to, |node| node == from, |_| 1_usize, |_| 0)?;
    Some(std::iter::once(from).chain(back).collect())
}
