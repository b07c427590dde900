// Somebody sees the page for the first time.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { NARROW, WIDE, allowCopying, copied, launchBrowser, openPage, screenshot } from "./helpers.mjs";
import {
  REVIEWED, alertText, chooseKernel, count, kernel, openExhibit, position, sentence, state, settled, stepUntilAlert, total, typeScript,
  waitForDrawing,
} from "./workbench.mjs";

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

/** A test on a page of its own that must not complain. */
function walk(name, options, body) {
  test(name, async () => {
    const opened = await openPage(browser, options);
    waitForDrawing(opened.page);
    await body(opened.page, opened.context);
    assert.deepEqual(opened.problems, []);
    await opened.context.close();
  });
}

walk("says what it is and what to press, without scrolling", {}, async (page) => {
  await page.getByText("Threads race through page faults on one DAX file, inside the kernel.").waitFor();
  assert.match(await page.locator("#step").textContent(), /Step A.*→/);
  assert.match(await page.getByRole("button", { name: /^Exhibit:/ }).textContent(), /A4/);
  const page_ = await page.evaluate(() => [document.documentElement.scrollHeight, document.documentElement.scrollWidth]);
  assert.deepEqual(page_, [800, 1280], "the page scrolls at 1280 by 800");
});

walk("opens on something that moves: threads, entries, a sleeper, arrows", {}, async (page) => {
  assert.equal(await page.locator(".lanes tbody tr").count(), 3);
  assert.ok((await page.locator("#tree-svg .entry").count()) > 0, "no entry");
  assert.ok((await page.locator(".timeline .sleep").count()) > 0, "nobody sleeps");
  assert.ok((await page.locator(".timeline .wake").count()) > 0, "no arrow");
  assert.ok((await position(page)) > 0 && (await position(page)) < (await total(page)));
});

walk("the banner says only what is so, and goes after the first step", {}, async (page) => {
  const intro = page.locator(".intro");
  assert.deepEqual(await intro.locator("kbd").allTextContents(), ["→", "1", "2", "3", "e"]);
  await page.getByRole("button", { name: "The bug that Jan Kara’s review found" }).click();
  await settled(page);
  assert.match(await page.getByRole("button", { name: /^Exhibit:/ }).textContent(), /A5/);
  assert.match(await intro.textContent(), /A thread takes page faults/);
  assert.deepEqual(await intro.locator("kbd").allTextContents(), ["→", "e"], "one thread: nothing to choose");
  assert.equal(await page.getByRole("button", { name: "The bug that Jan Kara’s review found" }).count(), 0);
  await page.keyboard.press("ArrowRight");
  assert.equal(await intro.count(), 0);
});

walk("the banner speaks of touch where there is no keyboard", { hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } }, async (page) => {
  assert.equal(await page.locator(".by-keys").isVisible(), false);
  assert.match(await page.locator(".by-touch").innerText(), /^Tap /);
});

walk("the tabs stay under the pointer", {}, async (page) => {
  const places = () =>
    page.locator(".tabs button").evaluateAll((tabs) => tabs.map((tab) => [tab.textContent, Math.round(tab.getBoundingClientRect().left), Math.round(tab.offsetWidth)]));
  for (const viewport of [WIDE, { width: 1024, height: 768 }]) {
    await page.setViewportSize(viewport);
    await settled(page);
    const before = await places();
    for (const [name] of before) {
      await page.locator(".tabs button", { hasText: name }).click();
      await settled(page);
      assert.deepEqual(await places(), before, `${name} at ${viewport.width} px`);
      const [column, strip] = await page.locator(".col.side, .tabs").evaluateAll((both) => both.map((it) => it.scrollWidth));
      assert.ok(strip <= column, "the strip is wider than its column");
    }
  }
});

walk("an own revision is shown as the script writes it", {}, async (page) => {
  await typeScript(page, "title Mine\nfile 4M\nrevision v6 wake_mode_delete=all\nthread A\n  write 4K at 0x203p\n");
  await page.keyboard.press("Control+Enter");
  assert.equal(await kernel(page), "v6 wake_mode_delete=all");
  const groups = await page.locator("#kernel optgroup").evaluateAll((all) => all.map((group) => group.label));
  assert.deepEqual(groups, ["Only here", "Patch series, 2016", "Radix tree, 4.10 to 4.13", "XArray, 5.10 to 7.3"]);
  await openExhibit(page, "D6");
  const names = await page.locator("#kernel option").allTextContents();
  assert.equal(new Set(names).size, names.length, "two kernels have one name");
});

walk("→ leads to the NULL page that v6 unlocks; v9 does not break on the same schedule", { path: REVIEWED }, async (page) => {
  await stepUntilAlert(page);
  assert.match(await alertText(page), /unlocks a NULL page/);
  assert.match(await page.locator(".lanes").textContent(), /crashed/);
  await screenshot(page, "a5-broken-1280-light");
  await chooseKernel(page, "v9");
  assert.equal(await page.locator("#alert").count(), 0);
  await page.keyboard.press("End");
  assert.equal(await page.locator("#alert").count(), 0, await alertText(page));
  await chooseKernel(page, "v6");
  await page.keyboard.press("End");
  assert.match(await alertText(page), /NULL/);
});

walk("in A4, C sleeps on key 0x200 and nobody is left to wake it", {}, async (page) => {
  await openExhibit(page, "A4");
  await page.keyboard.press("End");
  assert.match(await alertText(page), /C sleeps on key 0x200/);
  assert.match(await alertText(page), /Nobody who can still run will wake/);
  const lane = page.locator(".lanes tr", { hasText: "asleep, wake lost" });
  assert.match(await lane.textContent(), /^Thread C/);
  assert.match(await page.getByRole("region", { name: "Wait table" }).or(page.locator("section", { hasText: "Wait table" })).first().textContent(), /0x200.*lost/);
  assert.equal(await page.locator(".tree-svg .missing").count(), 1);
  await screenshot(page, "a4-end-1280-light");
  await page.getByRole("button", { name: "Same schedule on v6" }).click();
  await settled(page);
  assert.doesNotMatch(await alertText(page), /sleeps on key 0x200/);
});

walk("a copied link opens the same state in another window", {}, async (page, context) => {
  await allowCopying(context);
  await openExhibit(page, "A4");
  for (let step = 0; step < 30; step += 1) await page.keyboard.press("ArrowRight");
  // A branch of one's own: C instead of who came next.
  await page.keyboard.press("3");
  await page.keyboard.press("Shift+Digit2");
  await page.getByRole("button", { name: "Copy link" }).click();
  await page.getByText("Copied", { exact: false }).first().waitFor();
  const link = await copied(context);
  assert.match(link, /#v=1/);
  const other = await context.newPage();
  waitForDrawing(other);
  await other.goto(link);
  await other.locator("#boot-status").waitFor({ state: "detached" });
  assert.deepEqual(await state(other), await state(page));
});

walk("a step does not fill the browser's history, an exhibit does", { path: REVIEWED }, async (page) => {
  const before = await page.evaluate(() => history.length);
  for (let step = 0; step < 5; step += 1) await page.keyboard.press("ArrowRight");
  await page.waitForURL(/p=5/);
  assert.equal(await page.evaluate(() => history.length), before);
  await openExhibit(page, "A4");
  assert.equal(await page.evaluate(() => history.length), before + 1);
  await page.goBack();
  await page.waitForFunction(() => document.querySelector("#count").textContent.includes("step 5"));
});

walk("a bad script is explained and not lost", {}, async (page) => {
  const text = "title My own\nthread A\n  wriet 4K at 0x203p\n";
  await typeScript(page, text);
  const message = page.locator(".diagnostics .error").first();
  assert.match(await message.textContent(), /line 3/);
  assert.equal(await page.locator(".gutter .error").first().textContent(), "3");
  assert.equal(await page.locator("#run-script").getAttribute("aria-disabled"), "true");
  await screenshot(page, "script-broken-1280-light");
  await page.keyboard.press("Control+Enter");
  assert.equal(await page.locator("#script-text").inputValue(), text);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#script-text").count(), 0);
  await page.reload();
  await page.locator("#boot-status").waitFor({ state: "detached" });
  if (!(await page.locator("#script-text").count())) await page.getByRole("button", { name: "Script", exact: true }).click();
  // The editor is in a part of the module that may still be on its way.
  await page.locator("#script-text").waitFor();
  const draft = page.getByRole("button", { name: "Bring back my draft" });
  if (await draft.count()) await draft.click();
  assert.equal(await page.locator("#script-text").inputValue(), text);
});

walk("a good script runs with Ctrl+Enter", {}, async (page) => {
  await typeScript(page, "title Mine\nfile 4M\nthread A\n  write 4K at 0x203p\nthread B\n  read 4K at 0x203p\n");
  assert.deepEqual(await page.locator(".diagnostics .error").allTextContents(), []);
  await page.keyboard.press("Control+Enter");
  await page.locator(".lanes tbody tr").nth(1).waitFor();
  assert.equal(await page.locator(".lanes tbody tr").count(), 2);
  await page.keyboard.press("2");
  assert.equal(await count(page), "step 1 of 1");
  assert.match(await sentence(page), /^B/);
});

for (const [fragment, isShown] of [
  ["#v=1&e=a4&s=%%%&p=3", true],
  ["#v=99&e=a4", true],
  ["#v=1&e=a4&p=99999999999999", true],
  // Of these nothing can be known, and another run in its place would be taken for it.
  ["#v=1&e=nonsense", false],
  ["#v=1&c=!!!!", false],
]) {
  walk(`a damaged link says so: ${fragment}`, { path: fragment }, async (page) => {
    const said = (await page.locator(".notice").allTextContents()).join(" ");
    assert.ok(said.length > 20, "no message");
    assert.equal((await page.locator(".lanes tbody tr").count()) > 0, isShown, "something to step");
    assert.equal(said.includes("nothing is shown"), !isShown, said);
    assert.equal(await page.locator("h1").count(), 1);
  });
}

walk("absurd sizes are refused in words", {}, async (page) => {
  await typeScript(page, `file 9999999999999999T\nthread A\n  write 4K at 0xffffffffffffffffffp\n${"# x\n".repeat(3000)}`);
  assert.ok((await page.locator(".diagnostics li").count()) > 0);
  await page.keyboard.press("Control+Enter");
  assert.ok((await page.locator("#script-text").inputValue()).startsWith("file 9999"));
});

walk("everything can be reached and done with the keyboard alone", { path: REVIEWED }, async (page) => {
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the threads");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "work");
  await page.keyboard.press("PageDown");
  await page.keyboard.press("PageDown");
  assert.equal(await position(page), 2);
  await page.keyboard.press("PageUp");
  assert.equal(await position(page), 1);
  await page.keyboard.press("End");
  assert.equal(await position(page), await total(page));
  await page.keyboard.press("Home");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Help and keys" }).waitFor();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Escape");
  assert.equal(await page.getByRole("dialog").count(), 0);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("lost wake");
  await page.keyboard.press("Enter");
  assert.match(await page.getByRole("button", { name: /^Exhibit:/ }).textContent(), /A4/);
  await page.keyboard.press("End");
  await page.locator(".tree .outline summary").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("role")), "treeitem");
  await page.keyboard.press("Enter");
  await page.locator("#selection-title").waitFor();
  // The nearest goes first: the word of the entry that has the focus, told bit by bit; then its history.
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.locator("#selection-title").waitFor({ state: "detached" });
});

walk("single keys can be switched off, and stay so", { path: REVIEWED }, async (page) => {
  await page.keyboard.press("?");
  await page.getByLabel("Single-key shortcuts act").uncheck();
  await settled(page);
  await page.keyboard.press("Escape");
  await page.keyboard.press("1");
  assert.equal(await position(page), 0);
  await page.reload();
  await page.locator("#boot-status").waitFor({ state: "detached" });
  await page.keyboard.press("1");
  assert.equal(await position(page), 0);
  await page.keyboard.press("ArrowRight");
  assert.equal(await position(page), 1);
});

walk("after a click on a kernel the arrow steps again", { path: REVIEWED }, async (page) => {
  await chooseKernel(page, "v9");
  await page.keyboard.press("ArrowRight");
  assert.equal(await kernel(page), "v9");
  assert.equal(await position(page), 1);
});

walk("the scrubber moves the run", {}, async (page) => {
  await page.getByRole("slider", { name: "Position in the run" }).fill("4");
  await settled(page);
  assert.equal(await position(page), 4);
});

walk("mode=embedded shows title, threads, picture, sentence, buttons and lanes only", { path: "#v=1&e=a4&p=40&mode=embedded" }, async (page) => {
  assert.equal(await page.locator(".topbar, .source, [role=tab]").count(), 0);
  for (const shown of ["h1", ".threads", ".tree", "#sentence", "#step", ".timeline"]) {
    assert.equal(await page.locator(shown).count(), 1, shown);
  }
  const { height, scrollHeight } = await page.locator(".threads").evaluate((panel) => ({ height: panel.clientHeight, scrollHeight: panel.scrollHeight }));
  assert.ok(scrollHeight <= height + 1, `three threads are cut at ${height} of ${scrollHeight} px`);
  await screenshot(page, "embedded-1280-light");
});

walk("at 320 px nothing scrolls sideways", { viewport: NARROW, path: "#v=1&e=a4" }, async (page) => {
  await page.keyboard.press("End");
  // A scroll bar has its place within the 320.
  const [all, shown] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.equal(all, shown);
});
