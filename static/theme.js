// Before the first paint: the colour scheme that this person chose last. The address is never touched.
try {
  const theme = localStorage.getItem("daxscope.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden; the system's colours will do.
}
