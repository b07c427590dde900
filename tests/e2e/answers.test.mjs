// What is pressed gets an answer that everybody sees; keys in a dialog stay there; a run that passes is told as one.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WIDE, assertAccessible, launchBrowser, openPage, screenshot } from "./helpers.mjs";
import { alertText, count, position, settled, total, waitForDrawing } from "./workbench.mjs";

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

async function open(path, options = {}) {
  const opened = await openPage(browser, { path, viewport: WIDE, ...options });
  waitForDrawing(opened.page);
  return opened;
}

const toast = (page) => page.locator(".app > .toast").textContent();

test("what is pressed in vain is answered on the screen", async () => {
  const { context, page, problems } = await open("#v=1&e=a4&p=40");
  for (const [key, answer] of [
    ["7", /There is no thread G/],
    ["3", /C cannot run: asleep on key 0x200/],
    ["p", /No step before this one breaks anything/],
    ["f", /Nothing in the next step of A can fail/],
    ["Control+z", /no branch to undo/],
  ]) {
    const before = await count(page);
    await page.keyboard.press(key);
    assert.match(await toast(page), answer, key);
    assert.ok(await page.locator(".app > .toast").isVisible(), key);
    assert.equal(await count(page), before, key);
  }
  await screenshot(page, "answer-1280");
  await page.keyboard.press("End");
  await page.keyboard.press("n");
  assert.match(await toast(page), /No recorded step after this one/);
  assert.deepEqual(problems, []);
  await context.close();
});

test("a branch says what it put aside", async () => {
  const { context, page } = await open("#v=1&e=a4&p=5");
  const next = (await page.locator("#step").textContent()).match(/Step (\w)/)[1];
  const other = (await page.locator("button.step").evaluateAll((all) => all.map((it) => it.ariaLabel)))
    .map((label) => label.match(/Step (\d), thread (\w)/))
    .find(([, , letter]) => letter !== next);
  await page.keyboard.press(other[1]);
  assert.match(await toast(page), /A new branch: \d+ recorded steps after this one were put aside; Ctrl\+Z has them/);
  assert.equal(await position(page), 6);
  await context.close();
});

test("keys in a dialog scroll the dialog and leave the run alone", async () => {
  const { context, page } = await open("#v=1&e=a4&p=20", { viewport: { width: 1280, height: 500 } });
  await page.keyboard.press("?");
  const top = () => page.locator("#panel").evaluate((it) => it.scrollTop);
  const before = await top();
  await page.keyboard.press("PageDown");
  await page.waitForFunction((was) => document.querySelector("#panel").scrollTop > was, before);
  for (const key of ["End", "Home", "ArrowRight", "ArrowLeft", "1", "f", "Space"]) await page.keyboard.press(key);
  await page.keyboard.press("Escape");
  assert.equal(await position(page), 20);
  await context.close();
});

test("a run that passes is told as one", async () => {
  const { context, page } = await open("#v=1&e=a5");
  await page.keyboard.press("End");
  assert.match(await alertText(page), /kernel/i);
  const broken = await total(page);
  await page.getByRole("button", { name: /Same schedule on/ }).click();
  await settled(page);
  const passed = page.locator("#passed");
  assert.match(await passed.textContent(), new RegExp(`the same ${broken} steps break nothing`));
  assert.match(await passed.textContent(), /A got VM_FAULT_OOM.* not modelled/);
  await assertAccessible(page, "a run that passes");
  await screenshot(page, "passed-1280");
  await page.setViewportSize({ width: 390, height: 844 });
  await settled(page);
  await screenshot(page, "passed-390");
  await context.close();
});

test("the history of a value is seen beside the search", async () => {
  const { context, page } = await open("#v=1&e=a4&p=20");
  await page.keyboard.press("e");
  await page.keyboard.press("Escape");
  await page.keyboard.press("e");
  await page.locator(".tree-svg .leaf").first().click();
  await settled(page);
  assert.ok(await page.locator(".selected .history").first().isVisible());
  assert.ok(await page.locator("#start-search").isVisible());
  await screenshot(page, "history-beside-search-1280");
  await context.close();
});

test("the search tells one story, and its steps are links", async () => {
  const { context, page, problems } = await open("#v=1&e=a4");
  await page.keyboard.press("e");
  await page.locator("#start-search").click();
  await page.locator(".explanation h4").first().waitFor();
  await page.locator(".explanation details").last().waitFor();
  await page.waitForFunction(() => !document.querySelector(".explaining"));
  const card = await page.locator("#verdict > p").first().textContent();
  const [, steps, switches] = card.match(/after (\d+) steps by section \(\d+ by atom\), with (\d+) context switches/);
  const listed = page.locator(".explanation ul").first().locator("li");
  assert.equal(await listed.count(), Number(switches));
  const link = listed.last().locator("button.link");
  const step = Number((await link.textContent()).match(/step (\d+)/)[1]);
  await link.click();
  await settled(page);
  assert.equal(await position(page), step);
  assert.equal(await total(page), Number(steps));
  await screenshot(page, "one-story-1280");
  assert.deepEqual(problems, []);
  await context.close();
});

test("blocks of the file open their history by keyboard", async () => {
  const { context, page } = await open("#v=1&e=a4&p=40");
  await page.locator(".pmem details summary").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.match(await page.locator("#selection-title").textContent(), /block of file page/);
  await context.close();
});
