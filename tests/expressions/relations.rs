//! What relations give on random graphs, cycles and all, against a recomputation that knows no
//! condensed graph: the closure of the edges, and a look at every node in it.

use std::collections::BTreeSet;
use std::fmt::{Debug, Write as _};

use govlint::expr::{Code, Frame, Machine, Scope, Tables, Trace, Value, Why, World};
use govlint::expr::{compile, parse};
use govlint::kind::Type;
use govlint::rule::{Pack, PackFile, Rule};
use proptest::prelude::*;

use super::{Nothing, as_of, kinds, load};

/// Systems, each with a number that may be unknown, and dependencies between them.
#[derive(Debug, Clone)]
struct Network {
    users: Vec<Option<i64>>,
    edges: Vec<(usize, usize, Strength)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Strength {
    /// The relation takes it.
    Hard,
    /// The relation leaves it out.
    Soft,
    /// It is not known whether the relation takes it.
    Unknown,
}

impl Strength {
    fn word(self) -> &'static str {
        match self {
            Self::Hard => "hard",
            Self::Soft => "soft",
            Self::Unknown => "unknown",
        }
    }
}

const RELATIONS: &str = "\
apiVersion: govlint/v1
kind: Relations
relations:
  - name: needs
    doc: What a system cannot run without.
    edges:
      - {from: System, edges: \"dependsOn[]\", to: system, when: it.type == \"hard\"}
";

fn pack() -> Pack {
    Pack {
        name: "tests".to_owned(),
        version: None,
        root: "policies".to_owned(),
        files: vec![PackFile {
            path: "relations.yaml".to_owned(),
            text: RELATIONS.to_owned(),
        }],
    }
}

fn network() -> impl Strategy<Value = Network> {
    let users = prop_oneof![6 => (0i64..5).prop_map(Some), 1 => Just(None)];
    let strength = prop_oneof![
        8 => Just(Strength::Hard),
        2 => Just(Strength::Soft),
        1 => Just(Strength::Unknown),
    ];
    (1usize..9).prop_flat_map(move |count| {
        let users = prop::collection::vec(users.clone(), count);
        let edge = (0..count, 0..count, strength.clone());
        let edges = prop::collection::vec(edge, 0..=2 * count);
        (users, edges).prop_map(|(users, mut edges)| {
            edges.sort_by_key(|(from, to, _)| (*from, *to));
            edges.dedup_by_key(|(from, to, _)| (*from, *to));
            Network { users, edges }
        })
    })
}

impl Network {
    fn records(&self) -> String {
        let mut text = String::new();
        for (index, users) in self.users.iter().enumerate() {
            let users = users.map_or("unknown".to_owned(), |users| users.to_string());
            let _ = writeln!(
                text,
                "---\napiVersion: govlint/v1\nkind: System\nid: {}\nname: {index}\nusers: {users}",
                name(index)
            );
            let own = self.edges.iter().filter(|(from, ..)| *from == index);
            let own: Vec<String> = own
                .map(|(_, to, strength)| {
                    format!("{{system: {}, type: {}}}", name(*to), strength.word())
                })
                .collect();
            let _ = writeln!(text, "dependsOn: [{}]", own.join(", "));
        }
        text
    }

    /// The same network with its edges turned round.
    fn reversed(&self) -> Self {
        let turned = self
            .edges
            .iter()
            .map(|(from, to, strength)| (*to, *from, *strength));
        Self {
            edges: turned.collect(),
            ..self.clone()
        }
    }

    /// The number of edges of a shortest way between any two systems, at least one.
    fn distances(&self) -> Vec<Vec<Option<usize>>> {
        let count = self.users.len();
        let mut distances = vec![vec![None; count]; count];
        for (from, to, strength) in &self.edges {
            if *strength == Strength::Hard {
                distances[*from][*to] = Some(1);
            }
        }
        for middle in 0..count {
            for from in 0..count {
                for to in 0..count {
                    let way = distances[from][middle].zip(distances[middle][to]);
                    let way = way.map(|(first, second)| first + second);
                    distances[from][to] = [distances[from][to], way].into_iter().flatten().min();
                }
            }
        }
        distances
    }

    fn has_unknown_edge(&self, from: usize) -> bool {
        self.edges
            .iter()
            .any(|(own, _, strength)| *own == from && *strength == Strength::Unknown)
    }

    /// What should be found from one system.
    fn expected(&self, from: usize) -> Expected {
        let distances = &self.distances()[from];
        let reached: BTreeSet<usize> = (0..distances.len())
            .filter(|to| distances[*to].is_some())
            .collect();
        let open =
            self.has_unknown_edge(from) || reached.iter().any(|to| self.has_unknown_edge(*to));
        let known = |to: &usize| self.users[*to].map(|users| (users, *to));
        let doubtful = open || reached.iter().any(|to| self.users[*to].is_none());
        let highest = reached
            .iter()
            .filter_map(known)
            .max_by_key(|(users, to)| (*users, std::cmp::Reverse(*to)));
        let lowest = reached.iter().filter_map(known).min();
        let best = |found: Option<(i64, usize)>| {
            found.map(|(users, at)| Best {
                users,
                is_bound: doubtful,
                at,
                steps: distances[at].unwrap_or_default(),
            })
        };
        Expected {
            open,
            highest: best(highest),
            lowest: best(lowest),
            reached,
        }
    }
}

/// What is found from one system.
#[derive(Debug, PartialEq, Eq)]
struct Expected {
    reached: BTreeSet<usize>,
    /// True if there may be more than is reached.
    open: bool,
    highest: Option<Best>,
    lowest: Option<Best>,
}

#[derive(Debug, PartialEq, Eq)]
struct Best {
    users: i64,
    /// True if it is only a bound.
    is_bound: bool,
    at: usize,
    /// The length of the path to it.
    steps: usize,
}

fn name(index: usize) -> String {
    format!("system-{index}")
}

/// The parts of a best value.
const PARTS: [&str; 3] = ["value", "at", "path"];

/// Questions about one relation in one direction, compiled.
struct Questions {
    reach: Code,
    highest: [Code; 3],
    lowest: [Code; 3],
}

impl Questions {
    fn new(scope: &Scope<'_>, tables: &mut Tables, relation: &str) -> Self {
        let mut ask = |text: String| compile(scope, tables, &parse(&text).unwrap()).unwrap();
        let call =
            |function: &str, part: &str| format!("self.{function}({relation}, s, s.users).{part}");
        Self {
            reach: ask(format!("self.reach({relation})")),
            highest: PARTS.map(|part| ask(call("reachMax", part))),
            lowest: PARTS.map(|part| ask(call("reachMin", part))),
        }
    }
}

/// Asks the questions from one system of a network.
struct Asking<'q, 'a, W: Trace> {
    network: &'q Network,
    machine: &'q Machine<'a, W>,
    from: usize,
}

impl<'a, W: Trace + Debug> Asking<'_, 'a, W> {
    fn all(&self, questions: &'a Questions) -> Expected {
        let (reached, open) = self.list(&questions.reach);
        Expected {
            reached: reached.into_iter().collect(),
            open,
            highest: self.best(&questions.highest),
            lowest: self.best(&questions.lowest),
        }
    }

    fn value(&self, code: &'a Code) -> Value<'a, W> {
        let from = u32::try_from(self.from).unwrap();
        let mut frame = Frame::new(Value::Resource(from), None);
        let (value, _) = self.machine.eval(&code.ir, &mut frame);
        assert_eq!(self.machine.error(), None);
        value
    }

    /// The numbers of the systems in a list, and whether there may be more.
    fn list(&self, code: &'a Code) -> (Vec<usize>, bool) {
        let value = self.value(code);
        let Value::List(list) = &value else {
            panic!("{} is no list", self.machine.print(&value));
        };
        let items = list.items.iter().map(|entry| {
            assert_eq!(entry.maybe, None);
            system(&entry.value)
        });
        (items.collect(), list.open.is_some())
    }

    /// The parts of a best value; none if there is none.
    fn best(&self, [value, at, path]: &'a [Code; 3]) -> Option<Best> {
        let (users, is_bound) = match self.value(value) {
            Value::Ne(_) => return None,
            Value::Int(users) => (users, false),
            Value::Between(bounds) => match &*bounds {
                (Some(Value::Int(users)), None) | (None, Some(Value::Int(users))) => (*users, true),
                other => panic!("{other:?} is no bound"),
            },
            other => panic!("{other:?} is no number"),
        };
        let at = system(&self.value(at));
        let (path, _) = self.list(path);
        self.check_path(&path, at);
        Some(Best {
            users,
            is_bound,
            at,
            steps: path.len(),
        })
    }

    fn check_path(&self, path: &[usize], end: usize) {
        assert_eq!(path.last(), Some(&end), "a path ends at the best value");
        let mut node = self.from;
        for next in path {
            let edge = (node, *next, Strength::Hard);
            assert!(self.network.edges.contains(&edge), "{edge:?} is no edge");
            node = *next;
        }
    }
}

fn system<W: Trace + Debug>(value: &Value<'_, W>) -> usize {
    match value {
        Value::Resource(id) => *id as usize,
        other => panic!("{other:?} is no resource"),
    }
}

/// What is found from every system, against what should be.
fn check<'a, W: Trace + Debug>(world: &'a World<'a>, network: &Network, questions: &'a Questions) {
    let machine: Machine<'a, W> = Machine::bare(world);
    for from in 0..network.users.len() {
        let asking = Asking {
            network,
            machine: &machine,
            from,
        };
        let found = asking.all(questions);
        assert_eq!(found, network.expected(from), "from {from} of {network:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn relations_agree_with_a_naive_recomputation(network in network()) {
        let loaded = load(&[pack()], &network.records());
        let system = kinds().find("System").unwrap();
        let rules: Vec<Rule> = Vec::new();
        let scope = Scope {
            kinds: kinds(),
            library: &loaded.policies.library,
            rules: &rules,
            self_type: Some(Type::record(kinds().kind(system).record)),
            it_type: None,
            params: &[],
            lets: &[],
            locals: Vec::new(),
            guards: Vec::new(),
        };
        let mut tables = Tables::default();
        let forwards = Questions::new(&scope, &mut tables, "needs");
        let backwards = Questions::new(&scope, &mut tables, "~needs");
        let library = &loaded.policies.library;
        let world = World::new(&loaded.catalog, library, &tables, &Nothing, as_of(), None);
        check::<()>(&world, &network, &forwards);
        check::<Why>(&world, &network, &forwards);
        check::<()>(&world, &network.reversed(), &backwards);
        check::<Why>(&world, &network.reversed(), &backwards);
    }
}
