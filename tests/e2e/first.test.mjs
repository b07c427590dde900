// The first view is in index.html, so that it is there before any WebAssembly. It is the page's own picture, and this holds it to that.
// After a change of what the first view shows: DAXSCOPE_BLESS=1 node --test first.test.mjs, against a page that is built.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { BASE_URL, WIDE, chromiumOnly, launchBrowser, newPage, openPage, screenshot } from "./helpers.mjs";
import { settled } from "./workbench.mjs";

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

const INDEX = fileURLToPath(new URL("../../index.html", import.meta.url));
const BEGIN = '<div class="first-picture" inert>';
const END = "</div><!-- end of the first view -->";
const MOST_BYTES = 16_000;

/** The picture of the page as it is drawn: without what acts, what is heard, and what is fetched later. */
function picture() {
  const copy = document.querySelector("#app > .app").cloneNode(true);
  const unwanted = ".skip, .toast, #announcer, dialog, .listing, .visually-hidden, .pop, title, .grip, .patterns + .patterns";
  for (const element of copy.querySelectorAll(unwanted)) element.remove();
  for (const option of copy.querySelectorAll("option:not([selected])")) option.remove();
  for (const group of copy.querySelectorAll("optgroup")) {
    if (!group.children.length) group.remove();
  }
  const renamed = { MAIN: "div", H1: "div", FOOTER: "div", HEADER: "div" };
  for (const element of copy.querySelectorAll("*")) {
    const tag = renamed[element.tagName];
    if (!tag) continue;
    const other = document.createElement(tag);
    for (const { name, value } of element.attributes) other.setAttribute(name, value);
    other.append(...element.childNodes);
    element.replaceWith(other);
  }
  for (const element of [copy, ...copy.querySelectorAll("*")]) {
    for (const { name } of [...element.attributes]) {
      const isShown = ["class", "style", "selected", "type", "min", "max", "value", "src", "width", "height", "alt", "colspan", "scope", "aria-keyshortcuts"].includes(name) || element.namespaceURI.endsWith("svg") || name === "aria-pressed" || (name === "id" && element.closest("defs"));
      if (!isShown || name.startsWith("data-") || name === "role" || name === "aria-label" || name === "aria-hidden" || (name === "id" && !element.closest("defs"))) element.removeAttribute(name);
    }
  }
  return copy.outerHTML;
}

async function drawn() {
  const { context, page } = await openPage(browser, { viewport: WIDE, reducedMotion: "reduce" });
  await settled(page);
  const html = await page.evaluate(picture);
  await context.close();
  // The page knows its files by their whole addresses; the shell has to work below any.
  return html.replaceAll(new URL("static/", BASE_URL).href, "static/");
}

test("index.html shows the first view as the page draws it", chromiumOnly("it was drawn there, for a window without scroll bars"), async () => {
  const html = await drawn();
  if (process.env.DAXSCOPE_BLESS) {
    const text = readFileSync(INDEX, "utf8");
    const [from, to] = [text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)];
    assert.ok(from > BEGIN.length && to >= from, "index.html has no place for the first view");
    writeFileSync(INDEX, text.slice(0, from) + html + text.slice(to));
    return;
  }
  const served = await (await fetch(BASE_URL)).text();
  const shown = served.slice(served.indexOf(BEGIN) + BEGIN.length, served.indexOf(END));
  assert.equal(shown, html, "the first view is another: DAXSCOPE_BLESS=1 node --test first.test.mjs, then build again");
});

test("the first view weighs little", () => {
  const bytes = gzipSync(readFileSync(INDEX), { level: 9 }).length;
  assert.ok(bytes <= MOST_BYTES, `index.html is ${bytes} bytes in gzip`);
});

/** Where the parts of the page are that a person looks at first. */
const places = (page, root) =>
  page.evaluate((root) => {
    const parts = [".topbar", ".kernel", ".intro", ".threads", ".source", ".tree", ".tree .scroll > svg", ".pmem", ".tabs", ".foot", ".transport", ".lanes-box"];
    const where = (part) => {
      const box = document.querySelector(`${root} ${part}`)?.getBoundingClientRect();
      return box && [box.left, box.top, box.width, box.height].map(Math.round);
    };
    return parts.map((part) => [part, where(part)]);
  }, root);

/** By how much a picture may be larger or smaller in the end: it was taken where a scroll bar and the frame around it take 10 px. */
const otherBars = () => {
  const scroll = document.querySelector("#app .tree .scroll");
  return Math.abs(10 - (scroll.offsetWidth - scroll.clientWidth));
};

for (const [name, viewport, colorScheme] of [["wide", WIDE, "light"], ["wide-dark", WIDE, "dark"], ["phone", { width: 390, height: 844 }, "light"]]) {
  test(`the first view is there before any WebAssembly, and gives way without a jump (${name})`, async () => {
    const { context, page } = await newPage(browser, { viewport, colorScheme, reducedMotion: "reduce" });
    let release;
    const held = new Promise((resolve) => {
      release = resolve;
    });
    await page.route("**/*.wasm", async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(BASE_URL);
    await page.locator(".first-picture .tree svg").first().waitFor();
    const picture = await places(page, ".first-picture");
    await screenshot(page, `first-${name}`);
    assert.match(await page.locator(".first-picture .sentence").textContent(), /makes the entry|0x/);
    release();
    await page.locator("#first-view").waitFor({ state: "detached" });
    await settled(page);
    const real = await places(page, "#app");
    // On a phone only what comes before the picture stays where it was: the picture was taken at another width.
    const compared = viewport === WIDE ? real.length : 3;
    const near = await page.evaluate(otherBars);
    for (const [at, [part, was]] of picture.slice(0, compared).entries()) {
      const [, is] = real[at];
      const jump = was && is ? Math.max(...was.map((value, side) => Math.abs(value - is[side]))) : Number(was !== is);
      assert.ok(jump <= near, `${part} jumps by ${jump} px: from ${was} to ${is}`);
    }
    await context.close();
  });
}

test("behind a link there are words, not another picture", async () => {
  const { context, page } = await newPage(browser, { viewport: WIDE });
  await page.route("**/*.wasm", (route) => new Promise(() => route));
  await page.goto(new URL("#v=1&e=a5", BASE_URL).href);
  assert.equal(await page.locator(".first-picture").isVisible(), false);
  assert.ok(await page.locator("#boot-status").isVisible());
  await context.close();
});
