import { defineConfig } from 'vitest/config'

// What needs frameworks that the repository does not install: node scripts/test-frameworks.ts
export default defineConfig({
  test: {
    include: ['examples/frameworks/*.check.ts'],
    globalSetup: ['packages/web/e2e/build-app.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
