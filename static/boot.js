// Starts the WebAssembly module. What happens when it cannot is said in watch.js, where files come from in files.js.
const files = window.daxscopeFiles;

try {
  // The module is asked for before its script is there: it is what takes longest.
  const module = files.file("pkg/daxscope_bg.wasm");
  module.catch(() => {});
  // What is wanted by its address at once.
  await Promise.all(["static/worker.js", "static/importer.js", "static/icon.svg"].map(files.module));
  const { default: init } = await import(await files.module("pkg/daxscope.js"));
  // Given a response, `init` compiles while it arrives (`instantiateStreaming`).
  await init({ module_or_path: module });
} catch (error) {
  console.error(error);
  window.daxscopeCannotStart(error.message);
}
