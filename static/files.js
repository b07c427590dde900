// Where the files lie that are fetched after the start: beside the page. A page that carries them inside answers from there.

/** The address of a file of the page, from its path below the page's own directory. */
export const file = (path) => new URL(`../${path}`, import.meta.url).href;

/** The text of such a file. */
export async function text(path) {
  const response = await fetch(file(path));
  if (!response.ok) throw new Error(`the server answers ${response.status}`);
  return response.text();
}

// The module finds these here.
globalThis.daxscopeFiles = { file, text };
