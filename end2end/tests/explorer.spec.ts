// The explorer: types and their places, columns of one's choice. All of it is the address, with or without JavaScript.

import { expect, expectAccessible, test } from "./fixtures";

test("types open into places, and every number opens as many findings as it says", async ({ page }) => {
  await page.goto("/findings?range=90d&limit=1000");
  await page.getByRole("navigation", { name: "Show as" }).getByRole("link", { name: "By type" }).click();
  await expect(page).toHaveURL(/group=type&range=90d&limit=1000/);
  const total = await page.locator("[data-total]").getAttribute("data-total");
  const numbers = page.locator("table.groups [data-findings]");
  const cells = await numbers.evaluateAll((all) =>
    all.map((a) => ({ href: a.getAttribute("href") ?? "", value: a.getAttribute("data-findings") ?? "" })),
  );
  const types = await page.locator("table.groups > tbody > tr:first-child [data-findings]").evaluateAll((all) =>
    all.reduce((sum, a) => sum + Number(a.getAttribute("data-findings")), 0),
  );
  expect(String(types)).toBe(total);
  expect(cells.length).toBeGreaterThan(20);
  for (const at of [0, 1, 2, 10, cells.length - 1]) {
    const cell = cells[at];
    await page.goto(cell.href);
    await expect(page.locator("[data-total]"), cell.href).toHaveAttribute("data-total", cell.value);
  }
});

test("places are there on request", async ({ page }) => {
  await page.goto("/findings?group=type&range=90d");
  const first = page.locator("table.groups > tbody").first();
  await expect(first.locator("table")).toBeHidden();
  await first.locator("summary").click();
  await expect(first.locator("table")).toBeVisible();
});

test("the list has the chosen columns, and its files have them too", async ({ page, request }) => {
  await page.goto("/findings?range=90d&severity=critical&sort=count");
  const drawer = page.locator("details.filter-drawer", { has: page.locator("ul.column-choice") });
  await drawer.locator("summary").click();
  await drawer.getByRole("checkbox", { name: "Cluster", exact: true }).uncheck();
  await drawer.getByRole("checkbox", { name: "Task ARN", exact: true }).check();
  await drawer.getByRole("button", { name: "Apply" }).click();
  const heads = page.locator("table.columns-chosen thead th");
  const names = ["Severity", "Title", "Threat category", "Type", "Task family", "Account", "Region", "Occurrences"];
  await expect(heads).toHaveText([...names, "Created", "Workflow", "Task ARN"]);
  await expect(heads.nth(7)).toHaveAttribute("aria-sort", "descending");

  await heads.nth(7).getByRole("link").click();
  await expect(heads.nth(7)).toHaveAttribute("aria-sort", "ascending");
  await expect(heads).toHaveCount(11);

  const csv = page.getByRole("link", { name: "Download CSV" });
  const file = await (await request.get((await csv.getAttribute("href")) ?? "")).text();
  const columns = "severity,title,category,type,family,account,region,occurrences,created_at,workflow,task_arn";
  expect(file.replace("\uFEFF", "").split("\r\n")[0]).toBe(columns);
  const json = await (await request.get((await page.getByRole("link", { name: "JSON" }).getAttribute("href")) ?? "")).json();
  expect(Object.keys(json.findings[0]).join(",")).toBe(columns);
  expect(String(json.total)).toBe(await page.locator("[data-total]").getAttribute("data-total"));

  await page.locator("table.columns-chosen tbody a").first().click();
  await expect(page).toHaveURL(/\/findings\/[0-9a-f]{32}$/);
});

test("the facets keep groups and columns", async ({ page }) => {
  await page.goto("/findings?group=type&columns=severity,title&range=90d");
  await page.getByRole("link", { name: "7 days" }).click();
  await expect(page).toHaveURL(/group=type&columns=severity,title&range=7d/);
  await page.getByRole("link", { name: "List", exact: true }).click();
  await expect(page.locator("table.columns-chosen thead th")).toHaveCount(2);
});

for (const path of [
  "/findings?group=type&severity=critical",
  "/findings?columns=severity,title,task_arn,url,created_at&severity=critical",
]) {
  test(`${path} fits a phone of 360 px`, async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(path);
    const wider = await page.locator("html").evaluate((html) => html.scrollWidth - html.clientWidth);
    expect(wider, "pixels to the side").toBeLessThanOrEqual(0);
  });
  for (const language of ["en", "ja"]) {
    test(`${path} is accessible in ${language} @js`, async ({ page }) => {
      await page.goto(`${path}&lang=${language}`);
      await page.locator("details").evaluateAll((all) => all.forEach((one) => one.setAttribute("open", "")));
      await expectAccessible(page);
    });
  }
}
