import {defineConfig} from '@playwright/test';

// Chromium is the system's: nothing is downloaded.
export default defineConfig({
  testDir: 'tests/page',
  outputDir: 'build/page-results',
  workers: 1,
  timeout: 30_000,
  reporter: [['line']],
  use: {
    launchOptions: {executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox']},
  },
});
