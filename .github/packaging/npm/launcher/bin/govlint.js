#!/usr/bin/env node
// Runs the program that was installed for this platform, and ends as it ends.
"use strict";

const { spawnSync } = require("node:child_process");

/** A failure of the launcher is a job that could not be done. */
const COULD_NOT_RUN = 2;

const platform = `@govlint/${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "govlint.exe" : "govlint";

function fail(problem, help) {
  process.stderr.write(`error: ${problem}\n  help: ${help}\n`);
  process.exit(COULD_NOT_RUN);
}

function program() {
  try {
    return require.resolve(`${platform}/bin/${file}`);
  } catch {
    return fail(
      `the package ${platform} is not installed`,
      "install govlint without --omit=optional; if there is no such package, use `cargo install govlint`",
    );
  }
}

const ended = spawnSync(program(), process.argv.slice(2), { stdio: "inherit" });
if (ended.error) {
  fail(`govlint does not start: ${ended.error.message}`, `look at the package ${platform}`);
}
if (ended.signal) {
  process.kill(process.pid, ended.signal);
}
process.exitCode = ended.status ?? COULD_NOT_RUN;
