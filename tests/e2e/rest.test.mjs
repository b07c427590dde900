// The rest of the module: the first steps do without it, everything else waits for it, and what does not come is said.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BASE_URL, launchBrowser, newPage } from "./helpers.mjs";
import { position, settled, stepUntilAlert } from "./workbench.mjs";

const REST = "**/pkg/rest.wasm";

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

/** Does the build that is served have a rest? A development build is one module. */
async function hasRest() {
  const answer = await fetch(new URL("pkg/rest.wasm", BASE_URL), { method: "HEAD" });
  return answer.ok;
}

/** The page as somebody sees it who comes for the first time; `rest(route)` answers whoever asks for the rest. */
async function openWith(rest) {
  const { context, page } = await newPage(browser);
  const kinds = [];
  await page.route(REST, (route) => {
    kinds.push(route.request().resourceType());
    return rest(route);
  });
  await page.goto(BASE_URL);
  await page.locator("#step").waitFor();
  await settled(page);
  return { context, page, kinds };
}

const refuse = (route) => route.fulfill({ status: 503, body: "" });

test("the first steps need nothing but the first module", async (t) => {
  if (!(await hasRest())) return t.skip("this build is one module");
  const { context, page, kinds } = await openWith(refuse);
  const begins = await position(page);
  const presses = await stepUntilAlert(page);
  await settled(page);
  assert.ok(presses > 5, `${presses} presses`);
  for (const key of ["ArrowLeft", "Home", "ArrowRight", "1", "2"]) {
    await page.keyboard.press(key);
    await settled(page);
  }
  assert.ok((await position(page)) < begins);
  // A function that had to be there at once would have asked so.
  assert.deepEqual([...new Set(kinds)], ["fetch"]);
  await context.close();
});

test("what is pressed before the rest has come is done when it comes, in that order", async (t) => {
  if (!(await hasRest())) return t.skip("this build is one module");
  let letIt;
  const mayCome = new Promise((resolve) => (letIt = resolve));
  const { context, page, kinds } = await openWith(async (route) => {
    await mayCome;
    await route.continue();
  });
  const begins = await position(page);
  await page.keyboard.press("b");
  await page.keyboard.press("ArrowLeft");
  await settled(page);
  assert.equal(await position(page), begins, "a step goes before what waits");
  letIt();
  await page.locator(".branches").waitFor();
  await settled(page);
  assert.equal(await position(page), begins - 1);
  assert.deepEqual(kinds, ["fetch"]);
  await context.close();
});

test("a rest that does not come is said, and fetched again when it is needed", async (t) => {
  if (!(await hasRest())) return t.skip("this build is one module");
  let isThere = false;
  const { context, page } = await openWith((route) => (isThere ? route.continue() : refuse(route)));
  await page.keyboard.press("b");
  await page.locator(".toast", { hasText: "The rest of the page did not come. Is the server" }).waitFor();
  await page.keyboard.press("ArrowRight");
  await settled(page);
  isThere = true;
  await page.keyboard.press("b");
  await page.locator(".branches").waitFor();
  await context.close();
});

test("a link opens with the rest, and so does a page that keeps something in the browser", async (t) => {
  if (!(await hasRest())) return t.skip("this build is one module");
  const { context, page } = await newPage(browser);
  const kinds = [];
  page.on("request", (request) => request.url().endsWith("rest.wasm") && kinds.push(request.resourceType()));
  await page.goto(`${BASE_URL}#v=1&e=a5`);
  await page.locator("#step").waitFor();
  await page.evaluate(() => localStorage.setItem("something", "kept"));
  await page.goto("about:blank");
  await page.goto(BASE_URL);
  await page.locator("#step").waitFor();
  assert.deepEqual(kinds, ["fetch", "fetch"]);
  await context.close();
});
