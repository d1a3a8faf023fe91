// Opens the pages of a folder in a browser: no rule of accessibility is broken in light and dark and
// on a narrow screen, nothing is asked of the network, nothing is refused or thrown, nothing scrolls
// sideways, the findings can be filtered, all is there without JavaScript, and the board's report
// fits two sheets of either paper.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const folder = path.resolve(process.argv[2]);
const pages = fs.readdirSync(folder).filter((name) => name.endsWith(".html"));
// In the dark only the colours differ, and on a narrow screen everything else: contrast takes longest.
const CONTRAST = "color-contrast";
const LOOKS = [
  { name: "light", colorScheme: "light", viewport: { width: 1280, height: 900 }, rules: {} },
  { name: "dark", colorScheme: "dark", viewport: { width: 1280, height: 900 }, rules: { runOnly: [CONTRAST] } },
  {
    name: "narrow",
    colorScheme: "light",
    viewport: { width: 390, height: 844 },
    rules: { rules: { [CONTRAST]: { enabled: false } } },
  },
];
const faults = [];

async function open(browser, name, options) {
  // The rules of accessibility come into the page past its own policy, which a second look obeys.
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const about = `${name} (${options.name})`;
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith("file:") && !url.startsWith("data:")) faults.push(`${about}: asks for ${url}`);
  });
  page.on("console", (message) => faults.push(`${about}: says ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`${about}: throws ${error}`));
  await page.goto(`file://${path.join(folder, name)}`);
  return { page, context, about };
}

async function judge(browser, name, look) {
  const { page, context, about } = await open(browser, name, { ...look, bypassCSP: true });
  await page.evaluate(() => {
    [...document.querySelectorAll("details")].slice(0, 40).forEach((part) => { part.open = true; });
  });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (wide > 0) faults.push(`${about}: scrolls sideways by ${wide} pixels`);
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate((rules) => window.axe.run(rules), look.rules);
  if (passes.length === 0) faults.push(`${about}: no rule of accessibility applied`);
  for (const { id, help, nodes } of violations) {
    faults.push(`${about}: ${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" ; ")}`);
  }
  await context.close();
}

async function filter(browser, name) {
  const { page, context, about } = await open(browser, name, { name: "filtered" });
  const all = await page.locator(".finding").count();
  if (all > 0) {
    await page.fill("#filter input[type=search]", "no such words anywhere");
    await page.waitForFunction(() => document.getElementById("shown").textContent.startsWith("0 of"));
    const left = await page.locator(".finding:visible").count();
    if (left !== 0) faults.push(`${about}: ${left} findings are shown that should not be`);
    await page.fill("#filter input[type=search]", "");
    await page.waitForFunction((all) => document.getElementById("shown").textContent.startsWith(`${all} of`), all);
  }
  await context.close();
  return all;
}

async function withoutScript(browser, name, all) {
  const options = { name: "without JavaScript", javaScriptEnabled: false };
  const { page, context, about } = await open(browser, name, options);
  const shown = await page.locator(".finding").count();
  if (shown !== all) faults.push(`${about}: ${shown} of ${all} findings`);
  if (await page.locator("#filter:visible").count()) faults.push(`${about}: a filter that cannot work`);
  if (await page.locator("main section").count() === 0) faults.push(`${about}: no section`);
  await context.close();
}

async function print(browser, name) {
  const isBoard = name === "board.html";
  for (const format of isBoard ? ["A4", "Letter"] : ["A4"]) {
    const { page, context, about } = await open(browser, name, { name: format });
    const paper = (await page.pdf({ format })).toString("latin1");
    const sheets = (paper.match(/\/Type\s*\/Page\b/g) || []).length;
    if (sheets === 0) faults.push(`${about}: nothing is printed`);
    if (isBoard && sheets > 2) faults.push(`${about}: ${sheets} sheets, and two are promised`);
    await context.close();
  }
}

(async () => {
  if (pages.length === 0) throw new Error(`there is no page in ${folder}`);
  const browser = await chromium.launch({
    executablePath: process.env.BROWSER,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  const look = async (name) => {
    await Promise.all(LOOKS.map((look) => judge(browser, name, look)));
    const all = await filter(browser, name);
    await withoutScript(browser, name, all);
    await print(browser, name);
    console.log(`${name}: looked at, ${all} findings`);
  };
  for (const name of pages) await look(name);
  await browser.close();
  for (const fault of faults.sort()) console.error(fault);
  process.exit(faults.length > 0 ? 1 : 0);
})();
