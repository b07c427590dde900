import { FOR_EVER } from "./helpers.mjs";

// Words for what a person does with the workbench, so that the tests read like a walk.
export const count = (page) => page.locator("#count").textContent();
export const sentence = (page) => page.locator("#sentence").textContent();
export const alertText = (page) => page.locator("[role=alert]").allTextContents().then((texts) => texts.join(" "));
export const position = async (page) => Number((await count(page)).match(/step (\d+) of/)[1]);
export const total = async (page) => Number((await count(page)).match(/of (\d+)/)[1]);

/**
 * Waits until the page has drawn what was done. Yew draws behind the event, and after 16 ms of work lets the browser go on and
 * draws the rest in a later turn; on a busy machine that is the rule. So this waits until nothing has changed for three turns.
 * A page that never comes to rest, because a measure changes what it measures, fails with what keeps changing.
 */
export const settled = (page) =>
  page.evaluate(async (forEver) => {
    let changed = null;
    const observer = new MutationObserver(([{ target, attributeName, type }]) => {
      changed = `${attributeName ?? type} of ${target.nodeName} ${target.getAttribute?.("class") ?? ""}`;
    });
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    const end = performance.now() + forEver;
    for (let quiet = 0; quiet < 3; quiet += 1) {
      if (performance.now() > end) throw new Error(`the page never comes to rest: ${changed}`);
      changed = null;
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
      if (changed) quiet = -1;
    }
    observer.disconnect();
  }, FOR_EVER);

/** Makes every key press of this page wait until it is drawn. */
export function waitForDrawing(page) {
  const press = page.keyboard.press.bind(page.keyboard);
  page.keyboard.press = async (...key) => {
    await press(...key);
    await settled(page);
  };
}

/** Presses → until something is broken; returns the number of presses. */
export async function stepUntilAlert(page, limit = 200) {
  for (let presses = 1; presses <= limit; presses += 1) {
    await page.keyboard.press("ArrowRight");
    if (await page.locator("#alert").count()) return presses;
  }
  throw new Error(`nothing broke in ${limit} steps: ${await sentence(page)}`);
}

/** Chooses a kernel revision in its list, as somebody with a mouse does. */
export async function chooseKernel(page, name) {
  const list = page.locator("#kernel");
  await list.dispatchEvent("pointerdown");
  await list.selectOption(await list.locator(`option[data-name="${name}"]`).getAttribute("value"));
  await settled(page);
}

/** The kernel revision that is chosen. */
export const kernel = (page) => page.locator("#kernel").evaluate((list) => list.selectedOptions[0].dataset.name);

/** The exhibit of the reviewed bug, before its first step. */
export const REVIEWED = "#v=1&e=a5";

/** The sentences of the transcript, as far as they are drawn. */
export async function transcript(page) {
  await page.getByRole("button", { name: "Transcript" }).click();
  // The panel comes with a part of the module.
  await page.locator("ol.transcript").waitFor();
  await settled(page);
  const rows = await page.locator(".transcript li").allTextContents();
  await page.getByRole("button", { name: "State", exact: true }).click();
  return rows;
}

/** What two windows have to agree on to show the same. */
export async function state(page) {
  return {
    count: await count(page),
    sentence: await sentence(page),
    alert: await alertText(page),
    transcript: await transcript(page),
    kernel: await kernel(page),
  };
}

/** Opens an exhibit in the museum; its story is closed again, so that the state is in sight. */
export async function openExhibit(page, id) {
  await readExhibit(page, id);
  await page.getByRole("button", { name: "State", exact: true }).click();
  await settled(page);
}

/** Opens an exhibit in the museum, with its story beside the picture. */
export async function readExhibit(page, id) {
  await page.getByRole("button", { name: /^Exhibit:/ }).click();
  await page.locator("#exhibits button").filter({ has: page.locator(".exhibit-id", { hasText: id }) }).first().click();
  await settled(page);
}

/** Puts a text into the script editor. */
export async function typeScript(page, text) {
  if (!(await page.locator("#script-text").count())) await page.getByRole("button", { name: "Script", exact: true }).click();
  await page.locator("#script-text").fill(text);
  await settled(page);
}
