// Large trees and long runs: what is drawn is bounded, and it is the right part of it. How fast that is, bench/page.mjs prints.
import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { assertAccessible, launchBrowser, openPage } from "./helpers.mjs";
import { position, sentence, settled, total as steps } from "./workbench.mjs";

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

const link = (script, more = "") => `#v=1&c=${deflateSync(Buffer.from(script), { level: 9 }).toString("base64url")}${more}`;
const writes = (count) => Array.from({ length: count }, (_, at) => `  write 4K at ${at}p`).join("\n");

/** 10,000 entries, each in a node of its own: 11,271 nodes. */
const SPARSE = "file 4096G\nentries 0..20000M 4K page every 2M\nthread A\n  read 4K at 0x20001p\n";

const elements = (page) => page.locator("#tree-svg *").count();

test("a tree of 10,000 entries is drawn in few elements, and all of it is told", async () => {
  const { context, page, problems } = await openPage(browser, { path: link(SPARSE) });
  await page.locator("#tree-svg").waitFor();
  assert.ok((await elements(page)) < 2_500, `${await elements(page)} elements`);
  assert.match(await page.locator("#tree-svg").getAttribute("aria-label"), /The tree holds 10000 entries in \d+ nodes/);
  assert.match(await page.locator(".closed-node").first().textContent(), /nodes, \d+ entries: \d+ × zero page/);
  // What the step does is drawn, wherever it is.
  for (let step = 0; step < 12; step += 1) await page.keyboard.press("ArrowRight");
  await settled(page);
  assert.ok((await elements(page)) < 2_500);
  assert.deepEqual(problems, []);
  await context.close();
});

test("closed nodes open, and the list walks through items that are not drawn", async () => {
  const { context, page, problems } = await openPage(browser, { path: link(SPARSE) });
  for (let times = 0; times < 3; times += 1) {
    await page.locator(".closed-node").first().click();
    await settled(page);
  }
  await page.locator(".tree .outline summary").click();
  const items = page.locator(".tree [role=treeitem]");
  await items.first().waitFor();
  const total = Number(/\((\d+)\)/.exec(await page.locator(".tree .outline summary").textContent())[1]);
  assert.ok(total > 10, `${total}`);
  assert.ok((await items.count()) <= 80);
  await items.first().focus();
  await page.keyboard.press("End");
  await page.waitForFunction((last) => document.activeElement?.id === `tree-item-${last}`, total - 1);
  await page.keyboard.press("Home");
  await page.waitForFunction(() => document.activeElement?.id === "tree-item-0");
  const facts = await items.evaluateAll((all) =>
    all.map((item) => [item.ariaLevel, item.ariaPosInSet, item.ariaSetSize].map(Number)),
  );
  assert.deepEqual(facts[0], [1, 1, 1]);
  assert.ok(facts.every(([level, place, size]) => level >= 1 && place >= 1 && place <= size));
  await assertAccessible(page);
  assert.deepEqual(problems, []);
  await context.close();
});

test("10,000 steps and more are made, jumped through and told", async () => {
  const script = `file 64M\nthread A\n${writes(400)}\nschedule A12500\n`;
  const { context, page, problems } = await openPage(browser, { path: link(script) });
  await page.keyboard.press("End");
  await settled(page);
  assert.deepEqual([await position(page), await steps(page)], [12_500, 12_500]);
  await page.keyboard.press("ArrowLeft");
  await settled(page);
  assert.equal(await position(page), 12_499);
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await settled(page);
  assert.match(await sentence(page), /begins: 4 KiB write, page 0x0/);
  assert.ok((await page.evaluate(() => document.querySelectorAll("#tree-svg *").length)) < 2_500);
  assert.deepEqual(problems, []);
  await context.close();
});

test("page tables of hundreds of rows are drawn a part at a time, and walked by keyboard", async () => {
  const { context, page, problems } = await openPage(browser, { path: link(`file 64M\nthread A\n${writes(300)}\nschedule A3000\n`) });
  await page.keyboard.press("End");
  await settled(page);
  const rows = page.locator(".ptes .row");
  const panel = page.locator("section[aria-labelledby=tables-title]");
  assert.ok((await rows.count()) <= 24, `${await rows.count()} rows`);
  const more = async (where) => Number(new RegExp(`(\\d+) more ${where}`).exec(await panel.textContent())?.[1] ?? 0);
  const below = await more("below");
  assert.ok(below > 50, `${below}`);
  await panel.getByRole("button", { name: /more below/ }).focus();
  await page.keyboard.press("Enter");
  await settled(page);
  assert.deepEqual([await more("above"), await more("below")], [24, below - 24]);
  // The row of the range itself stays above its ptes.
  assert.ok((await rows.count()) <= 25);
  await assertAccessible(page);
  assert.deepEqual(problems, []);
  await context.close();
});

test("as many elements are drawn for thousands of steps as for hundreds", async () => {
  const count = async (schedule) => {
    const { context, page, problems } = await openPage(browser, { path: link(`file 64M\nthread A\n${writes(600)}\nschedule A${schedule}\n`) });
    await page.keyboard.press("End");
    await settled(page);
    await page.getByRole("button", { name: "tree_lock", exact: true }).first().click();
    // What draws a history may still be on its way.
    await page.locator(".selected .history").first().waitFor();
    await settled(page);
    // The tree is drawn by its entries, and has a test of its own.
    const elements = await page.evaluate(() => document.querySelectorAll("body *:not(#tree-svg *)").length);
    assert.deepEqual(problems, []);
    await context.close();
    return elements;
  };
  const [few, many] = [await count(1_500), await count(12_000)];
  assert.ok(many < few + 800, `${few} elements for 1,500 steps, ${many} for 12,000`);
});

test("what is printed or saved of a long run says which part it is, and where the rest is", async () => {
  const { context, page, problems } = await openPage(browser, { path: link(`file 64M\nthread A\n${writes(100)}\nschedule A2000\n`) });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  const sheet = page.locator(".print-sheet");
  await sheet.waitFor({ state: "attached" });
  assert.match(await sheet.textContent(), /Printed are steps 1 to 500; \d+ more follow. All of them: Export, Save table\./);
  assert.match(await sheet.textContent(), /The lanes show Steps \d+ to \d+ of 2000\./i);
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("button", { name: /^Export/ }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save timeline as SVG" }).click(),
  ]);
  const svg = readFileSync(await download.path(), "utf8");
  assert.match(svg, /Steps \d+ to \d+ of 2000\. Save table has all of them\.<\/text>/);
  assert.deepEqual(problems, []);
  await context.close();
});
