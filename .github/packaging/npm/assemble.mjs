// Lays out the npm packages: one with the program for each platform, and the launcher, which npm
// gives the package of its own platform and no other.
//
//   node assemble.mjs OUT linux-x64=PATH [PLATFORM=PATH ...]
//
// Platforms are called as Node.js calls them. The version is that of Cargo.toml.

import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The platforms there are releases for. */
const PLATFORMS = ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64", "win32-x64"];

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../../..");

const [out, ...programs] = process.argv.slice(2);
for (const program of programs) {
  const [platform, path] = program.split("=");
  if (!PLATFORMS.includes(platform) || !path) {
    throw new Error(`${program} is not PLATFORM=PATH with one of ${PLATFORMS.join(", ")}`);
  }
  layOutPlatform(platform, path);
}
layOutLauncher();

function layOutPlatform(platform, path) {
  const [os, cpu] = platform.split("-");
  const folder = layOut(platform, {
    name: `@govlint/${platform}`,
    description: `govlint for ${os} on ${cpu}`,
    os: [os],
    cpu: [cpu],
    preferUnplugged: true,
  });
  const file = join(folder, "bin", os === "win32" ? "govlint.exe" : "govlint");
  copyFileSync(path, file);
  chmodSync(file, 0o755);
}

function layOutLauncher() {
  const own = platforms(manifest("version"));
  const folder = layOut("govlint", {
    name: "govlint",
    description: manifest("description"),
    keywords: ["governance", "grc", "policy-as-code", "linter"],
    bin: { govlint: "bin/govlint.js" },
    engines: { node: ">=18" },
    optionalDependencies: own,
  });
  cpSync(join(here, "launcher"), folder, { recursive: true });
  copyFileSync(join(root, "README.md"), join(folder, "README.md"));
}

function platforms(version) {
  return Object.fromEntries(PLATFORMS.map((platform) => [`@govlint/${platform}`, version]));
}

function layOut(name, fields) {
  const folder = join(out, name);
  mkdirSync(join(folder, "bin"), { recursive: true });
  for (const license of ["LICENSE-APACHE", "LICENSE-MIT"]) {
    copyFileSync(join(root, license), join(folder, license));
  }
  const all = { ...fields, version: manifest("version"), license: manifest("license"), files: ["bin", "LICENSE-*"], ...home() };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(all, null, 2)}\n`);
  return folder;
}

/** Where the package is built, which npm compares with the provenance. */
function home() {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = process.env;
  return server && repository ? { repository: { type: "git", url: `git+${server}/${repository}.git` } } : {};
}

/** A field of the package in Cargo.toml. */
function manifest(field) {
  const text = readFileSync(join(root, "Cargo.toml"), "utf8");
  return text.match(new RegExp(`^${field} = "(.*)"$`, "m"))[1];
}
