// Before the first paint: the colour scheme that this person chose last, and which first view there is. The address is never touched.
{
  const root = document.documentElement;
  // A link opens something else than the picture in index.html.
  if (location.hash.includes("=")) root.dataset.link = "";
  try {
    const theme = localStorage.getItem("daxscope.theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    if (localStorage.getItem("daxscope.intro")) root.dataset.intro = "closed";
  } catch {
    // Storage may be forbidden; the system's colours will do.
  }
}
