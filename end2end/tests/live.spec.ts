// What JavaScript adds to the explorer: choices take effect at once, new data is hinted at.
// Without it there is a button, and a page that says what moment it speaks of.

import type { Page } from "@playwright/test";

import { expect, expectAccessible, test } from "./fixtures";

async function awake(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(page.locator("html[data-awake]")).toBeAttached();
}

const total = (page: Page) => page.locator("[data-total]");

test("a choice takes effect at once, keeps the focus and the address @js", async ({ page }) => {
  await awake(page, "/findings?range=90d");
  const before = await total(page).getAttribute("data-total");
  const critical = page.getByRole("checkbox", { name: /^Critical/ });
  const count = await critical.locator("xpath=ancestor::label").locator(".facet-count").textContent();
  await critical.focus();
  await page.keyboard.press("Space");
  await expect(total(page)).toHaveAttribute("data-total", count ?? "");
  await expect(critical).toBeFocused();
  await expect(page).toHaveURL(/severity=critical/);
  await expect(page.locator(".chips")).toContainText("Severity: Critical");
  await expect(page.getByRole("link", { name: "Download CSV" })).toHaveAttribute("href", /severity=critical/);
  await expect(page.locator("form.facets [role=status]").last()).toContainText("findings");
  // What the address says is what a new page shows.
  const types = await page.locator(".facet[data-field=type] .facet-count").allTextContents();
  await page.reload();
  await expect(total(page)).toHaveAttribute("data-total", count ?? "");
  await expect(critical).toBeChecked();
  const shown = await page.locator(".facet[data-field=type] .facet-count").allTextContents();
  expect(types.filter((n) => n !== "0")).toEqual(shown.filter((n) => n !== "0"));
  // Back is the list before.
  await page.goBack();
  await expect(total(page)).toHaveAttribute("data-total", before ?? "");
  await expect(critical).not.toBeChecked();
});

test("typing searches after a pause and loses no letter @js", async ({ page }) => {
  await awake(page, "/findings?range=90d");
  const box = page.getByRole("searchbox", { name: "Search", exact: true });
  await box.pressSequentially("crypto", { delay: 20 });
  await expect(page).toHaveURL(/q=crypto/);
  await expect(box).toHaveValue("crypto");
  await expect(box).toBeFocused();
  await expect(page.locator(".chips")).toContainText("crypto");
  const searched = await total(page).getAttribute("data-total");
  await box.fill("");
  await expect(page).not.toHaveURL(/q=/);
  expect(await total(page).getAttribute("data-total")).not.toBe(searched);
  // Enter does not wait.
  await box.fill("nothing has this name");
  await box.press("Enter");
  await expect(total(page)).toHaveAttribute("data-total", "0");
  await expect(page.locator(".explorer-main")).toContainText("No finding matches");
});

test("groups and columns stay while the filter changes @js", async ({ page }) => {
  await awake(page, "/findings?group=type&range=90d");
  await page.getByRole("checkbox", { name: /^High/ }).check();
  await expect(page).toHaveURL(/group=type.*severity=high/);
  await expect(page.locator("table.groups > tbody").first()).toContainText("High");
});

test("a failed answer is the server's own page @js", async ({ page }) => {
  await awake(page, "/findings?range=90d");
  await page.route("**/findings?*", (route) =>
    route.request().resourceType() === "fetch" ? route.abort() : route.continue(),
  );
  await page.getByRole("checkbox", { name: /^Critical/ }).check();
  await expect(page).toHaveURL(/severity=critical/);
  await expect(page.locator(".chips")).toContainText("Critical");
});

test("a choice waits for the button @nojs", async ({ page }) => {
  await page.goto("/findings?range=90d");
  await page.getByRole("checkbox", { name: /^Critical/ }).check();
  await expect(page).toHaveURL(/range=90d$/);
  await page.locator("form.facets").getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL(/severity=critical/);
  await expect(page.locator(".facet-search").first()).toBeHidden();
});

test("new data is hinted at, once, and only to those who look @js", async ({ page }) => {
  let version = 0;
  let asked = 0;
  await page.route("**/api/v1/version", async (route) => {
    asked += 1;
    await route.fulfill({ json: { data_version: version } });
  });
  const look = (hidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  await awake(page, "/findings?range=90d");
  version = Number(await page.locator("html").getAttribute("data-version"));
  const hint = page.locator(".new-data");
  await look(false);
  await expect.poll(() => asked).toBe(1);
  await expect(hint).toHaveCount(0);

  version += 1;
  await look(true);
  await look(false);
  await expect(hint).toContainText("New data since 12:00 UTC.");
  expect(asked, "a page nobody sees asks nothing").toBe(2);
  await expectAccessible(page);
  await expect(hint.getByRole("link", { name: "Refresh" })).toHaveAttribute("href", "/findings?range=90d");
  await hint.getByRole("button", { name: "Dismiss" }).click();
  await expect(hint).toHaveCount(0);
  await look(false);
  await expect.poll(() => asked).toBe(3);
  await expect(hint, "what was told is not told again").toHaveCount(0);
  version += 1;
  await look(false);
  await hint.getByRole("link", { name: "Refresh" }).click();
  await expect(page).toHaveURL(/\/findings\?range=90d$/);
  await expect(hint).toHaveCount(0);
});
