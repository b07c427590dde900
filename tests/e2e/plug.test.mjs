// The crash mark on the timeline: places behind syncs, the mark that stays and is in the link, all by keyboard.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible, launchBrowser, NARROW, openPage, screenshot } from "./helpers.mjs";

let browser;
before(async () => (browser = await launchBrowser()));
after(() => browser.close());

const dialog = (page) => page.getByRole("dialog", { name: "Pull the plug here" });
const row = (page) => page.getByRole("group", { name: "Power failures" });
const MARK = "The power fails behind step 38: a page that was promised is lost.";

test("a sync offers a place, x makes the mark, and the link keeps it", async () => {
  const { page, context, problems } = await openPage(browser, { path: "#v=1&e=k2&p=10" });
  const place = row(page).getByRole("button");
  await place.waitFor();
  assert.equal(await place.getAttribute("aria-label"), "Pull the plug behind step 38: A's fsync has just returned success.");
  await page.keyboard.press("Shift+X");
  await page.locator("#count").getByText("step 38 of 38").waitFor();
  await page.keyboard.press("x");
  await dialog(page).waitFor();
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "detached" });
  await page.keyboard.press("Home");
  const mark = row(page).getByRole("button", { name: MARK });
  await mark.waitFor();
  await assertAccessible(page, "the mark");
  await screenshot(page, "plug");
  await page.waitForURL(/&x=38/);
  const link = page.url();
  // The mark takes the focus, and Enter goes back to where the power fails.
  await mark.focus();
  await page.keyboard.press("Enter");
  await dialog(page).getByText(MARK).waitFor();
  await dialog(page).getByRole("button", { name: "Take the mark away" }).click();
  await dialog(page).waitFor({ state: "detached" });
  await place.and(page.getByRole("button", { name: /^Pull the plug behind step 38/ })).waitFor();
  await page.waitForURL((url) => !url.hash.includes("x="));
  assert.deepEqual(problems, []);
  await context.close();

  const other = await openPage(browser, { path: new URL(link).hash, viewport: NARROW, colorScheme: "dark" });
  await row(other.page).getByRole("button", { name: MARK }).waitFor();
  await assertAccessible(other.page, "the mark, narrow and dark");
  const overflows = await other.page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  assert.equal(overflows, false);
  assert.deepEqual(other.problems, []);
  await other.context.close();
});
