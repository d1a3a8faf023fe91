//! The built program as a user starts it: a folder, words, and what came of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Longer than any run takes; a run that takes longer hangs.
const PATIENCE: Duration = Duration::from_mins(1);
/// Between two looks at a run.
const PAUSE: Duration = Duration::from_millis(5);

/// A run to be started.
pub(crate) struct Run {
    command: Command,
}

/// What came of a run.
pub(crate) struct Ended {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// The program in a folder, with nothing of the environment that could matter to it.
    pub(crate) fn new(folder: &Path, words: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_govlint"));
        command.current_dir(folder).args(words);
        command.env_remove("GOVLINT_AS_OF").env_remove("COLUMNS");
        command.env("NO_COLOR", "1").stdin(Stdio::null());
        Self { command }
    }

    /// Sets a variable of the environment.
    #[allow(dead_code, reason = "not every test needs it")]
    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs to the end, and fails if there is none.
    pub(crate) fn end(mut self) -> Ended {
        let outputs = tempfile::tempdir().expect("a folder for the outputs");
        let (stdout, stderr) = (outputs.path().join("1"), outputs.path().join("2"));
        self.command.stdout(create(&stdout)).stderr(create(&stderr));
        let status = wait(&mut self.command);
        let ended = Ended {
            status: status.code().unwrap_or(-1),
            stdout: read(&stdout),
            stderr: read(&stderr),
        };
        let panicked = ended.stderr.contains("panicked") || ended.status < 0;
        assert!(!panicked, "{status}\n{}", ended.stderr);
        ended
    }
}

impl Ended {
    /// The standard output as JSON.
    #[allow(dead_code, reason = "not every test needs it")]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}\n{}\n{}", self.stdout, self.stderr))
    }
}

fn wait(command: &mut Command) -> ExitStatus {
    let mut child = command.spawn().expect("the program starts");
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            return status;
        }
        thread::sleep(PAUSE);
    }
    child.kill().expect("a child can be ended");
    child.wait().expect("a child ends");
    panic!("no end after {} s", PATIENCE.as_secs());
}

fn create(path: &PathBuf) -> fs::File {
    fs::File::create(path).expect("an output can be created")
}

fn read(path: &PathBuf) -> String {
    let bytes = fs::read(path).expect("an output can be read");
    String::from_utf8(bytes).expect("an output is UTF-8")
}
