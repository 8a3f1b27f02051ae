//! Files that appear under their names only when they are complete, and tables made of them.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use csv::Writer;
use tempfile::NamedTempFile;

use super::columns::header;
use crate::dialect::{Dialect, reader};
use crate::plain_file;

/// Rows of a table after which it goes on in a further file: a sheet ends at 1,048,576.
pub const ROWS_A_FILE: usize = 1_000_000;

/// Beginning of the names of files that are still being written.
const TEMPORARY: &str = ".pairscore-";

/// Whether the file is one that a run had not finished.
pub fn is_temporary(path: &Path) -> bool {
    path.file_name().and_then(|n| n.to_str()).is_some_and(|n| n.starts_with(TEMPORARY))
}

/// Makes sure that the disk has the files in a folder and all below it, at one go: a file at a time, each waits for the disk.
pub fn sync_all_below(folder: &Path) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    rustix::fs::syncfs(fs::File::open(folder)?)?;
    #[cfg(not(target_os = "linux"))]
    for entry in walkdir::WalkDir::new(folder) {
        let entry = entry?;
        match entry.file_type() {
            kind if kind.is_dir() => sync_folder(entry.path())?,
            kind if kind.is_file() => fs::OpenOptions::new().write(true).open(entry.path())?.sync_all()?,
            _ => {}
        }
    }
    Ok(())
}

/// Whether [`sync_all_below`] reaches the files beside a folder as well.
pub const SYNCS_ALL: bool = cfg!(target_os = "linux");

/// Makes sure that the disk has the names in a folder.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    // Other systems open no folders, and keep names by themselves.
    if cfg!(unix) { fs::File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Makes files whose names say so.
pub fn temporary() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    builder
}

/// A file that appears under its name only when it is complete.
pub struct Pending {
    file: BufWriter<NamedTempFile>,
    path: PathBuf,
}

impl Pending {
    /// Opens a file in `folder` that will stand at `path`.
    pub fn create(folder: &Path, path: &Path) -> io::Result<Pending> {
        let mut builder = temporary();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        Ok(Pending { file: BufWriter::new(builder.tempfile_in(folder)?), path: path.to_path_buf() })
    }

    /// Writes what is still to be written: what is left is to give it its name.
    pub fn settle(self) -> io::Result<Settled> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Settled(vec![(file, self.path)]))
    }

    /// Puts it in its place once the disk has it, so that after a power cut no torn file stands there.
    pub fn keep(self) -> io::Result<()> {
        self.settle()?.keep()
    }
}

/// Complete files that wait for their names: several that belong together get them when all are complete.
#[derive(Default)]
pub struct Settled(Vec<(NamedTempFile, PathBuf)>);

impl Settled {
    /// Adds further ones.
    pub fn add(&mut self, others: Settled) {
        self.0.extend(others.0);
    }

    /// Puts them in their places once the disk has them.
    pub fn keep(self) -> io::Result<()> {
        self.0.iter().try_for_each(|(file, _)| file.as_file().sync_all())?;
        self.place()
    }

    /// Puts them in their places without waiting for the disk: that is left to [`sync_all_below`].
    pub fn place(self) -> io::Result<()> {
        self.0.into_iter().try_for_each(|(file, path)| file.persist(path).map(drop).map_err(|e| e.error))
    }
}

impl Write for Pending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The file in which a table goes on: `findings.part2.csv` after `findings.csv`.
pub fn part(path: &Path, number: usize) -> PathBuf {
    if number < 2 { path.to_path_buf() } else { path.with_extension(format!("part{number}.csv")) }
}

/// Whether `name` is that of a further part of the table `table`.
pub fn is_part(name: &str, table: &str) -> bool {
    let rest = table.strip_suffix(".csv").and_then(|stem| name.strip_prefix(stem)?.strip_prefix(".part"));
    let number = rest.and_then(|rest| rest.strip_suffix(".csv"));
    number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether the file is a table of this kind, of this version or another one: in any dialect, with these columns first.
pub fn is_table(path: &Path, kind: &str) -> bool {
    let columns = header(kind);
    let own = plain_file::open(path).and_then(reader).map_err(csv::Error::from);
    own.and_then(|mut own| Ok(own.headers()?.iter().zip(&columns).filter(|(a, b)| a == *b).count() >= 3))
        .unwrap_or(false)
}

/// A table, in as many files as its rows need, each with its header.
pub struct Table {
    header: Vec<String>,
    dialect: Dialect,
    folder: PathBuf,
    path: PathBuf,
    writer: Writer<Pending>,
    full: Vec<Pending>,
    rows: usize,
    rows_a_file: usize,
}

impl Table {
    /// Opens a table with the columns of `kind` that will stand at `path`, temporary files in `folder`.
    pub fn create(folder: &Path, path: &Path, kind: &str, dialect: Dialect) -> io::Result<Table> {
        let header = header(kind).into_iter().map(String::from).collect();
        Self::with_header(folder, path, header, dialect)
    }

    /// Opens a table whose columns depend on the batch.
    pub fn with_header(
        folder: &Path,
        path: &Path,
        header: Vec<String>,
        dialect: Dialect,
    ) -> io::Result<Table> {
        Self::with_rows_a_file(folder, path, header, dialect, ROWS_A_FILE)
    }

    fn with_rows_a_file(
        folder: &Path,
        path: &Path,
        header: Vec<String>,
        dialect: Dialect,
        rows_a_file: usize,
    ) -> io::Result<Table> {
        let writer = Self::writer(folder, path, &header, dialect)?;
        let (folder, path) = (folder.to_path_buf(), path.to_path_buf());
        Ok(Table { header, dialect, folder, path, writer, full: Vec::new(), rows: 0, rows_a_file })
    }

    fn writer(
        folder: &Path,
        path: &Path,
        header: &[String],
        dialect: Dialect,
    ) -> io::Result<Writer<Pending>> {
        let mut writer = dialect.writer(Pending::create(folder, path)?)?;
        writer.write_record(header)?;
        Ok(writer)
    }

    /// Adds a row.
    pub fn row<C: AsRef<[u8]>>(&mut self, row: impl IntoIterator<Item = C>) -> io::Result<()> {
        if self.rows == self.rows_a_file {
            let path = part(&self.path, self.full.len() + 2);
            let next = Self::writer(&self.folder, &path, &self.header, self.dialect)?;
            self.full.push(finished(std::mem::replace(&mut self.writer, next))?);
            self.rows = 0;
        }
        self.rows += 1;
        Ok(self.writer.write_record(row)?)
    }

    /// Writes what is still to be written: what is left is to give its files their names.
    pub fn settle(self) -> io::Result<Settled> {
        let mut settled = Settled::default();
        for file in self.full.into_iter().map(Ok).chain([finished(self.writer)]) {
            settled.add(file?.settle()?);
        }
        Ok(settled)
    }

    /// Puts all its files in their places once the disk has them.
    pub fn keep(self) -> io::Result<()> {
        self.settle()?.keep()
    }
}

fn finished(writer: Writer<Pending>) -> io::Result<Pending> {
    writer.into_inner().map_err(|e| io::Error::new(e.error().kind(), e.error().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_table_goes_on_in_further_files_each_with_its_header() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.b.csv");
        let dialect = Dialect { bom: false, ..Dialect::RAW };
        let mut table =
            Table::with_rows_a_file(folder.path(), &path, vec!["n".to_string()], dialect, 2).expect("opens");
        for n in 0..5 {
            table.row([n.to_string()]).expect("writes");
        }
        assert_eq!(
            fs::read_dir(folder.path())
                .expect("lists")
                .filter_map(Result::ok)
                .filter(|e| !is_temporary(&e.path()))
                .count(),
            0
        );
        table.keep().expect("keeps");
        let read = |number| fs::read_to_string(part(&path, number)).expect("reads");
        assert_eq!(
            [1, 2, 3].map(read),
            ["\"n\"\r\n\"0\"\r\n\"1\"\r\n", "\"n\"\r\n\"2\"\r\n\"3\"\r\n", "\"n\"\r\n\"4\"\r\n"]
        );
        assert_eq!(fs::read_dir(folder.path()).expect("lists").count(), 3);
        assert!(
            is_part("a.b.part2.csv", "a.b.csv")
                && !is_part("a.b.csv", "a.b.csv")
                && !is_part("a.b.partx.csv", "a.b.csv")
        );
    }
}
