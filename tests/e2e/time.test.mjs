// Time, branches, why: everything of docs/time.md as somebody walks through it, by keyboard and by mouse, and axe in each state.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible, launchBrowser, openPage, screenshot } from "./helpers.mjs";
import { alertText, count, position, settled, total, waitForDrawing } from "./workbench.mjs";

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

const A4 = "#v=1&e=a4&p=45";

/** A test on a page of its own that must not complain; a Ctrl+wheel or a drag may be anywhere in it. */
function walk(name, options, body) {
  test(name, async () => {
    const opened = await openPage(browser, { path: A4, reducedMotion: "reduce", ...options });
    waitForDrawing(opened.page);
    await settled(opened.page);
    await body(opened.page, opened.context);
    assert.deepEqual(opened.problems, []);
    await opened.context.close();
  });
}

const toast = (page) => page.locator(".toast").first().innerText();
const press = async (page, ...keys) => {
  for (const key of keys) await page.keyboard.press(key);
};
const choose = async (page, name, label) => {
  await page.getByRole("dialog").getByLabel(name, { exact: true }).selectOption({ label });
  await settled(page);
};
const lanes = (page) => page.locator("svg.timeline").getAttribute("aria-label");

walk("a branch stays: named, opened again, compared with another", { path: "#v=1&e=a4&p=10" }, async (page) => {
  const whole = await total(page);
  await press(page, "2");
  await page.getByRole("button", { name: "Branches", exact: true }).click();
  // The panel may still be on its way.
  await page.locator(".branch").first().waitFor();
  await settled(page);
  assert.equal(await page.locator(".branch").count(), 2, "the run that was left, and the new one");
  const other = page.locator(".branch:not(.current)").first();
  await other.getByRole("button", { name: /^Rename/ }).first().click();
  await page.locator(".branch-field").fill("as recorded");
  await page.keyboard.press("Enter");
  assert.match(await page.locator(".branch-list").innerText(), /as recorded/);
  await page.locator(".branch:not(.current)").getByRole("button", { name: /^Compare/ }).first().click();
  await settled(page);
  assert.match(await page.getByRole("dialog").innerText(), /as recorded/);
  await assertAccessible(page, "two branches compared");
  await page.keyboard.press("Escape");
  await settled(page);
  await press(page, "Control+z");
  assert.equal(await total(page), whole, "Ctrl+Z brings the recorded run back");
  await press(page, "Control+Shift+z");
  assert.ok((await total(page)) < whole);
});

walk("what comes later is hidden, and shown again", {}, async (page) => {
  await press(page, "h");
  assert.equal(await count(page), "step 45, future hidden");
  assert.doesNotMatch(await lanes(page), /step 4[6-9]|step 5\d/);
  await press(page, "n");
  assert.match(await toast(page), /hidden. Press h/);
  await assertAccessible(page, "future hidden");
  await press(page, "h");
  assert.match(await count(page), /step 45 of \d+/);
});

walk("buttons and keys zoom the lanes; locks have bars and wake-ups arrows", {}, async (page) => {
  assert.ok((await page.locator(".timeline .tl-lock").count()) > 0, "no lock bar");
  assert.ok((await page.locator(".timeline .wake").count()) > 0, "no arrow");
  const all = await lanes(page);
  await press(page, "+");
  assert.notEqual(await lanes(page), all, "the first press shows fewer steps");
  await page.locator(".tl-overview").waitFor();
  await assertAccessible(page, "zoomed");
  const part = await lanes(page);
  await press(page, ",");
  assert.notEqual(await lanes(page), part);
  await page.getByRole("button", { name: "More steps in the lanes" }).click();
  await settled(page);
  assert.equal(await lanes(page), all);
});

walk("the wheel zooms over the strip and with Ctrl, a drag pans, and the page keeps its scrolling", {}, async (page) => {
  const all = await lanes(page);
  const over = async (selector, share) => {
    const box = await page.locator(selector).boundingBox();
    await page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
    return box;
  };
  await over(".tl-part", 0.5);
  await page.mouse.wheel(0, -120);
  await settled(page);
  assert.equal(await lanes(page), all, "a wheel alone is the page's");
  const zoom = await page.evaluate(() => devicePixelRatio);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -120);
  await page.mouse.wheel(0, -120);
  await page.keyboard.up("Control");
  await page.locator(".tl-overview").waitFor();
  await settled(page);
  assert.equal(await page.evaluate(() => devicePixelRatio), zoom, "the page itself is not zoomed");
  const part = await lanes(page);
  assert.notEqual(part, all);
  const at = await position(page);

  const box = await over(".tl-part", 0.5);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5 - 200, box.y + 8, { steps: 5 });
  await page.mouse.up();
  await settled(page);
  assert.notEqual(await lanes(page), part, "the lanes follow the hand");
  assert.equal(await position(page), at, "a drag is no click");
  await over(".tl-part", 0.25);
  await page.mouse.down();
  await page.mouse.up();
  await settled(page);
  assert.notEqual(await position(page), at, "a click is one");

  await over(".tl-overview", 0.5);
  await page.mouse.wheel(0, 120);
  await settled(page);
  await page.mouse.wheel(0, 120);
  await settled(page);
  assert.equal(await lanes(page), all, "over the strip the wheel shows all again");
});

walk("who waits for whom, where nobody can run", { path: "#v=1&e=d6" }, async (page) => {
  assert.equal(await page.locator(".wait-graph").count(), 0);
  await press(page, "End");
  const graph = page.locator(".wait-graph");
  assert.ok((await graph.locator(".wg-edge.ring").count()) > 1, "a ring");
  assert.match(await graph.locator(".wait-edges").innerText(), /A waits for B|B waits for A/);
  await assertAccessible(page, "wait graph");
});

walk("u runs until a condition holds, on and back, and says where it stopped or why not", {}, async (page) => {
  await press(page, "Home", "u");
  const dialog = page.getByRole("dialog");
  // Enter runs on at once.
  await page.locator("#run-until:focus").waitFor();
  assert.match(await dialog.innerText(), /Stops at the first step where\s+a rule is broken/);
  await choose(page, "Stop where", "an object comes to be …");
  await choose(page, "Object", "entry of page …");
  await dialog.getByLabel("Page of the file").fill("0x200");
  await choose(page, "comes to be", "locked");
  await settled(page);
  assert.match(await dialog.innerText(), /entry 0x200 is locked/);
  await assertAccessible(page, "the dialog, wide");
  await screenshot(page, "until-1280-light");
  await dialog.getByLabel("Page of the file").press("Enter");
  await settled(page);
  assert.equal(await page.getByRole("dialog").count(), 0);
  const first = await position(page);
  assert.equal(await toast(page), `Stopped at step ${first}: entry 0x200 is locked.`);
  await press(page, "Shift+U");
  const second = await position(page);
  assert.ok(second > first);
  await press(page, "u");
  await dialog.getByRole("button", { name: "Run back" }).click();
  await settled(page);
  assert.equal(await position(page), first);
  await press(page, "u");
  await dialog.getByRole("button", { name: "Run back" }).click();
  await settled(page);
  assert.match(await toast(page), /There is no earlier step where entry 0x200 is locked/);
  assert.equal(await dialog.count(), 1, "the dialog stays where nothing moved");
  await dialog.getByLabel("Page of the file").fill("x");
  await settled(page);
  assert.match(await dialog.innerText(), /`x` is no page/);
  await assertAccessible(page, "a refusal in the dialog");
  await page.keyboard.press("Escape");
  await settled(page);
  assert.equal(await page.getByRole("dialog").count(), 0);
});

walk("at first u and Enter run until something is broken", { path: "#v=1&e=a5" }, async (page) => {
  await press(page, "u", "Enter");
  assert.match(await alertText(page), /unlocks a NULL page/);
  assert.equal(await page.evaluate(() => document.activeElement?.closest("[role=alert], .alert") !== null), true);
});

walk("a line of the listing is run to, by keyboard and by mouse, both ways", {}, async (page) => {
  const listing = page.getByRole("listbox", { name: "Source listing" });
  await listing.focus();
  await press(page, "ArrowDown");
  const line = await listing.getAttribute("aria-activedescendant");
  assert.match(line, /^line-\d+$/);
  assert.equal(await page.locator(`#${line}`).getAttribute("aria-selected"), "true");
  assert.equal(await position(page), 45, "the run stays where it is");
  await assertAccessible(page, "a line is chosen");
  await screenshot(page, "line-1280-light");
  await press(page, "Home");
  await listing.focus();
  await press(page, "Enter");
  const bar = page.locator(".line-bar");
  const name = await bar.locator(".mono").innerText();
  const first = await position(page);
  assert.equal(await toast(page), `Stopped at step ${first}: a thread is about to perform ${name}.`);
  await bar.getByRole("button", { name: "Run to" }).click();
  await settled(page);
  const second = await position(page);
  assert.ok(second > first);
  await listing.focus();
  await press(page, "Shift+Enter");
  assert.equal(await position(page), first);
  await bar.getByLabel("Before or after the line").selectOption("after");
  await bar.getByRole("button", { name: "Run to" }).click();
  await settled(page);
  assert.match(await toast(page), /a thread has performed/);
  // The doc comment of a function is never performed.
  await page.locator(".listing .ln").first().click();
  await settled(page);
  await bar.getByRole("button", { name: "Run to" }).click();
  await settled(page);
  assert.match(await toast(page), /There is no later step where a thread has performed .* Nobody can run/);
  await bar.getByRole("button", { name: "Forget the line" }).click();
  await settled(page);
  assert.equal(await bar.count(), 0);
});

walk("a watched object keeps its value in sight, in the link, and leads to its changes", {}, async (page) => {
  await press(page, "w");
  assert.match(await toast(page), /Nothing is selected/);
  await page.locator("#tree-svg .leaf").first().click();
  await settled(page);
  await press(page, "w");
  const [, entry] = (await toast(page)).match(/^(entry 0x[0-9a-f]+) is watched: /);
  await page.getByRole("button", { name: "Close the history" }).click();
  await settled(page);
  const list = page.locator(".watch");
  assert.ok((await list.innerText()).includes(entry));
  await list.getByRole("button", { name: `Previous change: ${entry}` }).click();
  await settled(page);
  const earlier = await position(page);
  assert.ok(earlier < 45);
  assert.equal(await list.locator(".is-changed").count(), 1, "the step that changes it is marked");
  await list.getByRole("button", { name: `Next change: ${entry}` }).click();
  await settled(page);
  assert.ok((await position(page)) > earlier);
  assert.ok((await page.locator(".timeline .watch-mark").count()) > 1, "and in the lanes");
  await assertAccessible(page, "watching");
  await screenshot(page, "watch-1280-light");
  assert.equal(await page.evaluate(() => document.documentElement.scrollHeight), 800, "the page does not scroll");
  await page.waitForFunction((word) => location.hash.endsWith(`watch=${word}`), entry.replace(" ", "-"));
  await page.reload();
  await page.locator("#boot-status").waitFor({ state: "detached" });
  await settled(page);
  assert.ok((await list.innerText()).includes(entry));
  const room = await page.evaluate(() => document.querySelector(".panel.tree").offsetHeight);
  await list.getByRole("button", { name: /Watch no longer/ }).click();
  await settled(page);
  assert.equal(await list.count(), 0);
  const without = await page.evaluate(() => document.querySelector(".panel.tree").offsetHeight);
  assert.ok(without - room <= 14, `the picture loses a row of the lanes at most: ${without - room} px`);
});

walk("presenter mode shows the watch list on its key alone", { path: `${A4}&mode=presenter&watch=entry-0x200` }, async (page) => {
  assert.equal(await page.locator(".watch").count(), 0);
  await press(page, "w");
  assert.equal(await page.locator(".watch").count(), 1);
  await assertAccessible(page, "presenter mode with the watch list");
  await screenshot(page, "watch-presenter-1280-light");
  await press(page, "w");
  assert.equal(await page.locator(".watch").count(), 0);
});

walk("an entry word is told bit by bit on hover and on focus, until Escape", {}, async (page) => {
  const tip = page.locator("#word-tip");
  const leaf = page.locator("#tree-svg .leaf").first();
  await leaf.hover();
  await tip.waitFor();
  assert.match(await tip.innerText(), /RADIX_DAX_ENTRY_LOCK/);
  await tip.hover();
  await page.waitForTimeout(600);
  assert.equal(await tip.count(), 1, "the pointer can go to it");
  await assertAccessible(page, "the bits over the page");
  await screenshot(page, "bits-1280-light");
  const at = await position(page);
  await page.keyboard.press("Escape");
  assert.equal(await tip.count(), 0, "Escape takes it away");
  assert.equal(await position(page), at);
  await page.locator("h2", { hasText: "Radix tree" }).hover();
});

walk("a run plays at a speed, and stops at what breaks and at every other key", { path: "#v=1&e=a4" }, async (page) => {
  const speed = page.getByLabel("Play speed");
  await press(page, ">", ">", ">");
  assert.match(await toast(page), /Play speed 8×, the fastest/);
  assert.equal(await speed.inputValue(), "8×");
  await page.locator("#step").focus();
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await page.waitForFunction(() => /step ([3-9]|\d\d) of/.test(document.querySelector("#count").textContent));
  await assertAccessible(page, "playing");
  await press(page, "+");
  const stopped = await position(page);
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await page.locator("#alert").waitFor();
  assert.ok((await position(page)) > stopped);
  assert.match(await alertText(page), /C sleeps on key 0x200/);
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  await press(page, "<");
  assert.equal(await speed.inputValue(), "2×");
  await page.reload();
  await page.locator("#boot-status").waitFor({ state: "detached" });
  await settled(page);
  assert.equal(await page.getByLabel("Play speed").inputValue(), "2×", "the speed is kept");
});

walk("nothing plays where nobody looks", { path: "#v=1&e=a4" }, async (page) => {
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await page.getByRole("button", { name: "Pause", exact: true }).waitFor();
  // Headless pages are never hidden; the event is what a browser sends.
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
});
