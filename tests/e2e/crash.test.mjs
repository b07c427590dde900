// Pull the plug here: key x at the end of an exhibit, the file before and after side by side, by keyboard, light and dark, narrow and wide.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible, launchBrowser, NARROW, openPage, screenshot } from "./helpers.mjs";

let browser;
before(async () => (browser = await launchBrowser()));
after(() => browser.close());

const dialog = (page) => page.getByRole("dialog", { name: "Pull the plug here" });

/** K2 at the step in which fsync has returned 0 although B holds the entry. */
const PATH = "#v=1&e=k2";

test("x shows the loss and who is the reason, and another step shows another file", async () => {
  const { page, context, problems } = await openPage(browser, { path: PATH });
  await page.keyboard.press("End");
  await page.keyboard.press("x");
  await dialog(page).waitFor();
  const row = dialog(page).locator(".crash-pages tbody tr");
  await row.filter({ hasText: "lost, though promised" }).waitFor();
  assert.equal(await row.count(), 1);
  assert.match(await row.innerText(), /A's store[\s\S]*what lay there before/);
  assert.match(await dialog(page).locator(".crash-broken").innerText(), /passed over the entry of page 0x3.*because B had it locked/);
  await assertAccessible(page, "the loss");
  await screenshot(page, "crash");
  const earlier = dialog(page).getByRole("button", { name: "One step earlier" });
  await earlier.focus();
  await page.keyboard.press("Enter");
  await dialog(page).getByText("No promise is broken.").waitFor();
  assert.equal(await dialog(page).locator(".crash-broken").count(), 0);
  await dialog(page).getByRole("button", { name: /Behind the sync/ }).click();
  await dialog(page).locator(".crash-broken").waitFor();
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "detached" });
  assert.deepEqual(problems, []);
  await context.close();
});

test("it reflows in a narrow window, and in the dark", async () => {
  const { page, context, problems } = await openPage(browser, { path: PATH, viewport: NARROW, colorScheme: "dark" });
  await page.keyboard.press("End");
  await page.keyboard.press("x");
  await dialog(page).locator(".crash-broken").waitFor();
  const overflows = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  assert.equal(overflows, false);
  await assertAccessible(page, "narrow and dark");
  await screenshot(page, "crash-narrow-dark");
  assert.deepEqual(problems, []);
  await context.close();
});
