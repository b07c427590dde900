// In front of a class: presenter mode, its keys, its link, and parts that are put away.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BASE_URL, launchBrowser, openPage, screenshot } from "./helpers.mjs";
import { count, position, settled, waitForDrawing } from "./workbench.mjs";

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

const PROJECTOR = { width: 1920, height: 1080 };
const PRESENTER = "#v=1&e=a4&p=45&mode=presenter";

function walk(name, options, body) {
  test(name, async () => {
    const { context, page, problems } = await openPage(browser, { viewport: PROJECTOR, reducedMotion: "reduce", ...options });
    waitForDrawing(page);
    await body(page);
    assert.deepEqual(problems, []);
    await context.close();
  });
}

const presents = (page) => page.locator(".presenter").count();

/** The smallest text on screen, in pixels of the screen. */
const smallestText = () => {
  const zoom = Number(getComputedStyle(document.querySelector(".presenter")).zoom);
  const walker = document.createTreeWalker(document.querySelector(".presenter"), NodeFilter.SHOW_TEXT);
  let smallest = [Infinity, ""];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    const box = element.getBoundingClientRect();
    if (!text || box.width < 2 || box.height < 2 || element.closest(".visually-hidden, title, option")) continue;
    const svg = element.closest("svg");
    const scale = svg?.viewBox?.baseVal?.width ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : zoom;
    const size = Number.parseFloat(getComputedStyle(element).fontSize) * scale;
    if (size < smallest[0]) smallest = [size, text];
  }
  return smallest;
};

for (const [name, path] of [["alone", PRESENTER], ["with everything", `${PRESENTER}&show=ktcmdl`]]) {
  walk(`on a projector no text is below 16 px: the tree ${name}`, { path }, async (page) => {
    const [size, text] = await page.evaluate(smallestText);
    assert.ok(size >= 16, `${size} px: ${text}`);
    const sizes = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]);
    assert.deepEqual(sizes, [1920, 1080], "the page scrolls");
    await screenshot(page, `presenter-${name.replaceAll(" ", "-")}`);
  });
}

walk("the tree fills the screen, and the sentence is its caption", { path: PRESENTER }, async (page) => {
  const [tree, caption] = await page.evaluate(() => [".tree", ".sentence"].map((part) => document.querySelector(part).getBoundingClientRect()));
  assert.ok(tree.width > 1850 && tree.height > 600, `${tree.width} by ${tree.height}`);
  assert.ok(caption.top >= tree.bottom);
  const picture = await page.locator("#tree-svg").boundingBox();
  assert.ok(picture.height > tree.height / 2, "half of the panel is blank");
});

walk("entered and left by key, menu, palette and button", { path: "#v=1&e=a4&p=45" }, async (page) => {
  await page.keyboard.press("Shift+P");
  assert.equal(await presents(page), 1);
  await page.waitForURL(/mode=presenter/);
  await page.keyboard.press("Escape");
  assert.equal(await presents(page), 0);
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("button", { name: "Presenter mode" }).click();
  await settled(page);
  assert.equal(await presents(page), 1);
  await page.getByRole("button", { name: "Leave" }).click();
  await settled(page);
  assert.equal(await presents(page), 0);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("presenter mode");
  await page.keyboard.press("Enter");
  assert.equal(await presents(page), 1);
});

walk("a remote control steps and blanks", { path: PRESENTER }, async (page) => {
  await page.keyboard.press("PageDown");
  assert.equal(await position(page), 46);
  await page.keyboard.press("PageUp");
  assert.equal(await position(page), 45);
  for (const key of [".", "b"]) {
    await page.keyboard.press(key);
    const blank = await page.locator(".blank").boundingBox();
    assert.deepEqual(Object.values(blank), [0, 0, 1920, 1080], key);
    await page.keyboard.press(key);
    assert.equal(await page.locator(".blank").count(), 0);
  }
});

for (const [name, path] of [["presenter mode", `${PRESENTER}&show=l`], ["the whole page", "#v=1&e=a4&p=45"]]) walk(`a click on the lanes goes to the step under the pointer: ${name}`, { path }, async (page) => {
  const lanes = await page.locator(".tl-part").boundingBox();
  await page.mouse.click(lanes.x + lanes.width / 2, lanes.y + lanes.height / 2);
  await settled(page);
  const [at, total] = (await count(page)).match(/\d+/g).map(Number);
  assert.ok(Math.abs(at - total / 2) <= total * 0.05, `${at} of ${total}`);
});

walk("parts are put away one by one, and stay so", { path: "#v=1&e=a4&p=45", viewport: { width: 1280, height: 800 } }, async (page) => {
  const parts = { Threads: ".threads", Code: ".source", Memory: ".pmem", Details: ".col.side", Lanes: ".lanes-box" };
  for (const [name, selector] of Object.entries(parts)) {
    assert.equal(await page.locator(selector).count(), 1, name);
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("button", { name, exact: true }).click();
    await settled(page);
    assert.equal(await page.locator(selector).count(), 0, name);
  }
  const width = await page.locator(".tree").evaluate((tree) => tree.offsetWidth);
  assert.ok(width > 1200, `the tree is ${width} px wide`);
  await page.goto(new URL("#v=1&e=a5", BASE_URL).href);
  await page.reload();
  await page.locator("#first-view").waitFor({ state: "detached" });
  for (const [name, selector] of Object.entries(parts)) assert.equal(await page.locator(selector).count(), 0, `${name} came back`);
  // What has been asked for is seen all the same.
  await page.keyboard.press("e");
  assert.equal(await page.locator(".col.side").count(), 1);
});
