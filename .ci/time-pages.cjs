// Says how long a browser takes with pages: until their first words stand there, until all has been
// loaded, and until a search of the findings has been answered. Arguments: the pages.
"use strict";
const path = require("node:path");
const { chromium } = require("playwright-core");

// Runs of which the fastest counts.
const RUNS = 3;
const SEARCHED = "system-12";

async function open(browser, page) {
  const context = await browser.newContext({ viewport: { width: 1180, height: 900 } });
  const tab = await context.newPage();
  await tab.goto(`file://${path.resolve(page)}`, { waitUntil: "load" });
  const times = await tab.evaluate(() => {
    const [whole] = performance.getEntriesByType("navigation");
    const [first] = performance.getEntriesByName("first-contentful-paint");
    const elements = document.querySelectorAll("*").length;
    return { first: first?.startTime ?? Infinity, whole: whole.loadEventEnd, elements };
  });
  const search = tab.locator("input[type=search]");
  if ((await search.count()) > 0) {
    const start = Date.now();
    await search.fill(SEARCHED);
    await tab.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0))));
    times.search = Date.now() - start;
  }
  await context.close();
  return times;
}

const least = (runs, name) => Math.round(Math.min(...runs.map((run) => run[name])));

(async () => {
  const browser = await chromium.launch({
    executablePath: process.env.BROWSER,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  for (const page of process.argv.slice(2)) {
    const runs = [];
    for (let run = 0; run < RUNS; run++) runs.push(await open(browser, page));
    const search = "search" in runs[0] ? `, search ${least(runs, "search")} ms` : "";
    console.log(
      `${path.basename(page)}: first words ${least(runs, "first")} ms, whole page ${least(runs, "whole")} ms${search}; ` +
        `${runs[0].elements} elements`,
    );
  }
  await browser.close();
})();
