//! Standard output for data: as it is in files and pipes, and on a terminal without what would steer it.

use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

use super::view::visible;

/// Standard output that texts of others may go to.
pub struct Data {
    out: BufWriter<StdoutLock<'static>>,
    is_seen: bool,
}

impl Data {
    /// Takes standard output.
    pub fn new() -> Data {
        let out = io::stdout().lock();
        Data { is_seen: out.is_terminal(), out: BufWriter::new(out) }
    }
}

impl Write for Data {
    /// Takes whole characters, as `write!` gives them.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_seen {
            self.out.write_all(visible(&String::from_utf8_lossy(bytes)).as_bytes())?;
        } else {
            self.out.write_all(bytes)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
