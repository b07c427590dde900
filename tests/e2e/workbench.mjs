// Words for what a person does with the workbench, so that the tests read like a walk.
export const count = (page) => page.locator("#count").textContent();
export const sentence = (page) => page.locator("#sentence").textContent();
export const alertText = (page) => page.locator("[role=alert]").allTextContents().then((texts) => texts.join(" "));
export const position = async (page) => Number((await count(page)).match(/step (\d+) of/)[1]);
export const total = async (page) => Number((await count(page)).match(/of (\d+)/)[1]);

/** The page is drawn behind the event that changes it; this waits for the second frame. */
export const settled = (page) =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))));

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

/** Chooses a kernel revision by its radio button. */
export async function chooseKernel(page, name) {
  await page.locator(`.seg label:has(input[value="${name}"])`).click();
  await settled(page);
}

/** The sentences of the transcript, as far as they are drawn. */
export async function transcript(page) {
  await page.getByRole("button", { name: "Transcript" }).click();
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
    kernel: await page.locator(".seg input:checked").getAttribute("value"),
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
