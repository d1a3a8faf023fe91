// Takes two pictures of a page: its beginning, and its drawings. Arguments: the page, and the folder
// for the pictures.
"use strict";
const path = require("node:path");
const { chromium } = require("playwright-core");

const [page, folder] = process.argv.slice(2).map((name) => path.resolve(name));
// From the top of the first element to the bottom of the last one.
const PICTURES = [
  { name: "report-head.png", first: ".top", last: "section:nth-of-type(3)" },
  { name: "report-charts.png", first: "section:nth-of-type(4)", last: "section:nth-of-type(6)" },
];
const MARGIN = 32;
// What a reader opens takes room in a picture and shows nothing.
const STYLE = "details:not([open]) { display: none !important; }";

async function take(tab, { name, first, last }) {
  const [from, to] = await Promise.all([first, last].map((part) => tab.locator(part).first().boundingBox()));
  const left = Math.max(0, from.x - MARGIN);
  const top = Math.max(0, from.y - MARGIN);
  const clip = { x: left, y: top, width: from.width + 2 * MARGIN, height: to.y + to.height - top };
  await tab.screenshot({ path: path.join(folder, name), clip, fullPage: true });
}

(async () => {
  const browser = await chromium.launch({
    executablePath: process.env.BROWSER,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  const context = await browser.newContext({
    viewport: { width: 1180, height: 900 },
    colorScheme: "light",
    bypassCSP: true,
  });
  const tab = await context.newPage();
  await tab.goto(`file://${page}`);
  await tab.addStyleTag({ content: STYLE });
  for (const picture of PICTURES) await take(tab, picture);
  await browser.close();
})();
