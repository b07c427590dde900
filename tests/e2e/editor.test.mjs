// The script editor: beside the picture, with completion, help, undo, files, drafts, and controls that edit the same text.
import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { NARROW, WIDE, assertAccessible, launchBrowser, openPage, screenshot } from "./helpers.mjs";
import { settled, typeScript, waitForDrawing } from "./workbench.mjs";

const PHONE = { width: 390, height: 844 };

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

/** A page with the editor open. */
async function open(options = {}) {
  const opened = await openPage(browser, { reducedMotion: "reduce", ...options });
  waitForDrawing(opened.page);
  await opened.page.keyboard.press("s");
  return opened;
}

const area = (page) => page.locator("#script-text");
const text = (page) => area(page).inputValue();
const fileMenu = async (page, item) => {
  await page.getByRole("button", { name: "File", exact: true }).click();
  await page.locator("#script-files").getByRole("button", { name: item }).first().click();
  await settled(page);
};

test("the editor is beside the picture, both can be used, and the column has a width that stays", async () => {
  const { context, page, problems } = await open({ path: "#v=1&e=a4" });
  assert.equal(await page.locator("dialog[open]").count(), 0);
  const [tree, editor] = [await page.locator(".centre").boundingBox(), await page.locator(".script").boundingBox()];
  assert.ok(tree.x + tree.width <= editor.x, "they do not overlap");
  const grip = page.getByRole("separator", { name: "Width of the script" });
  await grip.focus();
  await page.keyboard.press("ArrowLeft");
  const wider = (await page.locator(".script").boundingBox()).width;
  assert.ok(wider > editor.width, `${wider} > ${editor.width}`);
  await page.reload();
  await page.locator("#script-text").waitFor();
  await settled(page);
  assert.equal((await page.locator(".script").boundingBox()).width, wider);
  await page.keyboard.press("Control+Enter");
  assert.deepEqual(problems, []);
  await context.close();
});

test("words are coloured as they are read, and what is wrong is underlined and said at its line", async () => {
  const { context, page } = await open();
  await typeScript(page, "thread A\n  read 2M at 0x203p via Q # why\n  wriet 4K at 3\n  write 4K at 3\n");
  const layer = page.locator(".layer .lines > div");
  assert.equal(await layer.nth(0).locator(".s-k").textContent(), "thread");
  assert.equal(await layer.nth(1).locator(".s-c").textContent(), "# why");
  assert.equal(await layer.nth(2).locator(".wrong").first().textContent(), "wriet");
  assert.match(await layer.nth(2).locator(".said").textContent(), /There is no statement/);
  assert.equal(await layer.nth(3).locator(".doubtful").first().textContent(), "3");
  assert.match(await layer.nth(3).locator(".said").textContent(), /is a byte/);
  await page.getByRole("button", { name: "Write 3p" }).click();
  await settled(page);
  assert.match(await text(page), /write 4K at 3p\n/);
  // The letters that are seen stand where those of the field stand.
  const [field, drawn] = await page.evaluate(() => {
    const style = (element) => getComputedStyle(element);
    const pick = (it) => [it.fontFamily, it.fontSize, it.lineHeight, it.tabSize, it.letterSpacing];
    return [pick(style(document.querySelector("#script-text"))), pick(style(document.querySelector(".layer .lines")))];
  });
  assert.deepEqual(field, drawn);
  await context.close();
});

test("completion by keyboard: words and values that fit", async () => {
  const { context, page } = await open();
  await typeScript(page, "process writer\nthread A in ");
  await area(page).press("Control+End");
  await page.keyboard.press("Control+Space");
  const options = page.locator("#script-words [role=option]");
  assert.deepEqual(await options.allTextContents(), ["writer"]);
  assert.equal(await area(page).getAttribute("aria-activedescendant"), "script-word-0");
  await assertAccessible(page, "the list of words");
  await page.keyboard.press("Enter");
  assert.equal(await text(page), "process writer\nthread A in writer");
  await page.keyboard.type("\n  fs");
  await settled(page);
  assert.deepEqual(await options.allTextContents(), ["fsync", "fs", "fs_lock"]);
  await page.keyboard.press("Escape");
  assert.equal(await options.count(), 0);
  assert.equal(await area(page).count(), 1, "Escape closed the list, not the editor");
  await page.keyboard.type("y");
  await settled(page);
  await page.keyboard.press("Tab");
  assert.match(await text(page), /\n {2}fsync$/);
  await page.keyboard.press("Tab");
  assert.notEqual(await page.evaluate(() => document.activeElement.id), "script-text", "Tab leaves the field");
  await context.close();
});

test("help for the word at the caret and under the pointer comes from the reference", async () => {
  const { context, page } = await open();
  await typeScript(page, "revision v6\nthread A\n  punch 0..2M\n");
  const help = page.locator("#word-help");
  await area(page).press("Control+Home");
  await page.waitForFunction(() => /The kernel: a preset/.test(document.querySelector("#word-help").textContent));
  const box = await area(page).boundingBox();
  await page.mouse.move(box.x + 10 + 4 * 7.8, box.y + 8 + 2 * 20 + 10);
  await settled(page);
  assert.match(await help.textContent(), /FALLOC_FL_PUNCH_HOLE/);
  await page.mouse.move(5, 5);
  await settled(page);
  assert.match(await help.textContent(), /The kernel/);
  await context.close();
});

test("undo survives Format, templates, controls and an exhibit", async () => {
  const { context, page } = await open();
  await typeScript(page, "");
  await area(page).focus();
  await page.keyboard.type("thread   A");
  await settled(page);
  const typed = await text(page);
  await page.getByRole("button", { name: "Format" }).click();
  await settled(page);
  assert.equal(await text(page), "thread A\n");
  await page.getByRole("button", { name: "Add a thread" }).click();
  await settled(page);
  assert.equal(await text(page), "thread A\nthread B\n");
  await fileMenu(page, "The huge zero page");
  assert.match(await text(page), /huge zero page/);
  await area(page).focus();
  for (const expect of ["thread A\nthread B\n", "thread A\n", typed]) {
    await page.keyboard.press("Control+z");
    assert.equal(await text(page), expect);
  }
  await page.keyboard.press("Control+Shift+z");
  assert.equal(await text(page), "thread A\n");
  await page.keyboard.press("Control+y");
  assert.equal(await text(page), "thread A\nthread B\n");
  await context.close();
});

test("controls edit the text and the text moves the controls", async () => {
  const { context, page, problems } = await open();
  await typeScript(page, "# mine\nfile 4M\nextent 0..2M mapped at 16M  # first\nthread A\n  read 2M at 0  # a\n");
  const change = async (name, value) => {
    const control = page.getByLabel(name, { exact: true });
    if ((await control.evaluate((it) => it.tagName)) === "SELECT") await control.selectOption(value);
    else {
      // Typed, not filled: for Firefox, Enter changes only what somebody typed.
      await control.press("ControlOrMeta+a");
      await page.keyboard.type(value);
      await control.press("Enter");
    }
    await settled(page);
  };
  await change("Kind of operation 1 of thread A", "fsync");
  assert.match(await text(page), /\n {2}fsync {2}# a\n/);
  await change("Place of operation 1 of thread A", "2M..");
  assert.match(await text(page), /\n {2}fsync 2M.. {2}# a\n/);
  await change("Place of operation 1 of thread A", "nonsense");
  assert.match(await page.locator(".toast").textContent(), /is not a range/);
  assert.equal(await page.getByLabel("Place of operation 1 of thread A", { exact: true }).inputValue(), "2M..");
  await page.getByRole("button", { name: "Add a thread" }).click();
  await page.getByRole("button", { name: "Add a fault" }).last().click();
  await settled(page);
  assert.match(await text(page), /thread B\n {2}read 2M at 0\n/);
  await page.getByRole("button", { name: "Split" }).click();
  await settled(page);
  assert.match(await text(page), /extent 0..1M mapped at 16M {2}# first\nextent {3}1M..2M mapped at 17M\n/);
  const start = page.getByRole("slider", { name: /^End of extent 2/ });
  await start.focus();
  await page.keyboard.press("ArrowRight");
  assert.match(await text(page), /1M..0x201p mapped at 17M/);
  await page.keyboard.press("PageDown");
  await page.locator("summary", { hasText: "Kernel" }).click();
  await change("Kernel", "v6");
  assert.match(await text(page), /^# mine\nrevision v6\nfile 4M\n/);
  // The other way: the text is typed, the controls follow.
  await typeScript(page, "thread A\nthread B\n  punch 0..2M\n");
  assert.equal(await page.getByLabel("Kind of operation 1 of thread B", { exact: true }).inputValue(), "punch");
  await page.getByRole("button", { name: "Remove thread A" }).click();
  await settled(page);
  assert.equal(await text(page), "thread A\n  punch 0..2M\n");
  assert.deepEqual(problems, []);
  await context.close();
});

test("an extent is moved by pointer", async () => {
  const { context, page } = await open();
  await typeScript(page, "file 8M\nextent 0..2M mapped at 16M\nthread A\n");
  await page.locator(".file-ruler").scrollIntoViewIfNeeded();
  const ruler = await page.locator(".file-ruler").boundingBox();
  const whole = await page.locator(".segment .whole").boundingBox();
  await page.mouse.move(whole.x + whole.width / 2, whole.y + 10);
  await page.mouse.down();
  await page.mouse.move(whole.x + whole.width / 2 + ruler.width / 2, whole.y + 10, { steps: 4 });
  await page.mouse.up();
  await settled(page);
  assert.match(await text(page), /^file 8M\nextent 4M\.\.6M mapped at 16M$/m);
  await context.close();
});

test("files: opened, refused, dropped onto the page, saved", async () => {
  const { context, page } = await open();
  const folder = mkdtempSync(join(tmpdir(), "daxscope-"));
  writeFileSync(join(folder, "mine.dax"), "title from a file\nthread A\n  fsync\n");
  writeFileSync(join(folder, "binary.dax"), Buffer.from([0, 159, 146, 150]));
  await page.locator("#script-file").setInputFiles(join(folder, "mine.dax"));
  await page.waitForFunction(() => document.querySelector("#script-text").value.startsWith("title from a file"));
  await page.locator("#script-file").setInputFiles(join(folder, "binary.dax"));
  await page.locator(".toast", { hasText: "not a text" }).waitFor();
  await page.keyboard.press("Escape");
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File(["title dropped\nthread A\n"], "dropped.dax"));
    document.querySelector("main").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  });
  await page.waitForFunction(() => document.querySelector("#script-text")?.value.startsWith("title dropped"));
  const download = page.waitForEvent("download");
  await area(page).press("Control+s");
  assert.equal((await download).suggestedFilename(), "dropped.dax");
  await context.close();
});

test("drafts survive a reload and an exhibit that is opened over them; a full storage is said", async () => {
  const { context, page } = await open();
  await typeScript(page, "title my draft\nthread A\n");
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.locator("dialog button", { hasText: "Lost wake-up on PMD downgrade" }).first().click();
  await settled(page);
  await page.reload();
  await page.locator("#boot-status").waitFor({ state: "detached" });
  if (!(await area(page).count())) await page.keyboard.press("s");
  await settled(page);
  await fileMenu(page, /^my draft/);
  assert.equal(await text(page), "title my draft\nthread A\n");
  await page.evaluate(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await typeScript(page, "title my longer draft\nthread A\n");
  await page.locator(".storage", { hasText: "full or forbidden" }).waitFor();
  await context.close();
});

test("a draft is offered after a reload although the address holds a link", async () => {
  const { context, page } = await open({ path: "#v=1&e=a4&s=o111&p=2" });
  await typeScript(page, "title my note\nthread A\n");
  await page.reload();
  await page.locator("#boot-status").waitFor({ state: "detached" });
  await page.locator(".notice", { hasText: 'the draft "my note"' }).waitFor();
  if (!(await area(page).count())) await page.keyboard.press("s");
  await page.getByRole("button", { name: "Bring back my draft" }).click();
  assert.equal(await text(page), "title my note\nthread A\n");
  await context.close();
});

test("numbers stand beside their lines, wherever a text that a program writes is scrolled to", async () => {
  const { context, page } = await open();
  const long = `title long\n${"# a comment that is wide enough for a scroll bar below, and that goes on and on and on\n".repeat(60)}thread A\n`;
  for (const [written, top] of [[long, 600], ["thread A\n  read 4K at 0\n", 0], [long, 100_000]]) {
    await area(page).fill(written);
    await area(page).evaluate((it, top) => (it.scrollTop = top), top);
    await settled(page);
    const [number, line] = await page.evaluate(() =>
      [".numbers", ".layer .lines"].map((name) => document.querySelector(name).getBoundingClientRect().top),
    );
    const margin = 8; // Of the numbers it is a padding of the gutter, of the lines a margin.
    assert.ok(Math.abs(number - line) <= margin, `numbers at ${number}, lines at ${line}`);
  }
  await context.close();
});

test("an empty script is not ready to run", async () => {
  const { context, page } = await open();
  await fileMenu(page, "New, empty");
  const summary = await page.locator("#script-summary").textContent();
  assert.match(summary, /nothing to run/);
  await context.close();
});

for (const colorScheme of ["light", "dark"]) {
  for (const viewport of [WIDE, PHONE, NARROW]) {
    test(`pictures of the editor, ${viewport.width} px, ${colorScheme}`, async () => {
      const { context, page } = await open({ path: "#v=1&e=a4", viewport, colorScheme });
      await screenshot(page, `editor-${viewport.width}-${colorScheme}`);
      await assertAccessible(page, "the editor");
      await typeScript(page, "file 8M\nextent 0..2M mapped at 16M\nextent 4M..6M unwritten at 0x1403p\nthread A\n  wriet 4K at 3\n  write 4K at 3\nthread B\n  read 2M at 0\n");
      await screenshot(page, `editor-wrong-${viewport.width}-${colorScheme}`);
      await assertAccessible(page, "the editor with mistakes");
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `the page is ${wide} px too wide`);
      await context.close();
    });
  }
}
