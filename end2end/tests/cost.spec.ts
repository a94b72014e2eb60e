// Costs: a sentence first, the same number everywhere, and forms that work without a script.

import { expect, test } from "./fixtures";

test("the sentence, the table and the API say the same month", async ({ page, request }) => {
  const projection = await (await request.get("/api/v1/cost/projection")).json();
  await page.goto("/cost");
  const [whole, cents] = projection.total.monthly_usd.split(".");
  const said = `$${Number(whole).toLocaleString("en-US")}.${cents}`;
  await expect(page.locator("h1")).toContainText(said);
  await expect(page.locator("section[aria-labelledby=projection] .cost-total")).toContainText(said);
  await expect(page.locator("section[aria-labelledby=projection] tbody tr")).toHaveCount(projection.rows.length + 1);
});

test("a trial that ends within a week is told here and on the overview", async ({ page }) => {
  await page.goto("/");
  await page.locator(".cost-banner a").click();
  await expect(page).toHaveURL(/\/cost$/);
  await expect(page.locator(".cost-banner").first()).toContainText("27 Nov");
  await expect(page.locator("section[aria-labelledby=trials] tbody tr").first()).toContainText("4 days left");
});

test("what is unknown is no zero", async ({ page }) => {
  await page.goto("/cost?account=333344445555&region=ap-northeast-1");
  await expect(page.locator("h1")).toContainText("unknown");
  await expect(page.locator("section[aria-labelledby=projection]")).toContainText("no data yet");
  await expect(page.locator("section[aria-labelledby=projection]")).not.toContainText("$0.00");
});

test("what if is a form whose answer is in the address", async ({ page }) => {
  await page.goto("/cost");
  await page.getByLabel("Tasks", { exact: true }).fill("4");
  await page.getByLabel("vCPUs of a task").fill("0.5");
  await page.locator("#what-if-add_region").selectOption("us-east-1");
  await page.getByRole("button", { name: "Calculate" }).click();
  await expect(page).toHaveURL(/add_tasks=4/);
  await expect(page.locator(".cost-result")).toContainText("would become");
  const shared = page.url();
  await page.goto("/");
  await page.goto(shared);
  await expect(page.locator(".cost-chosen li")).toHaveCount(1);
  await page.locator(".cost-chosen a").click();
  await expect(page.locator(".cost-result")).toHaveCount(0);
});

test("a quote is compared and can be taken away", async ({ page }) => {
  await page.goto("/cost");
  await page.getByLabel("Product").fill("Mine & <b>yours</b>");
  await page.getByLabel("USD a month for each").fill("1");
  await page.getByRole("button", { name: "Add the quote" }).click();
  const row = page.locator("section[aria-labelledby=alternatives] table").first().locator("tbody tr").nth(1);
  await expect(row).toContainText("Mine & <b>yours</b>");
  await expect(row).toContainText("1,500 vCPUs");
  await expect(page.locator("section[aria-labelledby=alternatives] svg.chart").first()).toBeAttached();
  await row.getByRole("link").click();
  await expect(page.locator("section[aria-labelledby=alternatives] table").first().locator("tbody tr")).toHaveCount(1);
});

test("trials are a calendar file", async ({ request }) => {
  const reply = await request.get("/api/v1/cost/trials.ics");
  const file = await reply.text();
  expect(file.startsWith("BEGIN:VCALENDAR\r\n") && file.endsWith("END:VCALENDAR\r\n")).toBe(true);
  expect(file.split("\r\n").every((line) => new TextEncoder().encode(line).length <= 75)).toBe(true);
});
