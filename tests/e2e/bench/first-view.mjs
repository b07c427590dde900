// How long a first visit takes: BASE_URL=http://127.0.0.1:8080/ node bench/first-view.mjs [visits]
// Every visit has a new context, so nothing is cached. Times are in milliseconds since the address was asked for:
//   painted    something is on the screen (the first view, which is in index.html)
//   steppable  the workbench has taken its place and a step can be made
//   bytes      what had travelled by then, compressed
import { BASE_URL, launchBrowser, newPage } from "../helpers.mjs";

const visits = Number(process.argv[2] ?? 9);
const browser = await launchBrowser();
const rows = [];
for (let visit = 0; visit < visits; visit += 1) {
  const { context, page } = await newPage(browser);
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (document.getElementById("boot-status") || !document.getElementById("step")) return;
      observer.disconnect();
      window.steppable = performance.now();
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(BASE_URL);
  await page.waitForFunction(() => window.steppable);
  rows.push(
    await page.evaluate(() => {
      const painted = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN;
      const before = performance.getEntriesByType("resource").filter((it) => it.responseEnd <= window.steppable);
      const [document] = performance.getEntriesByType("navigation");
      const bytes = [document, ...before].reduce((sum, it) => sum + it.encodedBodySize, 0);
      return { painted, steppable: window.steppable, bytes };
    }),
  );
  await context.close();
}
await browser.close();
for (const what of ["painted", "steppable", "bytes"]) {
  const values = rows.map((row) => row[what]).sort((a, b) => a - b);
  const [least, middle, most] = [values[0], values[values.length >> 1], values.at(-1)].map(Math.round);
  console.log(`${what}: ${middle} (${least} to ${most})`);
}
