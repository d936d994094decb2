/** Where the writer's thread is loaded from in tests: one file, which scripts/bundle-writer.ts makes before them. */
export const writerUrl = (): URL => new URL('../node_modules/.cache/keyway-tests/store-writer.js', import.meta.url)
