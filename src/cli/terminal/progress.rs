//! The line that tells a waiting person what a run is doing.
//!
//! A run that ends soon shows none, and no line stays behind: whoever scrolls back sees the result
//! and nothing else. The phases are those of the shell; what is below it knows nothing of this.

use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How long a person waits before a run says what it is doing.
const PATIENCE: Duration = Duration::from_millis(500);

/// How often the line is written anew.
const PULSE: Duration = Duration::from_millis(200);

/// Erases the line, and leaves the cursor at its start.
const ERASE: &str = "\r\u{1b}[2K";

/// What a run is doing. Its line goes when this goes.
pub(in super::super) struct Progress(Option<Watch>);

struct Watch {
    phases: Sender<Cow<'static, str>>,
    thread: JoinHandle<()>,
}

impl Progress {
    /// Starts to watch, if anybody does.
    pub(super) fn start(is_watched: bool) -> Self {
        Self(is_watched.then(|| {
            let (phases, received) = mpsc::channel();
            let thread = thread::spawn(move || show(&received));
            Watch { phases, thread }
        }))
    }

    /// Says what comes next.
    pub(in super::super) fn say(&self, phase: impl Into<Cow<'static, str>>) {
        if let Some(watch) = &self.0 {
            // Without a reader there is nobody to tell.
            let _ = watch.phases.send(phase.into());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(Watch { phases, thread }) = self.0.take() {
            drop(phases);
            // What is written next must not meet the line.
            let _ = thread.join();
        }
    }
}

/// Shows phases until no more can come.
fn show(phases: &Receiver<Cow<'static, str>>) {
    let started = Instant::now();
    let mut phase = Cow::Borrowed("");
    let mut is_shown = false;
    loop {
        let wait = if is_shown {
            PULSE
        } else {
            PATIENCE.saturating_sub(started.elapsed())
        };
        match phases.recv_timeout(wait) {
            Ok(next) => phase = next,
            Err(RecvTimeoutError::Timeout) => {
                is_shown = true;
                let seconds = started.elapsed().as_secs();
                write(&format!("{ERASE}{phase} ... {seconds} s"));
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    if is_shown {
        write(ERASE);
    }
}

/// Whoever closed the error output does not want to know.
fn write(text: &str) {
    let mut error = io::stderr();
    let _ = error
        .write_all(text.as_bytes())
        .and_then(|()| error.flush());
}
