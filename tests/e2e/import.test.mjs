// Recordings of real kernels: dropped, chosen, pasted, tried without one; answered first, with lanes, tables and trees; and refused in words.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { assertAccessible, launchBrowser, NARROW, openPage, screenshot, FOR_EVER } from "./helpers.mjs";

let browser;
before(async () => (browser = await launchBrowser()));
after(() => browser.close());

const recorded = (name) => readFile(new URL(`../traces/${name}`, import.meta.url));

/** Drops a file onto the page. */
async function drop(page, name, bytes) {
  await page.evaluate(
    ([name, base64]) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    },
    [name, Buffer.from(bytes).toString("base64")],
  );
}

const headline = (page) => page.locator(".rec-headline");
const problem = (page) => page.locator(".import [role=alert]");

test("a dropped trace says first why 2 MiB faults fell back, and leads to its line in the lanes", async () => {
  const { page, context, problems } = await openPage(browser);
  await drop(page, "race_hole_rw.txt", await recorded("7.3.4/race_hole_rw.cut.txt"));
  await headline(page).waitFor({ timeout: FOR_EVER });
  const reason = page.locator(".rec-reason").first();
  assert.match(await reason.innerText(), /4 KiB entries are in the range/);
  assert.match(await reason.innerText(), /What helps: /);
  assert.match(await page.locator(".rec-private").innerText(), /Nothing of it is sent/);
  const line = await reason.locator(".rec-line").innerText();
  await reason.locator(".rec-line").click();
  await page.locator(".rec-bar.fell-back.chosen").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "recorded-lanes");
  await page.locator(".rec-list summary").click();
  const chosen = page.locator(".rec-list tr.chosen");
  assert.match(await chosen.innerText(), /falls back to 4 KiB/);
  assert.ok((await chosen.innerText()).includes(line.replace("line ", "")), `${line} is in the list`);
  await assertAccessible(page, "a trace");
  await screenshot(page, "import-trace");
  assert.deepEqual(problems, []);
  await context.close();
});

test("recordings that come with the page are tried by keyboard alone", async () => {
  const { page, context, problems } = await openPage(browser, { path: "#v=1&e=a4&w=import", colorScheme: "dark" });
  await page.locator(".rec-how").waitFor();
  await assertAccessible(page, "no recording yet");
  await page.getByRole("button", { name: /^2 MiB faults that fall back/ }).press("Enter");
  await headline(page).waitFor({ timeout: FOR_EVER });
  for (const name of ["colour", "private-write", "range", "end-of-file"]) {
    await page.locator(".rec-reason code", { hasText: new RegExp(`^${name}$`) }).first().waitFor();
  }
  await page.locator(".rec-good", { hasText: "Every line was understood." }).waitFor();
  await page.getByRole("button", { name: /^Dirty data/ }).press("Enter");
  await page.locator(".rec-suspect").first().waitFor({ timeout: FOR_EVER });
  assert.match(await page.locator(".rec-suspects").innerText(), /line \d+: task \d+ stores to page/);
  await assertAccessible(page, "suspects in the dark");
  await screenshot(page, "import-suspects-dark");
  await page.keyboard.press("Escape");
  await page.locator(".dialog").waitFor({ state: "detached" });
  assert.deepEqual(problems, []);
  await context.close();
});

test("snapshots are a tree with entries bit by bit", async () => {
  const { page, context, problems } = await openPage(browser, { path: "#v=1&w=import" });
  await page.getByRole("button", { name: /^The tree of that file/ }).click();
  const tree = page.locator("#recorded-tree");
  await tree.waitFor({ timeout: FOR_EVER });
  const room = await page.locator(".rec-tree .scroll").boundingBox();
  assert.ok(room.height > 80 && (await tree.boundingBox()).height <= room.height + 40, `the tree has ${room.height} px`);
  await page.getByRole("button", { name: "0x0-0x1ff" }).click();
  await page.locator("#rec-entry", { hasText: "2 MiB block, frame 0x108400" }).waitFor();
  const bits = await page.locator(".rec-bits").innerText();
  for (const said of ["DAX_PMD", "0x108400", "DIRTY"]) assert.ok(bits.includes(said), said);
  await assertAccessible(page, "a tree");
  await screenshot(page, "import-tree");
  await page.getByRole("button", { name: "Next" }).click();
  await page.locator(".import .empty-tree").waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});

test("what happened is stepped on the model, and the recording is still there", async () => {
  const { page, context, problems } = await openPage(browser);
  await drop(page, "race_hole_rw.txt", await recorded("7.3.4/race_hole_rw.cut.txt"));
  await headline(page).waitFor({ timeout: FOR_EVER });
  await page.getByRole("button", { name: "Try it on the model" }).click();
  await page.locator(".rec-follows", { hasText: "The order that was seen fits" }).waitFor({ timeout: FOR_EVER });
  assert.equal(await page.evaluate(() => document.activeElement.id), "recorded-script");
  await assertAccessible(page, "a script of a trace");
  await page.getByRole("button", { name: "Step through it" }).click();
  await page.locator(".dialog").waitFor({ state: "detached" });
  await page.getByText(/^Opened the run in the trace/).first().waitFor();
  await page.keyboard.press("ArrowRight");
  await page.getByText(/step 1 of/).first().waitFor();
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("button", { name: /^A trace of a real kernel/ }).click();
  await headline(page).waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});

test("without Workers the page reads by itself; a pasted trace is read too", async () => {
  const { page, context } = await openPage(browser);
  await page.route("**/static/importer.js", (route) => route.abort());
  await drop(page, "fallback_reasons.txt", await recorded("6.12.95/fallback_reasons.txt"));
  await headline(page).waitFor({ timeout: FOR_EVER });
  await page.keyboard.press("Escape");
  const text = (await recorded("7.3.4/layout_break.txt")).toString();
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const own = { data: text, dataType: "text/plain" };
    const event = new ClipboardEvent("paste", { clipboardData: data, ...own, bubbles: true, cancelable: true });
    document.body.dispatchEvent(event);
  }, text);
  await page.locator(".rec-suspect").first().waitFor({ timeout: FOR_EVER });
  await context.close();
});

test("a chosen file packed with gzip is read, and the kernel can be named", async () => {
  const { page, context, problems } = await openPage(browser, { path: "#v=1&w=import" });
  const buffer = gzipSync(await recorded("6.12.95/fallback_reasons.txt"));
  await page.locator("#recording-file").setInputFiles({ name: "trace.txt.gz", mimeType: "application/gzip", buffer });
  await headline(page).waitFor({ timeout: FOR_EVER });
  await page.locator(".rec-kernel select").selectOption("5.10");
  await page.locator(".rec-why .rec-problem", { hasText: "the kernel that you name" }).waitFor({ timeout: FOR_EVER });
  assert.deepEqual(problems, []);
  await context.close();
});

test("hostile and foreign files are told in words, and what was open stays", async () => {
  const { page, context, problems } = await openPage(browser);
  await drop(page, "trace.dat", "\x17\x08\x44tracing6\0\0");
  await problem(page).filter({ hasText: "trace-cmd report" }).waitFor({ timeout: FOR_EVER });
  await drop(page, "cut.json", '[{"nrpages": 1, "entries": [{"index": 0, "raw": "0x1');
  await problem(page).filter({ hasText: "was the file cut" }).waitFor({ timeout: FOR_EVER });
  await drop(page, "odd.tree.json", '[{"nrpages": 9, "entries": [{"index": 3, "raw": "0x2108005"}, {"index": 4, "raw": "0x402"}]}]');
  await problem(page).filter({ hasText: "2 entries are not in the picture" }).waitFor({ timeout: FOR_EVER });
  const text = (await recorded("7.3.4/msync.txt")).toString();
  const strange = `${text}\n\u0000\u0001 nonsense\n<script>alert(1)</script>\ndaxw-1 [0] half a line`;
  await drop(page, "<b>strange</b>.txt", strange);
  await page.locator(".rec-strange", { hasText: "3 lines were not understood" }).waitFor({ timeout: FOR_EVER });
  assert.match(await page.locator(".rec-strange").innerText(), /<script>alert/);
  await drop(page, "damaged.gz", Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), Buffer.alloc(40, 7)]));
  await problem(page).filter({ hasText: "damaged" }).waitFor({ timeout: FOR_EVER });
  await drop(page, "other.txt", "# tracer: nop\n    bash-12 [001] d..1. 1.5: sched_wakeup: comm=x pid=1\n");
  await problem(page).filter({ hasText: "No event of fs_dax is in its 2 lines" }).waitFor({ timeout: FOR_EVER });
  assert.deepEqual(problems, []);
  await context.close();
});

test("a trace of many megabytes shows how far it is, can be stopped, and ends in the same answer", async () => {
  const { page, context, problems } = await openPage(browser);
  const text = (await recorded("7.3.4/race_hole_rw.cut.txt")).toString();
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.items.add(new File(new Array(2000).fill(text), "large.txt"));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  }, text);
  await page.locator(".rec-reading .mono", { hasText: /\d+\.\d MiB of \d+/ }).waitFor({ timeout: FOR_EVER });
  await page.locator(".rec-reading").getByRole("button", { name: "Stop" }).click();
  await problem(page).filter({ hasText: "The reading was stopped" }).waitFor();
  await drop(page, "small.txt", text);
  await headline(page).waitFor({ timeout: FOR_EVER });
  assert.deepEqual(problems, []);
  await context.close();
});

test("in a narrow window nothing is cut off", async () => {
  const { page, context, problems } = await openPage(browser, { viewport: NARROW, path: "#v=1&w=import" });
  await drop(page, "fallback_reasons.txt", await recorded("6.12.95/fallback_reasons.txt"));
  await headline(page).waitFor({ timeout: FOR_EVER });
  const wide = await page.evaluate(() => {
    const body = document.querySelector(".import .dialog-body");
    return body.scrollWidth - body.clientWidth;
  });
  assert.equal(wide, 0, "the panel does not scroll sideways");
  await assertAccessible(page, "a narrow window");
  await screenshot(page, "import-narrow");
  assert.deepEqual(problems, []);
  await context.close();
});
