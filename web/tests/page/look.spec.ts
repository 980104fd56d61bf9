// The report at the widths of a phone, a tablet and a desk, light and dark: nothing is cut off, the decision is on the
// first screen, axe finds nothing, no request leaves.
import AxeBuilder from '@axe-core/playwright';
import {expect, test} from '@playwright/test';
import {pageOf, sweepReport} from './program.ts';

const screens = [
  {width: 390, height: 844},
  {width: 820, height: 1180},
  {width: 1440, height: 900},
];

for (const viewport of screens)
  for (const colorScheme of ['light', 'dark'] as const)
    for (const kind of ['report', 'app'] as const)
      test(`the ${kind} at ${viewport.width} pixels, ${colorScheme}`, async ({browser}) => {
        const context = await browser.newContext({viewport, colorScheme, offline: true});
        const page = await context.newPage();
        const said: string[] = [];
        page.on('console', (message) => said.push(message.text()));
        page.on('pageerror', (error) => said.push(error.message));
        const asked: string[] = [];
        page.on('request', (request) => asked.push(request.url()));
        const url = pageOf('look', kind === 'report' ? sweepReport() : null);
        await page.goto(url);
        await expect(page.locator('h1')).toBeVisible();
        if (kind === 'report') {
          await expect(page.locator('#decision h1')).toBeInViewport({ratio: 1});
          await expect(page.locator('#decision .facts .value').first()).toBeInViewport({ratio: 1});
          await expect(page.locator('.panel-plot svg').first()).toBeAttached();
          await expect(page.locator('#planner .facts')).toBeVisible();
        }
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(viewport.width);
        const found = await new AxeBuilder({page}).analyze();
        expect(found.violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).slice(0, 3).join(' | ')}`)).toEqual([]);
        expect(said).toEqual([]);
        expect(asked.filter((each) => each !== url && !each.startsWith('blob:'))).toEqual([]);
        await context.close();
      });
