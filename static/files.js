// Where the files lie that are fetched after the start: beside the page. A page that carries them inside answers from there.

/** A promise of the `Response` with a file of the page, from its path below the page's own directory. */
const file = async (path) => {
  const response = await fetch(new URL(`../${path}`, import.meta.url));
  if (!response.ok) throw new Error(`${path} did not arrive (${response.status})`);
  return response;
};

/** A promise of the text of such a file. */
const text = async (path) => (await file(path)).text();

// The module and its parts find these here.
globalThis.daxscopeFiles = { file, text };
