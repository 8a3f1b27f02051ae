//! A table of n-grams. They are well mixed already, so their highest bits say where to look for them; what stands
//! there already is passed by (open addressing, linear probing).

use super::Gram;

/// N-grams with what is known of them.
#[derive(Debug, Clone, Default)]
pub struct Table<P> {
    /// A power of two of them, or none.
    places: Vec<P>,
    /// What an n-gram is shifted by to its place.
    shift: u32,
    taken: usize,
}

/// What is known of an n-gram.
pub trait Place: Copy + Default {
    /// What is kept of an n-gram, not 0: 0 passes for another one.
    fn kept(gram: Gram) -> Gram {
        gram.max(1)
    }

    /// That of the n-gram that stands here; 0 in a free place, which is the default.
    fn gram(&self) -> Gram;

    /// The place of an n-gram, given what is kept of it, of which nothing else is known.
    fn of(gram: Gram) -> Self;
}

/// An n-gram and a number in 64 bits: a table is looked into so often, here and there, that its size is what costs time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted(u64);

/// Bits of an n-gram that are not kept: a number takes their place.
pub const DROPPED: u32 = 20;

/// The n-gram without them.
pub fn shortened(gram: Gram) -> Gram {
    (gram >> DROPPED).max(1) << DROPPED
}

impl Counted {
    /// The largest number.
    pub const MOST: u32 = (1 << DROPPED) - 1;

    /// The number.
    pub fn number(self) -> u32 {
        self.0 as u32 & Counted::MOST
    }

    /// Sets the number, or the largest one if that is less.
    pub fn set(&mut self, number: u32) {
        self.0 = self.gram() | u64::from(number.min(Counted::MOST));
    }
}

impl Place for Counted {
    fn kept(gram: Gram) -> Gram {
        shortened(gram)
    }

    fn gram(&self) -> Gram {
        self.0 >> DROPPED << DROPPED
    }

    fn of(gram: Gram) -> Counted {
        Counted(gram)
    }
}

/// The fewest places of a table that holds anything.
const FEWEST: usize = 64;

impl<P: Place> Table<P> {
    /// Number of n-grams.
    pub fn taken(&self) -> usize {
        self.taken
    }

    /// What is known of an n-gram.
    pub fn get(&self, gram: Gram) -> Option<&P> {
        let gram = P::kept(gram);
        self.places.get(self.place(gram)).filter(|found| found.gram() == gram)
    }

    /// What is known of an n-gram, which is put there if it is new.
    pub fn entry(&mut self, gram: Gram) -> &mut P {
        if !self.holds(self.taken + 1) {
            self.make_room(2 * self.taken + 1);
        }
        let gram = P::kept(gram);
        let place = self.place(gram);
        let place = &mut self.places[place];
        if place.gram() == 0 {
            self.taken += 1;
            *place = P::of(gram);
        }
        place
    }

    /// All n-grams with what is known of them, in no order that means anything.
    pub fn iter(&self) -> impl Iterator<Item = &P> {
        self.places.iter().filter(|place| place.gram() != 0)
    }

    /// Makes room for so many n-grams in all. A table that is to take in another one, or n-grams in their order, has to have
    /// its room before: they come in the order of the places, and would pile up at the start of a smaller one.
    pub fn make_room(&mut self, grams: usize) {
        if self.holds(grams) {
            return;
        }
        let places = (grams + grams / 2 + 1).next_power_of_two().max(FEWEST);
        let before = std::mem::replace(&mut self.places, vec![P::default(); places]);
        self.shift = Gram::BITS - places.trailing_zeros();
        for known in before.into_iter().filter(|place| place.gram() != 0) {
            let place = self.place(known.gram());
            self.places[place] = known;
        }
    }

    /// At least a third of the places stay free.
    fn holds(&self, grams: usize) -> bool {
        grams + grams / 2 < self.places.len()
    }

    /// Where the n-gram is, or else the free place where it would be.
    fn place(&self, gram: Gram) -> usize {
        let last = self.places.len().wrapping_sub(1);
        let mut place = (gram >> self.shift) as usize;
        while let Some(found) = self.places.get(place).map(P::gram)
            && found != gram
            && found != 0
        {
            place = (place + 1) & last;
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_found_again_and_nothing_else() {
        let mut table: Table<Counted> = Table::default();
        assert!(table.get(7 << DROPPED).is_none());
        // All of them are looked for at the first place, and at the last.
        let grams = (1..500)
            .chain((shortened(u64::MAX) >> DROPPED) - 500..=u64::MAX >> DROPPED)
            .map(|n| n << DROPPED);
        for gram in grams.clone() {
            table.entry(gram).set((gram >> DROPPED) as u32 % 1000);
            let place = table.entry(gram);
            place.set(place.number() + 1);
        }
        assert_eq!((table.taken(), table.iter().count()), (1000, 1000));
        let number = |gram| table.get(gram).map(|place| place.number());
        assert!(grams.clone().all(|gram| number(gram) == Some((gram >> DROPPED) as u32 % 1000 + 1)));
        assert!(number(500 << DROPPED).is_none() && number(1 << 50).is_none());
        table.entry(0).set(u32::MAX);
        let number = |gram| table.get(gram).map(|place| place.number());
        assert_eq!(
            (number(0), number(1 << DROPPED), table.taken()),
            (Some(Counted::MOST), Some(Counted::MOST), 1000)
        );
    }

    #[test]
    fn room_for_many_is_made_at_once() {
        let mut table: Table<Counted> = Table::default();
        table.make_room(1000);
        let places = table.places.len();
        (1..=1000_u64).for_each(|n| table.entry(n.wrapping_mul(0x9e37_79b9_7f4a_7c15)).set(1));
        assert_eq!((table.places.len(), table.taken()), (places, 1000));
    }
}
