// The page arrives, the application takes over, and nothing complains.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BASE_URL, NARROW, WIDE, assertAccessible, launchBrowser, newPage, openPage, screenshot } from "./helpers.mjs";

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

for (const [name, viewport] of Object.entries({ wide: WIDE, narrow: NARROW })) {
  test(`the page opens without complaint and passes axe (${name})`, async () => {
    const { context, page, problems } = await openPage(browser, { viewport });
    assert.equal(await page.locator("h1").count(), 1);
    assert.equal(await page.locator("h1").textContent(), "daxscope");
    await screenshot(page, `smoke-${name}`);
    await assertAccessible(page);
    assert.deepEqual(problems, []);
    await context.close();
  });
}

test("the skeleton is readable without the application", async () => {
  const { context, page } = await newPage(browser, { javaScriptEnabled: false });
  await page.goto(BASE_URL);
  assert.equal(await page.locator("h1").textContent(), "daxscope");
  assert.ok(await page.locator("noscript").isVisible(), "JavaScript is on");
  assert.match(await page.locator("noscript").textContent(), /JavaScript/);
  await context.close();
});

for (const encoding of ["br", "gzip"]) {
  test(`the module is sent compressed (${encoding}), as WebAssembly, and not twice`, async () => {
    const address = new URL("pkg/daxscope_bg.wasm", BASE_URL);
    const headers = { "accept-encoding": encoding };
    const response = await fetch(address, { method: "HEAD", headers });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "application/wasm");
    assert.equal(response.headers.get("content-encoding"), encoding);
    const tag = response.headers.get("etag");
    assert.match(tag, /^"/);
    const again = await fetch(address, { method: "HEAD", headers: { ...headers, "if-none-match": tag } });
    assert.equal(again.status, 304);
  });
}
