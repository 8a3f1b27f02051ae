//! Fingerprints of inputs, settings and outputs: whether something is what it was.

use std::fmt;
use std::io;

use sha2::{Digest, Sha256};

/// A fingerprint being taken: SHA-256 over parts, each with its length, so that no two lists of parts are one.
#[derive(Default)]
pub struct Fingerprint {
    hash: Sha256,
}

impl Fingerprint {
    /// Takes in a part.
    #[must_use]
    pub fn with(mut self, part: &[u8]) -> Fingerprint {
        self.hash.update((part.len() as u64).to_le_bytes());
        self.hash.update(part);
        self
    }

    /// Takes in what `Debug` shows of a value, without holding it.
    #[must_use]
    pub fn with_debug(mut self, value: &dyn fmt::Debug) -> Fingerprint {
        let mut text = Hashing { hash: &mut self.hash, length: 0 };
        // Hashing never fails.
        let _ = fmt::write(&mut text, format_args!("{value:?}"));
        let length = text.length;
        self.hash.update(length.to_le_bytes());
        self
    }

    /// Takes in all that `reader` yields.
    pub fn with_all_of(mut self, mut reader: impl io::Read) -> io::Result<Fingerprint> {
        let mut buffer = vec![0; 1 << 16];
        let mut length = 0_u64;
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => {
                    self.hash.update(&buffer[..read]);
                    length += read as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.hash.update(length.to_le_bytes());
        Ok(self)
    }

    /// Its first 128 bits, highest first.
    pub fn number(self) -> u128 {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.hash.finalize()[..16]);
        u128::from_be_bytes(bytes)
    }

    /// The same in hexadecimal digits.
    pub fn hex(self) -> String {
        format!("{:032x}", self.number())
    }
}

struct Hashing<'h> {
    hash: &'h mut Sha256,
    length: u64,
}

impl fmt::Write for Hashing<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.hash.update(text);
        self.length += text.len() as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart() {
        let of = |parts: &[&str]| {
            parts.iter().fold(Fingerprint::default(), |print, part| print.with(part.as_bytes())).hex()
        };
        assert_eq!(of(&["ab", "c"]), of(&["ab", "c"]));
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_ne!(of(&["a"]), of(&["a", ""]));
        let read = |text: &'static str| {
            Fingerprint::default().with_all_of(text.as_bytes()).expect("reads").with_debug(&text).hex()
        };
        assert_ne!(read("a"), read("b"));
        assert_eq!(read("a").len(), 32);
    }
}
