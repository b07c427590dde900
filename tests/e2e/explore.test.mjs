// The machine searches all interleavings, in a Worker beside the page; the museum; two kernels side by side.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { NARROW, WIDE, allowCopying, assertAccessible, copied, launchBrowser, newPage, openPage, screenshot } from "./helpers.mjs";
import { alertText, position, readExhibit, settled, stepUntilAlert, total, typeScript, waitForDrawing } from "./workbench.mjs";

const PHONE = { width: 390, height: 844 };
const LARGE = readFileSync(new URL("../mix/4x1.dax", import.meta.url), "utf8");
const SMALL = readFileSync(new URL("../mix/2x1.dax", import.meta.url), "utf8");

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

/** A test on a page of its own that must not complain. */
function walk(name, options, body) {
  test(name, async (context_) => {
    const { context, page, problems } = await openPage(browser, options);
    waitForDrawing(page);
    await body(page, context_);
    assert.deepEqual(problems, []);
    await context.close();
  });
}

const verdict = (page) => page.locator("#verdict h3").textContent();
const counters = async (page) => {
  const texts = await page.locator("#counters div").allTextContents();
  // What is left of a search is told in words, and is no counter.
  const numbers = texts.filter((text) => /[\d,.]+$/.test(text));
  return Object.fromEntries(numbers.map((text) => [text.replace(/[\d,.]+$/, ""), Number(text.match(/[\d,.]+$/)[0].replaceAll(",", ""))]));
};
const start = async (page) => {
  await page.keyboard.press("e");
  await page.locator("#start-search:focus").waitFor();
  await page.keyboard.press("Enter");
};
const run = async (page, script) => {
  await typeScript(page, script);
  await page.keyboard.press("Control+Enter");
  await settled(page);
};

walk("e and Enter find the lost wake-up; stepping through it ends at the alert", { path: "#v=1&e=a4" }, async (page) => {
  const before = await total(page);
  await start(page);
  assert.match(await verdict(page), /Lost wake-up/);
  assert.match(await page.locator("#verdict").textContent(), /found it on v5 after \d+ steps/);
  assert.match(await page.locator("#announcer").textContent(), /Lost wake-up/);
  const steps = Number((await page.locator("#verdict > p").first().textContent()).match(/after (\d+) steps/)[1]);
  assert.ok((await counters(page)).states > 1000);
  await page.getByText("Why it happens").waitFor();
  assert.match(await page.locator(".explanation").textContent(), /Without this switch/);
  await screenshot(page, "explore-violation-1280-light");
  await page.getByRole("button", { name: "Step through it" }).click();
  await settled(page);
  assert.equal(await position(page), 0);
  assert.ok((await total(page)) <= steps);
  assert.equal(await page.evaluate(() => document.activeElement.id), "step");
  const presses = await stepUntilAlert(page);
  assert.equal(presses, await total(page));
  assert.match(await alertText(page), /Lost wake-up/);
  // What was there before comes back.
  await page.keyboard.press("Control+z");
  assert.equal(await total(page), before);
});

walk("on v6 the search is complete, and the certificate can be copied", { path: "#v=1&e=a4&r=v6" }, async (page, it) => {
  await allowCopying(page.context());
  await start(page);
  assert.match(await verdict(page), /Complete/);
  assert.match(await page.locator("#verdict").textContent(), /No rule is broken in any interleaving on v6/);
  const { states, "states/s": rate, transitions } = await counters(page);
  it.diagnostic(`A4 on v6 in the Worker: ${states} states, ${transitions} transitions, ${rate} states/s`);
  await page.locator(".certificate summary").click();
  await page.getByRole("button", { name: "Copy the certificate" }).click();
  await page.getByText("copied", { exact: false }).first().waitFor();
  const text = await copied(page.context());
  assert.match(text, /^verdict +complete: no rule is broken in any interleaving$/m);
  assert.match(text, /^kernel +v6$/m);
  assert.match(text, /^script digest +[0-9a-f]{32}$/m);
  await screenshot(page, "explore-complete-1280-light");
});

walk("a large search shows live counters and can be cancelled at once", {}, async (page) => {
  await run(page, LARGE);
  await start(page);
  await page.locator("#counters.running").waitFor();
  const seen = new Set();
  while (seen.size < 4) {
    assert.equal(await page.locator("#verdict").count(), 0, `it ended after ${[...seen]} states`);
    seen.add((await counters(page)).states);
    await settled(page);
  }
  // The page is free meanwhile.
  await page.keyboard.press("ArrowRight");
  assert.equal(await position(page), 1);
  await page.getByRole("button", { name: "Cancel" }).click();
  assert.match(await verdict(page), /Stopped/);
  assert.match(await page.locator("#verdict").textContent(), /this proves nothing/);
  const { states } = await counters(page);
  await page.waitForTimeout(500);
  assert.equal((await counters(page)).states, states, "it goes on after Cancel");
});

walk("two threads have their verdict; how fast is printed", {}, async (page, it) => {
  await run(page, SMALL);
  await start(page);
  assert.match(await verdict(page), /Complete/);
  const { seconds } = await counters(page);
  it.diagnostic(`two threads: ${seconds * 1000} ms`);
});

walk("the reductions agree", { path: "#v=1&e=a4" }, async (page) => {
  await page.keyboard.press("e");
  await page.getByRole("button", { name: "Compare" }).click();
  await page.waitForFunction(() => document.querySelector("#announcer").textContent.includes("table is complete"));
  const rows = await page.locator(".reductions").first().locator("tbody tr").allTextContents();
  assert.equal(rows.length, 7);
  for (const row of rows) assert.match(row, /same|says nothing/);
  assert.match(rows.at(-1), /same/);
});

walk("each guard says what breaks without it", { path: "#v=1&e=a4&r=v6" }, async (page) => {
  await page.keyboard.press("e");
  await page.getByRole("button", { name: "Try without" }).click();
  await page.waitForFunction(() => document.querySelector("#announcer").textContent.includes("table is complete"));
  const guards = page.locator(".reductions").last();
  assert.match(await guards.locator("tr", { hasText: "wake_mode_downgrade=one" }).textContent(), /needed: Lost wake-up after \d+ steps/);
  assert.match(await guards.textContent(), /not needed here/);
});

walk("a script with errors is not searched, and the panel says why", {}, async (page) => {
  await typeScript(page, "thread A\n  frobnicate\n");
  await page.keyboard.press("Escape");
  await page.keyboard.press("e");
  assert.match(await page.locator(".why-not").textContent(), /The script in the editor has errors/);
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#counters").count(), 0);
  await page.getByRole("button", { name: "Go to the script" }).click();
  assert.equal(await page.locator("#script-text").count(), 1);
});

test("without Workers the page searches by itself, in slices", async () => {
  const { context, page } = await newPage(browser);
  await page.addInitScript(() => delete window.Worker);
  await page.goto(new URL("#v=1&e=a4", process.env.BASE_URL ?? "http://127.0.0.1:8080/").href);
  await page.locator("#boot-status").waitFor({ state: "detached" });
  waitForDrawing(page);
  await start(page);
  assert.match(await verdict(page), /Lost wake-up/);
  await context.close();
});

walk("the museum: an exhibit, its story, the machine finds it, the fix beside it", {}, async (page) => {
  await page.keyboard.press("g");
  // The gallery comes with a part of the module.
  await page.locator("#exhibits li").first().waitFor();
  const all = await page.locator("#exhibits li").count();
  assert.ok(all >= 15, `${all} exhibits`);
  await page.locator("#gallery-search").fill("lost wake-up downgrade");
  await settled(page);
  assert.ok((await page.locator("#exhibits li").count()) < all);
  await page.locator("#gallery-search").fill("");
  await settled(page);
  await page.keyboard.press("Escape");
  await readExhibit(page, "A4");
  await page.getByRole("group", { name: "Story" }).waitFor();
  await page.getByRole("button", { name: "Let the machine find it" }).click();
  assert.match(await verdict(page), /Lost wake-up/);
  await page.getByRole("button", { name: "Story", exact: true }).click();
  await page.getByRole("button", { name: "Side by side with the fix" }).click();
  assert.match(await page.locator(".pair-summary").textContent(), /They part at step \d+/);
  assert.equal(await page.locator(".pair .parts").count(), 1);
  const ends = await page.locator(".pair tfoot td").allTextContents();
  assert.match(ends[1], /broken.*Lost wake-up/);
  assert.match(ends[2], /fine.*Every thread is done/);
  await page.getByRole("combobox", { name: "Kernel on the right" }).selectOption("v5");
  await settled(page);
  assert.match(await page.locator(".pair-summary").textContent(), /never part/);
});

walk("every exhibit opens with its story", {}, async (page) => {
  await page.keyboard.press("g");
  const ids = await page.locator("#exhibits .exhibit-id").allTextContents();
  for (const id of ids) {
    if (!(await page.locator("#exhibits").count())) await page.keyboard.press("g");
    await page.locator("#exhibits button").filter({ has: page.getByText(id, { exact: true }) }).click();
    await settled(page);
    assert.match(await page.getByRole("button", { name: /^Exhibit:/ }).textContent(), new RegExp(`${id} `));
    assert.equal(await page.locator(".notice").count(), 0, `${id}: ${await page.locator(".notice").allTextContents()}`);
    await page.evaluate(() => document.activeElement.blur());
  }
});

const STATES = {
  explore: async (page) => page.keyboard.press("e"),
  found: async (page) => {
    await start(page);
    await page.getByText("Why it happens").waitFor();
    await page.locator(".certificate summary").click();
    await page.locator(".asked summary").click();
    await page.getByText("any number", { exact: true }).click();
  },
  gallery: async (page) => page.keyboard.press("g"),
  "side-by-side": async (page) => {
    await readExhibit(page, "A4");
    await page.getByRole("button", { name: "Side by side with the fix" }).click();
  },
};
for (const colorScheme of ["light", "dark"]) {
  for (const viewport of [WIDE, PHONE, NARROW]) {
    for (const [name, reach] of Object.entries(STATES)) {
      const options = { path: "#v=1&e=a4", viewport, colorScheme, reducedMotion: "reduce" };
      walk(`axe: ${name}, ${viewport.width} px, ${colorScheme}`, options, async (page) => {
        await reach(page);
        await settled(page);
        const sideways = await page.evaluate(() => {
          const boxes = [document.documentElement, ...document.querySelectorAll("dialog .dialog-body, .explore-body")];
          return Math.max(...boxes.map((box) => box.scrollWidth - box.clientWidth));
        });
        assert.ok(sideways <= 0, `scrolls sideways by ${sideways} px`);
        if (viewport !== NARROW) await screenshot(page, `${name}-${viewport.width}-${colorScheme}`);
        await assertAccessible(page, `${name} at ${viewport.width} px, ${colorScheme}`);
      });
    }
  }
}
