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

test("what is shown is chosen by account, Region and feature", async ({ page }) => {
  await page.goto("/cost?quote=Mine:vcpu:1:0:0");
  const scope = page.getByRole("form", { name: "What is shown" });
  await scope.getByLabel("Region").selectOption("us-east-1");
  await scope.getByLabel("Feature").selectOption("FLOW_LOGS");
  await scope.getByRole("button", { name: "Show" }).click();
  await expect(page).toHaveURL(/region=us-east-1&feature=FLOW_LOGS/);
  const rows = page.locator("section[aria-labelledby=projection] tbody tr:not(.cost-total)");
  await expect(rows).toHaveCount(3);
  for (const row of await rows.all()) await expect(row).toContainText("VPC flow logs");
  // What else was entered is still there.
  await expect(page.locator("section[aria-labelledby=alternatives]")).toContainText("Mine");
  await expect(page.locator("#scope-region")).toHaveValue("us-east-1");
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

test("what stops, runs more, or is watched as a whole changes the month", async ({ page }) => {
  await page.goto("/cost?region=us-east-1");
  // Nobody can watch what GuardDuty has no agent for.
  await expect(page.locator("#what-if-cover option", { hasText: "reporting-win" })).toHaveCount(0);
  await page.getByLabel("Stop", { exact: true }).selectOption({ label: "model-trainer (task family)" });
  await page.getByLabel("Watch as a whole").selectOption({ label: "ledger (task family)" });
  await page.getByLabel("Run more or less of").selectOption({ label: "fraud-scoring" });
  await page.getByLabel("Times").fill("2");
  await page.getByLabel("Switch off").selectOption({ label: "DNS logs" });
  await page.getByRole("button", { name: "Calculate" }).click();
  await expect(page.locator(".cost-result")).toContainText("would become");
  await expect(page.locator(".cost-chosen li")).toHaveCount(4);
  await page.getByRole("link", { name: "Start again" }).click();
  await expect(page.locator(".cost-result")).toHaveCount(0);
  await expect(page).toHaveURL(/\/cost\?region=us-east-1$/);
});

test("a gap has a price, or the reason why it has none", async ({ page }) => {
  await page.goto("/cost");
  const gap = (family: string) =>
    page.locator("section[aria-labelledby=workloads] tbody tr", { hasText: family }).first().locator("td").last();
  await expect(gap("ledger")).toHaveText(/^\$\d/);
  await expect(gap("reporting-win")).toContainText("cannot be watched");
  await expect(gap("wire-transfer")).toContainText("price unknown");
});

test("every picture leads to its file", async ({ page, request }) => {
  await page.goto("/cost?quote=Mine:vcpu:1:0:0");
  const files = page.locator("a[href^='/api/v1/charts/cost.png']");
  await expect(files).toHaveCount(7);
  const addresses = await Promise.all((await files.all()).map(async (link) => (await link.getAttribute("href")) ?? ""));
  expect((await request.get(addresses[0] ?? "")).headers()["content-type"]).toBe("image/png");
  // Painting takes long; what is painted is the drawing.
  for (const address of addresses) {
    const drawing = await request.get(address.replace("cost.png", "cost.svg"));
    expect(drawing.headers()["content-type"]).toBe("image/svg+xml");
    expect((await drawing.text()).includes("nothing-hatch"), address).toBe(false);
  }
});

test("what makers say has its page, and what none says is told", async ({ page }) => {
  await page.goto("/cost");
  const table = page.locator("section[aria-labelledby=differences]");
  await expect(table.locator("tbody tr")).toHaveCount(5);
  await expect(table.getByText("no source found")).toHaveCount(4);
  await expect(table.locator("a[href^='https://']")).toHaveCount(16);
});

test("the status tells of the questions about costs", async ({ page }) => {
  await page.goto("/status");
  const rows = page.locator("section[aria-labelledby=collectors] tbody tr", { hasText: "What it costs" });
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText("Up to date");
  await rows.first().getByRole("link").click();
  await expect(page).toHaveURL(/\/cost#asked$/);
});

test("AWS is asked now, and the page is shown again @nojs", async ({ page }) => {
  await page.goto("/cost");
  await page.getByRole("button", { name: "Ask AWS now" }).click();
  await expect(page).toHaveURL(/\/cost#asked$/);
  await expect(page.locator("section[aria-labelledby=asked] tbody tr")).toHaveCount(14);
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
