// What the browser adds: exact values under the pointer and the arrow keys, and copying.

import type { Locator, Page } from "@playwright/test";

import { expect, test } from "./fixtures";

/** The middle of a bucket, whatever is drawn there. */
async function pointAt(page: Page, bucket: Locator): Promise<void> {
  await bucket.scrollIntoViewIfNeeded();
  const box = await bucket.boundingBox();
  if (box === null) throw new Error("the bucket is not drawn");
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
}

test("pointing at a day shows the numbers of its table row @js", async ({ page }) => {
  await page.goto("/?range=30d");
  await expect(page.locator("html[data-awake]")).toBeAttached();
  const bucket = page.locator("svg.chart-trend.chart-wide g.bucket").nth(20);
  const total = await bucket.getAttribute("data-total");
  await pointAt(page, bucket);
  const box = page.locator(".hover-box");
  await expect(box).toBeVisible();
  await expect(box.locator("tfoot td")).toHaveText(total ?? "");
  const values = (await box.locator("tbody td").allTextContents()).map(Number);
  expect(values.reduce((sum, value) => sum + value, 0)).toBe(Number(total));
  // What a bucket says where no script does would cover the box.
  await expect(page.locator(".chart-box g.bucket > title")).toHaveCount(0);

  await page.mouse.move(2, 2);
  await expect(box).toBeHidden();
});

test("the arrow keys walk over the days @js", async ({ page }) => {
  await page.goto("/?range=7d");
  await expect(page.locator("html[data-awake]")).toBeAttached();
  await page.locator(".chart-box .chart-frame").focus();
  await page.keyboard.press("End");
  const label = page.locator(".hover-label");
  const last = await label.textContent();
  await page.keyboard.press("ArrowLeft");
  await expect(label).not.toHaveText(last ?? "");
  await page.keyboard.press("ArrowRight");
  await expect(label).toHaveText(last ?? "");
  await page.keyboard.press("Escape");
  await expect(page.locator(".hover-box")).toBeHidden();
});

test("the ARN can be copied @js", async ({ page, context, request }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const list = await (await request.get("/api/v1/findings?limit=1&range=90d")).json();
  await page.goto(`/findings/${list.findings[0].id}`);
  await page.getByRole("button", { name: "Copy" }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(list.findings[0].arn);
});

test("without JavaScript a day says the numbers of its table row where one points @nojs", async ({ page }) => {
  await page.goto("/?range=30d");
  const numbers = (text: string) => (text.match(/: [\d,]+$/gm) ?? []).map((found) => Number(found.slice(2).replaceAll(",", "")));
  const wide = page.locator("svg.chart-trend.chart-wide g.bucket");
  const said = await wide.locator("> title").allTextContents();
  const totals = await wide.evaluateAll((all) => all.map((one) => Number(one.getAttribute("data-total") ?? 0)));
  expect(said.length).toBe(totals.length);
  expect(said.map((text) => numbers(text).reduce((sum, value) => sum + value, 0))).toEqual(totals);
  const rows = page.locator("section[aria-labelledby=trend] table tbody tr");
  const cells = await rows.nth(20).locator("td").allTextContents();
  expect(cells.map((cell) => Number(cell.replaceAll(",", "")))).toEqual(expect.arrayContaining(numbers(said[20] ?? "")));
});

test("without JavaScript nothing pretends to work @nojs", async ({ page }) => {
  await page.goto("/");
  await expect(page.locator("svg.chart-trend.chart-wide")).toBeVisible();
  await expect(page.locator(".hover-box")).toBeHidden();
  await page.locator("section[aria-labelledby=trend] .chart-table summary").click();
  await expect(page.locator("section[aria-labelledby=trend] .chart-table table")).toBeVisible();
});
