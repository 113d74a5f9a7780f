(() => {
  const tag = LANGUAGE === "zh" ? "zh-CN" : "en";
  Object.defineProperty(navigator, "language", { get: () => tag });
  Object.defineProperty(navigator, "languages", { get: () => [tag] });
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const apply = () => {
    const saved = chosen();
    root.dataset.theme = saved === "dark" || saved === "light" ? saved : system.matches ? "dark" : "light";
    // Gradio follows the system by this class of the body; keep it to what was chosen.
    document.body?.classList.toggle("dark", root.dataset.theme === "dark");
  };
  window.applyTheme = apply;
  system.addEventListener("change", apply);
  apply();
  document.addEventListener("DOMContentLoaded", () => {
    apply();
    new MutationObserver(() => {
      if (document.body.classList.contains("dark") !== (root.dataset.theme === "dark")) apply();
    }).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  });
})();
