//! Opening what should be a file and may be anything: pipes are not waited for, devices not touched.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

/// Opens a file to read it. Errors: `IsADirectory`, or `InvalidInput` for what is no file either.
pub fn open(path: &Path) -> io::Result<File> {
    open_known(path).map(|(file, _)| file)
}

/// The same, with what the opened file says of itself.
pub fn open_known(path: &Path) -> io::Result<(File, Metadata)> {
    // Opening a device may do something, so it is not even tried.
    check(&fs::metadata(path)?)?;
    opened(File::options().read(true), path, 0)
}

/// Opens a file of the program's own to read and write it, or makes it. No link is followed to another's.
pub fn open_own(path: &Path) -> io::Result<File> {
    if let Ok(there) = fs::symlink_metadata(path) {
        check(&there)?;
    }
    #[cfg(unix)]
    let flags = libc::O_NOFOLLOW;
    #[cfg(not(unix))]
    let flags = 0;
    opened(File::options().read(true).write(true).create(true).truncate(false), path, flags)
        .map(|(file, _)| file)
}

/// Another thing may have taken the place since: so it is opened without waiting, and looked at again.
fn opened(options: &mut OpenOptions, path: &Path, flags: i32) -> io::Result<(File, Metadata)> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY | flags);
    }
    #[cfg(not(unix))]
    let _ = flags;
    let file = options.open(path)?;
    let metadata = file.metadata()?;
    check(&metadata)?;
    Ok((file, metadata))
}

fn check(metadata: &Metadata) -> io::Result<()> {
    if metadata.is_file() {
        Ok(())
    } else if metadata.is_dir() {
        Err(io::Error::new(io::ErrorKind::IsADirectory, "a folder, not a file"))
    } else if metadata.is_symlink() {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "a link, not a file"))
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "a pipe, socket or device, not a file"))
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_file_is_refused_and_not_waited_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        assert!(std::process::Command::new("mkfifo").arg(path("pipe")).status().expect("mkfifo").success());
        fs::write(path("file"), "text").expect("writes");
        std::os::unix::fs::symlink("file", path("link")).expect("links");
        for open in [open, open_own] {
            let kind = |path: &Path| open(path).expect_err("is refused").kind();
            assert_eq!(kind(&path("pipe")), io::ErrorKind::InvalidInput);
            assert_eq!(kind(folder.path()), io::ErrorKind::IsADirectory);
            assert!(open(&path("file")).is_ok());
        }
        assert!(open(&path("link")).is_ok() && open_own(&path("link")).is_err());
        // Opened without looking first, as when it takes the file's place in between.
        assert!(opened(File::options().read(true), &path("pipe"), 0).is_err());
        assert!(opened(File::options().read(true).write(true), &path("link"), libc::O_NOFOLLOW).is_err());
    }
}
