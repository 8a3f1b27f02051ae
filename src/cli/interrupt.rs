//! Ctrl-C and the system's request to end: the first asks the work to stop, the second ends the program.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use super::Exit;

/// What the user or the system has asked for so far.
#[derive(Clone, Default)]
pub struct Interrupt {
    /// Number of the first signal; 0 for none.
    signal: Arc<AtomicI32>,
}

impl Interrupt {
    /// Listens from now on. At the first signal `say` is called, at the second the program ends. Where signals cannot be
    /// heard, they end the program as ever, and nothing that is written is torn by it.
    #[cfg(unix)]
    pub fn listen(say: impl Fn() + Send + 'static) -> Interrupt {
        use signal_hook::consts::{SIGINT, SIGTERM};
        use signal_hook::iterator::Signals;

        let interrupt = Interrupt::default();
        let heard = interrupt.clone();
        let wanted = [SIGINT, SIGTERM].into_iter().filter(|&signal| !is_ignored(signal));
        if let Ok(mut signals) = Signals::new(wanted) {
            std::thread::spawn(move || {
                for signal in signals.forever() {
                    let first = heard.signal.compare_exchange(0, signal, Ordering::SeqCst, Ordering::SeqCst);
                    if first.is_err() {
                        signal_hook::low_level::exit(128 + signal);
                    }
                    say();
                }
            });
        }
        interrupt
    }

    /// Nothing is heard: signals end the program.
    #[cfg(not(unix))]
    pub fn listen(_: impl Fn() + Send + 'static) -> Interrupt {
        Interrupt::default()
    }

    /// Whether to stop.
    pub fn is_heard(&self) -> bool {
        self.signal.load(Ordering::Relaxed) != 0
    }

    /// The exit code that says so.
    pub fn exit(&self) -> Exit {
        const SIGTERM: i32 = 15;
        if self.signal.load(Ordering::Relaxed) == SIGTERM { Exit::Terminated } else { Exit::Interrupted }
    }
}

/// Whether the program was started to ignore a signal, as shells do with Ctrl-C for what runs in the background. Known on
/// Linux.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|digits| u64::from_str_radix(digits.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}
