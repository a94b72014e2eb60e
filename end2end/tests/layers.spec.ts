// Layers: what looks at each workload, and the list behind every number.

import { expect, test } from "./fixtures";

test("every number of the matrix opens exactly the findings it counts", async ({ page, request }) => {
  await page.goto("/layers");
  const rows = page.locator(".layer-matrix tbody tr");
  const report = await (await request.get("/api/v1/layers")).json();
  expect(report.rows.length).toBeGreaterThan(10);
  await expect(rows).toHaveCount(report.rows.length);
  const row = report.rows.findIndex((one: { cells: { layer: string; open: number | null }[] }) =>
    one.cells.some((cell) => cell.layer === "images" && (cell.open ?? 0) > 0),
  );
  const cell = report.rows[row].cells.find((one: { layer: string }) => one.layer === "images");
  // A link to findings that name the image alone.
  await rows.nth(row).locator("td").last().locator("a.layer-open").click();
  await expect(page.locator("[data-total]").first()).toHaveAttribute("data-total", String(cell.open));
});

test("what nobody looks at is hatched and says why", async ({ page }) => {
  await page.goto("/layers?account=333344445555&region=ap-northeast-1");
  const row = page.locator(".layer-matrix tbody tr").first();
  await expect(row.locator("td.looked-no")).toHaveCount(2);
  await expect(row).toContainText("no standard is checked here");
  await expect(row).toContainText("Inspector’s findings are not taken");
  await expect(row.locator("td.looked-no a.layer-open")).toHaveCount(0);
});

test("rows can be clusters, and the file says the same", async ({ page, request }) => {
  await page.goto("/layers");
  await page.locator(".toolbar").getByRole("link", { name: "Clusters" }).click();
  await expect(page).toHaveURL(/by=cluster/);
  const report = await (await request.get("/api/v1/layers?by=cluster")).json();
  await expect(page.locator(".layer-matrix tbody tr")).toHaveCount(report.rows.length);
  const address = await page.locator("section[aria-labelledby=matrix]").getByRole("link", { name: "CSV", exact: true }).getAttribute("href");
  const csv = await (await request.get(address ?? "")).text();
  expect(csv.trim().split("\r\n").length).toBe(1 + 4 * report.rows.length);
});

test("the board names what the team does and on what evidence", async ({ page }) => {
  await page.goto("/layers");
  const team = page.locator(".board-team");
  await expect(team.locator("#board-network")).toContainText("passed");
  await expect(team.locator("#board-permissions")).toContainText("No data source here tells of it.");
  await expect(page.locator(".board-aws .board-evidence")).toHaveCount(0);
  await team.locator("#board-network .board-evidence a").click();
  await expect(page).toHaveURL(/\/findings\?.*control=EC2\.2/);
});
