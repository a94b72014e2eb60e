// Wakes the islands of a page, when it has any. The only script a page names; it loads the rest.
const islands = document.querySelectorAll("leptos-island");
if (islands.length > 0) {
  const { glue, wasm } = document.querySelector("script[data-glue]").dataset;
  const module = await import(glue);
  await module.default({ module_or_path: wasm });
  module.hydrate();
  for (const island of islands) {
    module[island.dataset.component]?.(island);
  }
  document.documentElement.dataset.awake = "";
}
