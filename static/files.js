// Every file that the page asks for after its start comes through here: from the place that it was loaded from, or from inside
// itself where it is one file (`daxscope export --html`). A plain script and not a module, because from a file browsers load none.
//
//   daxscopeFiles.file(path)     a promise of a `Response` with the file; it is refused where there is none
//   daxscopeFiles.now(path)      its bytes at once, from beside the page
//   daxscopeFiles.text(path)     a promise of its text
//   daxscopeFiles.module(path)   a promise of an address for `import()`, a Worker or an image
//   daxscopeFiles.address(path)  the same at once; null where `module` has to be awaited first
//   daxscopeFiles.oneFile(title, fragment)   a promise of the text of one file that opens with that fragment
//   daxscopeFiles.isOneFile      is everything inside the page?
//
// Paths are relative to the page: `pkg/daxscope_bg.wasm`. A file inside the page is
// a `script` element with `type="text/plain" data-file="PATH" data-type="MEDIA TYPE"`, which holds base64 of gzip (`cargo xtask
// build` writes it).
(() => {
  const start = document.querySelector('meta[name="daxscope-start"]');
  const isOneFile = start !== null;
  const home = isOneFile ? null : new URL("..", (document.currentScript?.src ?? document.baseURI));

  // What the page opens with is in the page; an address that says something goes before it.
  if (start?.content && location.hash.length < 2) history.replaceState(null, "", `#${start.content}`);

  const block = (path) => document.querySelector(`script[data-file="${CSS.escape(path)}"]`);

  /** The file out of the page, as if it had been fetched. */
  const unpack = (path) => {
    const found = block(path);
    if (!found) throw new Error(`${path} is not in this file`);
    const packed = Uint8Array.from(atob(found.textContent.trim()), (letter) => letter.charCodeAt(0));
    const whole = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(whole, { headers: { "Content-Type": found.dataset.type } });
  };

  const file = async (path) => {
    if (isOneFile) return unpack(path);
    const response = await fetch(new URL(path, home));
    if (!response.ok) throw new Error(`${path} did not arrive (${response.status})`);
    return response;
  };

  /** The bytes of a file at once, for code that cannot wait. */
  const now = (path) => {
    const request = new XMLHttpRequest();
    request.open("GET", new URL(path, home), false);
    // Bytes as letters: what is asked for so may not say that it wants bytes.
    request.overrideMimeType("text/plain; charset=x-user-defined");
    request.send();
    if (request.status !== 200) throw new Error(`${path} did not arrive (${request.status})`);
    return Uint8Array.from(request.responseText, (letter) => letter.charCodeAt(0) & 0xff);
  };

  const text = async (path) => (await file(path)).text();

  // Modules inside the page get addresses of their own, and what they import is replaced by such addresses.
  const modules = new Map();
  const ready = new Map();
  const IMPORT = /(\bfrom\s*|\bimport\s*\(?\s*)(["'])(\.{1,2}\/[^"']+)\2/g;
  const keep = (path, blob) => {
    ready.set(path, URL.createObjectURL(blob));
    return ready.get(path);
  };
  const make = async (path) => {
    const response = await file(path);
    if (!path.endsWith(".js")) return keep(path, await response.blob());
    let text = await response.text();
    const imported = new Map();
    for (const [, , , name] of text.matchAll(IMPORT)) {
      imported.set(name, await module(new URL(name, `page:/${path}`).pathname.slice(1)));
    }
    text = text.replace(IMPORT, (_, lead, quote, name) => `${lead}${quote}${imported.get(name)}${quote}`);
    return keep(path, new Blob([text], { type: "text/javascript" }));
  };
  const module = (path) => {
    if (!isOneFile) return Promise.resolve(new URL(path, home).href);
    if (!modules.has(path)) modules.set(path, make(path));
    return modules.get(path);
  };
  const address = (path) => (isOneFile ? (ready.get(path) ?? null) : new URL(path, home).href);

  // The page as one file: the template beside it, or, where the page is one, itself as it was before the workbench came.
  let firstView = "";
  document.addEventListener("readystatechange", () => {
    firstView ||= document.getElementById("first-view")?.outerHTML ?? "";
  });
  const itself = () => {
    const copy = document.documentElement.cloneNode(true);
    for (const name of copy.getAttributeNames()) if (name !== "lang") copy.removeAttribute(name);
    copy.querySelector("#first-view")?.remove();
    const app = copy.querySelector("#app");
    app.innerHTML = "";
    app.insertAdjacentHTML("beforebegin", firstView);
    return `<!doctype html>\n${copy.outerHTML}\n`;
  };
  const escape = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  const oneFile = async (title, fragment) => {
    const page = isOneFile ? itself() : await (await file("daxscope.html")).text();
    return page
      .replace(/(<meta name="daxscope-start" content=")[^"]*/, (_, before) => before + escape(fragment))
      .replace(/<title>[^<]*/, () => `<title>${escape(title)} - daxscope`);
  };

  window.daxscopeFiles = { file, now, text, module, address, oneFile, isOneFile };
})();
