import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const BUNDLED_WRITER = fileURLToPath(new URL('./scripts/bundled-writer.ts', import.meta.url))

export default defineConfig({
  // The store's writer comes as one file; programs that tests start as a user does load the sources.
  resolve: { alias: [{ find: /^\.\/worker-url\.ts$/, replacement: BUNDLED_WRITER }] },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/web/e2e/**/*.test.ts',
      'scripts/**/*.test.ts',
      'examples/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
    globalSetup: ['packages/web/e2e/build-app.ts', 'scripts/bundle-writer.ts'],
    // Two cores: more workers would only make each other late.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
