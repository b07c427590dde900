//! Where everything stands in the picture: a level for each number of steps from the start, and in it what comes of the states
//! of the level above in their order, each as near below its own as there is room. Laid out once for the whole search, so that
//! nothing moves while it grows.

use super::played::{End, Move, Played};

/// Room for a state, and for a stub, from side to side.
const STATE: i32 = 28;
const STUB: i32 = 20;
/// From level to level.
const LEVEL: i32 = 40;
/// Around the picture.
const EDGE: i32 = 22;

/// Where something stands: its middle.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Place {
    /// From the left.
    pub x: i32,
    /// From above.
    pub y: i32,
}

/// The whole picture.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Places {
    /// By node.
    pub nodes: Vec<Place>,
    /// By node, where the stubs of threads stand that were not looked at there.
    pub left: Vec<Vec<Place>>,
    /// By node, how it is called: `state 7`. What is known already, or no state, has no name.
    pub names: Vec<Option<u32>>,
    /// How wide the picture is.
    pub width: i32,
    /// How high.
    pub height: i32,
}

/// Something that stands in a level.
#[derive(Clone, Copy)]
enum Item {
    Node(usize),
    Stub(usize),
}

impl Places {
    /// Lays it out.
    #[must_use]
    pub fn of(played: &Played) -> Places {
        let nodes = played.steps.len() + 1;
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); nodes];
        for (at, step) in played.steps.iter().enumerate() {
            children[step.from].push(at + 1);
        }
        let stubs = stubs(played);
        let mut places = Places {
            nodes: vec![Place::default(); nodes],
            left: stubs.iter().map(|&stubs| vec![Place::default(); stubs]).collect(),
            names: names(played),
            ..Places::default()
        };
        let mut level = vec![0];
        let mut y = EDGE;
        places.nodes[0].y = y;
        while !level.is_empty() {
            y += LEVEL;
            let next = places.below(&level, &children, &stubs, y);
            level = next;
        }
        places.fit();
        places
    }

    /// Places what is below a level; the nodes of that.
    fn below(&mut self, level: &[usize], children: &[Vec<usize>], stubs: &[usize], y: i32) -> Vec<usize> {
        let mut items = Vec::new();
        let mut wished = Vec::new();
        for &parent in level {
            let own = children[parent].iter().map(|&child| Item::Node(child));
            let own: Vec<Item> = own.chain((0..stubs[parent]).map(|_| Item::Stub(parent))).collect();
            let all: i32 = own.iter().map(|item| self.room(*item)).sum();
            let mut x = self.nodes[parent].x - all / 2;
            for item in own {
                let room = self.room(item);
                wished.push((x + room / 2, room));
                x += room;
                items.push(item);
            }
        }
        let xs = apart(&wished);
        let mut nodes = Vec::new();
        let mut used = vec![0; self.left.len()];
        for (item, x) in items.into_iter().zip(xs) {
            match item {
                Item::Node(node) => {
                    self.nodes[node] = Place { x, y };
                    nodes.push(node);
                }
                Item::Stub(parent) => {
                    self.left[parent][used[parent]] = Place { x, y: y - LEVEL / 4 };
                    used[parent] += 1;
                }
            }
        }
        nodes
    }

    fn room(&self, item: Item) -> i32 {
        match item {
            Item::Node(node) if self.names[node].is_some() => STATE,
            _ => STUB,
        }
    }

    /// Moves all so that it begins at the edge, and measures it.
    fn fit(&mut self) {
        let all = || self.nodes.iter().chain(self.left.iter().flatten());
        let first = all().map(|place| place.x).min().unwrap_or(0);
        let last = all().map(|place| place.x).max().unwrap_or(0);
        let low = all().map(|place| place.y).max().unwrap_or(0);
        (self.width, self.height) = (last - first + 2 * EDGE, low + EDGE);
        for place in self.nodes.iter_mut().chain(self.left.iter_mut().flatten()) {
            place.x += EDGE - first;
        }
    }
}

/// How many threads are not looked at in each node.
fn stubs(played: &Played) -> Vec<usize> {
    let mut stubs = vec![0; played.steps.len() + 1];
    for (at, step) in played.steps.iter().enumerate() {
        if let End::Passed(alone) = &step.end {
            stubs[at + 1] = alone.left.len();
        }
    }
    for made in &played.moves {
        if let Move::Looks { at, only, spared } = made {
            stubs[*at] = only.as_ref().map_or(0, |only| only.left.len()) + spared.len();
        }
    }
    stubs
}

/// States are counted as they are met.
fn names(played: &Played) -> Vec<Option<u32>> {
    let mut names = vec![Some(0)];
    let mut last = 0;
    for step in &played.steps {
        let is_state = matches!(step.end, End::Stored | End::Passed(_));
        last += u32::from(is_state);
        names.push(is_state.then_some(last));
    }
    names
}

/// Moves what stands too close apart, as little as that needs: the middle between everything moved to the right and everything
/// moved to the left. Each is where its middle is wished, and how much room it has.
fn apart(wished: &[(i32, i32)]) -> Vec<i32> {
    let mut right = Vec::with_capacity(wished.len());
    let mut edge = i32::MIN / 2;
    for &(x, room) in wished {
        let x = x.max(edge + room / 2);
        edge = x + room / 2;
        right.push(x);
    }
    let mut edge = i32::MAX / 2;
    for (at, &(x, room)) in wished.iter().enumerate().rev() {
        let x = x.min(edge - room / 2);
        edge = x - room / 2;
        right[at] = (right[at] + x).div_euclid(2);
    }
    right
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_close_is_moved_apart_and_the_rest_stays() {
        assert_eq!(apart(&[(0, 20), (100, 20)]), [0, 100]);
        let close = apart(&[(0, 20), (0, 20), (0, 20)]);
        assert_eq!(close, [-20, 0, 20]);
        assert_eq!(apart(&[]), [0; 0]);
    }
}
