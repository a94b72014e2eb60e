// Bad input is a clear error at the edge.

import { expect, test } from "./fixtures";

test("an unknown parameter is named, to people and to programs", async ({ page, request }) => {
  const answer = await request.get("/api/v1/findings?colour=red");
  expect(answer.status()).toBe(400);
  expect(answer.headers()["content-type"]).toContain("application/problem+json");
  expect((await answer.json()).detail).toContain("colour");

  const response = await page.goto("/findings?severity=severe");
  expect(response?.status()).toBe(400);
  await expect(page.getByRole("main")).toContainText("severity");
});

test("what is not there is a page, not a blank", async ({ page }) => {
  const response = await page.goto("/findings/00000000000000000000000000000000");
  expect(response?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByRole("link").first()).toBeVisible();
});
