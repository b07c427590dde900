// axe-core finds nothing in any state of the page: wide, narrow, zoomed, light, dark, in forced colours; with pictures for people.
// One page for each kind of window, so that all of it takes minutes and not an hour.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BASE_URL, NARROW, WIDE, assertAccessible, launchBrowser, openPage, screenshot } from "./helpers.mjs";
import { settled, waitForDrawing } from "./workbench.mjs";

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

const PHONE = { width: 390, height: 844 };
// A window of 1280 by 800 (1024) at 200 and 400 % has that many CSS pixels.
const AT_200 = { width: 640, height: 400 };
const AT_400 = { width: 320, height: 256 };
const STATES = {
  start: { path: "", keys: [] },
  reviewed: { path: "#v=1&e=a5", keys: [] },
  middle: { path: "#v=1&e=a4&p=40", keys: [] },
  alert: { path: "#v=1&e=a4", keys: ["End"] },
  transcript: { path: "#v=1&e=a4", keys: ["End", "/"] },
  story: { path: "#v=1&e=a4&w=story", keys: [] },
  script: { path: "#v=1&e=a4", keys: ["s"] },
  help: { path: "#v=1&e=a4", keys: ["?"] },
  palette: { path: "#v=1&e=a4", keys: ["Control+k"] },
  damaged: { path: "#v=1&e=nonsense", keys: [] },
  presenter: { path: "#v=1&e=a4&p=45&mode=presenter", keys: [] },
  presenting: { path: "#v=1&e=a4&p=45&mode=presenter&show=ktcmdl", keys: [] },
};

const WINDOWS = {
  "1280-light": { viewport: WIDE, colorScheme: "light" },
  "1280-dark": { viewport: WIDE, colorScheme: "dark" },
  "390-light": { viewport: PHONE, colorScheme: "light" },
  "390-dark": { viewport: PHONE, colorScheme: "dark" },
  "320-light": { viewport: NARROW, colorScheme: "light" },
  "200-light": { viewport: AT_200, colorScheme: "light" },
  "400-light": { viewport: AT_400, colorScheme: "light" },
  "1280-forced-light": { viewport: WIDE, colorScheme: "light", forcedColors: "active" },
  "1280-forced-dark": { viewport: WIDE, colorScheme: "dark", forcedColors: "active" },
};

/** What of the head line lies over another part of it, and how much of the window stays covered by the foot. */
const geometry = () => {
  const shown = [...document.querySelectorAll(".topbar > *")].map((part) => [part.className, part.getBoundingClientRect()]);
  const overlaps = shown.flatMap(([name, a], at) =>
    shown.slice(at + 1).filter(([, b]) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1).map(([other]) => `${name} and ${other}`));
  const stuck = [...document.querySelectorAll(".foot, .foot-bar")].filter((part) => getComputedStyle(part).position === "sticky");
  return { overlaps, covered: Math.max(0, ...stuck.map((part) => part.getBoundingClientRect().height)) };
};

for (const [kind, options] of Object.entries(WINDOWS)) {
  test(`axe: every state, ${kind}`, async (it) => {
    const { context, page, problems } = await openPage(browser, { ...options, reducedMotion: "reduce" });
    waitForDrawing(page);
    for (const [name, { path, keys }] of Object.entries(STATES)) {
      await it.test(name, async () => {
        await page.goto(new URL(path, BASE_URL).href);
        await page.locator("#first-view").waitFor({ state: "detached" });
        await settled(page);
        for (const key of keys) await page.keyboard.press(key);
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(sideways <= 0, `scrolls sideways by ${sideways} px`);
        const { overlaps, covered } = await page.evaluate(geometry);
        assert.deepEqual(overlaps, [], "parts of the head line lie over each other");
        assert.ok(covered <= options.viewport.height / 4 + 1, `the foot covers ${covered} px`);
        await screenshot(page, `${name}-${kind}`);
        await assertAccessible(page, `${name}, ${kind}`);
        assert.deepEqual(problems.splice(0), []);
      });
    }
    await context.close();
  });
}
