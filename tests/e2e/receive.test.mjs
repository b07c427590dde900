// What was saved or copied comes back: dropped, pasted, in dark and light; foreign files leave the editor alone.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { launchBrowser, openPage, screenshot, FOR_EVER } from "./helpers.mjs";

let browser;
before(async () => (browser = await launchBrowser()));
after(() => browser.close());

const A4 = "#v=1&e=a4&s=o1x21.332&p=23";
const HERE = "step 23 of 24";

async function openExport(page) {
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("button", { name: /^Export/ }).click();
  await page.locator(".exports").waitFor();
}

/** The bytes of what a button of the list saves. */
async function saved(page, name) {
  await openExport(page);
  const [download] = await Promise.all([
    page.waitForEvent("download", { timeout: FOR_EVER }),
    page.getByRole("button", { name, exact: true }).click(),
  ]);
  await page.keyboard.press("Escape");
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** Drops files onto the page. */
async function drop(page, ...files) {
  const plain = files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString("base64") }));
  await page.evaluate((files) => {
    const data = new DataTransfer();
    for (const { name, base64 } of files) {
      data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
    }
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  }, plain);
}

async function paste(page, text, selector = "body") {
  await page.evaluate(([text, selector]) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    // Firefox makes the data of such an event of its own two members.
    const own = { data: text, dataType: "text/plain" };
    const event = new ClipboardEvent("paste", { clipboardData: data, ...own, bubbles: true, cancelable: true });
    document.querySelector(selector).dispatchEvent(event);
  }, [text, selector]);
}

test("every file that is saved opens the run when it is dropped", async () => {
  const { page, context, problems } = await openPage(browser, { path: A4, acceptDownloads: true, colorScheme: "dark" });
  const names = ["Save table", "Save short table", "Save diagram", "Save JSON", "Save Mermaid", "Save as one file",
    "Save tree as SVG", "Save tree as PNG", "Save timeline as SVG", "Save timeline as PNG"];
  const files = [];
  for (const name of names) files.push(await saved(page, name));
  for (const file of files) {
    const fresh = await openPage(browser, { path: "#v=1&e=a5" });
    await drop(fresh.page, file);
    await fresh.page.getByText(HERE).first().waitFor({ timeout: FOR_EVER });
    assert.deepEqual(fresh.problems, [], file.name);
    await fresh.context.close();
  }
  const svg = files.find(({ name }) => name.endsWith("timeline.svg")).bytes.toString();
  for (const said of ["Lost wake-up", "kernel v5, step 23 of 24", "A: ", 'fill="#ffffff"']) assert.ok(svg.includes(said), said);
  assert.deepEqual(problems, []);
  await context.close();
});

test("a link and a mail can be pasted, beside the editor and in it; what is foreign is refused", async () => {
  const { page, context, problems } = await openPage(browser, { path: "#v=1&e=a5" });
  await paste(page, `<https://example.org/dax/${A4}>.`);
  await page.getByText(HERE).first().waitFor();
  await page.keyboard.press("s");
  await page.locator("#script-text").waitFor();
  await paste(page, "https://example.org/#v=1&e=a4&p=12", "#script-text");
  await page.getByText("step 12 of 73").first().waitFor();
  const before = await page.locator("#script-text").inputValue();
  await drop(page, { name: "package.json", bytes: '{\n  "name": "x"\n}\n' });
  await page.getByText("Not opened: package.json is no script").first().waitFor();
  await drop(page, { name: "a.dax", bytes: "thread A\n" }, { name: "b.dax", bytes: "thread A\n" });
  await page.getByText("2 files were dropped").first().waitFor();
  assert.equal(await page.locator("#script-text").inputValue(), before);
  assert.deepEqual(problems, []);
  await context.close();
});

test("who can open a link is said, and an address is set once", async () => {
  const { page, context, problems } = await openPage(browser, { path: A4 });
  await openExport(page);
  await page.getByText("open only on this machine").first().waitFor();
  await screenshot(page, "export-links");
  await page.locator("#link-base").fill("https://example.org/dax/");
  await page.locator(".link-home button").click();
  await page.locator(".link-warning").waitFor({ state: "detached" });
  await page.reload();
  await openExport(page);
  assert.equal(await page.locator("#link-base").inputValue(), "https://example.org/dax/");
  assert.deepEqual(problems, []);
  await context.close();
});
