import { defineConfig } from 'vitest/config'
import { LongestFirst } from './longest-first.ts'

// As vitest.config.ts, with one seed for all and time for the full counts.
export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'packages/web/e2e/**/*.test.ts', 'scripts/**/*.test.ts'],
    globalSetup: ['packages/web/e2e/build-app.ts'],
    setupFiles: ['./scripts/prove-setup.ts'],
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // An hour: the longest figure takes about two minutes alone, on a machine that may have other work.
    testTimeout: 3_600_000,
    hookTimeout: 600_000,
  },
})
