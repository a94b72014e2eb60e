// What every test watches: a page that logs an error, or asks anybody but Yagura, fails its test.

import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";

export const test = base.extend<{ watched: void }>({
  watched: [
    async ({ page, baseURL }, use) => {
      const errors: string[] = [];
      const strangers: string[] = [];
      page.on("console", (message) => {
        // The browser reports answers such as 404 itself; tests that ask for one check it.
        const ofTheNetwork = message.text().startsWith("Failed to load resource");
        if (message.type() === "error" && !ofTheNetwork) errors.push(message.text());
      });
      page.on("pageerror", (error) => {
        // A transition between pages that the browser gives up, as it may, is no error of a page.
        if (!String(error).includes("Transition was aborted")) errors.push(String(error));
      });
      page.on("request", (request) => {
        const url = request.url();
        if (!url.startsWith(baseURL ?? "") && !url.startsWith("data:")) strangers.push(url);
      });
      await use();
      expect(errors, "errors in the console").toEqual([]);
      expect(strangers, "requests to anybody else").toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/**
 * WCAG 2.2 AA and axe's best practices: no violation at all, in both themes. A theme changes colours and nothing else, so
 * the second one is asked about colours alone. axe is a script, so this needs JavaScript.
 */
export async function expectAccessible(page: Page, what: string = page.url()): Promise<void> {
  const ofColours = ["color-contrast", "link-in-text-block"];
  for (const [colorScheme, rules] of [["light", []], ["dark", ofColours]] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // No page but those of shares has frames, and they are looked at by themselves.
    let axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
    if (rules.length > 0) axe = axe.withRules([...rules]);
    const { violations } = await axe.analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target).join(" | ")}`);
    expect(found, `axe on ${what}, ${colorScheme}`).toEqual([]);
  }
}
