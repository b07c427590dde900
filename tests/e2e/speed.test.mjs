// From a key press to the painted step, and from the address to the first view. Printed, not judged: machines that run
// tests are busy. What is judged is that every press does something.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BASE_URL, launchBrowser, newPage, openPage } from "./helpers.mjs";
import { count, settled, typeScript } from "./workbench.mjs";

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

/** Presses a key so many times; milliseconds from the press to the end of the frame that shows it, sorted. */
function measure(page, key, times) {
  return page.evaluate(
    async ([key, times]) => {
      const { port1, port2 } = new MessageChannel();
      const turn = () =>
        new Promise((resolve) => {
          port1.onmessage = resolve;
          port2.postMessage(0);
        });
      const painted = () => new Promise((resolve) => requestAnimationFrame(() => turn().then(resolve)));
      const found = [];
      for (let press = 0; press < times; press += 1) {
        await painted();
        const start = performance.now();
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key, code: key, bubbles: true, cancelable: true }));
        // Yew draws in a microtask; what follows is style, layout and paint, forced here.
        await turn();
        document.body.getBoundingClientRect();
        found.push(performance.now() - start);
      }
      return found.sort((a, b) => a - b);
    },
    [key, times],
  );
}

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

test("a key press is drawn and laid out", async () => {
  const { context, page } = await openPage(browser, { path: "#v=1&e=a4" });
  for (const key of ["ArrowRight", "ArrowLeft"]) {
    const before = await count(page);
    const times = await measure(page, key, 70);
    console.log(`${key}: median ${percentile(times, 0.5).toFixed(1)} ms, 95 % ${percentile(times, 0.95).toFixed(1)} ms`);
    assert.notEqual(await count(page), before, key);
  }
  await context.close();
});

test("two thousand steps", async () => {
  const { context, page } = await openPage(browser);
  const ops = Array.from({ length: 60 }, (_, at) => `  write 4K at 0x${(0x200 + at).toString(16)}p`).join("\n");
  await typeScript(page, `file 4M\nthread A\n${ops}\nthread B\n${ops}\n`);
  assert.deepEqual(await page.locator(".diagnostics .error").allTextContents(), []);
  await page.keyboard.press("Control+Enter");
  for (let run = 0; run < 40; run += 1) await page.keyboard.press(run % 2 ? "Shift+Digit2" : "Shift+Digit1");
  const before = await count(page);
  const back = await measure(page, "ArrowLeft", 40);
  console.log(`${await count(page)}: back median ${percentile(back, 0.5).toFixed(1)} ms, 95 % ${percentile(back, 0.95).toFixed(1)} ms`);
  assert.notEqual(await count(page), before);
  await context.close();
});

test("a key in an editor that holds a megabyte", async () => {
  const { context, page } = await openPage(browser);
  const line = `wriet 4K at 0  # ${"x".repeat(240)}\n`;
  const text = line.repeat(Math.ceil(2 ** 20 / line.length));
  await typeScript(page, "");
  // Playwright's `fill` inserts line by line, which alone takes Chromium minutes.
  await page.locator("#script-text").evaluate((area, text) => {
    area.value = text;
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
    area.setSelectionRange(0, 0);
    area.focus();
  }, text);
  await settled(page);
  const times = [];
  for (const key of ["x", "y", "z"]) {
    const start = performance.now();
    await page.keyboard.press(key);
    await settled(page);
    times.push(performance.now() - start);
  }
  console.log(`a key in ${text.length} bytes: ${times.map((time) => time.toFixed(0)).join(", ")} ms`);
  // What is judged is the work: as many numbers and mistakes are drawn as can be seen.
  assert.ok((await page.locator("#script-text").inputValue()).startsWith("xyzwriet"));
  assert.equal(await page.locator(".numbers div").count(), 80);
  assert.equal(await page.locator(".diagnostics li").count(), 101);
  assert.match(await page.locator(".diagnostics li").last().textContent(), /from line 102 on the script is not read/);
  // The numbers follow the text.
  await page.locator("#script-text").evaluate((area) => area.scrollTo(0, 20 * 2_000));
  await page.locator(".numbers div", { hasText: /^2001$/ }).waitFor();
  await context.close();
});

test("the first view", async () => {
  const times = [];
  for (let visit = 0; visit < 5; visit += 1) {
    const { context, page } = await newPage(browser);
    const start = performance.now();
    await page.goto(BASE_URL, { waitUntil: "commit" });
    await page.locator("#boot-status").waitFor({ state: "attached" }).catch(() => {});
    const skeleton = performance.now() - start;
    await page.locator("#step").waitFor();
    times.push([skeleton, performance.now() - start]);
    await context.close();
  }
  times.sort((a, b) => a[1] - b[1]);
  const [skeleton, workbench] = times[2];
  console.log(`skeleton ${skeleton.toFixed(0)} ms, workbench ${workbench.toFixed(0)} ms`);
  assert.ok(times.length === 5 && workbench >= skeleton);
});
