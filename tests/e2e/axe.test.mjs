// axe-core finds nothing, in several states of the page, wide and narrow, light and dark; with pictures for people.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { NARROW, WIDE, assertAccessible, launchBrowser, openPage, screenshot } from "./helpers.mjs";
import { waitForDrawing } from "./workbench.mjs";

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

const PHONE = { width: 390, height: 844 };
const STATES = {
  start: { path: "", keys: [] },
  reviewed: { path: "#v=1&e=a5", keys: [] },
  middle: { path: "#v=1&e=a4&p=40", keys: [] },
  alert: { path: "#v=1&e=a4", keys: ["End"] },
  transcript: { path: "#v=1&e=a4", keys: ["End", "/"] },
  script: { path: "#v=1&e=a4", keys: ["s"] },
  help: { path: "", keys: ["?"] },
  palette: { path: "", keys: ["Control+k"] },
  damaged: { path: "#v=1&e=nonsense", keys: [] },
};

for (const colorScheme of ["light", "dark"]) {
  for (const viewport of [WIDE, NARROW]) {
    for (const [name, { path, keys }] of Object.entries(STATES)) {
      test(`axe: ${name}, ${viewport.width} px, ${colorScheme}`, async () => {
        const { context, page, problems } = await openPage(browser, { viewport, path, colorScheme, reducedMotion: "reduce" });
        waitForDrawing(page);
        for (const key of keys) await page.keyboard.press(key);
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(sideways <= 0, `scrolls sideways by ${sideways} px`);
        if (viewport === WIDE) await screenshot(page, `${name}-1280-${colorScheme}`);
        await assertAccessible(page, `${name} at ${viewport.width} px, ${colorScheme}`);
        assert.deepEqual(problems, []);
        await context.close();
      });
    }
  }
  test(`pictures of a phone, ${colorScheme}`, async () => {
    for (const name of ["start", "alert"]) {
      const { path, keys } = STATES[name];
      const { context, page } = await openPage(browser, { viewport: PHONE, path, colorScheme });
      waitForDrawing(page);
      for (const key of keys) await page.keyboard.press(key);
      await screenshot(page, `${name}-390-${colorScheme}`);
      await context.close();
    }
  });
}
