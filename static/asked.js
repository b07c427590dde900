// What a Worker's module fetches later it asks its page for, which knows where files lie: `wants` goes out, and the page answers
// with the bytes of the file, or with the problem.
const asked = new Map();

self.daxscopeFiles = {
  file: (path) =>
    new Promise((resolve, reject) => {
      asked.set(path, { resolve, reject });
      self.postMessage({ wants: path });
    }),
};

/** Takes the page's answer. */
export function answered({ path, bytes, problem }) {
  const { resolve, reject } = asked.get(path);
  if (bytes) resolve(new Response(bytes, { headers: { "Content-Type": "application/wasm" } }));
  else reject(new Error(problem));
}
