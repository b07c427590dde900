// The first steps, for `cargo xtask late`: run against a build that marks each function when it is called, this writes the marks.
// What it does is what has to work before the rest of the module is here; the longer it is, the more comes first.
//   node first-steps.mjs WHERE_THE_MARKS_ARE WHERE_TO_WRITE_THEM
import { readFileSync, writeFileSync } from "node:fs";
import { BASE_URL, FOR_EVER, WIDE, launchBrowser } from "./helpers.mjs";
import { settled } from "./workbench.mjs";

const [, , place, out] = process.argv;
const [begins, count] = readFileSync(place, "utf8").split(" ").map(Number);
const called = new Uint8Array(count);

/**
 * Walks with a rest that never comes or, if `isRefused`, with one that is refused. A page that is slow (`slower` times) draws in
 * several turns, which is other code.
 */
async function walk({ viewport = WIDE, colorScheme = "light", isRefused = false, hasTexts = true, slower = 1 }, steps) {
  const context = await browser.newContext({ viewport, colorScheme });
  context.setDefaultTimeout(FOR_EVER);
  const page = await context.newPage();
  await page.addInitScript((isRefused) => {
    const come = () => (isRefused ? Promise.reject(new Error("refused")) : new Promise(() => {}));
    window.daxscopeRest = { isHere: () => false, come };
  }, isRefused);
  // The page keeps its module to itself.
  await page.route("**/static/boot.js", async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace("await init(", "window.daxscopeModule = await init(");
    await route.fulfill({ response, body });
  });
  if (!hasTexts) await page.route("**/texts/*", (route) => route.abort());
  const devtools = await context.newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: slower });
  await page.goto(BASE_URL);
  await page.locator("#boot-status").waitFor({ state: "detached" });
  await page.locator(hasTexts ? ".source .ln" : ".source .missing-text").first().waitFor({ state: "attached" });
  await settled(page);
  await steps(page);
  const marks = await page.evaluate(
    ([begins, count]) => Array.from(new Uint8Array(window.daxscopeModule.memory.buffer, begins, count)),
    [begins, count],
  );
  for (const [at, mark] of marks.entries()) called[at] |= mark;
  await context.close();
}

const browser = await launchBrowser();
const press = (...names) => async (page) => {
  for (const name of names) {
    await page.keyboard.press(name);
    await settled(page);
  }
};
const times = (count, name) => Array(count).fill(name);

const tap = async (page) => {
  for (let at = 0; at < 5; at += 1) {
    await page.locator("#step").click();
    await settled(page);
  }
};

/** What happens to a page without anybody who wants something. */
async function passBy(page) {
  const { width, height } = page.viewportSize();
  for (let x = 20; x < width; x += 60) {
    for (let y = 20; y < height; y += 30) await page.mouse.move(x, y);
  }
  await page.mouse.wheel(0, 100);
  await page.setViewportSize({ width: width - 80, height: height - 60 });
  await settled(page);
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await settled(page);
}

await walk({}, async (page) => {
  await press(...times(32, "ArrowRight"), ...times(4, "ArrowLeft"), "Home", ...times(50, "ArrowRight"), "End", "Home", "1", "2", "3", "1")(page);
  await passBy(page);
  // Everything else only has to wait.
  await press(..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ?/+-.,<>[]".split(""))(page);
  await press("Escape", "Enter", "ArrowDown", "ArrowUp", "PageDown", "PageUp", "Shift+1", "Control+k", "Control+z", "Tab")(page);
  for (const button of await page.locator(".app button:visible:enabled").all()) await button.dispatchEvent("click");
  await settled(page);
});
await walk({ slower: 6, hasTexts: false }, press(...times(6, "ArrowRight"), "ArrowLeft"));
await walk({ viewport: { width: 390, height: 844 }, colorScheme: "dark", isRefused: true }, async (page) => {
  await tap(page);
  await press("b")(page);
  await page.locator(".toast", { hasText: "did not come" }).waitFor();
  await page.locator(".toast", { hasText: "did not come" }).waitFor({ state: "hidden" });
  await tap(page);
});
await browser.close();

writeFileSync(out, Array.from(called).join(""));
console.log(`${called.filter(Boolean).length} of ${count} functions run up to the first steps`);
