// Names that try to be markup stay text, in every field of a report and in every cell of a table.
import {writeFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {expect, test, type Page} from '@playwright/test';
import {folder, pageOf, sweepReport} from './program.ts';

const evil = `</script><img src=x onerror="window.hurt=1"><script>window.hurt=2</script><svg onload="window.hurt=3">"'`;

// Every text of a document but those that choose how it is shown.
function poisoned(value: unknown, key = ''): unknown {
  const kept = ['kind', 'unit', 'scale', 'colour', 'id', 'sha256', 'by', 'format'];
  if (typeof value === 'string') return kept.includes(key) ? value : `${value}${evil}`;
  if (Array.isArray(value)) return value.map((each) => poisoned(each, key));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, poisoned(each, name)]));
  return value;
}

async function expectUnhurt(page: Page): Promise<void> {
  await page.waitForTimeout(500);
  expect(await page.evaluate(() => (window as unknown as {hurt?: number}).hurt)).toBeUndefined();
  expect(await page.locator('img, #page script, [onerror], [onload]').count()).toBe(0);
}

test('a hostile report runs no script', async ({page}) => {
  const report = poisoned(sweepReport()) as ReturnType<typeof sweepReport>;
  await page.goto(pageOf('hostile', report));
  await expect(page.locator('#decision h1')).toContainText('onerror');
  for (const point of await page.locator('.run-dots circle').all().then((all) => all.slice(0, 3))) await point.hover({force: true});
  await expectUnhurt(page);
});

test('a hostile table runs no script', async ({page}) => {
  const path = resolve(folder, 'hostile.csv');
  const cell = `"${evil.replaceAll('"', '""')}"`;
  const rows = [1, 2, 3, 4, 5, 6, 7, 8].map((i) => `${i}e8,${i}e9,${4 / i + 2},${cell}`);
  writeFileSync(path, ['N,D,loss,' + cell, ...rows].join('\n') + '\n');
  await page.goto(pageOf('hostile-app', null));
  await page.setInputFiles('#file', path);
  await expect(page.locator('[role=region]').first()).toContainText('onerror');
  await expectUnhurt(page);
});
