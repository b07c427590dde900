// What leaves the page: one file that opens from a disk, pictures with their labels, the page in a frame, dist/ below any path.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { assertAccessible, launchBrowser, newPage, openPage, saved, screenshot, BASE_URL } from "./helpers.mjs";

let browser;
before(async () => (browser = await launchBrowser()));
after(() => browser.close());

test("the page as one file opens from a disk, steps, searches, and makes another", async () => {
  const { page, context } = await openPage(browser, { path: "#v=1&e=a4&p=21", acceptDownloads: true });
  const whole = await saved(page, "Save as one file");
  await context.close();
  assert.match(whole.name, /^daxscope-lost-wake-up.*\.html$/);
  const folder = await mkdtemp(join(tmpdir(), "daxscope-"));
  const file = join(folder, "run.html");
  await writeFile(file, whole.text);

  const opened = await newPage(browser, { acceptDownloads: true });
  const problems = [];
  opened.page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  opened.page.on("pageerror", (error) => problems.push(error.message));
  opened.page.on("request", (request) => /^https?:/.test(request.url()) && problems.push(request.url()));
  await opened.page.goto(pathToFileURL(file).href);
  await opened.page.locator("#boot-status").waitFor({ state: "detached" });
  await opened.page.getByText("step 21 of 73").first().waitFor();
  assert.match(await opened.page.title(), /Lost wake-up/);
  await opened.page.keyboard.press("ArrowRight");
  await opened.page.getByText("step 22 of 73").first().waitFor();
  await opened.page.keyboard.press("e");
  await opened.page.locator("#start-search").click();
  await opened.page.getByText("The machine found it on v5").first().waitFor();
  await screenshot(opened.page, "one-file");
  const again = await saved(opened.page, "Save as one file");
  const start = (text) => text.match(/daxscope-start" content="([^"]*)"/)[1];
  assert.match(start(again.text), /e=a4&amp;p=22/);
  const parts = (text) => [...text.matchAll(/data-file="([^"]*)"/g)].map(([, name]) => name).join();
  assert.equal(parts(again.text), parts(whole.text));
  assert.deepEqual(problems, []);
  await opened.context.close();
});

test("pictures keep their labels, and an empty tree is a picture too", async () => {
  const { page, context, problems } = await openPage(browser, { path: "#v=1&e=a4&p=73", acceptDownloads: true });
  const tree = await saved(page, "Save tree as SVG");
  assert.match(tree.name, /^daxscope-lost-wake-up.*-tree\.svg$/);
  assert.match(tree.text, /paint-order="stroke/);
  assert.match(tree.text, /0x203/);
  const timeline = await saved(page, "Save timeline as SVG");
  assert.match(timeline.name, /-timeline\.svg$/);
  assert.match(timeline.text, /never woken/);
  await page.goto(new URL("#v=1&e=a5", BASE_URL).href);
  const empty = await saved(page, "Save tree as SVG");
  assert.match(empty.text, /The tree is empty/);
  assert.deepEqual(problems, []);
  await context.close();
});

test("a page around it steps it, and hears where it stands", async () => {
  const { page, context } = await newPage(browser);
  await page.goto(BASE_URL);
  await page.evaluate((address) => {
    document.body.innerHTML = `<iframe id="dax" width="900" height="600" title="run"></iframe>`;
    globalThis.heard = [];
    addEventListener("message", ({ data }) => globalThis.heard.push(data));
    document.getElementById("dax").src = address;
  }, `${BASE_URL}index.html#v=1&e=a4&p=21&mode=embedded`);
  const say = (message) =>
    page.evaluate((data) => document.getElementById("dax").contentWindow.postMessage(data, "*"), message);
  const heard = (what) => page.waitForFunction(what);
  await heard(() => heard.some((data) => data.ready && data.daxscope === 1));
  await say({ daxscope: 1, do: "hello" });
  await heard(() => heard.at(-1).at === 21 && heard.at(-1).of === 73);
  await say({ daxscope: 1, do: "step" });
  await heard(() => heard.at(-1).at === 22 && /^B begins/.test(heard.at(-1).sentence));
  await say({ daxscope: 1, do: "go", to: 73 });
  await heard(() => heard.at(-1).broken === true);
  await say({ daxscope: 1, do: "script", script: "title mine\nthread A\n  read 4K at 0\n" });
  await heard(() => heard.at(-1).title === "mine" && heard.at(-1).of === 0);
  await say({ daxscope: 1, do: "link", link: "v=1&e=a4&p=5" });
  await heard(() => heard.at(-1).at === 5 && /mode=embedded/.test(heard.at(-1).link));
  const count = await page.evaluate(() => heard.length);
  await say({ daxscope: 2, do: "step" });
  await say("step");
  await say({ daxscope: 1, do: "dance" });
  await heard(() => /no such message/.test(heard.at(-1).problem));
  assert.equal(await page.evaluate(() => heard.length), count + 1);
  await context.close();
});

for (const [width, height] of [[900, 600], [390, 700]]) {
  test(`the page in a frame is accessible at ${width}x${height}`, async () => {
    const path = "#v=1&e=a4&p=73&mode=embedded";
    const { page, context, problems } = await openPage(browser, { path, viewport: { width, height } });
    await page.getByRole("heading", { level: 1, name: /Lost wake-up/ }).waitFor();
    const link = page.getByRole("link", { name: "Open in daxscope" });
    assert.doesNotMatch(await link.getAttribute("href"), /embedded/);
    await assertAccessible(page);
    await screenshot(page, `embedded-${width}`);
    assert.deepEqual(problems, []);
    await context.close();
  });
}

test("dist/ works below any path", async () => {
  const types = { ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".svg": "image/svg+xml" };
  const server = createServer(async ({ url }, response) => {
    const { pathname } = new URL(url, "http://x");
    const name = pathname.startsWith("/a/b/") ? pathname.slice(5) || "index.html" : null;
    const answer = name === null ? null : await fetch(new URL(name, BASE_URL));
    if (!answer?.ok) return response.writeHead(404).end();
    const type = types[extname(name)] ?? "text/html";
    response.writeHead(200, { "content-type": type }).end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { page, context } = await newPage(browser);
  const missing = [];
  page.on("response", (response) => response.status() >= 400 && missing.push(response.url()));
  await page.goto(`http://127.0.0.1:${server.address().port}/a/b/#v=1&e=a4&p=21`);
  await page.getByText("step 21 of 73").first().waitFor();
  await page.keyboard.press("e");
  await page.locator("#start-search").click();
  await page.getByText("The machine found it on v5").first().waitFor();
  assert.deepEqual(missing, []);
  await context.close();
  server.close();
});
