// What cannot work says so: a page without its module, and a search whose Worker is dead.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { BASE_URL, WIDE, assertAccessible, launchBrowser, newPage, openPage, screenshot } from "./helpers.mjs";
import { position, readExhibit, settled, typeScript, waitForDrawing } from "./workbench.mjs";

const PHONE = { width: 390, height: 844 };
const LARGE = readFileSync(new URL("../mix/4x1.dax", import.meta.url), "utf8");
const WASM = "**/*_bg.wasm";

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

/** Opens a page whose module will not come; `prepare` sees to that. Returns what it says when it has given up. */
async function openWithout({ address = BASE_URL, ...options }, prepare, body) {
  const { context, page } = await newPage(browser, options);
  await prepare(page);
  await page.goto(address, { waitUntil: "commit" });
  await body(page);
  await context.close();
}

const said = (page) => page.locator("#boot-status.failed").textContent();

for (const colorScheme of ["light", "dark"]) {
  for (const viewport of [WIDE, PHONE]) {
    test(`a page from a file says that it needs a server, ${viewport.width} px, ${colorScheme}`, () => {
      const address = new URL("../../dist/index.html", import.meta.url).href;
      return openWithout({ address, viewport, colorScheme }, async () => {}, async (page) => {
        assert.match(await said(page), /opened from a file.*cargo xtask serve/s);
        await screenshot(page, `broken-file-${viewport.width}-${colorScheme}`);
        await assertAccessible(page);
      });
    });
  }
}

for (const [what, pattern, status] of [
  ["the module is missing", WASM, 404],
  ["its JavaScript is missing", "**/pkg/daxscope.js", 404],
  ["the boot script is missing", "**/boot.js", 404],
]) {
  test(`${what}: the page says that it could not start`, () =>
    openWithout({}, (page) => page.route(pattern, (route) => route.fulfill({ status })), async (page) => {
      assert.match(await said(page), /could not start \(.+\)\. Reload the page/);
    }));
}

test("a module that is cut off says so", () =>
  openWithout({}, (page) => page.route(WASM, (route) => route.abort()), async (page) => {
    assert.match(await said(page), /could not start/);
  }));

test("a module that never comes says so, and may still come", () => {
  let answer;
  const hang = new Promise((resolve) => {
    answer = resolve;
  });
  const prepare = async (page) => {
    await page.clock.install();
    await page.route(WASM, async (route) => {
      await hang;
      await route.continue();
    });
  };
  return openWithout({}, prepare, async (page) => {
    await page.locator("#boot-status").waitFor();
    assert.equal(await page.locator("#boot-status.failed").count(), 0);
    await page.clock.fastForward(60_000);
    assert.match(await said(page), /has not arrived in 12 seconds.*reload the page/s);
    await screenshot(page, "broken-slow-1280-light");
    answer();
    await page.locator("#step").waitFor();
  });
});

test("a workbench that breaks down says so above what is left of it", async () => {
  const { context, page } = await openPage(browser);
  await page.evaluate(() => {
    // A module of one function that traps at once.
    const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11];
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes)));
    setTimeout(exports.f, 0);
  });
  const strip = page.locator("#broken-down");
  assert.match(await strip.textContent(), /broke down \(.*unreachable.*\).*Reload the page/s);
  await screenshot(page, "broken-down-1280-light");
  await context.close();
});

/** What is put behind the Worker's script, so that it dies when it is told to: Firefox lets nobody else into a Worker. */
const MORTAL = `
const deaths = {
  "without a word": () => self.close(),
  "of a trap": () => self.postMessage({ problem: "unreachable" }),
  "of an error": () => { throw new Error("out of memory"); },
};
new BroadcastChannel("deaths").onmessage = ({ data }) => deaths[data]();
`;

/** Begins a search that takes long, in a Worker that can be killed. */
async function searching(page) {
  const body = (await (await fetch(new URL("static/worker.js", BASE_URL))).text()) + MORTAL;
  // A Worker that is asked for as the test ends gets nothing: its page is gone.
  await page.route("**/worker.js", (route) => route.fulfill({ contentType: "text/javascript", body }).catch(() => {}));
  await typeScript(page, LARGE);
  await page.keyboard.press("Control+Enter");
  await settled(page);
  await page.keyboard.press("e");
  await page.locator("#start-search:focus").waitFor();
  await page.keyboard.press("Enter");
  await page.locator("#counters.running").waitFor();
  await page.waitForFunction(() => !/^states0$/.test(document.querySelector("#counters div").textContent));
}

/** Lets the Worker that searches die. */
const kill = (page, death) => page.evaluate((death) => new BroadcastChannel("deaths").postMessage(death), death);

const DEATHS = {
  "without a word": /Worker that searched is dead \(it has said nothing for 15 seconds\)/,
  "of a trap": /Worker that searched is dead \(unreachable\)/,
  "of an error": /Worker that searched is dead \(.*out of memory\)/,
};
for (const [name, pattern] of Object.entries(DEATHS)) {
  test(`a Worker that dies ${name} is noticed and told, and the next search has a new one`, async () => {
    const { context, page } = await openPage(browser);
    waitForDrawing(page);
    await searching(page);
    await kill(page, name);
    const card = page.locator("#verdict");
    assert.match(await card.textContent(), pattern);
    assert.match(await card.textContent(), /The search ended early.*Search again/s);
    assert.equal(await page.locator("#counters.running").count(), 0);
    await page.keyboard.press("ArrowRight");
    assert.equal(await position(page), 1);
    await page.getByRole("button", { name: "Search again" }).click();
    await page.locator("#counters.running").waitFor();
    await page.waitForFunction(() => !/^states0$/.test(document.querySelector("#counters div").textContent));
    await page.getByRole("button", { name: "Cancel" }).click();
    assert.match(await page.locator("#verdict h3").textContent(), /Stopped/);
    await context.close();
  });
}

for (const colorScheme of ["light", "dark"]) {
  for (const viewport of [WIDE, PHONE]) {
    test(`pictures of a dead Worker, ${viewport.width} px, ${colorScheme}`, async () => {
      const { context, page } = await openPage(browser, { viewport, colorScheme, reducedMotion: "reduce" });
      waitForDrawing(page);
      await searching(page);
      await kill(page, "of an error");
      await page.locator("#verdict").waitFor();
      await screenshot(page, `dead-worker-${viewport.width}-${colorScheme}`);
      await assertAccessible(page);
      await context.close();
    });
  }
}

test("where the Worker's script does not come, the page searches by itself", async () => {
  const { context, page } = await openPage(browser);
  waitForDrawing(page);
  await page.route("**/worker.js", (route) => route.abort());
  await readExhibit(page, "A4");
  await page.keyboard.press("e");
  await page.locator("#start-search:focus").waitFor();
  await page.keyboard.press("Enter");
  assert.match(await page.locator("#verdict h3").textContent(), /Lost wake-up/);
  await context.close();
});

test("a Worker that dies behind another panel is told on the page", async () => {
  const { context, page } = await openPage(browser);
  waitForDrawing(page);
  await searching(page);
  await page.getByRole("button", { name: "State", exact: true }).click();
  await kill(page, "of an error");
  const notice = page.locator(".notice");
  assert.match(await notice.textContent(), /The search ended early.*dead/s);
  await screenshot(page, "dead-worker-notice-1280-light");
  await context.close();
});
