#!/usr/bin/env node
// The launcher is plain JavaScript that any Node can parse, so that an old one can be told what is wrong.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && minor < 15)) {
  process.stderr.write(
    `keyway needs Node 24.15 or newer; this is ${process.version}. Install it from https://nodejs.org/\n`,
  )
  process.exit(1)
}
const { existsSync } = await import('node:fs')
// The repository runs its sources; a published package has none, and carries dist/.
const source = new URL('../src/cli/main.ts', import.meta.url)
if (existsSync(source)) {
  const { enableCompileCache } = await import('node:module')
  const { fileURLToPath } = await import('node:url')
  // What TypeScript and V8 make of the sources, kept beside the packages: a start takes a quarter less.
  enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/keyway', import.meta.url)))
}
const { main } = await import(existsSync(source) ? source.href : new URL('../dist/cli.js', import.meta.url).href)
process.exitCode = await main(process.argv.slice(2))
