// A livelock: the search tells the loop, the page stands where it begins, and the key o walks round it; marked in the lanes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible, launchBrowser, NARROW, openPage, screenshot } from "./helpers.mjs";

let browser;
before(async () => (browser = await launchBrowser()));
after(() => browser.close());

/** H4 goes round by steps 50 to 54. */
const PATH = "#v=1&e=h4";

test("o goes to the loop and round it", async () => {
  const { page, context, problems } = await openPage(browser, { path: PATH });
  await page.keyboard.press("Home");
  await page.keyboard.press("o");
  await page.locator(".toast").filter({ hasText: "The loop begins here: steps 50 to 54" }).first().waitFor();
  for (const step of ["1 of 5", "2 of 5", "3 of 5", "4 of 5", "5 of 5", "1 of 5"]) {
    await page.keyboard.press("o");
    await page.locator(".toast").filter({ hasText: `Step ${step} of the loop` }).first().waitFor();
  }
  const mark = page.locator(".timeline .loop title");
  assert.equal(await mark.evaluate((title) => title.textContent), "The loop: steps 50 to 54 again and again, for ever");
  await assertAccessible(page, "in the loop");
  await screenshot(page, "loop");
  assert.deepEqual(problems, []);
  await context.close();
});

test("the search tells the loop, narrow and in the dark", async () => {
  const { page, context, problems } = await openPage(browser, { path: `${PATH}&w=story`, viewport: NARROW, colorScheme: "dark" });
  await page.getByRole("button", { name: "Let the machine find it" }).click();
  await page.locator("#verdict").filter({ hasText: /The loop is steps \d+ to \d+ \(A\), again and again, for ever/ }).waitFor();
  await page.getByRole("button", { name: "Step through it" }).click();
  await page.locator(".toast").filter({ hasText: "The run stands where the loop begins" }).first().waitFor();
  await assertAccessible(page, "narrow and dark");
  await screenshot(page, "loop-narrow-dark");
  assert.deepEqual(problems, []);
  await context.close();
});
