// Trend switch, heat map, movers, news and radar: every choice is an address, every number opens its list.

import { expect, expectAccessible, test } from "./fixtures";

test("the trend is split and counted as its links say, and the address keeps it", async ({ page }) => {
  await page.goto("/?range=30d");
  const panel = page.locator("section[aria-labelledby=trend]");
  await panel.getByRole("link", { name: "Cluster", exact: true }).click();
  await expect(page).toHaveURL(/by=cluster/);
  await expect(panel.getByRole("heading")).toHaveText("New findings by cluster");
  await panel.getByRole("link", { name: "Open findings", exact: true }).click();
  await expect(page).toHaveURL(/by=cluster&metric=active/);
  await expect(panel.getByRole("heading")).toHaveText("Open findings by cluster");
  await expect(panel.getByRole("link", { name: "CSV" })).toHaveAttribute("href", /by=cluster&metric=active/);
  await page.getByRole("link", { name: "7 days", exact: true }).click();
  await expect(page).toHaveURL(/by=cluster&metric=active&range=7d/);
});

test("the legend of a trend opens as many findings as it says", async ({ page }) => {
  await page.goto("/?by=severity&range=30d");
  const entry = page.locator("section[aria-labelledby=trend] .legend a").first();
  const count = await entry.locator(".legend-count").textContent();
  await entry.click();
  await expect(page.locator("[data-total]")).toHaveAttribute("data-total", (count ?? "").replaceAll(",", ""));
});

for (const columns of ["cluster", "time"]) {
  test(`a cell of the heat map by ${columns} opens as many findings as it says`, async ({ page }) => {
    await page.goto(`/?range=30d&cols=${columns}`);
    const links = page.locator("section[aria-labelledby=heatmap] svg.chart-wide a");
    const cells = await links.evaluateAll((all) =>
      all.slice(0, 40).map((a) => ({
        href: a.getAttribute("href") ?? "",
        value: a.getAttribute("data-value") ?? "",
      })),
    );
    expect(cells.length).toBeGreaterThan(3);
    for (const cell of [cells[0], cells[Math.floor(cells.length / 2)], cells[cells.length - 1]]) {
      await page.goto(cell.href);
      await expect(page.locator("[data-total]"), cell.href).toHaveAttribute("data-total", cell.value);
    }
  });
}

test("the heat map changes its columns and has a table", async ({ page }) => {
  await page.goto("/?range=90d");
  const panel = page.locator("section[aria-labelledby=heatmap]");
  await panel.getByRole("link", { name: "Time", exact: true }).click();
  await expect(page).toHaveURL(/cols=time/);
  await expect(panel.getByRole("heading")).toHaveText("New findings by threat category and week");
  await panel.locator("details.chart-table summary").click();
  await expect(panel.locator("tfoot th")).toHaveText("Total");
});

test("the heat map steps through the weeks on the same axes", async ({ page, request }) => {
  await page.goto("/?range=90d");
  const panel = page.locator("section[aria-labelledby=heatmap]");
  const columns = () => panel.locator("details.chart-table thead th").allTextContents();
  const axes = await columns();
  await panel.getByRole("navigation", { name: "Week" }).getByRole("link", { name: "week of 9 Nov" }).click();
  await expect(page).toHaveURL(/week=2026-11-09&range=90d/);
  expect(await columns()).toEqual(axes);
  const links = panel.locator("svg.chart-wide a");
  const cells = await links.evaluateAll((all) =>
    all.map((a) => ({
      href: a.getAttribute("href") ?? "",
      value: a.getAttribute("data-value") ?? "",
    })),
  );
  expect(cells.length).toBeGreaterThan(3);
  // The file has the numbers of the map.
  const csv = await (await request.get((await panel.getByRole("link", { name: "CSV" }).getAttribute("href")) ?? "")).text();
  const numbers = csv.trim().split("\r\n").slice(1).map((line) => Number(line.slice(line.lastIndexOf(",") + 1)));
  const sum = (all: number[]) => all.reduce((one, other) => one + other, 0);
  expect(sum(numbers)).toBe(sum(cells.map((cell) => Number(cell.value))));
  for (const cell of [cells[0], cells[cells.length - 1]]) {
    await page.goto(cell.href);
    await expect(page.locator("[data-total]"), cell.href).toHaveAttribute("data-total", cell.value);
  }
  // Nobody looked at the weeks before the first pull.
  await page.goto("/?from=2026-06-01&to=2026-11-23&week=2026-06-08");
  await expect(panel.locator("details.chart-table tbody tr").first().locator("td").first()).toHaveText("unknown");
  // A week outside the period is no week of it.
  await page.goto("/?range=7d&week=2026-06-08");
  await expect(panel.getByRole("link", { name: "Whole period" })).toHaveAttribute("aria-current", "true");
});

test("movers and new things open their lists", async ({ page }) => {
  await page.goto("/?range=7d");
  for (const panel of ["movers", "news"]) {
    await page.goto("/?range=7d");
    const row = page.locator(`section[aria-labelledby=${panel}]`).locator("tbody tr, ul.news > li").first();
    const count = await row.locator("[data-findings]").getAttribute("data-findings");
    await row.getByRole("link").click();
    await expect(page.locator("[data-total]"), panel).toHaveAttribute("data-total", count ?? "");
  }
  await page.goto("/?range=90d");
  await expect(page.locator("section[aria-labelledby=movers]")).toContainText("Unknown");
  await expect(page.locator("section[aria-labelledby=news]")).toContainText("Unknown");
});

test("the radar tells what leaves AWS", async ({ page, request }) => {
  const radar = await (await request.get("/api/v1/radar")).json();
  await page.goto("/");
  await expect(page.locator(".radar")).toHaveAttribute("data-leaving", String(radar.leaving));
  await expect(page.locator(".radar")).toContainText("7 days");
});

test("pictures are drawn in both languages", async ({ request }) => {
  for (const path of ["trend.png?lang=ja", "heatmap.png?theme=dark", "heatmap.svg?cols=time", "trend.svg?by=account"]) {
    const answer = await request.get(`/api/v1/charts/${path}`);
    expect(answer.status(), path).toBe(200);
    expect(answer.headers()["content-type"]).toMatch(/^image\//);
  }
});

for (const query of ["by=severity&metric=active", "by=family&cols=time&lang=ja", "week=2026-11-16&range=90d"]) {
  test(`the overview with ${query} is accessible @js`, async ({ page }) => {
    await page.goto(`/?${query}`);
    await page.locator("details.chart-table").evaluateAll((all) => all.forEach((one) => one.setAttribute("open", "")));
    await expectAccessible(page);
  });
}

test("a hovered cluster has its name and its colour @js", async ({ page }) => {
  await page.goto("/?by=cluster&range=30d");
  await expect(page.locator("html[data-awake]")).toBeAttached();
  const bucket = page.locator("section[aria-labelledby=trend] svg.chart-wide g.bucket").nth(20);
  await bucket.scrollIntoViewIfNeeded();
  const box = await bucket.boundingBox();
  if (box === null) throw new Error("the bucket is not drawn");
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await expect(page.locator(".hover-box tbody th").first()).not.toContainText("arn:");
});

test("the overview hands out a report pack of what it shows", async ({ page }) => {
  await page.goto("/?range=7d&severity=high");
  const pack = page.getByRole("link", { name: "Report pack", exact: true });
  await expect(pack).toHaveAttribute("href", /lang=en&range=7d&severity=high/);
  const [download] = await Promise.all([page.waitForEvent("download"), pack.click()]);
  expect(download.suggestedFilename()).toMatch(/^yagura-pack-\d{8}T\d{6}Z\.zip$/);
  const stream = await download.createReadStream();
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const archive = Buffer.concat(chunks);
  expect(archive.subarray(0, 2).toString()).toBe("PK");
  for (const name of ["overview.html", "findings.csv", "README.md", "SHA256SUMS"]) {
    expect(archive.includes(name), name).toBe(true);
  }
});
