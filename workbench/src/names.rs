//! The names of a run's nodes: `n0`, `n1`, …, or those given on the command line.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Index;
use std::sync::Arc;

use clap::error::ErrorKind;
use clap::{ArgMatches, Args, Command, Error, FromArgMatches};
use serde::{Deserialize, Serialize};

use crate::endpoint::Endpoint;
use crate::service::Service;

/// How many nodes a run may have.
const MAX_NODES: usize = 1000;

/// The maximum length of a name, since `<name>.log` is a file.
const MAX_NAME_BYTES: usize = 64;

/// The names of a run's nodes, by index. Clones are cheap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct NodeNames(Arc<Names>);

#[derive(Debug, PartialEq, Eq)]
struct Names {
    in_order: Vec<String>,
    places: BTreeMap<String, usize>,
}

impl NodeNames {
    /// `n0`, `n1`, …: Maelstrom's names for a number of nodes.
    pub fn numbered(count: usize) -> NodeNames {
        NodeNames::of((0..count).map(|node| format!("n{node}")).collect())
    }

    fn of(in_order: Vec<String>) -> NodeNames {
        let places = in_order.iter().cloned().zip(0..).collect();
        NodeNames(Arc::new(Names { in_order, places }))
    }

    /// How many nodes there are: at least one.
    pub fn count(&self) -> usize {
        self.0.in_order.len()
    }

    /// The names, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.in_order.iter().map(String::as_str)
    }

    /// The index of the node of that name, if there is one.
    pub fn place(&self, name: &str) -> Option<usize> {
        let Names { in_order, places } = &*self.0;
        // Most nodes are numbered, so the one called n7 is probably at index 7.
        let guess: Option<usize> = name.strip_prefix('n').and_then(|number| number.parse().ok());
        let guess = guess.filter(|&place| in_order.get(place).is_some_and(|other| other == name));
        guess.or_else(|| places.get(name).copied())
    }

    /// The name of either end of a message.
    pub fn of_endpoint(&self, endpoint: Endpoint) -> Cow<'_, str> {
        match endpoint {
            Endpoint::Node(node) => self[node].into(),
            Endpoint::Client(number) => format!("c{number}").into(),
            Endpoint::Service(service) => service.name().into(),
        }
    }

    /// The node, service or client of that name. `c01` is not a client.
    pub fn endpoint(&self, name: &str) -> Option<Endpoint> {
        let client = || client_number(name).map(Endpoint::Client);
        let service = || Service::of_name(name).map(Endpoint::Service);
        self.place(name).map(Endpoint::Node).or_else(client).or_else(service)
    }
}

/// The name of a node, by index. Panics if there is no such node.
impl Index<usize> for NodeNames {
    type Output = str;

    fn index(&self, node: usize) -> &str {
        &self.0.in_order[node]
    }
}

/// Fails if a name is invalid, if two are the same, or if there are none or too many. The error is a
/// sentence.
impl TryFrom<Vec<String>> for NodeNames {
    type Error = String;

    fn try_from(names: Vec<String>) -> Result<NodeNames, String> {
        if !(1..=MAX_NODES).contains(&names.len()) {
            return Err(format!("a cluster has 1 to {MAX_NODES} nodes, not {}", names.len()));
        }
        names.iter().try_for_each(|name| check(name))?;
        let count = names.len();
        let nodes = NodeNames::of(names);
        // Two names that differ in case alone would share a log on some file systems.
        let mut lower: Vec<String> = nodes.iter().map(str::to_ascii_lowercase).collect();
        lower.sort_unstable();
        lower.dedup();
        if lower.len() < count {
            return Err(
                "two nodes have the same name (upper and lower case count as the same)".into()
            );
        }
        Ok(nodes)
    }
}

impl From<NodeNames> for Vec<String> {
    fn from(nodes: NodeNames) -> Vec<String> {
        nodes.0.in_order.clone()
    }
}

/// Fails if a node cannot have that name, and says why.
fn check(name: &str) -> Result<(), String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let begins_well = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    if name.is_empty() {
        Err("a node's name is empty".into())
    } else if !begins_well || !name.bytes().all(is_plain) || name.len() > MAX_NAME_BYTES {
        Err(format!(
            "a node cannot be called `{name}`: a name begins with a letter or a digit, goes on with \
             these, `-`, `_` and `.`, and has {MAX_NAME_BYTES} characters at most (ASCII only)"
        ))
    } else if client_number(name).is_some() {
        Err(format!("a node cannot be called `{name}`: c0, c1, … are clients"))
    } else if Service::of_name(name).is_some() {
        Err(format!(
            "a node cannot be called `{name}`: that is a service, to which every node can send requests"
        ))
    } else {
        Ok(())
    }
}

/// The number of the client that is called `c<number>`.
fn client_number(name: &str) -> Option<u64> {
    let digits = name.strip_prefix('c')?;
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_padded = digits.len() > 1 && digits.starts_with('0');
    if is_plain && !is_padded { digits.parse().ok() } else { None }
}

/// The flags that say which nodes there are.
#[derive(Args)]
#[group(skip)]
struct NodeFlags {
    /// How many nodes: n0, n1, … [default: the five nodes n1 to n5]
    #[arg(long, value_name = "N", value_parser = count)]
    node_count: Option<usize>,

    /// The names of the nodes, separated by commas, in place of a number
    #[arg(short = 'n', long, visible_alias = "node", value_name = "NAMES", value_delimiter = ',')]
    nodes: Vec<String>,
}

impl TryFrom<NodeFlags> for NodeNames {
    type Error = String;

    fn try_from(NodeFlags { node_count, nodes }: NodeFlags) -> Result<NodeNames, String> {
        match (node_count, nodes.is_empty()) {
            (Some(_), false) => Err("--node-count and --nodes both say which nodes there are: \
                                     leave one of them out"
                .into()),
            (Some(count), true) => Ok(NodeNames::numbered(count)),
            (None, false) => {
                let trimmed = nodes.iter().map(|name| name.trim().to_owned());
                NodeNames::try_from(trimmed.collect::<Vec<_>>())
            }
            // Maelstrom's default, which is Jepsen's.
            (None, true) => Ok(NodeNames::of((1..=5).map(|node| format!("n{node}")).collect())),
        }
    }
}

impl FromArgMatches for NodeNames {
    fn from_arg_matches(matches: &ArgMatches) -> Result<NodeNames, Error> {
        NodeNames::try_from(NodeFlags::from_arg_matches(matches)?)
            .map_err(|words| Error::raw(ErrorKind::ValueValidation, words))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = NodeNames::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for NodeNames {
    fn augment_args(command: Command) -> Command {
        NodeFlags::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        NodeFlags::augment_args_for_update(command)
    }
}

fn count(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count @ 1..=MAX_NODES) => Ok(count),
        _ => Err(format!("give a number of nodes from 1 to {MAX_NODES}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;

    fn names(flags: &str) -> Result<String, String> {
        let options = format!("-w echo {flags}").parse::<Options>();
        let options = options.map_err(|error| error.to_string())?;
        Ok(options.nodes.iter().collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn nodes_are_numbered_from_0_or_named_or_maelstroms_five() {
        for (flags, expected) in [
            ("", "n1 n2 n3 n4 n5"),
            ("--node-count 3", "n0 n1 n2"),
            ("--node-count 3 --node-count 1", "n0"),
            ("--nodes b,a", "b a"),
            ("--node b --node a", "b a"),
            ("-n b --nodes a,x.example -n y_1", "b a x.example y_1"),
        ] {
            assert_eq!(names(flags).as_deref(), Ok(expected), "{flags}");
        }
    }

    #[test]
    fn a_name_that_a_node_cannot_have_is_refused() {
        for (flags, reason) in [
            ("--node-count 2 --nodes a,b", "leave one of them out"),
            ("--nodes a,,b", "a node's name is empty"),
            ("--nodes a,b,a", "the same name"),
            ("--nodes a,A", "the same name"),
            ("--nodes a,c0", "c0, c1, … are clients"),
            ("--nodes lin-kv", "`lin-kv`: that is a service"),
            ("--nodes n0,seq-kv", "`seq-kv`: that is a service"),
            ("--nodes ../etc", "`../etc`"),
            ("--nodes a/b", "`a/b`"),
            ("--nodes größe", "ASCII only"),
            ("--nodes .a", "begins with a letter"),
            ("--node-count 0", "from 1 to 1000"),
            ("--node-count 1001", "from 1 to 1000"),
        ] {
            let refusal = names(flags).unwrap_err();
            assert!(refusal.contains(reason), "{flags}: {refusal}");
        }
        assert!(names(&format!("--nodes {}", "x".repeat(65))).is_err());
        let many: Vec<String> = (0..1001).map(|node| format!("x{node}")).collect();
        assert!(names(&format!("--nodes {}", many.join(","))).is_err());
        // Neither a client nor a service.
        for name in ["c", "c01", "cat", "seq-kv2"] {
            assert_eq!(names(&format!("-n {name}")).as_deref(), Ok(name));
        }
    }

    #[test]
    fn names_of_endpoints_can_be_parsed_again() {
        let nodes = NodeNames::numbered(13);
        for name in ["n0", "n12", "c7", "seq-kv", "lin-kv", "lww-kv", "lin-tso"] {
            assert_eq!(nodes.of_endpoint(nodes.endpoint(name).unwrap()), name);
        }
        for name in ["", "n", "n01", "n13", "c", "c01", "c-1", "x3", "ñ1", "c99999999999999999999"]
        {
            assert_eq!(nodes.endpoint(name), None, "{name}");
        }
    }
}
