// Kernels with an XArray: a break of a layout empties the tree, folios count who maps them, and somebody waits until a page is idle.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WIDE, assertAccessible, launchBrowser, openPage, saved, screenshot } from "./helpers.mjs";
import { alertText, chooseKernel, kernel, position, sentence, settled, stepUntilAlert, total, transcript, waitForDrawing } from "./workbench.mjs";

let browser;
before(async () => (browser = await launchBrowser()));
after(() => browser?.close());

const K1 = "#v=1&e=k1";
const F7 = "#v=1&e=f7";

/** A test on a page of its own that must not complain. */
function walk(name, options, body) {
  test(name, async () => {
    const opened = await openPage(browser, { reducedMotion: "reduce", acceptDownloads: true, ...options });
    waitForDrawing(opened.page);
    opened.page.setDefaultTimeout(20_000);
    await body(opened.page);
    assert.deepEqual(opened.problems, []);
    await opened.context.close();
  });
}

/** Presses a key until the sentence of the step is one of these; the sentence. */
async function stepTo(page, words, key = "ArrowRight") {
  for (let presses = 0; presses < 120; presses += 1) {
    await page.keyboard.press(key);
    const told = await sentence(page);
    if (words.test(told)) return told;
  }
  throw new Error(`no step says ${words}: ${await sentence(page)}`);
}

const section = (page, title) => page.locator("section", { has: page.getByRole("heading", { level: 2, name: title, exact: true }) });
const entries = (page) => page.locator("#tree-svg .entry").count();
const counter = (page, name) =>
  page.locator(".tree .counter", { hasText: name }).locator("strong").textContent().then(Number);

/** What the list beside the picture of the tree says, line by line. */
async function listed(page) {
  const outline = page.locator(".tree .outline");
  if (!(await outline.getAttribute("open").then((open) => open !== null))) await outline.locator("summary").click();
  await settled(page);
  return outline.locator("[role=treeitem]").allTextContents();
}

/** What is said of a word by whoever points at it, bit by bit. */
async function bits(page) {
  await page.locator("[data-word]").first().hover();
  const tip = page.locator(".word-tip");
  await tip.waitFor();
  return tip.innerText();
}

walk("K1: a store marks its entry, a punch elsewhere empties the tree, and fsync flushes nothing", { path: K1 }, async (page) => {
  assert.equal(await kernel(page), "7.3");
  const group = await page.locator("#kernel").evaluate((list) => list.selectedOptions[0].parentElement.label);
  assert.match(group, /XArray/);
  await stepTo(page, /marks? .*DIRTY/i);
  assert.equal(await counter(page, "nrpages"), 1);
  assert.equal(await entries(page), 1);
  const before = (await listed(page)).join("\n");
  assert.match(before, /0x3\s+4 KiB block 0x1003, dirty/);
  await stepTo(page, /is done after one fault/);
  assert.match(await bits(page), /locked|PMD|value/i);
  const folio = section(page, "Folios of the device");
  assert.match(await folio.locator(".rows li").first().innerText(), /order\s*0[\s\S]*refcount\s*1[\s\S]*mapcount\s*1[\s\S]*file page\s*0x3/);
  await stepTo(page, /deletes .*0x3|takes .*0x3 out/i);
  assert.match(await page.locator(".tree").innerText(), /empty now: this step took away the last entries/);
  assert.equal(await entries(page), 0);
  await screenshot(page, "era-k1-emptied-1280-light");
  await stepUntilAlert(page);
  assert.match(await alertText(page), /says that fsync is done, but page 0x3 was stored to before it began and has not been flushed since/);
  assert.equal(await position(page), await total(page));
  await screenshot(page, "era-k1-end-1280-light");
  const told = (await transcript(page)).join("\n");
  assert.match(told, /dax_break_layout|breaks? the layout/i);
  assert.doesNotMatch(told, /\btree_lock\b|\bmmap_sem\b|\bi_mmap_sem\b/, "a lock by the name of another kernel");
});

walk("K1: the same calls keep the entry on 6.12, and what mends 7.3 flushes it", { path: K1 }, async (page) => {
  for (const name of ["6.12", "7.3-fixed"]) {
    await chooseKernel(page, name);
    await page.keyboard.press("Home");
    await stepTo(page, /flushes/);
    assert.equal(await page.locator("#alert").count(), 0, name);
    assert.equal(await entries(page), 1, `${name}: the punch elsewhere left the entry alone`);
  }
});

walk("F7: a pinned page behind a locked entry is missed, and its block freed", { path: F7 }, async (page) => {
  assert.equal(await kernel(page), "6.12");
  await stepTo(page, /pins block/);
  const pages = section(page, "Pages of the device");
  assert.match(await pages.locator(".rows li").first().innerText(), /file page\s*0x0[\s\S]*pinned[\s\S]*A/);
  await stepUntilAlert(page);
  assert.match(await alertText(page), /found none, but page 0x0 is pinned/);
  await screenshot(page, "era-f7-end-1280-light");
});

walk("F7: with the scan that waits, C sleeps until the page is idle, and the unpin wakes it", { path: F7 }, async (page) => {
  await chooseKernel(page, "7.3");
  // B's fsync out of the way, then C comes to the pinned page.
  await page.keyboard.press("Home");
  await stepTo(page, /pins block/, "1");
  await stepTo(page, /falls asleep/, "3");
  const wait = page.getByRole("button", { name: /^idle / });
  assert.equal(await wait.count(), 1);
  assert.match(await page.locator(".lanes tr", { hasText: "Thread C" }).innerText(), /[Aa]sleep until block 0x1000 is idle; A has pinned a page/);
  await screenshot(page, "era-f7-idle-1280-light");
  for (let presses = 0; presses < 20 && (await wait.count()) > 0; presses += 1) await page.keyboard.press("1");
  assert.equal(await wait.count(), 0, "nobody waits any more");
});

walk("the listing and what is saved are those of the era", { path: `${K1}&p=20` }, async (page) => {
  await page.getByRole("listbox", { name: "Source listing" }).waitFor();
  await settled(page);
  assert.match(await page.locator(".source").innerText(), /xarray\/\w+\.rs:\d+/);
  const tree = (await saved(page, "Save tree as SVG")).text;
  assert.match(tree, /0x3/);
  const json = JSON.parse((await saved(page, "Save JSON")).text);
  assert.match(JSON.stringify(json), /7\.3/);
});

const PHONE = { width: 390, height: 844 };
for (const [kind, options] of [["1280-light", { viewport: WIDE, colorScheme: "light" }], ["390-dark", { viewport: PHONE, colorScheme: "dark" }]]) {
  walk(`axe finds nothing on the kernels of the era, ${kind}`, { ...options, path: K1 }, async (page) => {
    await page.keyboard.press("End");
    await assertAccessible(page, `K1 at its end, ${kind}`);
    await screenshot(page, `era-k1-end-${kind}`);
    await page.goto(new URL(F7, page.url()).href);
    await settled(page);
    await stepTo(page, /pins block/);
    await assertAccessible(page, `F7 with a pin, ${kind}`);
    await screenshot(page, `era-f7-pinned-${kind}`);
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, "scrolls sideways");
  });
}
