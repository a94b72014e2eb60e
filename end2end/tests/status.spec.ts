// The state of the sources: what a reader can start, and see through to its end.

import { expect, test } from "./fixtures";

test("a pull is asked for and followed to its end", async ({ page, request }) => {
  await page.goto("/status");
  const before = (await (await request.get("/api/v1/status")).json()).pulls_ended;
  await page.getByRole("button", { name: "Pull now" }).click();
  await expect(page).toHaveURL(/\/status\?follow=\d+$/);
  await expect
    .poll(async () => (await (await request.get("/api/v1/status")).json()).pulls_ended)
    .toBeGreaterThan(before);
  // The page loads itself anew until nothing is under way.
  await expect(page.locator('meta[http-equiv="refresh"]')).toHaveCount(0, { timeout: 30_000 });
  await expect(page.locator("section[aria-labelledby=sources]")).toContainText("took");
});

test("what the category table does not name is told", async ({ page, request }) => {
  const report = await (await request.get("/api/v1/status")).json();
  await page.goto("/status");
  const panel = page.locator("section[aria-labelledby=unknown-types]");
  if (report.unknown_types.length === 0) {
    await expect(panel).toContainText("None");
    return;
  }
  const first = report.unknown_types[0];
  await expect(panel.locator("tbody tr").first()).toContainText(first.type);
  await panel.locator("tbody a").first().click();
  await expect(page.locator("[data-total]")).toHaveAttribute("data-total", String(first.findings));
});
