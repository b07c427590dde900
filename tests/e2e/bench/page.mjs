// How fast the page is, in a real browser; outside the tests, since nothing here is judged.
//
//   node bench/page.mjs --base http://127.0.0.1:8080/ [--base URL-OF-ANOTHER-BUILD] [--presses 40] [--only small,sparse]
//
// For each state and build, and for each kind of press: milliseconds from the press until nothing changes any more and all is
// laid out (median and 95 %), the CPU time of that, which is script, style and layout (the same), and the CPU time of everything
// that the page's thread did for it, painting and two frames included (median). Then elements, and memory: JavaScript's heap and the module's. Several builds take turns, state by state, and the last columns
// say how many times the second takes what the first does. What a build cannot do is a dash. Cores are shared: wall clock
// says what somebody saw who shared them, CPU time what the page asks for; believe a factor, not a percentage.
import { deflateSync } from "node:zlib";
import { launchBrowser, newPage } from "../helpers.mjs";

const words = process.argv.slice(2);
const all = (name) => words.flatMap((word, at) => (word === name ? [words[at + 1]] : []));
const bases = all("--base");
const presses = Number(all("--presses")[0] ?? 40);
const only = all("--only")[0]?.split(",");
if (bases.length === 0) {
  console.error("Say which build: node bench/page.mjs --base http://127.0.0.1:8080/");
  process.exit(2);
}

/** Threads that write `each` pages one after the other, every `far` pages. */
const threads = (count, each, far) =>
  Array.from({ length: count }, (_, thread) => {
    const write = (_, at) => `  write 4K at ${(thread * each + at) * far}p\n`;
    return `thread ${"ABC"[thread]}\n${Array.from({ length: each }, write).join("")}`;
  }).join("");
const MAPPED = "file 64M\nextent 0..64M mapped at 128M\n";

/** Name, script, and the steps that are made before the measurement. */
const STATES = [
  ["small: a4", null, 0],
  ["2,000 steps", `file 4M\n${threads(3, 60, 1)}`, 2_000],
  ["5,000 steps", `file 64M\n${threads(2, 400, 1)}`, 5_000],
  ["97,000 steps", `file 64M\n${threads(2, 3000, 1)}`, 97_000],
  ["50 entries", `${MAPPED}entries 0..50p 4K block\n${threads(2, 60, 3)}`, 500],
  ["1,000 entries", `${MAPPED}entries 0..1000p 4K block\n${threads(2, 60, 3)}`, 500],
  ["10,000 entries", `${MAPPED}entries 0..10000p 4K block\n${threads(2, 60, 3)}`, 500],
  ["52 sparse by faults", `file 4096G\n${threads(1, 60, 262144)}`, 1_400],
  ["10,000 sparse entries", `file 4096G\nentries 0..20000M 4K page every 2M\n${threads(2, 60, 512)}`, 500],
  ["10,000 and 97,000", `${MAPPED}entries 0..10000p 4K block\n${threads(2, 3000, 2)}`, 97_000],
];

const LOCK = "section[aria-labelledby=locks-title] button.link, section[aria-labelledby=locks-title] .rows button";
/** Kind of press: what is done before each, what is measured; keys, or `click`: the first lock is selected. */
const KINDS = [
  ["back", [], "ArrowLeft"],
  ["forward", [], "ArrowRight"],
  ["to the end", ["Home"], "End"],
  ["new step", [], "ArrowRight", "End"],
  ["new after jump", ["Home", "End"], "ArrowRight", "End"],
  ["open selection", ["Escape"], "click", "End"],
  ["back, selected", [], "ArrowLeft", "End"],
];

const browser = await launchBrowser();

/** Remembers the memories of all modules, which nothing in a page can be asked for. */
function rememberMemories() {
  window.benchMemories = new Set();
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await original.apply(WebAssembly, given);
      for (const one of Object.values((made.instance ?? made).exports)) {
        if (one instanceof WebAssembly.Memory) window.benchMemories.add(one);
      }
      return made;
    };
  }
}

async function open(base, script) {
  const { context, page } = await newPage(browser);
  await page.addInitScript(rememberMemories);
  page.setDefaultTimeout(600_000);
  const packed = script && deflateSync(Buffer.from(script), { level: 9 }).toString("base64url");
  await page.goto(`${base}#v=1&${packed ? `c=${packed}` : "e=a4&p=20"}`);
  await page.locator("#step").waitFor();
  return { context, page };
}

const recorded = async (page) => Number(/of (\d+)/.exec(await page.locator("#count").textContent())?.[1] ?? 0);

/** Runs until so many steps are made; `false`: this build cannot. */
async function run(page, wanted) {
  let last = -1;
  for (let burst = 0; burst < 400; burst += 1) {
    const total = await recorded(page);
    if (total >= wanted) return true;
    if (total === last) return false;
    last = total;
    for (const key of ["Shift+Digit1", "Shift+Digit2", "Shift+Digit3"]) await page.keyboard.press(key);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
  }
  return false;
}

/** Puts what is measured into the page: a press, until nothing changes any more. */
function equip(page) {
  return page.evaluate((lock) => {
    const { port1, port2 } = new MessageChannel();
    const turn = () => new Promise((done) => ((port1.onmessage = done), port2.postMessage(0)));
    const frame = () => new Promise((done) => requestAnimationFrame(() => turn().then(done)));
    let changes = 0;
    new MutationObserver(() => (changes += 1)).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    window.benchPress = async (key) => {
      await frame();
      const start = performance.now();
      if (key === "click") document.querySelector(lock)?.click();
      else document.body.dispatchEvent(new KeyboardEvent("keydown", { key, code: key, bubbles: true, cancelable: true }));
      let seen;
      let end;
      do {
        seen = changes;
        await turn();
        document.body.getBoundingClientRect();
        end = performance.now();
        await turn();
      } while (changes !== seen);
      await frame();
      return end - start;
    };
  }, LOCK);
}

const share = (numbers, part) => numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * part))];

async function press(page, client, before, key) {
  const spent = async () => {
    const { metrics } = await client.send("Performance.getMetrics");
    const of = (name) => 1000 * metrics.find((metric) => metric.name === name).value;
    return { cpu: of("ScriptDuration") + of("LayoutDuration") + of("RecalcStyleDuration"), all: of("TaskDuration") };
  };
  const press = (key) => page.evaluate((key) => window.benchPress(key), key);
  for (const key of before) await press(key);
  const from = await spent();
  const wall = await press(key);
  const to = await spent();
  return { wall, cpu: to.cpu - from.cpu, all: to.all - from.all };
}

async function memory(client) {
  await client.send("HeapProfiler.collectGarbage");
  const { metrics } = await client.send("Performance.getMetrics");
  const { result } = await client.send("Runtime.evaluate", { expression: "[...benchMemories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0)" });
  return { heap: metrics.find((metric) => metric.name === "JSHeapUsedSize").value / 2 ** 20, wasm: result.value / 2 ** 20 };
}

/** All of one state in one build; `null`: it cannot get there. */
async function measured(base, script, steps) {
  const { context, page } = await open(base, script);
  try {
    if ((await page.locator(".diagnostics .error").count()) > 0) return null;
    const began = performance.now();
    if (script !== null && !(await run(page, steps))) return null;
    const made = (performance.now() - began) / 1000;
    await equip(page);
    const client = await context.newCDPSession(page);
    await client.send("Performance.enable", { timeDomain: "threadTicks" });
    const kinds = {};
    for (const [name, before, key, first] of KINDS) {
      if (first) await press(page, client, [], first);
      await press(page, client, before, key);
      const found = [];
      for (let number = 0; number < presses; number += 1) found.push(await press(page, client, before, key));
      kinds[name] = { wall: found.map((one) => one.wall), cpu: found.map((one) => one.cpu), all: found.map((one) => one.all) };
    }
    const elements = await page.evaluate(() => document.querySelectorAll("*").length);
    return { kinds, elements, made, steps: await recorded(page), ...(await memory(client)) };
  } finally {
    await context.close();
  }
}

const cell = (value, width = 8, digits = 1) => (value === undefined ? "-" : value.toFixed(digits)).padStart(width);
const numbers = (kind) =>
  [["wall", 0.5], ["wall", 0.95], ["cpu", 0.5], ["cpu", 0.95], ["all", 0.5]].map(([what, part]) => kind && share(kind[what], part));
console.log(`${"".padEnd(40)}${bases.map((_, at) => `  build ${at + 1}: ms    95 %     CPU    95 %     all`).join("")}${bases.length > 1 ? "   ms 2/1  CPU 2/1" : ""}`);
for (const [name, script, steps] of STATES.filter(([name]) => !only || only.some((part) => name.includes(part)))) {
  const results = [];
  for (const base of bases) {
    const failed = (error) => (console.error(`${name}: ${error.message.split("\n")[0]}`), null);
    results.push((await measured(base, script, steps).catch(failed)) ?? {});
  }
  for (const [kind] of KINDS) {
    const rows = results.map((one) => numbers(one.kinds?.[kind]));
    const [first, second] = rows;
    const ratio = (at) => (first?.[at] && second?.[at] ? second[at] / first[at] : undefined);
    const ratios = bases.length > 1 ? cell(ratio(0), 9, 2) + cell(ratio(2), 9, 2) : "";
    console.log(`${name.padEnd(24)}${kind.padEnd(16)}${rows.map((row) => `   ${row.map((one) => cell(one)).join("")}`).join("")}${ratios}`);
  }
  results.forEach((one, at) => {
    if (one.kinds) {
      console.log(
        `${name.padEnd(24)}build ${at + 1}: ${one.steps} steps, made in ${one.made.toFixed(1)} s; ${one.elements} elements; heap ${one.heap.toFixed(1)} MB, module ${one.wasm.toFixed(1)} MB`,
      );
    }
  });
}
await browser.close();
