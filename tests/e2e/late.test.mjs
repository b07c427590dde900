// What is fetched when somebody asks for it: parts of the module, and texts. What does not come is said, and can be fetched again.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BASE_URL, assertAccessible, launchBrowser, newPage, screenshot } from "./helpers.mjs";

const PANELS = "**/pkg/split_panels.wasm";
const SEARCH = "**/pkg/split_search.wasm";
const A4 = `${BASE_URL}#v=1&e=a4`;

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

async function open(prepare, body, address = A4) {
  const { context, page } = await newPage(browser);
  await prepare(page);
  await page.goto(address);
  await page.locator("#step").waitFor();
  await body(page);
  await context.close();
}

/** Does the build that is served have parts? A development build is one module. */
async function hasParts() {
  const answer = await fetch(new URL("pkg/split_panels.wasm", BASE_URL), { method: "HEAD" });
  return answer.ok;
}

/** Nobody gets the file until `let_it` is called. */
async function withhold(page, pattern) {
  const kept = { is: true };
  await page.route(pattern, (route) => (kept.is ? route.fulfill({ status: 503, body: "" }) : route.continue()));
  return () => (kept.is = false);
}

test("the first step needs no part and no text", () =>
  open(
    async (page) => {
      for (const pattern of ["**/pkg/split_*", "**/pkg/chunk_*", "**/texts/*"]) await page.route(pattern, (route) => route.abort());
    },
    async (page) => {
      await page.locator("#step").click();
      await page.locator("#count", { hasText: "step 1 of" }).waitFor();
      await page.locator(".source .missing-text", { hasText: "did not come" }).waitFor();
    },
  ));

test("a listing that did not come is fetched again when asked", async () => {
  let letIt;
  await open(
    async (page) => {
      letIt = await withhold(page, "**/texts/kernel.txt");
    },
    async (page) => {
      await page.keyboard.press("ArrowRight");
      await page.locator(".source .missing-text button").waitFor();
      await assertAccessible(page);
      letIt();
      await page.locator(".source .missing-text button").click();
      await page.locator(".source .ln").first().waitFor();
    },
  );
});

test("a panel that does not come says so, the picture goes on, and it comes when asked again", async (t) => {
  if (!(await hasParts())) return t.skip("a development build is one module");
  let letIt;
  await open(
    async (page) => {
      letIt = await withhold(page, PANELS);
    },
    async (page) => {
      await page.keyboard.press("?");
      const late = page.locator(".late");
      await late.filter({ hasText: "did not come" }).waitFor();
      await assertAccessible(page);
      await screenshot(page, "late-panel");
      await late.getByRole("button", { name: "Close" }).click();
      await page.locator("#step").click();
      await page.locator("#count", { hasText: "step 1 of" }).waitFor();
      letIt();
      await page.keyboard.press("?");
      await page.locator(".late").getByRole("button", { name: "Fetch it again" }).click();
      await page.locator("dialog", { hasText: "Help" }).waitFor();
    },
  );
});

test("a link into a panel opens it when it has come", () =>
  open(
    async () => {},
    async (page) => {
      await page.keyboard.press("e");
      await page.locator("#start-search").waitFor();
      await page.reload();
      await page.locator("#start-search").waitFor();
    },
  ));

test("a search whose code does not come says so, and the next one fetches it again", async (t) => {
  if (!(await hasParts())) return t.skip("a development build is one module");
  let letIt;
  await open(
    async (page) => {
      letIt = await withhold(page, SEARCH);
    },
    async (page) => {
      await page.keyboard.press("e");
      await page.locator("#start-search").click();
      await page.getByText("did not come").first().waitFor();
      letIt();
      await page.locator("#start-search").click();
      await page.getByText("Lost wake-up").first().waitFor();
    },
  );
});
