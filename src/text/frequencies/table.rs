//! A table of n-grams. They are well mixed already, so their highest bits say where to look for them; what stands
//! there already is passed by (open addressing, linear probing).

use super::Gram;

/// What is known of n-grams. The n-gram 0 passes for 1.
#[derive(Debug, Clone, Default)]
pub struct Table<V> {
    /// A power of two of them, or none; the n-gram 0 where one is free.
    places: Vec<(Gram, V)>,
    taken: usize,
}

/// The fewest places of a table that holds anything.
const FEWEST: usize = 64;

impl<V: Copy + Default> Table<V> {
    /// Number of n-grams.
    pub fn taken(&self) -> usize {
        self.taken
    }

    /// What is known of an n-gram.
    pub fn get(&self, gram: Gram) -> Option<&V> {
        let gram = gram.max(1);
        self.places.get(self.place(gram)).filter(|found| found.0 == gram).map(|found| &found.1)
    }

    /// What is known of an n-gram, which is put there if it is new.
    pub fn entry(&mut self, gram: Gram) -> &mut V {
        if !self.holds(self.taken + 1) {
            self.make_room(2 * self.taken + 1);
        }
        let gram = gram.max(1);
        let place = self.place(gram);
        let place = &mut self.places[place];
        self.taken += usize::from(place.0 == 0);
        place.0 = gram;
        &mut place.1
    }

    /// All n-grams with what is known of them, in no order that means anything.
    pub fn iter(&self) -> impl Iterator<Item = (Gram, &V)> {
        self.places.iter().filter(|place| place.0 != 0).map(|(gram, known)| (*gram, known))
    }

    /// Makes room for so many n-grams in all. A table that is to take in another one, or n-grams in their order, has to have
    /// its room before: they come in the order of the places, and would pile up at the start of a smaller one.
    pub fn make_room(&mut self, grams: usize) {
        if self.holds(grams) {
            return;
        }
        let places = (grams + grams / 2 + 1).next_power_of_two().max(FEWEST);
        let before = std::mem::replace(&mut self.places, vec![Default::default(); places]);
        for (gram, known) in before.into_iter().filter(|place| place.0 != 0) {
            let place = self.place(gram);
            self.places[place] = (gram, known);
        }
    }

    /// At least a third of the places stay free.
    fn holds(&self, grams: usize) -> bool {
        grams + grams / 2 < self.places.len()
    }

    /// Where the n-gram is, or else the free place where it would be.
    fn place(&self, gram: Gram) -> usize {
        let last = self.places.len().wrapping_sub(1);
        let mut place = (gram >> (last.leading_zeros() & 63)) as usize;
        while let Some(&(found, _)) = self.places.get(place)
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
        let mut table: Table<u64> = Table::default();
        assert!(table.get(7).is_none());
        // All of them are looked for at the first place, and at the last.
        let grams = (1..500).chain((u64::MAX - 500)..=u64::MAX);
        for gram in grams.clone() {
            *table.entry(gram) += gram / 2;
            *table.entry(gram) += 1;
        }
        assert_eq!((table.taken(), table.iter().count()), (1000, 1000));
        assert!(grams.clone().all(|gram| table.get(gram) == Some(&(gram / 2 + 1))));
        assert!(table.get(500).is_none() && table.get(1 << 40).is_none());
        *table.entry(0) = 9;
        assert_eq!((table.get(0), table.get(1), table.taken()), (Some(&9), Some(&9), 1000));
    }

    #[test]
    fn room_for_many_is_made_at_once() {
        let mut table: Table<u8> = Table::default();
        table.make_room(1000);
        let places = table.places.len();
        (1..=1000_u64).for_each(|n| *table.entry(n.wrapping_mul(0x9e37_79b9_7f4a_7c15)) = 1);
        assert_eq!((table.places.len(), table.taken()), (places, 1000));
    }
}
