// One query path: the page, the API, the chart's source and the CSV tell the same number.

import { expect, test } from "./fixtures";

interface Counts {
  findings: number;
  occurrences: number;
}

const FILTERS = [
  "range=30d",
  "range=90d&severity=high,critical",
  "range=7d&category=crypto-mining",
  "range=30d&kind=posture",
  "range=90d&status=active&region=ap-northeast-1",
  "range=90d&family=(none)",
];

for (const filter of FILTERS) {
  test(`every form of the report agrees for ${filter}`, async ({ page, request }) => {
    const list = await (await request.get(`/api/v1/findings?${filter}&limit=1`)).json();
    const breakdown = await (await request.get(`/api/v1/breakdown?by=severity&${filter}`)).json();
    const trend = await (await request.get(`/api/v1/trend?by=category&metric=new&${filter}`)).json();
    const csv = await request.get(`/findings.csv?${filter}`);

    const total = (breakdown.total as Counts).findings;
    expect(list.total).toBe(total);
    const bars = (trend.totals as (number | null)[]).reduce((sum: number, value) => sum + (value ?? 0), 0);
    expect(bars).toBe(total);
    expect(countRecords(await csv.text())).toBe(total);
    expect(csv.headers()["x-yagura-row-count"]).toBe(String(total));

    await page.goto(`/findings?${filter}`);
    await expect(page.locator("[data-total]").first()).toHaveAttribute("data-total", String(total));
  });
}

test("a breakdown's row opens exactly the findings it counts", async ({ request }) => {
  for (const by of ["category", "cluster", "family", "account", "region", "type"]) {
    const report = await (await request.get(`/api/v1/breakdown?by=${by}&range=90d`)).json();
    expect(report.rows.length, by).toBeGreaterThan(0);
    for (const row of report.rows.slice(0, 3)) {
      const query = new URLSearchParams({ range: "90d", [by]: row.key });
      const list = await (await request.get(`/api/v1/findings?${query}`)).json();
      expect(list.total, `${by}=${row.key}`).toBe(row.findings);
    }
  }
});

/** Records of an RFC 4180 text, without its header; quoted cells may hold line breaks. */
function countRecords(text: string): number {
  let quoted = false;
  let records = 0;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    if (character === "\n" && !quoted) records += 1;
  }
  return records - 1;
}
