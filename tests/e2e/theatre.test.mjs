// The search theatre: from the panel of searches with one press, forwards and backwards by keyboard, reductions switched and their
// counts compared; wide and narrow, light and dark.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible, launchBrowser, NARROW, openPage, screenshot } from "./helpers.mjs";

let browser;
before(async () => (browser = await launchBrowser()));
after(() => browser.close());

const dialog = (page) => page.getByRole("dialog", { name: "Search theatre" });
const sentence = (page) => dialog(page).locator(".theatre-sentence");
const PHONE = { width: 390, height: 844 };

/** Opens the theatre from the panel of searches and chooses a small script. */
async function open(page, sample) {
  await page.keyboard.press("e");
  await page.getByRole("button", { name: "Watch it search, move by move" }).click();
  await dialog(page).waitFor();
  await sentence(page).waitFor();
  if (sample === undefined) return;
  await dialog(page).getByLabel("What is searched").selectOption({ label: sample });
  await dialog(page).locator(".theatre-side > p.dim").filter({ hasText: `${sample}: ` }).waitFor();
  await sentence(page).filter({ hasText: "Nothing has been looked at yet" }).waitFor();
}

test("a search goes forwards and backwards by keyboard, and is told in words", async () => {
  const { page, context, problems } = await openPage(browser);
  await open(page, "Three syncs");
  const marks = dialog(page).locator(".theatre-stage .th-node");
  await dialog(page).locator(".theatre-stage").focus();
  assert.equal(await marks.count(), 1);
  await page.keyboard.press("ArrowRight");
  await sentence(page).filter({ hasText: "The start is taken from those that wait" }).waitFor();
  await page.keyboard.press("ArrowRight");
  await sentence(page).filter({ hasText: "That is new: state 1" }).waitFor();
  assert.equal(await marks.count(), 2);
  await page.locator("#dialog-announcer").filter({ hasText: "Move 2 of" }).waitFor({ state: "attached" });
  await page.keyboard.press("ArrowLeft");
  await sentence(page).filter({ hasText: "The start is taken" }).waitFor();
  assert.equal(await marks.count(), 1);
  await page.keyboard.press("End");
  await dialog(page).locator(".theatre-counted").filter({ hasText: "20 states stored" }).waitFor();
  await assertAccessible(page, "the whole graph");
  await screenshot(page, "theatre");
  await dialog(page).getByRole("slider").focus();
  await page.keyboard.press("ArrowLeft");
  await dialog(page).locator(".theatre-at").filter({ hasText: "65 of 66" }).waitFor();
  await dialog(page).getByRole("button", { name: "All moves as a list" }).click();
  assert.equal(await dialog(page).locator(".theatre-moves.all li").count(), 66);
  assert.deepEqual(problems, []);
  await context.close();
});

test("a reduction is switched, and the counts stand side by side", async () => {
  const { page, context, problems } = await openPage(browser, { colorScheme: "dark" });
  await open(page, "Three syncs");
  const rows = dialog(page).locator(".theatre-tried tbody tr");
  assert.equal(await rows.count(), 1);
  await dialog(page).getByLabel("symmetry").uncheck();
  await rows.nth(1).filter({ hasText: "64" }).waitFor();
  await dialog(page).getByLabel("persistent sets").check();
  await rows.nth(2).waitFor();
  assert.match(await rows.nth(2).innerText(), /all but symmetry\s+2\s/);
  await dialog(page).getByRole("button", { name: "Behind the last move" }).click();
  await dialog(page).locator(".th-struck").first().waitFor();
  await assertAccessible(page, "stubs, dark");
  await screenshot(page, "theatre-dark");
  assert.deepEqual(problems, []);
  await context.close();
});

test("the page steps to a state of the search", async () => {
  const { page, context, problems } = await openPage(browser);
  await open(page, "A bug is found");
  await dialog(page).getByRole("button", { name: "Behind the last move" }).click();
  await dialog(page).getByRole("button", { name: "Step to it in the page" }).click();
  await dialog(page).waitFor({ state: "detached" });
  await page.getByRole("alert").first().waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});

test("it reflows in a narrow window and on a phone", async () => {
  for (const [viewport, name, colorScheme] of [[NARROW, "narrow", "light"], [PHONE, "phone", "light"], [PHONE, "phone-dark", "dark"]]) {
    const { page, context, problems } = await openPage(browser, { viewport, colorScheme });
    await open(page, "A fault beside a sync");
    await dialog(page).getByRole("button", { name: "Behind the last move" }).click();
    await dialog(page).locator(".theatre-counted").filter({ hasText: /\b1\d\d states stored/ }).waitFor();
    const body = dialog(page).locator(".dialog-body");
    assert.equal(await body.evaluate((box) => box.scrollWidth > box.clientWidth), false, `${name}: the dialog scrolls sideways`);
    await assertAccessible(page, name);
    await screenshot(page, `theatre-${name}`);
    assert.deepEqual(problems, []);
    await context.close();
  }
});
