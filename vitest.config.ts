import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './scripts/longest-first.ts'

const CHEAP_PASSWORDS = fileURLToPath(new URL('./scripts/cheap-password-cost.ts', import.meta.url))
const BUNDLED_WRITER = fileURLToPath(new URL('./scripts/bundled-writer.ts', import.meta.url))

export default defineConfig({
  // The store's writer comes as one file, and hashing a password is quick; programs that tests start as a user does load
  // the sources as they are.
  resolve: {
    alias: [
      { find: /^\.\/worker-url\.ts$/, replacement: BUNDLED_WRITER },
      { find: /^\.\/password-cost\.ts$/, replacement: CHEAP_PASSWORDS },
    ],
  },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/web/e2e/**/*.test.ts',
      'scripts/**/*.test.ts',
      'examples/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
    globalSetup: ['packages/web/e2e/build-app.ts', 'scripts/bundle-writer.ts'],
    // Two cores are idle for a third of the time that two workers take, and for a while with three: browsers, servers and
    // clocks are waited for.
    maxWorkers: 4,
    // Half of the processor's time goes into loading the same modules for every file anew; what a file changes in the
    // process (an environment, a clock), it puts back, and it mocks no module.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // Of some seven hundred stories in browsers one may stumble on a loaded machine: it is tried once more, and vitest says
    // so beside its name (retry x1). What fails twice has failed.
    retry: 1,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
